"""What shells complete, in real bash, zsh and fish (a test skips, with a word, a shell that isn't there)."""
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from _terminal import Terminal
from _world import SOTTO, World, wait_for

# What is typed; what has to be among what is offered; what mustn't be.
CASES = [
    (("se",), {"send", "settings", "set"}, {"demo-peer", "complete"}),
    (("--json", "he"), {"help"}, set()),
    (("--home", "HOME", "contact", ""), {"add", "list", "rule"}, {"send"}),
    (("--wait", "3", "file", "s"), {"send", "save"}, set()),
    (("help", ""), {"send", "contact", "journal"}, set()),
    (("help", "contact", "a"), {"add", "accept"}, set()),
    (("set", "them"), {"theme"}, set()),
    (("set", "theme", ""), {"dark", "light"}, {"theme"}),
    (("--json", "set", "control", ""), {"off", "status", "send", "full"}, set()),
    (("settings", "lock"), {"lock_idle"}, set()),
    (("--profile", ""), {"default", "work"}, set()),
    (("init", "local", "--kdf", ""), {"interactive", "moderate", "sensitive"}, set()),
    (("contact", "rule", "bob", ""), {"first", "verified"}, set()),
    (("expire", "bob", ""), {"off"}, set()),
    (("devices", ""), {"renew", "revoke"}, set()),
    (("send", "bob", "--e"), {"--expire"}, set()),
    (("send", "--", "bob", "--"), set(), {"--expire"}),
    (("--home", "HOME", "send", ""), {"bob", "Bob Q"}, {"alice"}),
    (("--home", "HOME", "group", "add", "x", "bob", ""), {"bob"}, set()),
    (("--home", "NOWHERE", "send", ""), set(), {"bob", "Bob Q"}),
]
BASH = """t() { COMP_WORDS=(sotto "$@"); COMP_CWORD=$#; _sotto
for word in "${COMPREPLY[@]}"; do eval "printf '%s\\n' $word"; done; echo ----; }
"""
ZSH = """fpath=(); compdef() { }; compset() { }
compadd() { shift; print -rl -- "$@" }
_describe() { print -rl -- "${(@)${(P@)2}%%:*}" }
"""
ZSH_T = """t() { words=(sotto "$@"); CURRENT=$#words; _sotto; print -- ---- }
"""


def script(shell):
    with tempfile.NamedTemporaryFile("w", suffix=shell, delete=False) as file:
        file.write(subprocess.run([SOTTO, "generate", shell], capture_output=True, text=True, check=True).stdout)
    return file.name


def offered(world, shell, cases):
    """What SHELL offers for each of CASES, which are words behind `sotto`."""
    path, folder = script(shell), os.path.join(world.root, "bin")
    os.makedirs(folder, exist_ok=True)
    if not os.path.lexists(os.path.join(folder, "sotto")):
        os.symlink(SOTTO, os.path.join(folder, "sotto"))
    env = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], XDG_DATA_HOME=os.path.join(world.root, "data"),
               HOME=world.root)
    for profile in "default", "work":
        os.makedirs(os.path.join(world.root, "data", "sotto", profile), exist_ok=True)
    if shell == "bash":
        text = f"source {path}\n" + BASH + "".join(f"t {shlex.join(case)}\n" for case in cases)
        command = ["bash", "--norc", "-c", text]
    elif shell == "zsh":
        text = ZSH + f"source {path}\n" + ZSH_T + "".join(f"t {shlex.join(case)}\n" for case in cases)
        command = ["zsh", "-f", "-c", text]
    else:
        text = f"source {path}\n" + "".join(
            "complete -C " + shlex.quote(" ".join(["sotto", *case])) + "; echo ----\n" for case in cases)
        command = ["fish", "--no-config", "-c", text]
    result = subprocess.run(command, capture_output=True, text=True, env=env, cwd=world.root, timeout=120, check=False)
    os.unlink(path)
    assert "----" in result.stdout, result
    parts = result.stdout.split("----\n")[:-1]
    assert len(parts) == len(cases), result
    return [{line.split("\t")[0] for line in part.splitlines()} for part in parts]


def test_shells(world):
    alice = world.person("alice")
    world.person("bob")
    alice.run("contact", "add", "bob", "--name", "Bob Q").expect(0)
    follow = alice.start("receive", "--follow")
    wait_for(lambda: "Bob Q" in alice.run("complete", "contacts", passphrase=False).out, "names of the holder")
    places = {"HOME": alice.home, "NOWHERE": os.path.join(world.root, "nowhere")}
    cases = [tuple(places.get(word, word) for word in words) for words, _, _ in CASES]
    for shell in "bash", "zsh", "fish":
        if not shutil.which(shell):
            print("skipped:", shell, "isn't there")
            continue
        # Names come within 300 ms or not at all; a machine that is busier is asked again.
        left = list(range(len(CASES)))
        deadline = time.monotonic() + 60
        while left:
            got = dict(zip(left, offered(world, shell, [cases[n] for n in left])))
            # zsh and fish leave it to the shell to keep what begins so.
            for n, words in got.items():
                assert not CASES[n][2] & {word for word in words if word.startswith(CASES[n][0][-1])}, (shell, CASES[n], words)
            left = [n for n in left if not CASES[n][1] <= got[n]]
            assert time.monotonic() < deadline, (shell, [(CASES[n], got[n]) for n in left])
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(60) == 0


# What is typed in front of Tab in a real line, and what stands there then.
TYPED = [
    ("sotto file send bob at", "sotto file send bob atlas.txt "),
    ("sotto file send bob fold", "sotto file send bob folder/"),
    ("sotto --home fold", "sotto --home folder/"),
    ("sotto --home at", "sotto --home at"),
    ("sotto file send bob sp", "sotto file send bob sp\\ ace\\'s "),
    ("sotto help hist", "sotto help history "),
    ("sotto --json help contact bloc", "sotto --json help contact block"),
    ("sotto --home HOME history d", "sotto --home HOME history \\#den "),
    ("sotto --home HOME history \\#d", "sotto --home HOME history \\#den "),
    ("sotto --home HOME group leave d", "sotto --home HOME group leave \\#den "),
    ("sotto --home HOME history bo", "sotto --home HOME history bob "),
]
NEWLINE = "sotto file send bob nl"
START = {
    "bash": """source SCRIPT; show() { printf '%s' "$READLINE_LINE" >SHOWN; }
bind -x '"\\C-t": show'; bind 'set bell-style none'; PS1=; echo REA''DY
""",
    "zsh": """fpath=(FOLDER $fpath); autoload -U compinit; compinit -u -D; setopt nobeep
show() { printf '%s' "$BUFFER" >SHOWN }; zle -N show; bindkey '^T' show; PS1=; echo REA''DY
""",
}


class Shell:
    """A real shell, with the completion as it is installed, on a terminal of its own."""

    def __init__(self, world, name):
        folder, path = os.path.join(world.root, "functions"), script(name)
        os.makedirs(folder, exist_ok=True)
        os.replace(path, os.path.join(folder, "_sotto"))
        self.shown = os.path.join(world.root, "shown")
        arguments = ["bash", "--norc", "-i"] if name == "bash" else ["zsh", "-f", "-i"]
        self.terminal = Terminal(arguments, cwd=os.path.join(world.root, "files"), env={
            "PATH": os.path.join(world.root, "bin") + ":" + os.environ["PATH"], "HOME": world.root})
        text = START[name].replace("SCRIPT", folder + "/_sotto").replace("FOLDER", folder)
        self.terminal.type(text.replace("SHOWN", self.shown).encode())
        self.terminal.wrote(b"READY")

    def complete(self, line):
        """What LINE and Tab come to, and what was written meanwhile."""
        since = len(self.terminal.written)
        self.terminal.type(b"\x15" + line.encode() + b"\t")
        self.terminal.type(b"\x14")
        wait_for(lambda: os.path.exists(self.shown) and os.path.getsize(self.shown), "the shell's line")
        with open(self.shown, encoding="utf-8") as file:
            text = file.read()
        os.unlink(self.shown)
        return text, self.terminal.written[since:]

    def end(self):
        self.terminal.type(b"\x15exit\r")
        self.terminal.end()


def test_typed(world):
    """Paths, which only a real shell completes, and groups by their name without the sign."""
    alice = world.person("alice")
    world.person("bob")
    alice.run("contact", "add", "bob").expect(0)
    alice.run("group", "create", "#den", "bob").expect(0)
    follow = alice.start("receive", "--follow")
    wait_for(lambda: "#den" in alice.run("complete", "groups", passphrase=False).out, "names of the holder")
    for folder in "files/folder", "bin":
        os.makedirs(os.path.join(world.root, folder))
    os.symlink(SOTTO, os.path.join(world.root, "bin", "sotto"))
    for name in "atlas.txt", "sp ace's", "nl\nsecond":
        with open(os.path.join(world.root, "files", name), "w", encoding="utf-8") as file:
            file.write("x")
    for name in "bash", "zsh":
        if not shutil.which(name):
            print("skipped:", name, "isn't there")
            continue
        shell = Shell(world, name)
        for typed, wanted in TYPED:
            typed, wanted = typed.replace("HOME", alice.home), wanted.replace("HOME", alice.home)
            # A name that didn't come within 300 ms is asked for again.
            deadline = time.monotonic() + 60
            while (got := shell.complete(typed))[0] != wanted:
                assert time.monotonic() < deadline and "--home " + alice.home in typed, (name, typed, got)
            assert b"eval" not in got[1] and b"no match" not in got[1], (name, typed, got)
        # One name, quoted as each shell quotes it; not two of which neither is there.
        line = shell.complete(NEWLINE)[0]
        shell.end()
        words = subprocess.run([name, "-c", "for word in " + line + "; do printf '%s|' \"$word\"; done"],
                               capture_output=True, text=True, check=False).stdout
        assert words == "sotto|file|send|bob|nl\nsecond|", (name, line, words)
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(60) == 0


def test_names(world):
    """Who is on the spool always; who is known only from a holder that may tell; nothing is asked, and soon over."""
    alice, bob = world.person("alice"), world.person("bob")
    del bob
    alice.run("contact", "add", "bob", "--name", "Rob").expect(0)
    alice.run("contact", "add", "eve", "--name", "\u202eeve").expect(0)

    def names(*what):
        return alice.run("complete", *(what or ("contacts",)), passphrase=False, start_new_session=True).out.splitlines()

    wait_for(lambda: names() == ["bob"], "the people of the spool")
    follow = alice.start("receive", "--follow")
    wait_for(lambda: sorted(names()) == ["Rob", "bob", "eve"], "what the holder knows, but for what turns the line")
    assert names("groups") == []
    # On record, but not each Tab.
    wait_for(lambda: names() and names() and names(), "names")
    rows = [row for row in alice.json("journal", passphrase=False).rows if row["detail"] == "complete"]
    assert len(rows) == 1, rows
    alice.run("set", "control", "send", passphrase=False).expect(0)
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(60) == 0
    follow = alice.start("receive", "--follow")
    wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the control socket")
    wait_for(lambda: names() == ["bob"], "nobody but those of the spool")
    # One that is stopped is waited for no longer than a shell may wait.
    follow.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    result = alice.run("complete", "contacts", passphrase=False)
    took = time.monotonic() - began
    assert result.code in (0, -signal.SIGALRM) and took < 2, (result, took)
    follow.send_signal(signal.SIGCONT)
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(60) == 0
    alice.run("complete", "everything", passphrase=False).expect(2)


if __name__ == "__main__":
    import sys
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                test(a_world)
            print("ok", name)

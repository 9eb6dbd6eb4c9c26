"""Every verb and every screen inside the sandbox: nothing that is needed is refused, on the first run too; and
what somebody who took over the process wrote for the next start isn't believed."""
import os
import re
import shutil
import subprocess
import sys

import _first_run as first_run
from _tmux import Tmux, passphrase_file, set_settings
from _world import FIRST_RUN, PASSPHRASE, SOTTO, Person, World, read_file, skip, wait_for, write_file

if not shutil.which("tmux"):
    skip("tmux isn't installed")
STRACE = shutil.which("strace") if os.getuid() == 0 else None

# Libraries try these, and do without: glibc a newer call and a cache of names that nobody runs, GLib the scheduling
# of its threads, SQLite as root the owner of its files.
HARMLESS = (r"clone3\(.*ENOSYS", r"socket\(AF_UNIX, SOCK_STREAM\|SOCK_CLOEXEC\|SOCK_NONBLOCK, 0\).*EPERM",
            r"sched_setattr\(\d+, .*EPERM", r"fchown\(.*EPERM",
            # The broker, which isn't confined, looking for who watches.
            r'readlinkat\(\d+, "\d+", .*EACCES')
# How the interface comes to each screen, what shows that it is there, and what leads away again.
SCREENS = (
    (None, "Contacts", None),
    ("F1", "Everywhere", "Escape"),
    ("C-o", "Go to", "Escape"),
    ("F4", "Settings", "Escape"),
    (":set time_format iso", "Contacts", None),
    (":search the", "1 found", "Escape"),
    ("F8", "On record", "Escape"),
    ("F7", "Your devices", "Escape"),
    (":verify ben", "safety number", "Escape"),
    (":watch", "Who watches", "Escape"),
    (":open ben", "Write to ben", None),
    ("F9", "On both sides", "Escape"),
    ("M-l", "Locked", None),
)
# The sections of sotto-keys(7) that are screens: a new one has to be opened above.
SECTIONS = {"the contact list", "a conversation", "search results", "the palette", "the help", "the record",
            "the settings", "the command line"}


def traced(path):
    """By another name: on a terminal that strace is known to record verbs aren't run for others."""
    name = os.path.join(os.path.dirname(path), "looker")
    if STRACE and not os.path.exists(name):
        os.symlink(STRACE, name)
    return [name, "-f", "-Z", "-s", "200", "-o", path] if STRACE else []


def refused(path, harmless=HARMLESS):
    """What the sandbox refused: calls by their arguments, files, and what ended the process."""
    if not STRACE:
        return []
    with open(path, errors="replace") as file:
        lines = [line.split(None, 1)[1].strip() for line in file if re.search(
            r"(EPERM|ENOSYS|EACCES) \(|killed by SIGSYS|SIGSYS \{", line)]
    return [line for line in lines if not any(re.search(pattern, line) for pattern in harmless)][:20]


USED = set()


class Told(Person):
    """Somebody whose verbs are counted."""

    def run(self, *words, **kwargs):
        result = super().run(*words, **kwargs)
        assert result.code in range(9), f"{words}: {result.code} {result.err}"
        verb = words[words[0] == "--json":]
        USED.update((verb[0], " ".join(verb[:2])))
        return result


class Traced(Told):
    """Whose processes are looked at, too."""

    def run(self, *words, **kwargs):
        path = os.path.join(self.world.root, "trace")
        self.program = traced(path) + [SOTTO]
        result = super().run(*words, **kwargs)
        assert not refused(path), f"{words}: {refused(path)}"
        return result


# -- verbs ------------------------------------------------------------------------------------------

def all_verbs():
    text = subprocess.run([SOTTO, "--help"], capture_output=True, text=True, check=True,
                          env=dict(os.environ, COLUMNS="1000")).stdout
    lines = text.split("Verbs:\n")[1].split("\n\n")[0].splitlines()
    # What a verb does stands behind it, or below where its words are long.
    return {re.match(r" *([a-z]+( [a-z]+)?)( |$)", line).group(1) for line in lines if re.match(r" {2}[a-z]", line)}


def test_verbs(world):
    """In processes of their own: the other ways to one, to a profile that isn't there, and to the carrier."""
    ada, ben = Traced(world, "ada"), Traced(world, "ben")
    sent = write_file(os.path.join(world.root, "sent"), b"a file")
    ada.run("contact", "add", "ben", "--name", "Ben").expect(0)
    ada.run("send", "ben", input="the word is quartzite").expect(0)
    ada.run("file", "send", "ben", sent).expect(0)
    ben.run("receive").expect(0)
    row, = ben.json("file", "list", "ada").expect(0).rows
    ben.run("file", "save", "ada", row["id"], os.path.join(world.root, "saved")).expect(0)
    assert read_file(os.path.join(world.root, "saved")) == b"a file"
    ada.run("status").expect(0)
    read, write = os.pipe()
    os.write(write, b"another passphrase of ada\n")
    os.close(write)
    ada.run("passphrase", "--new-passphrase-fd", str(read), pass_fds=(read,)).expect(0)
    os.close(read)
    ada.passphrase = "another passphrase of ada"
    # What only a server has is refused by the verb.
    ada.run("pin")
    # Over XMPP it is the first that speaks to somebody else: nobody is there, and nothing is left.
    xmpp = Traced(world, "cat", make=False)
    read, write = os.pipe()
    os.write(write, b"password\n")
    os.close(write)
    xmpp.run("init", "xmpp", "cat@localhost", "--server", "127.0.0.1:1", "--kdf", "floor",
             "--password-fd", str(read), pass_fds=(read,)).expect(6)
    os.close(read)
    assert not os.path.exists(xmpp.home), os.listdir(xmpp.home)
    ada.run("wipe", "--yes").expect(0)


def run_shared(ada, theirs):
    """The others, by the process of the interface."""
    shared = Told(ada.world, ada.name, home=ada.home, make=False)
    own = ada.json("id").expect(0).rows[0]["device"]
    shared.run("verify", "ben").expect(0)
    # The screen may have shown what there was to receive.
    assert shared.run("receive").code in (0, 7)
    for words in (("id",), ("history", "ben"), ("contact", "list"), ("settings",), ("set", "lock_idle", "3m"),
                  ("contact", "mute", "ben", "1h"),
                  ("contact", "unmute", "ben"), ("contact", "block", "ben"),
                  ("contact", "blocked"), ("contact", "unblock", "ben"), ("contact", "set", "ben", "receipts", "on"),
                  ("contact", "rule", "ben", "first"), ("group", "create", "team", "ben"),
                  ("group", "list"), ("group", "remove", "team", "ben"), ("group", "add", "team", "ben"),
                  ("group", "leave", "team"), ("trust", "ben", str(theirs), "trusted"),
                  ("devices",), ("journal",), ("journal", "verify"), ("clock",), ("clock", "confirm"),
                  ("expire", "ben", "1h"), ("erase", "--verify"), ("repair", "ben"), ("contact", "add", "cat")):
        shared.run(*words).expect(0)
    shared.run("search", input="quartzite").expect(0)
    # What only a server has may be refused by the verb, not by the sandbox.
    for words in (("contact", "requests"), ("contact", "accept", "ben"), ("contact", "decline", "ben"),
                  ("group", "join", "x@y"), ("devices", "revoke", str(own))):
        shared.run(*words)
    shared.run("contact", "remove", "ben").expect(0)
    shared.run("devices", "renew")


# -- screens ----------------------------------------------------------------------------------------

class Interface(Tmux):
    """Somebody's interface; MORE comes behind it on the command line."""

    def __init__(self, world, person, more=""):
        super().__init__(world)
        self.trace = os.path.join(world.root, "trace-interface")
        self.size = ("-x", "120", "-y", "40")
        self("new-session", "-d", "-s", self.target, *self.size, "exec bash --norc --noprofile")
        self.line(f"clear; env -u TMUX -u TMUX_PANE {' '.join(traced(self.trace))} {SOTTO} --home {person.home} "
                  f"{more}; echo ended $?")

    def leaves(self):
        wait_for(lambda: "ended 0" in self.text() or self.keys("C-q"), "the interface's end", 30)


def states_of(person):
    return person.json("status").expect(0).rows[0]["process"]


def check_states(states, broker):
    for name in ("system_calls", "file_system", "devices", "tcp", "other_processes"):
        assert states[name] in ("on", "not available"), states
    assert states["broker"] == broker, states


def sections():
    text = subprocess.run([SOTTO, "generate", "man-keys"], capture_output=True, text=True, check=True).stdout
    return {line[len(".SH In "):] for line in text.splitlines() if line.startswith(".SH In ")}


def go_through(interface):
    for way, shown, back in SCREENS:
        if way and way.startswith(":"):
            interface.keys("M-x")
            wait_for(lambda: interface.text().rstrip().endswith(":"), "the command line")
            interface.line(way[1:])
        elif way:
            interface.keys(way)
        interface.shows(shown, 30)
        if back:
            interface.keys(back)
            wait_for(lambda: shown not in interface.text(), f"the end of {shown}")


def unlock(interface):
    interface.keys("Enter")
    interface.shows("Passphrase:", 30)
    interface.line(PASSPHRASE)
    interface.shows("Contacts", 60)


def test_screens(world):
    assert sections() == SECTIONS, sections()
    ada, ben = world.person("ada"), world.person("ben")
    set_settings(ada, "screen_mode = open\nveil_idle = off\n")
    ben.send("ada", "the word is quartzite")
    theirs = ben.json("id").expect(0).rows[0]["device"]
    interface = Interface(world, ada, f"--passphrase-fd 3 3<{passphrase_file(world)}")
    try:
        interface.shows(" ben", 60)
        go_through(interface)
        unlock(interface)
        # The whole job stops, and goes on; the control socket answers behind it.
        interface.keys("C-z")
        interface.shows("Stopped", 30)
        interface.line("clear; fg; echo ended $?")
        interface.shows("Locked", 30)
        unlock(interface)
        check_states(states_of(ada), "on")
        run_shared(ada, theirs)
        interface.leaves()
        assert "time_format=iso" in read_file(os.path.join(ada.home, "config")).decode().replace(" ", "")
        assert not refused(interface.trace), refused(interface.trace)
        # The control: what libraries try is found the same way.
        assert not STRACE or refused(interface.trace, ())
    finally:
        interface.kill()


def answer_questions(world, interface):
    first_run.on_spool(interface, "ada", world.spool)
    interface.shows("Nobody here yet.", 60)


def test_first_run(world):
    """It is confined before anything of others is read, like every other run; and given up, nothing is left of it."""
    ada = Person(world, "ada", make=False)
    interface = Interface(world, ada)
    try:
        first_run.place(interface, "ada", world.spool)
        first_run.settle(interface)
        interface.shows("Passphrase:", 30)
        # The control: there was something.
        assert os.path.isdir(ada.home) and os.path.isdir(world.spool)
        interface.keys("C-c")
        interface.shows("ended", 30)
        wait_for(lambda: not os.path.exists(ada.home) and not os.path.exists(world.spool), "nothing left")
    finally:
        interface.kill()
    interface = Interface(world, ada)
    try:
        answer_questions(world, interface)
        check_states(states_of(ada), "on")
        # This session receives like every later one: somebody else's message comes by itself.
        world.person("ben").send("ada", "is this the first session?")
        interface.shows("1 unread", 30)
        interface.leaves()
        assert not refused(interface.trace), refused(interface.trace)
    finally:
        interface.kill()
    check_states(states_of(ada), "off")


# -- what is written for the next start -----------------------------------------------------------------

def test_places(world):
    """The note lies where a confined process can write: it can't make the next start open more."""
    ada = world.person("ada")
    note = os.path.join(ada.home, "note")
    true = read_file(note)
    elsewhere = os.path.join(world.root, "elsewhere")
    os.mkdir(elsewhere)
    ada.run("id").expect(0)
    write_file(note, true.replace(world.spool.encode(), elsewhere.encode()))
    result = ada.run("id").expect(5)
    assert elsewhere in result.err and world.spool in result.err, result.err
    write_file(note, b"[account]\ncarrier=xmpp\n")
    assert ada.run("id").expect(5).err
    # Without one it goes on as it was, and there is one again.
    os.unlink(note)
    check_states(states_of(ada), "off")
    ada.run("id").expect(0)
    assert read_file(note) == true
    # Nor is anything removed where it says.
    third = shutil.copytree(world.spool, os.path.join(world.root, "third"))
    devices = os.path.join(third, "ada", "devices")
    kept = os.listdir(devices)
    write_file(note, true.replace(world.spool.encode(), third.encode()))
    result = ada.run("wipe", "--yes").expect(1)
    assert third in result.err and kept and os.listdir(devices) == kept, result.err
    # A profile that is made anew may be elsewhere; the control: there it is removed.
    ada.run("init", "local", "--name", "ada", "--spool", elsewhere, "--kdf", "floor").expect(0)
    ada.run("id").expect(0)
    ada.run("wipe", "--yes").expect(0)
    assert os.listdir(elsewhere) == [], os.listdir(elsewhere)
    # Where one of two folders can't be made, the other one isn't left.
    dee = Person(world, "dee", make=False)
    assert "/proc/x" in dee.run("init", "local", "--spool", "/proc/x").expect(1).err
    assert not os.path.exists(dee.home)


def check_verbs():
    # The demo has a test of its own, and one by hand: it is the interface.
    left = {"demo"} | ({"init local"} if FIRST_RUN else set())
    missing = all_verbs() - USED - left
    assert not missing, f"not run: {missing}"


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_") and (len(sys.argv) < 2 or name in sys.argv[1:]):
            with World() as a_world:
                test(a_world)
            print("ok", name)
    if len(sys.argv) < 2:
        check_verbs()

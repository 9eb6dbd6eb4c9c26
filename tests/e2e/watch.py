"""Who watches the terminal: real recorders are found, renamed ones too, and an ordinary terminal is clear."""
import json
import os
import pty
import random
import select
import shutil
import subprocess

from _terminal import Terminal
from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, display, skip, wait_for

# What others may have left in the environment, and is a finding.
STRANGERS = ("SSH_", "STY", "ASCIINEMA", "LD_", "WINDOW")
ENV = {key: value for key, value in os.environ.items() if not key.startswith(("TMUX", *STRANGERS))}
ENV.update(LC_ALL="C.UTF-8", TERM="xterm-256color", SHELL="/bin/sh")


def need(program):
    if not shutil.which(program):
        print("not tried:", program, "isn't installed")
        return False
    return True


def on_pty(argv, env=ENV):
    """Run ARGV on a terminal of its own until it ends; that terminal is this process's to read."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, env)
    while select.select([fd], [], [], 60)[0]:
        try:
            if not os.read(fd, 65536):
                break
        except OSError:
            break
    os.close(fd)
    os.waitpid(pid, 0)


class Place:
    def __init__(self, world):
        self.world = world
        self.person = world.person("alice")
        self.count = 0

    def path(self, name):
        return os.path.join(self.world.root, name)

    def asking(self):
        """A script that asks for the status here; and where the answer will be."""
        self.count += 1
        out, script = self.path(f"out{self.count}"), self.path(f"ask{self.count}")
        with open(script, "w") as file:
            file.write(f"#!/bin/sh\n{SOTTO} --home {self.person.home} --json status >{out}.new\n"
                       f"mv {out}.new {out}\n")
        os.chmod(script, 0o755)
        return script, out

    def seen(self, make, env=ENV):
        """The status as it is on the terminal that the words of MAKE(script) open."""
        script, out = self.asking()
        on_pty(make(script), env)
        with open(out) as file:
            return json.load(file)

    def in_tmux(self, before=None):
        script, out = self.asking()
        server = Tmux(self.world, without=STRANGERS, TERM="xterm-256color", SHELL="/bin/sh")
        server("new-session", "-d", "-s", "tui", "-x", "80", "-y", "24", "sh")
        if before:
            server(*before)
        server.line(script)
        wait_for(lambda: os.path.exists(out), "the answer in tmux")
        server.kill()
        with open(out) as file:
            return json.load(file)


def expect(row, verdict, word=None):
    assert row["watch"] == verdict, row
    assert not word or any(word in finding for finding in row["watch_findings"]), row


def test_clear(place):
    expect(place.seen(lambda script: [script]), "clear")
    if need("tmux"):
        expect(place.in_tmux(), "clear")


def test_script(place):
    row = place.seen(lambda script: ["script", "-q", "-c", script, place.path("typescript")])
    expect(row, "recorded", "script")


def test_said_above_the_question(place):
    """Who watches is said before the passphrase is asked for, and nothing where nobody does."""
    set_settings(place.person, "")
    for recorder, is_said in ((["script", "-q", "-c"], True), (["sh", "-c"], False)):
        command = f"{SOTTO} --home {place.person.home}"
        more = [place.path("typescript3")] if is_said else []
        terminal = Terminal([*recorder, command, *more], env=ENV)
        terminal.wrote(b"Passphrase: ")
        said = terminal.written.find(b"This terminal is recorded: ")
        assert (0 <= said < terminal.written.index(b"Passphrase: ")) == is_said, terminal.written
        terminal.type(b"\x03")
        terminal.end()


def test_renamed_script(place):
    other = place.path("notepad")
    shutil.copy(shutil.which("script"), other)
    row = place.seen(lambda script: [other, "-q", "-f", "-c", script, place.path("typescript2")])
    # Its name tells nothing, and it grows with the canary all the same.
    expect(row, "recorded", "notepad")
    set_settings(place.person, "watch_refuse = recorded\n")
    word, out = passphrase_file(place.world), place.path("refused")
    ask = place.path("open")
    with open(ask, "w") as file:
        file.write(f"#!/bin/sh\n{SOTTO} --home {place.person.home} --passphrase-fd 3 3<{word} 2>{out}\n"
                   f"echo $? >>{out}\n")
    os.chmod(ask, 0o755)
    on_pty([other, "-q", "-f", "-c", ask, place.path("typescript3")])
    with open(out) as file:
        said = file.read()
    os.unlink(os.path.join(place.person.home, "config"))
    assert said.endswith("4\n") and "watch_refuse" in said, said


def test_asciinema(place):
    if need("asciinema"):
        row = place.seen(lambda script: ["asciinema", "rec", "-q", "-c", script, place.path("cast")])
        expect(row, "recorded", "asciinema")


def test_ttyrec(place):
    if need("ttyrec"):
        row = place.seen(lambda script: ["ttyrec", "-e", script, place.path("ttyrecord")])
        expect(row, "recorded", "ttyrec")


def test_screen_log(place):
    if not need("screen"):
        return
    env = dict(ENV, SCREENDIR=place.path("screens"))
    os.mkdir(env["SCREENDIR"], 0o700)
    name = f"w{random.randint(0, 10**9)}"
    row = place.seen(lambda script: ["screen", "-L", "-Logfile", place.path("screenlog"), "-S", name,
                                     script], env)
    expect(row, "recorded", "screen")
    row = place.seen(lambda script: ["screen", "-S", name + "b", script], env)
    expect(row, "clear")


def test_pipe_pane(place):
    if need("tmux"):
        row = place.in_tmux(["pipe-pane", "-t", "tui", f"cat >{place.path('piped')}"])
        expect(row, "recorded", "pipe-pane")


def test_strace(place):
    if need("strace"):
        row = place.seen(lambda script: ["strace", "-f", "-o", place.path("trace"), script])
        expect(row, "recorded", "strace")


def test_xterm(place):
    if not need("Xvfb") or not need("xterm"):
        return
    with display() as name:
        script, out = place.asking()
        subprocess.run(["xterm", "-e", script], env=dict(ENV, DISPLAY=name), timeout=60, check=True)
        with open(out) as file:
            expect(json.load(file), "clear")


if not shutil.which("script"):
    skip("script isn't installed")
for name, test in list(globals().items()):
    if name.startswith("test_"):
        with World() as world:
            test(Place(world))
        print("ok", name)

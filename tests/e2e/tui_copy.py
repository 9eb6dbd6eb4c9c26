"""Words copied out of the screen: into tmux's buffer, or the terminal's clipboard; and gone again."""
import base64
import os
import shutil
import signal
import subprocess

from _terminal import Terminal
from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, skip, wait_for

LINK = "https://wiki.example.org/okapi"
WORDS = f"zebra see {LINK}"
OPEN = "screen_mode = open\nveil_idle = off\n"
CLEAR = b"\x1b]52;c;\x1b\\"


def clipboard(text):
    return b"\x1b]52;c;" + base64.b64encode(text.encode()) + b"\x1b\\"


class Copying(Tmux):
    """The interface in tmux, with a tmux in front of the real one that writes down its arguments."""

    def __init__(self, world, person):
        super().__init__(world)
        self.log = os.path.join(world.root, "arguments")
        before = os.path.join(world.root, "bin")
        os.makedirs(before, exist_ok=True)
        with open(os.path.join(before, "tmux"), "w") as script:
            script.write(f"#!/bin/sh\necho \"$*\" >>{self.log}\nexec {shutil.which('tmux')} \"$@\"\n")
        os.chmod(script.name, 0o755)
        # Terminals that nobody is attached to can't be captured from outside tmux: it is clear then.
        self("new-session", "-d", "-s", self.target, "-x", "100", "-y", "30",
             f"PATH={before}:$PATH exec {SOTTO} --home {person.home} --passphrase-fd 3 3<{passphrase_file(world)}")

    def buffer(self):
        done = subprocess.run(["tmux", "-S", self.socket, "save-buffer", "-b", "sotto", "-"], env=self.env,
                              capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    def is_gone(self):
        wait_for(lambda: self.buffer() is None, "tmux's buffer being deleted")

    def open(self):
        self.shows("alice")
        wait_for(self.is_known, "knowing who watches")
        self.keys("Enter")
        self.shows("Write to alice")
        self.keys("C-x", "b")

    def copy(self, text, *keys):
        self.keys(*keys)
        wait_for(lambda: self.buffer() == text, f"{text} in tmux's buffer")
        self.shows("Copied to tmux's buffer \"sotto\"; cleared in 30 s.")


def test_tmux(world, alice, bob):
    """The words are never an argument; they go at a lock, with their message, and when sotto is killed."""
    set_settings(bob, OPEN)
    tmux = Copying(world, bob)
    try:
        tmux.open()
        tmux.copy(WORDS, "y")
        tmux.copy(LINK, "o", "1")
        bob.run("erase", "alice", "--yes", passphrase=False).expect(0)
        tmux.is_gone()
        alice.send("bob", WORDS)
        tmux.shows("zebra")
        tmux.keys("Up")
        tmux.copy(WORDS, "y")
        tmux.keys("M-l")
        tmux.is_gone()
        tmux.shows("Locked")
    finally:
        tmux.kill()
    with open(tmux.log) as log:
        arguments = log.read()
    # tmux's own timer, for when nobody of sotto's is left.
    assert "load-buffer -b sotto - ; run-shell -b" in arguments, arguments
    assert "load-buffer -b sotto -" in arguments and "delete-buffer -b sotto" in arguments, arguments
    assert "zebra" not in arguments and "okapi" not in arguments, arguments


def test_killed(world, alice, bob):
    """Its parent takes them out of tmux."""
    set_settings(bob, OPEN)
    tmux = Copying(world, bob)
    try:
        tmux("set", "-g", "remain-on-exit", "on")
        tmux.open()
        tmux.copy(WORDS, "y")
        child = subprocess.run(["pgrep", "-P", tmux.value("pane_pid"), "sotto"], capture_output=True,
                               text=True, check=True).stdout.split()
        os.kill(int(child[0]), signal.SIGKILL)
        tmux.is_gone()
    finally:
        tmux.kill()


def start(world, person, more=""):
    set_settings(person, OPEN + more)
    file = os.open(passphrase_file(world), os.O_RDONLY)
    terminal = Terminal([SOTTO, "--home", person.home, "--passphrase-fd", str(file)], pass_fds=(file,))
    os.close(file)
    terminal.wrote(b"alice")
    terminal.type(b"\r")
    terminal.wrote(b"Write to alice")
    # As long as it isn't known who watches nothing is shown, or copied.
    terminal.wrote(b"zebra")
    terminal.type(b"\x18b")
    return terminal


def test_clipboard(world, alice, bob):
    """Asked once; cleared at a lock, but not where the focus was elsewhere meanwhile."""
    terminal = start(world, bob)
    terminal.type(b"y")
    terminal.wrote(b"your terminal's clipboard")
    assert b"\x1b]52" not in terminal.written
    terminal.type(b"y")
    terminal.wrote(clipboard(WORDS))
    terminal.wrote(b"Given to the terminal for its clipboard")
    with open(os.path.join(bob.home, "config")) as config:
        assert "copy=yes" in config.read().replace(" ", "")
    assert CLEAR not in terminal.written
    terminal.type(b"\x1bl")
    terminal.wrote(CLEAR)
    terminal.type(b"\x11")
    terminal.end()

    terminal = start(world, bob, "copy = yes\n")
    terminal.type(b"o")
    terminal.wrote(b"a digit copies")
    terminal.type(b"1")
    terminal.wrote(clipboard(LINK))
    terminal.type(b"\x1b[O\x1b[I\x1bl")
    terminal.wrote(b"keys are gone")
    terminal.type(b"\x11")
    terminal.end()
    assert CLEAR not in terminal.written


def main():
    if not shutil.which("tmux"):
        skip("tmux isn't here")
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        alice.send("bob", WORDS)
        bob.receive()
        bob.send("alice", "hello")
        alice.receive()
        bob.run("erase", "alice", "--yes").expect(0)
        alice.send("bob", WORDS)
        bob.receive()
        test_killed(world, alice, bob)
        test_clipboard(world, alice, bob)
        test_tmux(world, alice, bob)


main()

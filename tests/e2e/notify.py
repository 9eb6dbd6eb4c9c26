"""Notifications, by a real daemon on a private bus under Xvfb: how much they say, and a bus that is dead or slow."""
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, display, patience, skip, wait_for

NEEDED = ["busctl", "tmux", "Xvfb", "dunst", "dunstctl", "dbus-run-session"]
HOSTILE = "zebra <b>bold</b> & \u202egnp\u202c;x"


class Interface(Tmux):
    """Bob's interface in a tmux of its own, with MORE in his settings."""

    def __init__(self, world, person, more="", env=None, answer=None):
        super().__init__(world, without=("SSH_",), **(env or {}))
        set_settings(person, f"screen_mode = open\nveil_idle = off\n{more}")
        self("new-session", "-d", "-s", "tui", "-x", "80", "-y", "24",
             # Nobody is attached to this tmux: who knows of it would lock when the focus goes.
             f"exec env -u TMUX -u TMUX_PANE {SOTTO} --home {person.home} "
             f"--passphrase-fd 3 3<{passphrase_file(world)}")
        if answer:
            self.shows("Type yes:", 60)
            self.line(answer)
        self.shows("alice", 60)
        # Else everything is veiled, and covered with the focus.
        wait_for(self.is_known, "who watches")
        # The terminal says that nobody looks.
        self.keys("-H", "1b", "5b", "4f")


def two(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "hello")
    bob.receive()
    bob.send("alice", "hello")
    alice.receive()
    return alice, bob


def history():
    out = subprocess.run(["dunstctl", "history"], capture_output=True, text=True).stdout
    rows = json.loads(out)["data"][0] if out.strip() else []
    return [(row["summary"]["data"], row["body"]["data"]) for row in rows]


def shown():
    """What stands on the desktop now: closed, so that it is in the history."""
    subprocess.run(["dunstctl", "close-all"], check=True)
    return history()


def told(world, more, send, env=None):
    """What is shown when SEND is called while nobody looks."""
    alice, bob = two(world)
    before = len(history())
    interface = Interface(world, bob, more, env)
    try:
        send(alice)
        return wait_for(lambda: len(shown()) > before and history(), "a notification")[0]
    finally:
        interface.close()


def test_count():
    with World() as world:
        title, text = told(world, "notify_via = desktop\n", lambda alice: alice.send("bob", HOSTILE))
    assert (title, text) == ("sotto", "1 unread message"), (title, text)


def test_sender():
    with World() as world:
        title, text = told(world, "notify_via = desktop\nnotify = sender\n",
                           lambda alice: alice.send("bob", HOSTILE))
    assert (title, text) == ("alice", "1 unread message"), (title, text)


def test_preview_is_text():
    with World() as world:
        title, text = told(world, "notify_via = desktop\nnotify = preview\n",
                           lambda alice: alice.send("bob", HOSTILE))
    assert title == "alice" and text.startswith("zebra "), (title, text)
    # Markup came as text (dunst writes down what was sent, escapes and all), and the bidi control
    # as a visible name.
    assert "\u202e" not in text and "U+202E" in text, text
    assert "<b>" not in text and "&lt;b&gt;bold&lt;/b&gt; &amp; " in text, text


def test_forced_down():
    quiet = "notify_via = desktop\nnotify = preview\n"
    with World() as world:
        title, text = told(world, quiet, lambda alice: alice.send("bob", "zebra"),
                           {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"})
        assert (title, text) == ("sotto", "1 unread message"), (title, text)
    with World() as world:
        title, text = told(world, quiet + "screen_mode = veil\n", lambda alice: alice.send("bob", "zebra"))
        assert (title, text) == ("sotto", "1 unread message"), (title, text)
    with World() as world:
        title, text = told(world, quiet, lambda alice: alice.run("send", "bob", "--sealed", "zebra"))
        assert "zebra" not in title + text, (title, text)


def slow_bus(path):
    """A bus that takes what is sent and never answers."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)

    def serve():
        kept = []
        while True:
            kept.append(listener.accept()[0])
    threading.Thread(target=serve, daemon=True).start()


def test_bus_that_never_answers():
    with World() as world:
        alice, bob = two(world)
        path = os.path.join(world.root, "bus")
        slow_bus(path)
        for address in (path, path + "-nobody"):
            interface = Interface(world, bob, "notify_via = desktop\n",
                                  {"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + address})
            alice.send("bob", "while the bus hangs")
            interface.shows("while the bus", 60)
            began = time.monotonic()
            interface.keys("F1")
            interface.shows("Help")
            assert time.monotonic() - began < patience(2)
            # Libraries' complaints aren't drawn over the screen.
            assert "libnotify" not in interface.text(), interface.text()
            interface.close()


def hook(path):
    return ("notify_via = hook\nnotify_hook = echo \"$SOTTO_UNREAD|$SOTTO_TITLE|$SOTTO_TEXT\" "
            f">{path}.new; mv {path}.new {path}\n")


def is_run(interface, alice, path):
    """Whether a hook makes the file; the message is there by then, and the broker had another one to start."""
    for text in ("zebra", "okapi"):
        alice.send("bob", text)
    interface.shows("okapi", 60)
    try:
        wait_for(lambda: os.path.exists(path), "the hook", 2)
        return True
    except AssertionError:
        return False


def test_hook():
    """It is run once the user has confirmed it, and asked about again when it is another one."""
    with World() as world:
        alice, bob = two(world)
        path, other = os.path.join(world.root, "hooked"), os.path.join(world.root, "other")
        interface = Interface(world, bob, hook(path), answer="yes")
        alice.send("bob", "zebra")
        wait_for(lambda: os.path.exists(path), "the hook")
        with open(path) as file:
            assert file.read() == "1|sotto|1 unread message\n"
        interface.close()
        os.unlink(path)
        # Once is enough.
        interface = Interface(world, bob, hook(path))
        assert is_run(interface, alice, path)
        interface.close()
        # Whoever took over the process could have written that one.
        interface = Interface(world, bob, hook(other), answer="no")
        assert not is_run(interface, alice, other)
        interface.close()


def inside():
    """On the private bus, with a display."""
    daemon = subprocess.Popen(["dunst"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: subprocess.run(["dunstctl", "history"], capture_output=True).returncode == 0,
                 "the daemon")
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test()
                print("ok", name)
    finally:
        daemon.terminate()


def outside():
    """The display first: the bus hands its environment to whatever it starts."""
    with display() as name:
        os.environ["DISPLAY"] = name
        return subprocess.run(["dbus-run-session", "--", sys.executable, __file__, "inside"]).returncode


if __name__ == "__main__":
    for program in NEEDED:
        if not shutil.which(program):
            skip(program + " isn't installed")
    if len(sys.argv) > 1:
        inside()
    else:
        sys.exit(outside())

"""Whoever looks elsewhere is told: where the terminal says nothing of its focus, in tmux, in screen."""
import os
import re
import shutil
import signal
import time

from _terminal import Terminal
from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, skip, wait_for

BELL = b"\a"
OPEN = "screen_mode = open\nveil_idle = off\nnotify_via = bell\n"
ATTENDED = 5  # seconds without a key


def two(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "hello")
    bob.receive()
    bob.send("alice", "hello")
    alice.receive()
    return alice, bob


def start(world, person, more="", typed=b"", options=(), shows=b"alice", **env):
    """The interface on a terminal of its own; what is TYPED answers its first question."""
    set_settings(person, OPEN + more)
    file = os.open(passphrase_file(world), os.O_RDONLY)
    terminal = Terminal([SOTTO, "--home", person.home, "--passphrase-fd", str(file), *options], pass_fds=(file,),
                        env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", **env})
    os.close(file)
    if typed:
        terminal.wrote(b"Type yes: ")
        terminal.type(typed)
    terminal.wrote(shows)
    return terminal


def hook(path):
    return f"notify_hook = echo \"$SOTTO_UNREAD|$SOTTO_TITLE|$SOTTO_TEXT\" >>{path}\n"


def lines(path):
    """What the hook has written."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().splitlines()


def end(terminal):
    # Where nobody could tell in time who watches it was covered, and its first key uncovers it.
    terminal.type(b"\x1b[I")
    terminal.type(b"\x11")
    terminal.process.wait(20)


def titles(written):
    return re.findall(rb"\x1b\]2;(.*?)\x1b\\", written)


def bells(written):
    """Not those that end a sequence."""
    return re.sub(rb"\x1b\].*?(\a|\x1b\\)", b"", written).count(BELL)


def test_unknown_focus(world, alice, bob):
    """After 5 s without a key, and not before; the hook at every message; the count in the title, no name."""
    path = os.path.join(world.root, "hooked")
    terminal = start(world, bob, hook(path), typed=b"yes\n")
    since = len(terminal.written)
    terminal.type(b"\x1b[B")
    pressed = time.monotonic()
    alice.send("bob", "zebra")
    terminal.wrote(b"\x1b]2;sotto (1)\x1b\\", since)
    wait_for(lambda: bells(terminal.written[since:]) == 1, "a bell", 20)
    assert time.monotonic() - pressed >= ATTENDED - 0.5, "told while keys came"
    for word in ("okapi", "gnu"):
        alice.send("bob", word)
    wait_for(lambda: len(lines(path)) == 3, "the hook for each")
    rows = lines(path)
    assert rows[0] == "1|sotto|1 unread message" and rows[-1].startswith("3|sotto|"), rows
    assert set(titles(terminal.written)) <= {b"sotto", b"sotto (1)", b"sotto (2)", b"sotto (3)"}
    # Locked: not even a number.
    terminal.type(b"\x18l")
    wait_for(lambda: titles(terminal.written)[-1] == b"sotto", "the title while locked")
    end(terminal)


def test_known_focus(world, alice, bob):
    """Where the terminal tells, at once when it is elsewhere, and never when it is here."""
    terminal = start(world, bob)
    terminal.type(b"\x1b[I")
    since = len(terminal.written)
    alice.send("bob", "here")
    terminal.wrote(b"\x1b]2;sotto (", since)
    assert bells(terminal.written[since:]) == 0
    terminal.type(b"\x1b[O")
    alice.send("bob", "elsewhere")
    wait_for(lambda: bells(terminal.written[since:]) == 1, "a bell", ATTENDED - 1)
    end(terminal)


def test_mute(world, alice, bob):
    """Nothing is told of a muted conversation, and the title doesn't count it; for a time, then for good."""
    terminal = start(world, bob)
    terminal.type(b"\x1b[O")
    since = len(terminal.written)
    def unread():
        return bob.json("contact", "list", passphrase=False).expect(0).rows[0]["unread"]
    before = unread()
    for words in (("1h",), ()):
        bob.run("contact", "mute", "alice", *words, passphrase=False).expect(0)
        alice.send("bob", "muted")
        before += 1
        wait_for(lambda: unread() == before, "the message")
    wait_for(lambda: titles(terminal.written)[-1] == b"sotto", "a title without a count")
    row = bob.json("contact", "list", passphrase=False).expect(0).rows[0]
    assert row["muted"] and row["muted_until"] is None, row
    # One definition: title, `status`, the hook.
    status = bob.json("status", passphrase=False).rows[0]
    assert (status["unread"], status["unread_muted"]) == (0, before), status
    assert bells(terminal.written[since:]) == 0
    bob.run("contact", "mute", "alice", "soon", passphrase=False).expect(2)
    # The control.
    bob.run("contact", "unmute", "alice", passphrase=False).expect(0)
    alice.send("bob", "heard")
    wait_for(lambda: bells(terminal.written[since:]) == 1, "a bell")
    end(terminal)


def test_lines(world, alice, bob):
    """--plain by the same rules; what is printed while nobody types is read with the next line."""
    path = os.path.join(world.root, "lines")
    terminal = start(world, bob, hook(path), typed=b"yes\n", options=["--plain"], shows=b" unread message")
    terminal.type(b"/open alice\n")
    terminal.wrote(b"alice> ")
    wait_for(lambda: titles(terminal.written)[-1] == b"sotto", "a title without a count")
    since = len(terminal.written)
    pressed = time.monotonic()
    alice.send("bob", "zebra")
    terminal.wrote(b"zebra", since)
    # The control: who has just typed has read it, and isn't told.
    wait_for(lambda: bob.json("status", passphrase=False).rows[0]["unread"] == 0, "that it is read")
    terminal.type(b"\n")
    pressed = time.monotonic()
    wait_for(lambda: time.monotonic() - pressed > ATTENDED + 0.1, "nobody to type", 20)
    assert bells(terminal.written[since:]) == 0 and not lines(path)
    alice.send("bob", "okapi")
    terminal.wrote(b"okapi", since)
    wait_for(lambda: bells(terminal.written[since:]) == 1, "a bell", 20)
    wait_for(lambda: lines(path) == ["1|sotto|1 unread message"], "the hook")
    terminal.wrote(b"\x1b]2;sotto (1)\x1b\\", since)
    assert bob.json("status", passphrase=False).rows[0]["unread"] == 1
    terminal.type(b"\n")
    wait_for(lambda: titles(terminal.written)[-1] == b"sotto", "that it is read")
    bob.run("contact", "mute", "alice", passphrase=False).expect(0)
    wait_for(lambda: time.monotonic() - pressed > 2 * ATTENDED + 1, "nobody to type", 20)
    alice.send("bob", "gnu")
    terminal.wrote(b"gnu", since)
    bob.run("contact", "unmute", "alice", passphrase=False).expect(0)
    assert bells(terminal.written[since:]) == 1 and len(lines(path)) == 1
    terminal.type(b"/quit\n")
    terminal.process.wait(20)
    # Every way out gives the title back.
    terminal.wrote(b"\x1b[23;0t", since)


def test_set_from_outside(world, alice, bob):
    """A session that runs takes at once what protects more or neither, and nothing that protects less."""
    terminal = start(world, bob, options=["--plain"], shows=b" unread message")
    for name, value, when, said in (("time_seconds", "on", "at once", "time_seconds is on now"),
                                    ("notify_hook", "echo a  b", "when it next starts", "from the next start"),
                                    ("control", "off", "at once", "control is off now"),
                                    ("control", "full", "protects less", "set control to full")):
        since = len(terminal.written)
        out = bob.run("set", name, value, passphrase=False).expect(0).out
        assert when in out, out
        terminal.wrote(said.encode(), since)
        if name == "control":
            bob.run("history", "alice", passphrase=False).expect(8)
    assert bob.json("settings", "notify_hook", passphrase=False).rows[0]["value"] == "echo a  b"
    terminal.type(b"/quit\n")
    terminal.process.wait(20)


def test_lines_elsewhere(world, alice, bob):
    """A terminal without titles, and a pipe, get no sequence."""
    terminal = start(world, bob, options=["--plain"], shows=b" unread message", TERM="dumb")
    terminal.type(b"/quit\n")
    terminal.process.wait(20)
    assert b"\x1b" not in terminal.written, terminal.written


def test_names_break_through(world, alice, bob):
    """In a muted group a message that names the user is told of, and no other; unless that isn't wanted."""
    alice.json("group", "create", "ops", "bob").expect(0)
    bob.receive()
    bob.run("contact", "mute", "#ops").expect(0)
    for more, rings in (("", 1), ("notify_mentions = off\n", 0)):
        path = os.path.join(world.root, "named")
        terminal = start(world, bob, more + hook(path), typed=b"yes\n" if rings else b"")
        terminal.type(b"\x1b[O")
        before = len(lines(path))
        for body in ("everybody look", "Bob, look"):
            alice.send("#ops", body)
        # What isn't muted comes behind both.
        alice.send("bob", "heard")
        wait_for(lambda: len(lines(path)) >= before + rings + 1, "the hook")
        end(terminal)
        assert len(lines(path)) == before + rings + 1, lines(path)


def test_alt(world, alice, bob):
    """Alt sends Escape first while sotto runs, and as it did before afterwards, also when it is killed."""
    for kill, was_on in ((False, False), (False, True), (True, False)):
        terminal = start(world, bob)
        terminal.wrote(b"\x1b[?1036$p")
        terminal.wrote(b"\x1b[?1036h")
        assert b"\x1b[?1036l" not in terminal.written
        terminal.type(b"\x1b[?1036;%d$y" % (1 if was_on else 2))
        if kill:
            with open(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children") as file:
                os.kill(int(file.read().split()[0]), signal.SIGKILL)
            terminal.process.wait(20)
        else:
            end(terminal)
        # What comes last at every end.
        wait_for(lambda: b"\x1b[?1004l" in terminal.written, "the modes")
        wait_for(lambda: b"\x1b[?1049l" in terminal.written, "the end of the alternate screen")
        assert (b"\x1b[?1036l" in terminal.written) != was_on, terminal.written


class Shell(Tmux):
    """A shell in tmux, as it comes: without focus events."""

    def __init__(self, world):
        super().__init__(world, without=("SSH_", "STY"), DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
        self("new-session", "-d", "-s", "tui", "-x", "80", "-y", "24", "sh")

    def started(self, person, world, before=""):
        self.line(f"{before} {SOTTO} --home {person.home} --passphrase-fd 3 3<{passphrase_file(world)}")
        self.shows("Contacts", 60)


def test_tmux(world, alice, bob):
    """Another window in front: tmux shows the alert of this one, though its focus events are off."""
    set_settings(bob, OPEN)
    shell = Shell(world)
    try:
        shell.started(bob, world)
        shell("new-window", "-t", "tui:", "sleep 600")
        shell("set", "-g", "monitor-bell", "on")
        alice.send("bob", "zebra")
        wait_for(lambda: shell("display-message", "-p", "-t", "tui:0", "#{window_bell_flag}").strip() == "1",
                 "the alert", 20)
        shell.target = "tui:0"
        title = shell.value("pane_title")
        assert re.fullmatch(r"sotto \(\d+\)", title), title
    finally:
        shell.kill()


def test_screen(world, alice, bob):
    """Detached from screen it locks; the bell comes through it while another window is in front."""
    if not shutil.which("screen"):
        print("skipped: screen isn't installed")
        return
    set_settings(bob, OPEN)
    shell = Shell(world)
    name = f"sotto-{os.getpid()}"
    socket = f"{bob.home}/control"
    try:
        shell.line(f"env -u TMUX -u TMUX_PANE TERM=xterm-256color screen -c /dev/null -S {name} sh")
        wait_for(lambda: name in os.popen("screen -ls").read(), "a screen")
        shell.line(f"{SOTTO} --home {bob.home} --passphrase-fd 3 3<{passphrase_file(world)}")
        shell.shows("Contacts", 60)
        assert not bob.json("status", passphrase=False).rows[0]["locked"] and os.path.exists(socket)
        shell.keys("C-a", "c")
        shell.shows("$" if os.getuid() else "#")
        alice.send("bob", "zebra")
        shell.shows("Bell in window 0")
        shell.keys("C-a", "d")
        wait_for(lambda: bob.json("status", passphrase=False).rows[0]["locked"], "the lock")
    finally:
        os.system(f"screen -S {name} -X quit >/dev/null")
        shell.kill()


if __name__ == "__main__":
    if not shutil.which("tmux"):
        skip("tmux isn't installed")
    with World() as the_world:
        people = two(the_world)
        for case, test in list(globals().items()):
            if case.startswith("test_"):
                test(the_world, *people)
                print("ok", case)

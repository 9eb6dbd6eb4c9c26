"""A terminal that takes nothing (C-s, ssh over a dead line, a stopped tmux client) holds nothing up: it is locked, it
ends, the terminal is put in order, and when it goes on it isn't given what it was kept from."""
import ctypes
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from _tmux import set_settings
from _world import SOTTO, World, wait_for

WORD = b"quartzite"
# What a duty of security may take on a busy machine, the terminal standing still.
SOON = 5
ROWS, COLS = 50, 180
# What the kernel has handed to the other side of a pseudo-terminal can't be taken back.
HANDED = 4096
PR_SET_NAME = 15


def own_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


class Terminal:
    """The interface of PERSON on a terminal that is read only when somebody here asks for something."""

    def __init__(self, person, *options):
        self.person = person
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self.flags = fcntl.fcntl(self.slave, fcntl.F_GETFL)
        read, write = os.pipe()
        os.write(write, (person.passphrase + "\n").encode())
        os.close(write)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("TMUX", "STY", "SSH_"))}
        environment.update(LC_ALL="C.UTF-8", TERM="xterm-256color")
        self.process = subprocess.Popen([SOTTO, "--home", person.home, "--passphrase-fd", str(read), *options],
                                        stdin=self.slave, stdout=self.slave, stderr=self.slave, pass_fds=(read,),
                                        start_new_session=True, preexec_fn=own_terminal, env=environment)
        os.close(read)

    @property
    def child(self):
        return children(self.process.pid)[0]

    def read(self, what=None, quiet=0.3):
        """All that comes, until WHAT has come; or, without it, until nothing comes for a while."""
        got, end = b"", time.monotonic() + 20
        while not (what and what in got):
            ready = select.select([self.master], [], [], quiet if what is None else max(0, end - time.monotonic()))[0]
            if not ready:
                assert what is None, f"waited in vain for {what}: {got}"
                break
            try:
                got += os.read(self.master, 65536)
            except OSError:
                break
        return got

    def type(self, keys):
        os.write(self.master, keys)

    def is_full(self):
        """The kernel has room for nothing more, so that whoever writes would wait."""
        fd = os.open(os.ttyname(self.slave), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return not select.select([], [fd], [], 0)[1]
        finally:
            os.close(fd)

    def fill(self, keys=b"\x0c"):
        """Have it drawn again and again, and read nothing; the kernel still moves some of it about."""
        full = 0

        def more():
            nonlocal full
            self.type(keys)
            full = full + 1 if self.is_full() else 0
            return full > 20
        wait_for(more, "a full terminal")

    def status(self):
        return self.person.json("status", passphrase=False, timeout=20).expect(0).rows[0]

    def locks_soon(self):
        wait_for(lambda: self.status()["locked"], "the lock", SOON)

    def ends_soon(self):
        self.process.wait(SOON)
        assert termios.tcgetattr(self.slave) == self.modes, "the terminal's modes"
        self.is_untouched()

    def is_untouched(self):
        flags = fcntl.fcntl(self.slave, fcntl.F_GETFL)
        assert flags == self.flags, f"the shell's terminal has flags {flags:o}, not {self.flags:o}"

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def opened(person):
    """With the conversation open, in which the word stands, and then nobody reads any more."""
    terminal = Terminal(person)
    terminal.read(b"ben")
    terminal.type(b"\r")
    terminal.read(WORD)
    terminal.fill()
    assert not terminal.status()["locked"]
    return terminal


def cut_off(text):
    """Behind the sign that what came before was cut short: nothing but what was handed over stands before."""
    before, mark, after = text.partition(b"\x18")
    assert mark and len(before) <= HANDED, f"{len(before)} bytes before"
    assert WORD not in after, after
    return after


def test_controls(ada):
    """What was drawn before is read afterwards where nothing locks; and a flag would be found."""
    terminal = opened(ada)
    before = terminal.read()
    assert WORD in before and len(before) > HANDED, len(before)
    terminal.is_untouched()
    copy = os.dup(terminal.slave)
    fcntl.fcntl(copy, fcntl.F_SETFL, terminal.flags | os.O_NONBLOCK)
    try:
        terminal.is_untouched()
        raise RuntimeError("nobody sees flags")
    except AssertionError:
        fcntl.fcntl(copy, fcntl.F_SETFL, terminal.flags)
    os.close(copy)
    terminal.type(b"\x11")
    terminal.read(b"\033[?1049l")
    terminal.ends_soon()
    terminal.close()


def locks(ada, how):
    terminal = opened(ada)
    how(terminal)
    terminal.locks_soon()
    # The terminal goes on: it never gets what it was kept from.
    after = cut_off(terminal.read(b"C-q leaves"))
    assert b"\033[H\033[2J" in after.split(b"Locking")[0], "not painted as a whole"
    terminal.process.send_signal(signal.SIGTERM)
    terminal.ends_soon()
    assert WORD not in terminal.read(), "after the end"
    terminal.close()


def test_hangup(ada):
    locks(ada, lambda terminal: os.kill(terminal.child, signal.SIGHUP))


def test_lock_key(ada):
    locks(ada, lambda terminal: terminal.type(b"\x18l"))


def ends(ada, how):
    terminal = opened(ada)
    child = terminal.child
    how(terminal)
    terminal.ends_soon()
    wait_for(lambda: is_gone(child), "the end of the interface")
    assert b"\033[?1049l" in cut_off(terminal.read())
    terminal.close()


def test_ends(ada):
    ends(ada, lambda terminal: terminal.process.send_signal(signal.SIGTERM))
    ends(ada, lambda terminal: os.kill(terminal.child, signal.SIGTERM))
    ends(ada, lambda terminal: terminal.type(b"\x11"))
    ends(ada, lambda terminal: os.kill(terminal.child, signal.SIGKILL))
    ends(ada, lambda terminal: os.kill(terminal.child, signal.SIGSEGV))


def test_goes_on(ada, ben):
    """What came meanwhile is there, and becomes read only then."""
    terminal = opened(ada)
    ben.send("ada", "feldspar came while nobody read")
    wait_for(lambda: terminal.status()["unread"] == 1, "what nobody has seen")
    terminal.fill()
    assert terminal.status()["unread"] == 1, "nobody has seen it"
    terminal.read(b"feldspar")
    wait_for(lambda: terminal.status()["unread"] == 0, "reading")
    terminal.type(b"\x11")
    terminal.read(b"\033[?1049l")
    terminal.ends_soon()
    terminal.close()


def test_lines(ada, ben):
    """--plain: what wasn't printed isn't read, and the end comes all the same."""
    terminal = Terminal(ada, "--plain")
    terminal.read(b"/help lists")
    terminal.type(b"/open ben\n")
    terminal.read(b"feldspar")

    terminal.fill(b"/help\n")
    ben.send("ada", "gypsum came while nothing was printed")
    ben.send("ada", "marble too")
    wait_for(lambda: terminal.status()["unread"] == 2, "what nobody has seen")
    assert b"gypsum" not in terminal.read(b"2 messages have come")
    assert terminal.status()["unread"] == 2
    terminal.fill(b"/help\n")
    terminal.process.send_signal(signal.SIGTERM)
    terminal.ends_soon()
    terminal.close()


def test_idle_lines(terminal):
    """It locks by itself in lines too, says so, and opens again."""
    wait_for(lambda: terminal.status()["locked"], "the idle lock", 10 + SOON)
    text = terminal.read(b"Passphrase: ")
    assert text.index(b"Locking") < text.index(b"Locked."), text
    terminal.type(terminal.person.passphrase.encode() + b"\n")
    terminal.read(b"/help lists")
    assert not terminal.status()["locked"]
    terminal.type(b"/quit\n")
    terminal.ends_soon()
    terminal.close()


def test_stopped(terminal):
    """Its child stopped: told to end, the broker waits for it, but not for ever."""
    terminal.process.wait(8 + SOON)
    assert terminal.process.returncode == 128 + signal.SIGKILL
    terminal.ends_soon()
    terminal.close()


def test_idle(terminal):
    """Nobody is there for as long as lock_idle says, from when the others began."""
    wait_for(lambda: terminal.status()["locked"], "the idle lock", 10 + SOON)
    cut_off(terminal.read(b"C-q leaves"))
    terminal.process.send_signal(signal.SIGTERM)
    terminal.ends_soon()
    terminal.close()


def main():
    # Whoever looks who keeps what is drawn may have no time to find this end of the terminals: the name says enough.
    ctypes.CDLL(None).prctl(PR_SET_NAME, b"xterm", 0, 0, 0)
    with World() as world:
        ada, ben, cat, dan, eve = (world.person(name) for name in ("ada", "ben", "cat", "dan", "eve"))
        for person in (ada, cat, dan, eve):
            idle = "10s" if person in (cat, dan) else "10m"
            set_settings(person, f"screen_mode = open\nlock_idle = {idle}\n")
            ben.send(person.name, f"the word is {WORD.decode()}")
        # What takes its time goes on beside the others.
        waiting, lines, stopped = opened(cat), Terminal(dan, "--plain"), opened(eve)
        lines.read(b"/help lists")
        os.kill(stopped.child, signal.SIGSTOP)
        stopped.process.send_signal(signal.SIGTERM)
        for test in (test_controls, test_hangup, test_lock_key, test_ends):
            test(ada)
        test_goes_on(ada, ben)
        test_lines(ada, ben)
        test_idle_lines(lines)
        test_stopped(stopped)
        test_idle(waiting)


if __name__ == "__main__":
    main()

"""A program on a terminal of its own, which the test types on and reads."""
import fcntl
import os
import pty
import resource
import struct
import subprocess
import termios
import threading

from _world import wait_for


def no_core_limit():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    no_core_limit()


class Terminal:
    """A program on a terminal of its own, with all that it writes. TYPED waits for it there."""

    def __init__(self, arguments, uid=None, typed=b"", env=None, pass_fds=(), cwd=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.write(self.master, typed)
        self.written = b""
        if uid is not None:
            os.fchown(slave, uid, uid)
        more = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("TMUX", "STY", "SSH_"))}
        environment.update({"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **(env or {})})
        self.process = subprocess.Popen(
            arguments, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=take_terminal, env=environment,
            pass_fds=pass_fds, cwd=cwd, **more)
        os.close(slave)
        self.reader = threading.Thread(target=self.record, daemon=True)
        self.reader.start()

    def record(self):
        try:
            while data := os.read(self.master, 65536):
                self.written += data
        except OSError:
            pass

    def type(self, data):
        os.write(self.master, data)

    def wrote(self, data, since=0):
        try:
            return wait_for(lambda: data in self.written[since:], repr(data) + " written", 20)
        except AssertionError:
            print(self.written[since:])
            raise

    def local_modes(self):
        return termios.tcgetattr(self.master)[3]

    def end(self):
        self.process.wait(20)
        # Else it would read from whatever has that number next.
        self.reader.join(20)
        assert not self.reader.is_alive(), "somebody else holds the terminal"
        os.close(self.master)

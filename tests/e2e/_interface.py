"""The interface as somebody in front of it has it: in a tmux that a terminal is attached to."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time

from _tmux import Tmux, passphrase_file
from _world import SOTTO, wait_for

# A key answered later than that is felt.
ANSWER_S = 0.1


class Interface(Tmux):
    """The interface in a tmux with one terminal around it: this program, which reads what it is sent away."""

    def __init__(self, world, person):
        super().__init__(world, without=("STY",), TERM="xterm-256color")
        word = passphrase_file(world)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            os.execvpe("tmux", ["tmux", "-S", self.socket, "-f", "/dev/null", "start-server", ";", "set", "-g",
                                "focus-events", "on", ";", "new-session", "-s", self.target,
                                f"exec {SOTTO} --home {person.home} --passphrase-fd 3 3<{word}"], self.env)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass

    def text(self, *more):
        """Nothing while the server comes up."""
        try:
            return super().text(*more)
        except subprocess.CalledProcessError:
            return ""


def press(interface, typed, key):
    """How long until KEY stands behind what was typed before; tmux's own time is counted too."""
    begun = time.monotonic()
    interface.keys("-l", key)
    wait_for(lambda: typed + key in interface.text(), repr(typed + key))
    return time.monotonic() - begun

"""Sealed messages in a real terminal: 50 captures at random moments hold no word, nor does what the
terminal was sent; without 24-bit colours they open word by word instead."""
import fcntl
import os
import pty
import random
import shutil
import struct
import subprocess
import termios
import threading
import time

from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, skip, wait_for

CAPTURES = 50
WORDS = ["zebra", "quartz", "fjord", "mimosa", "kazoo", "velvet", "oxbow", "pylon", "gumbo", "lilac",
         "walrus", "turnip", "saffron", "bonsai", "hydrant", "jigsaw"]
BOX = set("\u2598\u259d\u2580\u2596\u258c\u259e\u259b\u2597\u259a\u2590\u259c\u2584\u2599\u259f\u2588")

if not shutil.which("tmux"):
    skip("tmux isn't installed")


class Screen(Tmux):
    """Ada's interface in a tmux with one terminal around it, which is this program; ADVERTISED is what
    the terminal can do, ENVIRONMENT what is different for the interface."""

    def __init__(self, world, ada, advertised, settings, environment=""):
        super().__init__(world, without=("COLORTERM", "NO_COLOR", "STY"), TERM="xterm-256color")
        set_settings(ada, settings)
        word = passphrase_file(world)
        self.sent = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
            os.execvpe("tmux", ["tmux", "-S", self.socket, "-f", "/dev/null", *advertised,
                                "new-session", "-s", "tui",
                                f"TERM=tmux-256color COLORTERM=truecolor {environment} exec "
                                f"{SOTTO} --home {ada.home} --passphrase-fd 3 3<{word}"], self.env)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            if not data:
                return
            self.sent += data

    def text(self, *more):
        """Nothing while the server comes up."""
        try:
            return super().text(*more)
        except subprocess.CalledProcessError:
            return ""

    def close(self):
        self.kill()
        os.waitpid(self.pid, 0)
        self.reader.join(10)
        os.close(self.terminal)


def words_in(text):
    return sum(text.count(word) for word in WORDS)


def points(text):
    """How many cells of noise there are."""
    return sum(char in BOX for char in text)


def start(world, ada, advertised, settings="screen_mode = open\n", environment=""):
    screen = Screen(world, ada, advertised, settings, environment)
    screen.shows(" ben")
    if "TMUX" not in environment:
        wait_for(screen.is_known, "who watches")
    screen.keys("Enter")
    screen.shows("├ sealed")
    screen.keys("C-x", "b")
    return screen


def check_sealed(world, ada):
    screen = start(world, ada, ["-T", "RGB,256"])
    chance = random.Random(11)
    try:
        screen.keys("Enter")
        screen.shows("flickering")
        screen.keys("Enter")
        opened = 1
        for _ in range(CAPTURES):
            wait_for(lambda: points(screen.text()) > 150, "the noise")
            screen.keys(*(chance.choice(["Space", "Space", "Left"])
                          for _ in range(chance.randint(0, 1))))
            time.sleep(chance.random() * 0.05)
            text = screen.text()
            assert not words_in(text), text
            if not points(text) and "├ sealed" in text:
                screen.keys("Enter")
                opened += 1
        wait_for(lambda: points(screen.text()) > 150, "the noise")
        screen.keys("q")
        wait_for(lambda: points(screen.text()) == 0, "the end of the noise")
        assert not words_in(screen.text("-S", "-"))
        frames = screen.sent.count(b"48;2;0;0;0")
        print(f"opened {opened} times, {len(screen.sent)} bytes to the terminal, {frames} colours")
        assert frames > CAPTURES, "no noise has reached the terminal"
        assert b"38;2;84;84;84" in screen.sent
        assert not words_in(screen.sent.decode("utf-8", "replace"))
    finally:
        screen.close()


def check_refused(world, ada, why, advertised=("-T", "RGB,256"), environment=""):
    """It can't be shown in noise here: a word at a time, and a sentence that says WHY."""
    screen = start(world, ada, advertised, "screen_mode = open\nflicker_confirmed = on\n", environment)

    def is_said():
        """Another sentence, of tmux's settings, may come in its place."""
        if why in screen.text():
            return True
        screen.keys("Enter")
        return False

    try:
        wait_for(is_said, repr(why))
        assert points(screen.text()) == 0
        assert words_in(screen.text()) == 1, screen.text()
    finally:
        screen.close()


def check_open(world, ada, ben):
    """The control: what isn't sealed is in the captures, and in what the terminal was sent."""
    ben.send("ada", " ".join(WORDS[:4]))
    screen = start(world, ada, ["-T", "RGB,256"])
    try:
        wait_for(lambda: words_in(screen.text()) >= 4, "the words")
        wait_for(lambda: words_in(screen.sent.decode("utf-8", "replace")), "the words' bytes")
    finally:
        screen.close()


def main():
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        ben.send("ada", " ".join(WORDS * 2), "--sealed")
        check_sealed(world, ada)
        check_refused(world, ada, "tmux doesn't know every terminal", advertised=())
        check_refused(world, ada, "tmux doesn't say what the terminals", environment="TMUX=/gone,4711,0")
        check_refused(world, ada, "a tmux or screen is around it", environment="TMUX=")
        check_refused(world, ada, "the locale (LC_ALL", environment="LC_ALL=C")
        check_open(world, ada, ben)


if __name__ == "__main__":
    main()

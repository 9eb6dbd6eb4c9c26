"""What the tests of the interface share: a tmux of their own, and the files that it is started with."""
import os
import random
import subprocess

from _world import PASSPHRASE, wait_for


def set_settings(person, text):
    """TEXT is all that stands under [settings] in PERSON's own config."""
    with open(os.path.join(person.home, "config"), "w") as config:
        config.write("[settings]\n" + text)


def passphrase_file(world):
    path = os.path.join(world.root, "word")
    with open(path, "w") as file:
        file.write(PASSPHRASE + "\n")
    return path


class Tmux:
    """A server with a socket of its own and without a config; its subclasses start its one session,
    TARGET. WITHOUT: beginnings of names that don't stand in its environment, MORE: what does."""
    target = "tui"

    def __init__(self, world, without=(), **more):
        self.socket = os.path.join(world.root, f"tmux-{random.random()}")
        self.env = {key: value for key, value in os.environ.items()
                    if not key.startswith(("TMUX", *without))}
        self.env.update(LC_ALL="C.UTF-8", TZ="UTC", **more)

    def __call__(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *words], env=self.env,
                              capture_output=True, text=True, check=True).stdout

    def text(self, *more):
        return self("capture-pane", "-p", "-t", self.target, *more)

    def all_text(self):
        return self.text("-S", "-")

    def keys(self, *keys):
        self("send-keys", "-t", self.target, *keys)

    def line(self, text):
        self.keys("-l", text)
        self.keys("Enter")

    def shows(self, text, deadline=60):
        try:
            wait_for(lambda: text in self.text(), repr(text) + " on the screen", deadline)
        except AssertionError:
            print(self.all_text())
            raise

    def is_known(self):
        """Whether sotto knows who watches. On a busy machine tmux may be too slow to say; then everything
        is veiled, until it looks again: at a change of size."""
        if " unknown: " not in self.text():
            return True
        cols = int(self.value("window_width"))
        self("resize-window", "-t", self.target, "-x", str(cols + 1))
        self("resize-window", "-t", self.target, "-x", str(cols))
        return False

    def value(self, name):
        return self("display-message", "-p", "-t", self.target, f"#{{{name}}}").strip()

    def is_left(self):
        """Leave; where the screen is covered the first key only uncovers it."""
        try:
            self.keys("C-q")
            return False
        except subprocess.CalledProcessError:
            return True

    def close(self):
        wait_for(self.is_left, "the interface's end")

    def kill(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], env=self.env, capture_output=True)

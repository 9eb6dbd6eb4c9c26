"""What one capture of the screen gives away in each mode: 50 at random moments while keys are pressed."""
import fcntl
import os
import pty
import random
import select
import shutil
import struct
import termios
import time

from _tmux import Tmux, passphrase_file, set_settings
from _world import PASSPHRASE, SOTTO, World, skip, wait_for

CAPTURES = 50
SIZES = [(80, 24), (132, 43), (40, 12)]
# No word is part of another, of a name, or of anything that sotto says.
WORDS = ["zebra", "quartz", "fjord", "mimosa", "kazoo", "velvet", "oxbow", "pylon", "gumbo", "lilac",
         "walrus", "turnip", "saffron", "bonsai", "hydrant", "jigsaw"]

if not shutil.which("tmux"):
    skip("tmux isn't installed")


class Screen(Tmux):
    """Ada's interface in a tmux of its own, with MODE in her settings."""

    def __init__(self, world, ada, mode, size=(80, 24), more="", options=""):
        super().__init__(world)
        set_settings(ada, f"screen_mode = {mode}\n{more}")
        self("new-session", "-d", "-s", "tui", "-x", str(size[0]), "-y", str(size[1]),
             f"exec {SOTTO} --home {ada.home} --passphrase-fd 3 {options} 3<{passphrase_file(world)}")

    def open(self):
        """The conversation with Ben."""
        self.shows(" ben")
        wait_for(self.is_known, "who watches")
        self.keys("Enter")
        self.shows("Write to ben")


def words_on(text):
    """The words that can be read, with how often."""
    return sum(text.count(word) for word in WORDS)


def rows_on(text):
    """How many rows hold a word."""
    return sum(words_on(row) > 0 for row in text.splitlines())


def messages(chance, count):
    return [" ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 30)))
            for _ in range(count)]


def most_words(screen, chance, keys, count_on, at_least):
    """The most words (or rows) in any of the captures, taken while KEYS are pressed at random; the sum; and how many
    there were: more than CAPTURES where they met less than AT_LEAST, as on a machine that is busy."""
    most = total = taken = 0
    end = time.monotonic() + 120
    while taken < CAPTURES or (total < at_least and time.monotonic() < end):
        screen.keys(*(chance.choice(keys) for _ in range(chance.randint(0, 3))))
        time.sleep(chance.random() * 0.05)
        count = count_on(screen.text())
        most = max(most, count)
        total += count
        taken += 1
    return most, total, taken


def check(world, ada, mode, size, keys, limit, at_least, more=""):
    """No capture shows more than LIMIT words, in line rows; at least so many are seen in all, or nothing
    was tested. In line and veil none is left when nobody reads on."""
    screen = Screen(world, ada, mode, size, more)
    try:
        screen.shows(" ben")
        assert mode == "open" or words_on(screen.text()) == 0, screen.text()
        screen.open()
        screen.keys("C-x", "b")
        is_line = mode == "line"
        most, total, taken = most_words(screen, random.Random(f"{mode}{size}"), keys, rows_on if is_line else words_on,
                                        at_least)
        print(f"{mode} {size}: at most {most} {'rows' if is_line else 'words'} in a capture, {total} in {taken}")
        assert most <= limit, f"{mode} shows {most} words at once, at most {limit}"
        assert total >= at_least, f"{mode} shows nothing: {total}"
        if mode in ("line", "veil"):
            wait_for(lambda: not words_on(screen.text()), "the end of what was read")
    finally:
        screen.close()


def check_uncovering(world, ada):
    """A key uncovers one message for a while, and then it is covered again without a key: the control
    of what veil shows while somebody reads on."""
    screen = Screen(world, ada, "veil", more="veil_reveal = 2s\n")
    try:
        screen.open()
        screen.keys("C-x", "b", "r")
        wait_for(lambda: words_on(screen.text()) > 2, "the uncovered message")
        wait_for(lambda: not words_on(screen.text()), "its end")
    finally:
        screen.close()


def check_playing(world, ada):
    """Row after row comes without a key, for longer than a terminal that doesn't tell of the focus is
    believed to be looked at without one."""
    screen = Screen(world, ada, "line")
    rows = []

    def comes():
        for row in screen.text().splitlines():
            if words_on(row) and (not rows or rows[-1] != row):
                rows.append(row)
        return len(rows) >= 4

    try:
        screen.open()
        screen.keys("C-x", "b", "Up", "Up", "Up", "Up", "Up", "Up", "p")
        wait_for(comes, "four rows", 60)
    finally:
        screen.close()


def check_idle(world, ada):
    """This tmux doesn't tell of the focus: without a key everything is covered; a key ends that, and does nothing else
    unless it is text."""
    screen = Screen(world, ada, "spotlight", more="veil_idle = 5s\n")
    try:
        screen.open()
        screen.shows("Covered")
        assert "ben" not in screen.text() and not words_on(screen.text()), screen.text()
        screen.keys("C-q")
        screen.shows("Write to ben")
        screen.shows("Covered")
        screen.keys("x")
        screen.shows("› x")
        # No draft is left to those that come after.
        screen.keys("BSpace")
        screen.shows("Write to ben")
    finally:
        screen.close()


def check_sealed(world, ada, ben):
    """Marked by its sender it opens word by word here, whatever the mode."""
    ben.send("ada", "zebra quartz fjord mimosa", "--sealed")
    screen = Screen(world, ada, "open")
    try:
        screen.shows(" ben")
        assert "quartz" not in screen.text(), "the preview shows it"
        screen.open()
        screen.keys("C-x", "b", "G")
        screen.shows("sealed")
        assert "zebra quartz fjord mimosa" not in screen.text()
    finally:
        screen.close()


def check_plain(world, ada):
    """In lines: what is sealed comes a word at a time, and no word stays on the terminal."""
    screen = Screen(world, ada, "open", options="--plain")
    screen.shows("/help lists the commands")
    screen.keys("/open ben", "Enter")
    screen.shows("(sealed; /read")
    screen.keys("/read", "Enter")

    def lines():
        """Of the message; the same words stand in others above."""
        return [line for line in screen.text().split("/read\n")[-1].splitlines() if line.strip()]
    for word in ("zebra", "quartz", "fjord", "mimosa"):
        wait_for(lambda word=word: lines() == [word], word)
        screen.keys("Enter")
    screen.shows("End of the message.")
    assert "mimosa" not in screen.text().split("(sealed;")[-1], screen.text()
    screen.keys("/quit", "Enter")


def start_on_a_terminal(ada, settings):
    """Ada's interface, with this program as its terminal: its process, and the descriptor."""
    set_settings(ada, settings)
    read, write = os.pipe()
    os.write(write, (PASSPHRASE + "\n").encode())
    os.close(write)
    pid, fd = pty.fork()
    if pid == 0:
        os.set_inheritable(read, True)
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.execv(SOTTO, [SOTTO, "--home", ada.home, "--passphrase-fd", str(read)])
    os.close(read)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return pid, fd


def bytes_of(ada, mode):
    """Everything that was written to the terminal in a run, as a recorder would have it."""
    pid, fd = start_on_a_terminal(ada, f"screen_mode = {mode}\n")
    out = b""
    # It is left when nothing more comes: the messages may come after the box to write in.
    todo = [(b"ben", b"\r"), (b"Write to ben", b"\x18bgkkjj"), (b"\0", b"\x11")]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if select.select([fd], [], [], 0.5)[0]:
                out += os.read(fd, 65536)
        except OSError:
            break
        if todo and todo[0][0] in out:
            os.write(fd, todo.pop(0)[1])
        elif len(todo) == 1 and not select.select([fd], [], [], 1)[0]:
            os.write(fd, todo.pop(0)[1])
    os.close(fd)
    os.waitpid(pid, 0)
    return out.decode(errors="replace")


def check_holding(ada):
    """A terminal that tells of keys that are let go (kitty's protocol): what a key uncovers is there as long
    as it is held. This program is the terminal."""
    pid, fd = start_on_a_terminal(ada, "screen_mode = line\nveil_idle = off\n")
    out = bytearray()

    def until(what, start=0):
        end = time.monotonic() + 30
        while not (what(out[start:].decode(errors="replace")) if callable(what) else what in out[start:]):
            assert time.monotonic() < end, (what, bytes(out[start:]))
            if select.select([fd], [], [], 0.2)[0]:
                out.extend(os.read(fd, 65536))
        return len(out)

    try:
        until(b"\033[?u")
        os.write(fd, b"\033[?0u")
        until(b"ben")
        os.write(fd, b"\r")
        seen = until(b"received")
        assert not words_on(out.decode(errors="replace"))
        # That is asked for while it is held only: some terminals send Enter twice then.
        assert b"\033[>" not in out
        os.write(fd, b"r")
        until(b"\033[>2u\033[?u", seen)
        os.write(fd, b"\033[?2u")
        seen = until(words_on, seen)
        os.write(fd, b"r\033[107;1:3u")  # repeated, and another key let go
        os.write(fd, b"\033[114;1:3u")
        until("▒".encode(), seen)
        until(b"\033[<u")
        os.write(fd, b"\x11")
    finally:
        os.close(fd)
        os.waitpid(pid, 0)


def check_bytes(ada):
    """What a typescript would hold: no word in veil; open is the control."""
    assert words_on(bytes_of(ada, "veil")) == 0
    assert words_on(bytes_of(ada, "open")) > 20


READING = ["Space", "Space", "Space", "Tab", "j", "k", "BSpace", "PageUp", "PageDown", "g"]
MOVING_BY_MESSAGES = ["Up", "Down", "PageUp", "PageDown", "g", "G"]
MOVING = ["j", "k", "PageUp", "PageDown", "g", "G"]


def main():
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        for body in messages(random.Random(7), 30):
            ben.send("ada", body)
        for size in SIZES:
            check(world, ada, "line", size, READING, 1, CAPTURES // 2, "read_pace = 900\n")
        check(world, ada, "veil", SIZES[2], READING, 2, CAPTURES // 2, "veil_reveal = 1s\n")
        check(world, ada, "spotlight", SIZES[0], READING, 2, CAPTURES // 2)
        check(world, ada, "line", SIZES[0], MOVING_BY_MESSAGES, 0, 0)
        check(world, ada, "veil", SIZES[0], MOVING, 0, 0)
        check(world, ada, "sealed", SIZES[0], READING, 0, 0)
        check(world, ada, "open", SIZES[0], MOVING, 10 ** 6, CAPTURES * 20)
        check_bytes(ada)
        check_holding(ada)
        check_uncovering(world, ada)
        check_playing(world, ada)
        check_idle(world, ada)
        check_sealed(world, ada, ben)
        check_plain(world, ada)


if __name__ == "__main__":
    main()

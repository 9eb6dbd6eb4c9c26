"""What reading takes in a mode, and through a line with a delay: keys and seconds for 60 words, and words a minute, of a
reader who reads 240 of them and presses a key when done, or a little ahead. The terminal is a tmux, whose screen says
when a row is there; between it and sotto a relay holds back every byte, both ways. Lines as in bench.h.

DELAY: milliseconds there and back, 300 if not given."""
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import sys
import termios
import time
import tty

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
os.environ.setdefault("SOTTO", "./sotto")

from _terminal import Terminal
from _tmux import Tmux, passphrase_file, set_settings
from _world import PASSPHRASE, SOTTO, World, wait_for

DELAY = int(os.environ.get("DELAY", "300"))
PACE = 240
SIZE = (80, 24)
TEXT = ("The ferry leaves at six, so be at the pier a little before that; I have both tickets here, and Anna brings the "
        "bread. If it rains we stay at home, light the stove and look through the old photographs instead. Please tell "
        "your brother that he can sleep in the small room, and that the dog may come too.")
WORDS = TEXT.split()
# A frame of sealed begins so: grey on black.
NOISE = b";48;2;0;0;0m"


def relay(delay, command):
    """Run COMMAND on a pty of its own, and hold back each byte for DELAY seconds, both ways."""
    pid, inner = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(inner, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))
    tty.setraw(0)
    waiting = []
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([0, inner], [], [], timeout)
        for fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                return
            waiting.append((time.monotonic() + delay, 1 if fd == inner else inner, data))
        while waiting and waiting[0][0] <= time.monotonic():
            _, fd, data = waiting.pop(0)
            while data:
                data = data[os.write(fd, data):]


def line(name, value, reference):
    print(f"{name:<44} {value:12.2f} {reference:12.2f} {value / reference if reference else 0:8.2f}", flush=True)


class Screen(Tmux):
    def __init__(self, world, ada, mode, delay):
        super().__init__(world)
        set_settings(ada, f"screen_mode = {mode}\nveil_idle = off\nread_pace = {PACE}\n")
        self("new-session", "-d", "-s", "tui", "-x", str(SIZE[0]), "-y", str(SIZE[1]),
             f"exec {sys.executable} {os.path.abspath(__file__)} --relay {delay} {os.path.abspath(SOTTO)} "
             f"--home {ada.home} --passphrase-fd 3 3<{passphrase_file(world)}")

    def seen(self):
        """The words of the message that can be read."""
        rows = [re.split("[├┣│┃]", row)[-1] for row in self.text().splitlines() if "▒" in row or "├" in row]
        return [word for row in rows for word in row.replace("▒", " ").split() if word in WORDS]


def read(screen, lead, is_played):
    """Keys and seconds from the first key on, of a reader who presses LEAD seconds ahead of being done."""
    keys, count, shown, begun = 0, 0, [], time.monotonic()
    if not screen.seen():
        screen.keys("p" if is_played else "Space")
        keys += 1
    while count < len(WORDS):
        wait_for(lambda: screen.seen() not in ([], shown), "the next row")
        shown = screen.seen()
        count += len(shown)
        done = time.monotonic() + len(shown) * 60 / PACE
        if count >= len(WORDS):
            time.sleep(max(0, done - time.monotonic()))
        elif not is_played:
            time.sleep(max(0, done - lead - time.monotonic()))
            screen.keys("Space")
            keys += 1
    return keys, time.monotonic() - begun


def measure(name, mode, delay=0.0, lead=0.0, is_played=False):
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        ben.send("ada", TEXT)
        screen = Screen(world, ada, mode, delay)
        try:
            screen.shows(" ben")
            wait_for(screen.is_known, "who watches")
            screen.keys("Enter")
            screen.shows("received")
            keys, seconds = read(screen, lead, is_played)
        finally:
            screen.close()
    line(f"read_{name}_keys_for_60_words:most", keys * 60 / len(WORDS), 10)
    line(f"read_{name}_words_a_minute:wanted", len(WORDS) / seconds * 60, 200)


def played_sealed(cols, text):
    """Seconds from the first box of TEXT on until its last one is shown, at PACE: then it counts as read, and
    the title has no number any more."""
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        set_settings(ada, f"veil_idle = off\nread_pace = {PACE}\nflicker_confirmed = on\n")
        ben.send("ada", text, "--sealed")
        read_end, write_end = os.pipe()
        os.write(write_end, (PASSPHRASE + "\n").encode())
        os.close(write_end)
        terminal = Terminal([SOTTO, "--home", ada.home, "--passphrase-fd", str(read_end)],
                            env={"COLORTERM": "truecolor"}, pass_fds=(read_end,))
        os.close(read_end)
        fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, cols, 0, 0))
        terminal.wrote(b"sotto (1)")
        terminal.type(b"\r")
        terminal.wrote(b"received")
        terminal.type(b" ")
        terminal.wrote(NOISE)
        begun, since = time.monotonic(), len(terminal.written)
        terminal.type(b"p")
        wait_for(lambda: b"\x1b]2;sotto\x1b" in terminal.written[since:], "the last words")
        seconds = time.monotonic() - begun
        wait_for(lambda: terminal.process.poll() is not None or terminal.type(b"\x11"), "the interface's end")
        terminal.end()
        return seconds


def measure_sealed(cols):
    """The words between the last boxes of one text and of one that is twice as long."""
    once, twice = played_sealed(cols, TEXT), played_sealed(cols, TEXT + " " + TEXT)
    line(f"read_sealed_{cols}_columns_words_a_minute:wanted", len(WORDS) / (twice - once) * 60, PACE)


def main():
    if sys.argv[1:2] == ["--relay"]:
        relay(float(sys.argv[2]), sys.argv[3:])
        return
    if not shutil.which("tmux"):
        print("# bench_reading: tmux isn't installed")
        return
    each_way = DELAY / 2000
    measure("line", "line")
    measure(f"line_{DELAY}ms", "line", each_way)
    measure(f"line_{DELAY}ms_ahead", "line", each_way, lead=0.3)
    # The control: without a key pressed ahead each row costs the way there and back.
    measure(f"line_{DELAY}ms_each_way", "line", 2 * each_way)
    measure(f"line_{DELAY}ms_each_way_ahead", "line", 2 * each_way, lead=0.6)
    measure(f"line_{DELAY}ms_each_way_played", "line", 2 * each_way, is_played=True)
    measure("spotlight", "spotlight")
    for cols in 80, 132:
        measure_sealed(cols)


if __name__ == "__main__":
    main()

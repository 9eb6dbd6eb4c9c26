"""Text that others wrote reaches scripts and terminals as letters only: bytes of the real binary, emulated."""
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

from _world import DEADLINE, PASSPHRASE, SOTTO, World, skip, wait_for

try:
    import pyte
except ImportError:
    skip("python3-pyte isn't installed")

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus", "foreign")
ROWS, COLS = 24, 80
TERMS = ["xterm-256color", "screen", "linux", "vt100"]
IGNORABLE = {0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0,
             *range(0x180b, 0x1810), *range(0xfe00, 0xfe10), *range(0xe0000, 0xe1000)}
# What may stay: joiners inside of a family, the selector of a heart, the tags of a flag.
IN_PLACE = re.compile("(?<=[\U0001f466-\U0001f469])\u200d(?=[\U0001f466-\U0001f469])|(?<=\u2764)\ufe0f|"
                      "(?<=\U0001f3f4)\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f")
# What a terminal obeys of what sotto writes: CSI, a character set, a key mode, one letter.
MEND = "\x18\x1b\\\x1b[4l\x1b(B\x0f\x1b[m"
ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78DEHM])")

# What bob calls alice: he pasted it.
NAME = "al\u202eice\u200b\U000e0041"
OWN_TITLE = "\x1b]2;sotto\x1b\\"


def corpus():
    names = [name for name in sorted(os.listdir(CORPUS)) if name != "index"]
    with open(os.path.join(CORPUS, "index"), encoding="utf-8") as index:
        listed = [line.split()[0] for line in index if not line.startswith("#")]
    assert names == sorted(listed), "the corpus and its index differ"
    texts = {}
    for name in names:
        with open(os.path.join(CORPUS, name), encoding="utf-8", newline="") as file:
            texts[name] = file.read()
    return texts


def hidden(text, allowed="\n"):
    """The code points that a terminal may obey or a reader can't see."""
    return [hex(ord(char)) for char in text if char not in allowed and
            (unicodedata.category(char) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") or ord(char) in IGNORABLE)]


def send_all(alice, texts):
    """What sotto lets through; XML can't carry the rest."""
    sent = {}
    for name, text in texts.items():
        result = alice.run("--json", "send", "bob", text)
        if result.code == 0:
            sent[name] = text
        else:
            assert hidden(result.err) == [], f"the refusal of {name} holds it: {result.err!r}"
    print(f"{len(sent)} of {len(texts)} sent")
    assert len(sent) >= 25, sorted(sent)
    return sent


def check_scripts(bob, sent):
    bob.receive()
    human = bob.run("history", "alice").expect(0)
    found = hidden(IN_PLACE.sub("", human.out))
    assert not found, f"history shows {found}"
    assert "\u2039U+202E\u203a" in human.out and "\u2039U+009B\u203a" in human.out, human.out
    raw = bob.json("history", "alice", "--limit", "1000").expect(0)
    # Private use has no meaning that could fool a script: JSON leaves it.
    found = hidden("".join(char for char in raw.out if unicodedata.category(char) != "Co"))
    assert not found, f"JSON holds {found}"
    bodies = [row["body"] for row in raw.rows]
    assert bodies == list(sent.values()), [
        (name, json.dumps(text)) for name, text in sent.items() if text not in bodies]
    people = bob.run("contact", "list").expect(0).out
    assert not hidden(people) and "\u2039U+202E\u203a" in people, people
    people = bob.json("contact", "list").expect(0)
    assert not hidden(people.out) and [row["name"] for row in people.rows] == [NAME], people.out


class Terminal:
    """Bob's interface on a terminal of ours that remembers every byte."""

    def __init__(self, bob, term):
        with open(os.path.join(bob.home, "config"), "w", encoding="utf-8") as config:
            config.write("[settings]\nscreen_mode = open\n")
        self.bytes = b""
        self.screen = pyte.Screen(COLS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.stream.feed(b"\x1b]0;MINE\x07")
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        read, write = os.pipe()
        os.write(write, (PASSPHRASE + "\n").encode())
        os.close(write)
        env = {key: value for key, value in os.environ.items() if not key.startswith("TMUX")}
        env.update(TERM=term, LC_ALL="C.UTF-8", TZ="UTC")

        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([SOTTO, "--home", bob.home, "--passphrase-fd", str(read)],
                                        stdin=slave, stdout=slave, stderr=slave, env=env,
                                        pass_fds=(read,), preexec_fn=take_terminal)
        os.close(read)
        os.close(slave)

    def read(self, wait=0.02):
        """What came; False at the end."""
        while select.select([self.master], [], [], wait)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.bytes += data
            self.stream.feed(data)
            wait = 0
        return True

    def text(self):
        self.read()
        return "\n".join("".join(self.screen.buffer[row][col].data for col in range(COLS))
                         for row in range(ROWS))

    def shows(self, text):
        try:
            wait_for(lambda: text in self.text(), repr(text) + " on the screen")
        except AssertionError:
            print(self.text())
            raise

    def keys(self, keys):
        os.write(self.master, keys)

    def close(self):
        self.keys(b"\x11")
        end = time.monotonic() + DEADLINE
        while self.read() and time.monotonic() < end:
            pass
        assert self.process.wait(DEADLINE) == 0
        os.close(self.master)


def check_bytes(data, what):
    """Nothing of what was written is more than colours, places and letters."""
    text = data.decode("utf-8").replace(OWN_TITLE, "")
    assert "\x1b]" not in text, f"{what}: an OSC"
    assert "\x1bP" not in text and "\x1b_" not in text and "\x1b^" not in text, f"{what}: a DCS, APC or PM"
    # A terminal that took nothing for a while is put in order, in front of a whole screen.
    rest = ESCAPES.sub("", text.replace(MEND, "").replace("\x18\x1b", "\x1b"))
    found = hidden(rest, "\r\n\b\t\0\x0e\x0f")
    assert not found, f"{what}: {found}"


def check_screen(terminal, term):
    """The bars are where they were, whatever stands between them."""
    rows = terminal.text().split("\n")
    assert terminal.screen.title in ("MINE", "sotto"), f"{term}: the title is {terminal.screen.title!r}"
    return rows[0].split(), re.sub(r"\d", "0", rows[-1]).split()


def check_terminal(bob, term):
    terminal = Terminal(bob, term)
    try:
        terminal.shows("al\u2039U+202E\u203aice")
        terminal.keys(b"\r")
        terminal.shows("Write to")
        terminal.keys(b"\x18b")
        terminal.shows("Escape write")
        terminal.shows("\u2039U+")
        seen = terminal.text()
        bars = check_screen(terminal, term)
        for _ in range(120):
            terminal.keys(b"k")
            seen += terminal.text()
            assert check_screen(terminal, term) == bars, terminal.text()
            if "\u2039U+202D\u203a" in seen and "\u2039U+009D\u203a" in seen:
                break
        else:
            raise AssertionError(f"{term}: the messages weren't seen: {seen[-2000:]}")
    finally:
        terminal.close()
    check_bytes(terminal.bytes, term)
    print(f"{term}: {len(terminal.bytes)} bytes")


def check_control(texts):
    """Written as they are they do what they are for; so the tests above can fail."""
    screen = pyte.Screen(COLS, ROWS)
    stream = pyte.ByteStream(screen)
    stream.feed(b"\x1b]0;MINE\x07the bar")
    for name in ("osc-title", "ansi-clear"):
        stream.feed(texts[name].encode())
    assert screen.title != "MINE" and "the bar" not in screen.display[0]
    for name in ("osc-title", "osc-clipboard", "dcs", "c1-csi", "bidi-override", "tags", "zero-width-space"):
        try:
            check_bytes(texts[name].encode(), name)
        except AssertionError:
            continue
        raise AssertionError(f"{name} passes")


def main():
    texts = corpus()
    check_control(texts)
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        bob.run("contact", "add", "alice", "--name", NAME + "\u009d").expect(2)
        bob.run("contact", "add", "alice", "--name", NAME).expect(0)
        sent = send_all(alice, texts)
        check_scripts(bob, sent)
        for term in TERMS:
            check_terminal(bob, term)


if __name__ == "__main__":
    main()

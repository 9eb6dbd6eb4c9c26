"""The session that follows the questions of the first run, on an empty HOME without ~/.config: it does all
that a later one does."""
import fcntl
import os
import shutil
import stat
import struct
import subprocess
import termios

import _first_run as first_run
from _terminal import Terminal
from _tmux import Tmux
from _world import PASSPHRASE, SOTTO, World, skip, wait_for

THEMES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "themes")
TIOCGPTN = 0x80045430
NOT_OURS = ("XDG_", "SOTTO_", "STY")


class Session(Tmux):
    """A shell of somebody with an empty HOME."""

    def __init__(self, world):
        super().__init__(world, without=NOT_OURS, TERM="xterm-256color", HOME=os.path.join(world.root, "empty"))
        # The tests' own; what starts note isn't the user's business.
        self.env["SOTTO"] = SOTTO
        os.mkdir(self.env["HOME"])
        self("new-session", "-d", "-s", self.target, "-x", "100", "-y", "30", "bash --norc")

    def start(self):
        self.line("clear; $SOTTO; echo left with $?")

    def verb(self, *words):
        return subprocess.run([SOTTO, *words], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60)

    def path(self, *names):
        return os.path.join(self.env["HOME"], *names)

    def command(self, line):
        self.keys("M-x")
        self.line(line)

    def leaves(self):
        wait_for(lambda: "left with 0" in self.text() or self.keys("C-q"), "the interface's end")


def config_has(session, line):
    path = session.path(".config", "sotto", "config")
    return os.path.exists(path) and line in open(path).read().replace(" ", "")


def receives_and_sends(session, ben):
    ben.send("ada", "by itself")
    session.shows("1 unread")
    session.keys("Enter")
    session.shows("Write to ben")
    session.line("an answer")
    assert wait_for(ben.receive, "the answer")[0]["body"] == "an answer"
    # Through the control socket, without a passphrase.
    sent = session.verb("send", "ben", "through the socket")
    assert sent.returncode == 0, sent.stderr
    assert wait_for(ben.receive, "what the verb sent")[0]["body"] == "through the socket"


def saves_settings(session):
    assert config_has(session, "expire_default=1d") and config_has(session, "screen_mode=open")
    session.command("set time_format iso")
    wait_for(lambda: config_has(session, "time_format=iso"), "the setting in the file")
    for folder in (".config", ".config/sotto"):
        assert stat.S_IMODE(os.stat(session.path(folder)).st_mode) == 0o700, folder
    # A theme that comes while the process is confined.
    os.mkdir(session.path(".config", "sotto", "themes"))
    shutil.copy(os.path.join(THEMES, "light.theme"), session.path(".config", "sotto", "themes", "own.theme"))
    session.command("set theme own")
    wait_for(lambda: config_has(session, "theme=own"), "the theme in the file")


def keeps_drafts(session, ben):
    session.keys("-l", "half a sentence")
    session.shows("half a sentence")
    session.keys("M-l")
    session.shows("Locked")
    ben.send("ada", "while it was locked")
    session.keys("Enter")
    session.shows("Passphrase:")
    session.line(PASSPHRASE)
    session.shows("half a sentence")
    session.shows("while it was locked")


class Questions(Terminal):
    """The first run of somebody with an empty HOME, in an empty folder."""

    def __init__(self, world, name):
        self.home, self.folder = (os.path.join(world.root, f"{name}-{kind}") for kind in ("home", "folder"))
        os.mkdir(self.home)
        os.mkdir(self.folder)
        super().__init__([SOTTO], cwd=self.folder, env={
            "HOME": self.home, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""})
        self.since = 0

    def answer(self, question, typed, above=b""):
        """Each wait begins behind the last answer, so that a question is the one that came then."""
        self.wrote(question, self.since)
        assert above in self.written[self.since:], self.written
        self.since = len(self.written)
        self.type(typed + b"\n")

    def left(self):
        return os.listdir(self.home) + os.listdir(self.folder)


def test_folder(world):
    """A path is taken as it is meant, looked at before more is asked; and given up, nothing of it is left."""
    ada = Questions(world, "ada")
    ada.answer(b"1 or 2 [1]: ", b"1")
    ada.answer(b"Your name on this host", b"ada")
    ada.answer(b"Folder through which messages pass [", b"spool")
    # Only the folder is asked for again.
    meant = os.path.join(ada.folder, "spool").encode()
    ada.answer(b"Folder through which messages pass [" + meant + b"]: ", b"/proc/nope", b"isn't a whole path")
    ada.answer(b"Folder through which messages pass [", b"~nobody/spool", b"/proc/nope can't be used")
    ada.answer(b"Folder through which messages pass [", b"~/messages/spool", b"whole path, please")
    ada.answer(b"How long do messages", b"")
    assert ada.left() == []
    ada.answer(b"How much of the messages", b"")
    ada.wrote(b"Passphrase: ", ada.since)
    # The control: now there was something.
    assert os.path.isdir(os.path.join(ada.home, "messages", "spool")) and len(os.listdir(ada.home)) > 1
    assert os.listdir(os.path.join(ada.home, ".local", "state", "sotto", "starts"))
    ada.type(b"\x03")
    ada.end()
    wait_for(lambda: ada.left() == [], "nothing left")


def test_late(world):
    """What fails behind the questions doesn't leave what was typed by then to the shell."""
    eve = Questions(world, "eve")
    number = struct.unpack("I", fcntl.ioctl(eve.master, TIOCGPTN, b"    "))[0]
    slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)
    eve.answer(b"1 or 2 [1]: ", b"1")
    eve.answer(b"Your name on this host", b"eve")
    eve.answer(b"Folder through which", b"~/spool")
    eve.answer(b"How long do messages", b"")
    eve.wrote(b"How much of the messages", eve.since)
    open(os.path.join(eve.home, "spool"), "w").close()
    open(os.path.join(eve.home, ".local"), "w").close()
    eve.type(b"\n" + 2 * (PASSPHRASE.encode() + b"\n"))
    assert eve.process.wait(60) == 1, eve.written

    def waiting():
        return struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"    "))[0]

    assert waiting() == 0, eve.written
    # The control: what is typed now waits there.
    eve.type(b"ls\n")
    wait_for(lambda: waiting() == len("ls\n"), "what is typed afterwards")
    os.close(slave)
    eve.end()


def main():
    if not shutil.which("tmux"):
        skip("tmux is not installed")
    with World() as world:
        test_folder(world)
        test_late(world)
        ben = world.person("ben")
        session = Session(world)
        try:
            session.start()
            first_run.on_spool(session, "ada", world.spool, time="1", mode="1")
            # A name that is nobody's is told, and loses nobody else.
            first_run.answer(session, "[nobody yet]:", "nemo ben odo")
            first_run.answer(session, "[nobody else]:", "", above="nemo, odo aren't in it")
            session.shows("ben")
            receives_and_sends(session, ben)
            saves_settings(session)
            keeps_drafts(session, ben)
            session.leaves()
            # And the next one has it all.
            session.start()
            first_run.answer(session, "Passphrase:", PASSPHRASE)
            session.shows("ben")
            session.keys("Enter")
            session.shows("half a sentence")
            session.leaves()
        finally:
            session.kill()


if __name__ == "__main__":
    main()

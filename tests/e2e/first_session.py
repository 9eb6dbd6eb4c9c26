"""The session that follows the questions of the first run, on an empty HOME without ~/.config: it does all
that a later one does."""
import os
import shutil
import stat
import subprocess

import _first_run as first_run
from _tmux import Tmux
from _world import PASSPHRASE, SOTTO, World, skip, wait_for

THEMES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "themes")
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


def main():
    if not shutil.which("tmux"):
        skip("tmux is not installed")
    with World() as world:
        ben = world.person("ben")
        session = Session(world)
        try:
            session.start()
            first_run.on_spool(session, "ada", world.spool, time="1", mode="1")
            # A name that is nobody's is asked about again, and the real one is a contact.
            first_run.answer(session, "[nobody yet]:", "nemo")
            first_run.answer(session, "[nobody yet]:", "ben", above="Numbers or names")
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

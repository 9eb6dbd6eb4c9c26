"""The questions of the first start, answered as a user does: on a terminal, with an empty HOME without ~/.config.
usage: _first_run.py HOME NAME SPOOL PASSPHRASE; prints the profile's folder"""
import os
import stat
import sys

from _terminal import Terminal
from _world import PASSPHRASE, SOTTO, wait_for

FOREVER = "4"


def last_line(screen):
    lines = screen.text().rstrip().split("\n")
    return lines[-1] if lines else ""


def answer(screen, question, typed, deadline=60, above=""):
    """Wait until QUESTION is the last line, under ABOVE, and type."""
    try:
        wait_for(lambda: question in last_line(screen) and above in screen.text(), repr(question), deadline)
    except AssertionError:
        print(screen.text())
        raise
    screen.line(typed)


def settle(screen, time=FOREVER, mode=""):
    answer(screen, "Which [3]:", time, above="How long do messages")
    answer(screen, "Which [", mode, above="How much of the messages")


def passphrase(screen, word=PASSPHRASE):
    answer(screen, "Passphrase:", word)
    answer(screen, "Once more:", word)


def place(screen, name, spool):
    answer(screen, "1 or 2 [1]:", "1")
    answer(screen, "Your name on this host", name)
    answer(screen, "Folder through which messages pass", spool)


def on_spool(screen, name, spool, word=PASSPHRASE, **kwargs):
    """Up to the interface, or the question for people where there are some."""
    place(screen, name, spool)
    settle(screen, **kwargs)
    passphrase(screen, word)


def on_spool_of(name, spool, is_device=False):
    return [(b"1 or 2 [1]:", "1"), (b"Your name on this host", name), (b"Folder through which", spool),
            *([(b"1 or 2 [1]:", "2")] if is_device else [])]


def with_account(address, server):
    """SERVER: its place, or "" for what DNS says."""
    return [(b"1 or 2 [1]:", "2"), (b"Your account, NAME@SERVER", address), (b"The server, as", server)]


def answer_on(terminal, place, word=PASSPHRASE, mode="", time=FOREVER, server=()):
    """Answer on a Terminal, until the list of contacts shows; whoever else is there isn't chosen. PLACE: one of
    the two above; SERVER: the beginning of its certificate's fingerprint, and the account's password."""
    def wrote(text, since):
        wait_for(lambda: text in terminal.written[since:], repr(text), 60)

    answers = [*place, (b"How long do messages", time), (b"How much of the messages", mode),
               *zip((b"The first 8 digits", b"Password of "), server),
               (b"Passphrase: ", word), (b"Once more: ", word)]
    since = 0
    for question, typed in answers:
        wrote(question, since)
        since = len(terminal.written)
        terminal.type(typed.encode() + b"\n")
    wait_for(lambda: b"[nobody yet]: " in terminal.written[since:] or b"Contacts" in terminal.written[since:],
             "the people, or the list", 60)
    if b"[nobody yet]: " in terminal.written[since:]:
        terminal.type(b"\n")
    wrote(b"Contacts", since)


def make(home, *args, program=(SOTTO,), uid=None, is_ready=lambda: True, **kwargs):
    """The first session of somebody with an empty HOME, begun without an option, until IS_READY(): the
    profile's folder. The rest goes to answer_on()."""
    env = {"HOME": home, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""}
    assert os.listdir(home) == []
    terminal = Terminal([*program], uid=uid, env=env)
    try:
        answer_on(terminal, *args, **kwargs)
        wait_for(is_ready, "what the session is for")
        # Where the screen is covered the first key only uncovers it.
        wait_for(lambda: terminal.process.poll() is not None or terminal.type(b"\x11"), "the interface's end")
    except AssertionError:
        print(terminal.written)
        raise
    terminal.end()
    assert terminal.process.returncode == 0, terminal.written
    settings = os.path.join(home, ".config/sotto")
    assert stat.S_IMODE(os.stat(settings).st_mode) == 0o700
    with open(os.path.join(settings, "config")) as config:
        assert "expire_default" in config.read()
    return os.path.join(home, ".local/share/sotto/default")


if __name__ == "__main__":
    print(make(sys.argv[1], on_spool_of(*sys.argv[2:4]), sys.argv[4]))

"""The questions of the first start, answered as a user does."""
from _world import PASSPHRASE, wait_for

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


def answer_on(terminal, name, spool, word=PASSPHRASE, is_device=False, mode="", time=FOREVER):
    """The same on a Terminal, until the list of contacts shows; whoever else is there isn't chosen."""
    def wrote(text, since):
        wait_for(lambda: text in terminal.written[since:], repr(text), 60)

    answers = [(b"1 or 2 [1]:", "1"), (b"Your name on this host", name), (b"Folder through which", spool),
               *([(b"1 or 2 [1]:", "2")] if is_device else []),
               (b"How long do messages", time), (b"How much of the messages", mode),
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

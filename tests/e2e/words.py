"""What comes by the command line, standard input and descriptors goes where it is meant to go."""
import os
import signal
import subprocess
import sys
import termios

from _terminal import Terminal
from _world import PASSPHRASE, Person, SOTTO, World, wait_for, write_file

TEXT = "the words themselves 6283"


def feed(person, lines, *words):
    """sotto with LINES on descriptor 0, and the passphrase there too."""
    return subprocess.run([SOTTO, *person.where(), "--passphrase-fd", "0", *words], capture_output=True,
                          input=lines.encode(), timeout=60)


def hold(person):
    """A process that holds PERSON's profile."""
    holder = person.start("receive", "--follow")
    wait_for(lambda: os.path.exists(os.path.join(person.home, "control")), "the control socket")
    return holder


def release(holder):
    holder.send_signal(signal.SIGTERM)
    holder.communicate(timeout=60)


def bodies(person):
    return [row["body"] for row in person.receive()]


def check_secret_first(alice, bob):
    """The same, whoever performs the verb."""
    assert feed(alice, f"{PASSPHRASE}\n{TEXT}\n", "send", "bob").returncode == 0
    assert bodies(bob) == [TEXT]
    for short in (f"{PASSPHRASE}\n", PASSPHRASE, f"{PASSPHRASE}\n\n", ""):
        result = feed(alice, short, "send", "bob")
        assert result.returncode == 2 and result.stderr and not result.stdout, short
    assert bodies(bob) == []


def test_secret_first(world, alice, bob):
    check_secret_first(alice, bob)
    holder = hold(alice)
    check_secret_first(alice, bob)
    release(holder)
    # The control: as a text the same bytes do go through.
    alice.run("send", "bob", input=f"{PASSPHRASE}\n{TEXT}\n").expect(0)
    assert bodies(bob) == [f"{PASSPHRASE}\n{TEXT}"]
    del world


def test_one_descriptor_for_two(world, alice, bob):
    fresh = "another one of its own 5"
    result = feed(bob, f"{PASSPHRASE}\n{fresh}\n", "passphrase", "--new-passphrase-fd", "0")
    assert result.returncode == 0, result.stderr
    bob.run("id").expect(3)
    assert feed(bob, fresh + "\n", "id").returncode == 0
    # With the second line missing nothing is changed.
    assert feed(bob, fresh + "\n", "passphrase", "--new-passphrase-fd", "0").returncode == 2
    back = feed(bob, f"{fresh}\n{PASSPHRASE}\n", "passphrase", "--new-passphrase-fd", "0")
    assert back.returncode == 0
    bob.run("id").expect(0)
    del world, alice


def test_descriptors_that_are_not_there(world, alice, bob):
    for words in (("--passphrase-fd", "9", "id"), ("--passphrase-fd", "1", "id"),
                  ("passphrase", "--new-passphrase-fd", "9"),
                  ("init", "xmpp", "a@example.org", "--password-fd", "9")):
        result = subprocess.run([SOTTO, *alice.where(), *words], stdin=subprocess.DEVNULL, text=True,
                                capture_output=True, start_new_session=True, timeout=60)
        assert result.returncode == 2, (words, result)
        assert "escriptor " + words[-1 if words[0] != "--passphrase-fd" else 1] in result.stderr, result
    del world, bob


def asked(terminal, question, answer, behind=b""):
    """ANSWER, typed when QUESTION stands there, behind what is BEHIND, and nothing is echoed."""
    def is_asked():
        # Rows end between words.
        written = terminal.written.replace(b"\r\n", b" ")
        return question in (written.partition(behind)[2] if behind else written)

    wait_for(is_asked, repr(question) + " written", 20)
    wait_for(lambda: not terminal.local_modes() & termios.ECHO, "no echo")
    terminal.type(answer)


def rows_of(terminal):
    """What a terminal of 80 columns shows: none is full, so no word is cut."""
    rows = terminal.written.decode().replace("\x1b[0m", "").split("\r\n")
    assert max(map(len, rows)) < 80, rows
    return [row for row in rows if row]


def test_fits(world, alice, bob):
    """Refusals and questions are broken between words on a terminal, and are one line elsewhere."""
    arguments = [SOTTO, *alice.where(), "send", "bob", "x", "--nonsense"]
    terminal = Terminal(arguments)
    terminal.end()
    line = subprocess.run(arguments, capture_output=True, text=True, check=False).stderr
    assert len(line) > 90 and line.count("\n") == 1, line
    rows = rows_of(terminal)
    assert len(rows) == 2 and " ".join(rows) == line.strip(), (rows, line)
    terminal = Terminal([SOTTO, "--home", os.path.join(alice.home, "../" + os.path.basename(alice.home)), "wipe"])
    terminal.wrote(b"Type yes: ")
    terminal.type(b"no\r")
    terminal.end()
    assert "Destroy the profile in" in rows_of(terminal)[0] and os.path.exists(alice.home)
    del world, bob


def test_on_a_terminal_too(world, alice, bob):
    arguments = [SOTTO, *alice.where(), "send", "bob"]
    terminal = Terminal(arguments)
    asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
    terminal.wrote(b"The message")
    terminal.type(TEXT.encode() + b"\n\x04")
    terminal.end()
    assert terminal.process.returncode == 0, terminal.written
    assert PASSPHRASE.encode() not in terminal.written
    assert bodies(bob) == [TEXT]
    holder = hold(alice)
    terminal = Terminal(arguments)
    terminal.wrote(b"The message")
    assert b"assphrase" not in terminal.written
    terminal.type(TEXT.encode() + b"\n\x04")
    terminal.end()
    release(holder)
    assert bodies(bob) == [TEXT]
    # A terminal that is named as the descriptor doesn't echo either.
    terminal = Terminal([SOTTO, *alice.where(), "--passphrase-fd", "0", "id"])
    asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
    terminal.end()
    assert terminal.process.returncode == 0 and PASSPHRASE.encode() not in terminal.written
    del world


def cmdline(process):
    with open(f"/proc/{process.pid}/cmdline", "rb") as file:
        return file.read()


def waiting(person, *words):
    """sotto, waiting for the passphrase; and how to let it go."""
    read, write = os.pipe()
    process = subprocess.Popen([SOTTO, *person.where(), "--passphrase-fd", str(read), *words], pass_fds=(read,),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(read)
    return process, write


def test_process_list(world, alice, bob):
    sensitive = TEXT.encode()
    path = write_file(os.path.join(world.root, TEXT), b"x")
    for words in (("send", "bob", TEXT), ("send", "bob", "--correct", TEXT, TEXT), ("search", TEXT),
                  ("contact", "add", "bob", "--name", TEXT), ("file", "send", "bob", path),
                  ("send", "bob", "--", "--" + TEXT)):
        process, write = waiting(alice, *words)
        try:
            wait_for(lambda: b"sotto" in cmdline(process) and sensitive not in cmdline(process),
                     f"{words} to be gone from the process list", 20)
            left = cmdline(process).split(b"\0")
            assert words[0].encode() in left and alice.home.encode() in left and b"bob" not in left, left
        finally:
            os.close(write)
            process.communicate(timeout=60)
    # What was overwritten there is what is sent.
    process, write = waiting(alice, "send", "bob", TEXT)
    os.write(write, PASSPHRASE.encode() + b"\n")
    os.close(write)
    process.communicate(timeout=60)
    assert bodies(bob) == [TEXT]
    # The control: the same look at a program that leaves its arguments as they are.
    control = subprocess.Popen([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE)
    wait_for(lambda: sensitive in cmdline(control), "the control's argument list")
    control.communicate(b"\n")


def test_search_reads_words(world, alice, bob):
    alice.send("bob", "apples and pears 77")
    bob.receive()
    for words in ("pears apples\n", "pears\n77"):
        assert [row["body"] for row in alice.json("search", "--in", "bob", input=words).expect(0).rows] == [
            "apples and pears 77"]
    holder = hold(alice)
    assert len(alice.json("search", input="pears", passphrase=False).expect(0).rows) == 1
    release(holder)
    assert alice.json("search", input="absent").expect(0).rows == []
    for words in (b"", b"\n", b"  \n", b"a\0b", b"\xff"):
        alice.run("search", input=words).expect(2)
    del world


COMPOSED, SPLIT = "Z\u00fcrich caf\u00e9 99", "Zu\u0308rich cafe\u0301 99"


def opens(person, passphrase):
    former, person.passphrase = person.passphrase, passphrase
    code = person.run("id").code
    person.passphrase = former
    assert code in (0, 3), code
    return code == 0


def test_forms_of_a_passphrase(world, alice, bob):
    for form in (COMPOSED, SPLIT):
        home = os.path.join(world.root, "form")
        carol = Person(world, "carol", home=home, make=False)
        carol.passphrase = form
        carol.run("init", "local", "--name", "carol", "--spool", world.spool, "--kdf", "floor").expect(0)
        assert opens(carol, COMPOSED) and opens(carol, SPLIT)
        # The control: one character that only looks alike.
        assert not opens(carol, COMPOSED.replace("\u00fc", "u"))
        terminal = Terminal([SOTTO, *carol.where()])
        asked(terminal, b"Passphrase: ", (SPLIT if form == COMPOSED else COMPOSED).encode() + b"\n")
        terminal.wrote(b"Contacts")
        terminal.type(b"\x11")
        terminal.end()
        carol.run("wipe", "--yes", passphrase=False).expect(0)
    assert feed(bob, f"{PASSPHRASE}\n{SPLIT}\n", "passphrase", "--new-passphrase-fd", "0").returncode == 0
    assert opens(bob, COMPOSED) and opens(bob, SPLIT)
    assert feed(bob, f"{COMPOSED}\n{PASSPHRASE}\n", "passphrase", "--new-passphrase-fd", "0").returncode == 0
    del alice


def answer_first(terminal, name, spool):
    """The questions before the passphrase."""
    for question, typed in ((b"1 or 2 [1]: ", ""), (b"Your name", name), (b"Folder", spool), (b"How long", ""),
                            (b"How much", "")):
        terminal.wrote(question)
        terminal.type(typed.encode() + b"\n")


def test_length_of_a_passphrase(world, alice, bob):
    dora = Person(world, "dora", make=False)
    for short in ("1234567", "\u00e9" * 7, "e\u0301" * 7):
        dora.passphrase = short
        result = dora.run("init", "local", "--name", "dora", "--spool", world.spool, "--kdf", "floor").expect(2)
        assert "8 characters" in result.err and not os.path.exists(dora.home), result.err
        assert not os.path.exists(os.path.join(world.spool, "dora"))
        result = feed(bob, f"{PASSPHRASE}\n{short}\n", "passphrase", "--new-passphrase-fd", "0")
        assert result.returncode == 2 and b"8 characters" in result.stderr
    assert opens(bob, PASSPHRASE)
    # At the first start too; then as long as is needed, and no longer.
    terminal = Terminal([SOTTO, *dora.where()])
    answer_first(terminal, "dora", world.spool)
    asked(terminal, b"Passphrase: ", b"1234567\n")
    asked(terminal, b"Passphrase: ", b"12345678\n", behind=b"try them all")
    asked(terminal, b"Once more: ", b"12345678\n")
    terminal.wrote(b"[nobody yet]: ")
    terminal.type(b"\n")
    terminal.wrote(b"Contacts")
    terminal.type(b"\x11")
    terminal.end()
    assert opens(dora, "12345678")
    # One that is given isn't asked for.
    dora.run("wipe", "--yes", passphrase=False).expect(0)
    read, write = os.pipe()
    os.write(write, b"123456789\n")
    os.close(write)
    terminal = Terminal([SOTTO, *dora.where(), "--passphrase-fd", str(read)], pass_fds=(read,))
    os.close(read)
    answer_first(terminal, "dora", world.spool)
    terminal.wrote(b"[nobody yet]: ")
    terminal.type(b"\n")
    terminal.wrote(b"Contacts")
    assert b"Passphrase" not in terminal.written
    terminal.type(b"\x11")
    terminal.end()
    assert opens(dora, "123456789")
    del alice


def test_an_interrupt_leaves_the_echo_on(world, alice, bob):
    """Between two prompts for a new passphrase nothing is shown; a signal finds the terminal as it was, all the same."""
    for prompts in (1, 2):
        terminal = Terminal([SOTTO, *alice.where(), "passphrase"])
        asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
        terminal.wrote(b"New passphrase: ")
        if prompts == 2:
            terminal.type(b"another one of its own 6\n")
            terminal.wrote(b"Once more: ")
        assert not terminal.local_modes() & termios.ECHO
        terminal.type(b"\x03")
        terminal.process.wait(20)
        assert terminal.process.returncode != 0 and terminal.local_modes() & termios.ECHO, terminal.written
        terminal.end()
    alice.run("id").expect(0)
    del world, bob


def test_asked_before_what_cannot_be_undone(world, alice, bob):
    """On a terminal each such verb says what goes, and only yes does it; a script isn't asked."""
    question = b"Erase the conversation with bob? Here 1 message and any draft go, for ever. Type yes: "
    alice.run("erase", "bob").expect(0)
    alice.send("bob", TEXT)
    for held in (False, True):
        holder = hold(alice) if held else None
        for answer, left in ((b"y\n", 1), (b"yes\n", 0)):
            terminal = Terminal([SOTTO, *alice.where(), "erase", "bob"])
            if not held:
                asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
            asked(terminal, question, answer)
            terminal.end()
            assert terminal.process.returncode == (1 if left else 0), terminal.written
            assert len(alice.bodies("bob")) == left, terminal.written
        if holder:
            release(holder)
        alice.send("bob", TEXT)
    for words, text in ((("contact", "remove", "bob"), b"Remove bob? The contact goes, with 1 message."),
                        (("contact", "block", "bob"), b"Block bob?")):
        terminal = Terminal([SOTTO, *alice.where(), *words])
        asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
        asked(terminal, b"Type yes: ", b"\n")
        terminal.end()
        assert terminal.process.returncode == 1 and text in terminal.written, terminal.written
    assert len(alice.bodies("bob")) == 1
    terminal = Terminal([SOTTO, *alice.where(), "erase", "--yes", "bob"])
    asked(terminal, b"Passphrase: ", PASSPHRASE.encode() + b"\n")
    terminal.end()
    assert terminal.process.returncode == 0 and alice.bodies("bob") == [], terminal.written
    bob.receive()
    del world


def test_terminals_without_a_description(world, alice, bob):
    for name, is_shown in (("xterm-unheard-of", True), ("foot-unheard-of", True), ("nonsense", False), ("dumb", False),
                           ("", False)):
        read, write = os.pipe()
        os.write(write, PASSPHRASE.encode() + b"\n")
        os.close(write)
        terminal = Terminal([SOTTO, *alice.where(), "--passphrase-fd", str(read)], env={"TERM": name}, pass_fds=(read,))
        os.close(read)
        terminal.wrote(b"Contacts" if is_shown else b"use --plain.")
        if is_shown:
            terminal.type(b"\x11")
        terminal.end()
        assert terminal.process.returncode == (0 if is_shown else 1), terminal.written
        assert is_shown == (b"\x1b[?1049h" in terminal.written), terminal.written
        assert is_shown or b"\x1b" not in terminal.written, terminal.written
    # It is said before a question is asked, and nothing is made.
    home = os.path.join(world.root, "nobody")
    for name in "dumb", "":
        terminal = Terminal([SOTTO, "--home", home], env={"TERM": name})
        terminal.end()
        assert terminal.process.returncode == 1 and b"use --plain." in terminal.written, terminal.written
        assert b"With whom" not in terminal.written and not os.path.exists(home), terminal.written
    terminal = Terminal([SOTTO, "--home", home, "--plain"], env={"TERM": "dumb"})
    terminal.wrote(b"With whom do you want to write?")
    terminal.type(b"\x03")
    terminal.end()
    assert b"\x1b" not in terminal.written, terminal.written
    del bob


def main():
    wanted = sys.argv[1:]
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        alice.send("bob", "first")
        bob.receive()
        for name, test in list(globals().items()):
            if name.startswith("test_") and (not wanted or name in wanted):
                test(world, alice, bob)
                print("ok", name)


if __name__ == "__main__":
    main()

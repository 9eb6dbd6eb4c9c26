"""What verbs of other processes get from the one that holds the profile: the setting `control`."""
import os
import shutil
import signal
import sys

from _terminal import Terminal
from _tmux import set_settings
from _world import PASSPHRASE, SOTTO, World, wait_for

OPEN, SEALED, ONCE = "an open canary 11", "a sealed canary 22", "a passing canary 33"
VERBS = {"status": ["status"], "send": ["send", "bob", "words"], "file": ["file", "send", "bob", "FILE"],
         "history": ["history", "bob"], "search": ["search", "words"], "receive": ["receive"],
         "contacts": ["contact", "list"], "journal": ["journal"], "verify": ["verify", "bob"], "id": ["id"]}
ALLOWED = {"off": set(), "status": {"status"}, "send": {"status", "send", "file"}, "full": set(VERBS)}


def socket_of(person):
    return os.path.join(person.home, "control")


def hold(person, is_listening=True):
    holder = person.start("receive", "--follow")
    if is_listening:
        wait_for(lambda: os.path.exists(socket_of(person)), "the control socket")
    else:
        wait_for(lambda: person.json("status", passphrase=False).rows[0]["in_use"], "the holder")
    return holder


def release(holder):
    holder.send_signal(signal.SIGTERM)
    holder.communicate(timeout=60)


def interface(person, command=None):
    """Its interface on a terminal, open."""
    read, write = os.pipe()
    os.write(write, PASSPHRASE.encode() + b"\n")
    os.close(write)
    arguments = [SOTTO, *person.where(), "--passphrase-fd", str(read)]
    terminal = Terminal(command(arguments) if command else arguments, pass_fds=(read,))
    os.close(read)
    terminal.wrote(b"Contacts")
    return terminal


def leave(terminal):
    """Where the screen is covered the first key only uncovers it."""
    def is_over():
        terminal.type(b"\x11")
        return terminal.process.poll() is not None
    wait_for(is_over, "the interface's end")
    terminal.end()


def ask(person, path, name):
    return person.run(*[path if word == "FILE" else word for word in VERBS[name]], passphrase=False,
                      start_new_session=True)


def check_level(alice, path, level, names):
    for name in names:
        result = ask(alice, path, name)
        if name in ALLOWED[level]:
            assert result.code in (0, 7), (level, name, result.code, result.err)
        elif name == "status":
            # Without the holder's word it is told from outside.
            assert result.code == 0 and "locked     yes" in result.out, result.out
        else:
            result.expect(8)
            assert "setting control is " + level in result.err and not result.out, result.err


def test_levels(world, alice, bob):
    path = os.path.join(world.root, "file")
    with open(path, "w") as file:
        file.write("contents")
    # A name that means two: who may only write isn't told which.
    alice.run("contact", "add", "bob", "--name", "mum").expect(0)
    alice.run("contact", "add", "mum").expect(0)
    for level in ("full", "send", "status", "off"):
        set_settings(alice, f"control = {level}\n")
        holder = hold(alice, level != "off")
        check_level(alice, path, level, VERBS if level != "off" else ("status", "send", "history"))
        assert os.path.exists(socket_of(alice)) == (level != "off")
        if level in ("full", "send"):
            error = alice.run("send", "mum", "hello", passphrase=False).expect(2).err
            assert "more than one" in error and "bob" not in error, error
        if level == "full":
            assert "@bob" in alice.run("history", "mum", passphrase=False).expect(2).err
        release(holder)
    set_settings(alice, "")
    alice.run("contact", "remove", "@mum", "--yes").expect(0)
    bob.receive()


def test_sealed_stays(world, alice, bob):
    for options, body in (((), OPEN), (("--sealed",), SEALED), (("--view-once",), ONCE)):
        alice.send("bob", body, *options)
    shown = interface(bob)
    wait_for(lambda: bob.json("status", passphrase=False).rows[0]["unread"] == 3, "the messages")
    # Twice: what isn't for others stays unread, and is met again.
    for code, bodies in ((0, [OPEN]), (7, [])):
        result = bob.json("receive", passphrase=False).expect(code)
        assert [row["body"] for row in result.rows] == bodies and "sealed or viewed once: 2" in result.err, result.err
    assert bob.json("status", passphrase=False).rows[0]["unread"] == 2
    for words, told in ((["history", "alice"], "sealed or viewed once: 2"), (["search", "canary"], "aren't searched"),
                        (["search", "--limit", "1", "canary"], "aren't searched")):
        for options in ((), ("--json",)):
            result = bob.run(*options, *words, passphrase=False).expect(0)
            assert OPEN in result.out and told in result.err, result
            assert not any(word in result.out + result.err for word in (SEALED, ONCE)), result
    # Nor does an answer depend on their words: else they could be spelt out.
    answers = {bob.run("search", word, passphrase=False).expect(0).err for word in ("sealed", "passing", "nowhere")}
    assert len(answers) == 1, answers
    for option in ("--sealed", "--view-once"):
        result = bob.run("send", "alice", option, input=SEALED, passphrase=False).expect(8)
        assert "setting control" in result.err
    leave(shown)
    assert alice.receive() == []
    # The control: the one that has the profile itself gets them all.
    assert [row["body"] for row in bob.receive()] == [SEALED, ONCE]
    own = bob.json("send", "alice", "--sealed", input="sealed words of mine").expect(0).rows[0]
    holder = hold(bob)
    bob.run("send", "alice", "--correct", own["id"], input="other ones", passphrase=False).expect(8)
    release(holder)
    assert [row["body"] for row in alice.receive()] == ["sealed words of mine"]
    del world


def control_rows(person):
    return [(row["what"], row["detail"]) for row in person.json("journal").expect(0).rows
            if row["what"].startswith("control-")]


def test_journal(world, alice, bob):
    before = len(control_rows(alice))
    alice.run("history", "bob").expect(0)
    # The control: what a process does for itself isn't a use.
    assert len(control_rows(alice)) == before
    set_settings(alice, "control = send\n")
    holder = hold(alice)
    counted = len(alice.json("status", passphrase=False).rows)
    for _ in range(3):
        alice.run("send", "bob", "x", passphrase=False).expect(0)
        alice.run("history", "bob", passphrase=False).expect(8)
    release(holder)
    set_settings(alice, "")
    rows = control_rows(alice)[before:]
    sends = [row for row in rows if row == ("control-used", "send")]
    asked = [row for row in rows if row == ("control-used", "status")]
    refused = [row for row in rows if row == ("control-refused", "history")]
    # Refusals are on record once a minute.
    assert len(sends) == 3 and len(refused) == 1 and len(asked) >= counted, rows
    assert len(rows) == len(sends) + len(asked) + len(refused), rows
    text = [line for line in alice.run("journal").expect(0).out.splitlines() if "control-" in line]
    assert len(text) < len(control_rows(alice)) and "2 times: send 2" in text[-1], text
    alice.run("journal", "verify").expect(0)
    bob.receive()
    del world


def test_changed_while_it_runs(world, alice, bob):
    shown = interface(alice)
    wait_for(lambda: os.path.exists(socket_of(alice)), "the socket")
    follower = alice.start("receive", "--follow", passphrase=False)
    for level, is_there in (("off", False), ("status", True), ("off", False), ("full", True)):
        shown.type(f":set control {level}\r".encode())
        wait_for(lambda: os.path.exists(socket_of(alice)) == is_there, "the socket to heed " + level)
        alice.run("history", "bob", passphrase=False).expect(0 if level == "full" else 8)
        # What was running through it has ended.
        follower.communicate(timeout=60)
    # Locked and open again it is as it was.
    shown.type(b"\x1bl")
    wait_for(lambda: alice.run("history", "bob", passphrase=False).code == 8, "the lock")
    del world, bob
    shown.type(b"\r")
    shown.wrote(b"Passphrase: ")
    shown.type(PASSPHRASE.encode() + b"\r")
    wait_for(lambda: alice.run("history", "bob", passphrase=False).code == 0, "the profile to be open")
    leave(shown)


def test_recorded(world, alice, bob):
    if not shutil.which("script"):
        return
    shown = interface(alice, lambda words: ["script", "-qfec", " ".join(words), os.path.join(world.root, "typescript")])
    wait_for(lambda: alice.run("status", passphrase=False).out.count("control    status"), "the verdict")
    for name in ("history", "send", "receive"):
        result = ask(alice, "", name).expect(8)
        assert "recorded" in result.err and "setting control is status" in result.err, result.err
    leave(shown)
    # The control: the same without a recorder.
    shown = interface(alice)
    wait_for(lambda: alice.run("status", passphrase=False).out.count("control    full"), "the verdict")
    ask(alice, "", "history").expect(0)
    leave(shown)
    del bob


def main():
    wanted = sys.argv[1:]
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        alice.send("bob", "first")
        bob.receive()
        bob.send("alice", "yes")
        alice.receive()
        for name, test in list(globals().items()):
            if name.startswith("test_") and (not wanted or name in wanted):
                test(world, alice, bob)
                print("ok", name)


if __name__ == "__main__":
    main()

"""Over XMPP nothing that arrives is lost in silence: ids that come again, and what is too large."""
import os
import re
import shutil
import time

from _follow import Follower
from _world import World, wait_for
from _xmpp import Peer, Server, XmppPerson

BOB = "bob@localhost"
REPLACE = "<replace xmlns='urn:xmpp:message-correct:0' id='{}'/>"


def collect(person, count):
    """COUNT of what came, in its order."""
    got = []
    while len(got) < count:
        rows = person.json("receive", "--count", str(count - len(got)), "--timeout", "30").rows
        assert rows, f"{len(got)} of {count} came: {got}"
        got += rows
    return got


def test_ids_come_again(alice, bob):
    """Ids that count from 1 at each start: each is a message, and none takes another's place."""
    for text in ("before the restart", "after the restart"):
        bob.send(alice.address, text, id="7")
    bob.send(alice.address, "of one of them", REPLACE.format("7"))
    # The control: a correction of what only one message can be takes its place.
    bob.send(alice.address, "wrogn", id="8")
    bob.send(alice.address, "right", REPLACE.format("8"))
    rows = collect(alice, 4)
    assert [row["body"] for row in rows] == [
        "before the restart", "after the restart", "of one of them", "right"], rows
    assert [row["edited"] for row in rows] == [False, False, False, True], rows
    assert len({row["id"] for row in rows}) == 4, rows
    # The same again and again, as clients do that say little.
    for _ in range(3):
        bob.send(alice.address, "ok", id="1")
    assert [row["body"] for row in collect(alice, 3)] == ["ok"] * 3


def test_large(alice, bob):
    """What the server lets through and is within the bounds is shown; what is beyond them leaves a row."""
    bob.send(alice.address, "y" * 200000)
    bob.send(alice.address, "y" * 450000)
    bob.send(alice.address, "y" * 450000)
    bob.send(alice.address, "short")
    printed = []
    while not printed or printed[-1]["body"] != "short":
        printed += collect(alice, 1)
    assert printed[0]["body"] == "y" * 200000, len(printed[0]["body"])
    # However they came, one by one or together, they are one row, and it says how many.
    rows = alice.json("history", BOB, "--limit", "3").expect(0).rows
    assert [row["kind"] for row in rows] == ["text", "unreadable", "text"], [row["kind"] for row in rows]
    assert (rows[1]["cause"], rows[1]["count"]) == ("too-large", 2), rows[1]
    # What came by the archive and live is one.
    alice.json("receive").expect(7)


def test_put_back(server, alice, bob):
    """A profile that was put back is noticed by the private item, and what it sends is read."""
    copy = alice.home + "-copy"
    shutil.copytree(alice.home, copy)
    alice.send(BOB, "since the copy")
    bob.wait("got", body="since the copy")
    shutil.rmtree(alice.home)
    shutil.copytree(copy, alice.home)
    # It only listens: the others hear of it all the same, and what they write then can be read.
    said = alice.json("receive")
    assert "put back from a copy" in said.err, said.err
    bob.send(alice.address, "to who only listens")
    assert "to who only listens" in [row["body"] for row in collect(alice, 1)]
    alice.json("send", BOB, "after it was put back").expect(0)
    bob.wait("got", body="after it was put back")
    bob.send(alice.address, "an answer")
    assert "an answer" in [row["body"] for row in collect(alice, 1)]
    # Nobody else may read it.
    with open(os.path.join(server.root, "data", "localhost", "pep", "alice.dat")) as file:
        nodes = dict(re.findall(r'\["([^"]+)"\] = \{(.*?)\n\t\};', file.read(), re.DOTALL))
    marks = [name for name in nodes if name.startswith("urn:sotto:mark:1:")]
    assert len(marks) == 1 and '"whitelist"' in nodes[marks[0]], nodes
    assert '"open"' in nodes["eu.siacs.conversations.axolotl.devicelist"], nodes
    # The control: the next start finds its own mark.
    said = alice.json("send", BOB, "and on").expect(0)
    assert said.err == "", said.err
    bob.wait("got", body="and on")


def said_by(follower, done):
    """What FOLLOWER has said by itself once DONE(that) is true."""
    said = []
    os.set_blocking(follower.process.stderr.fileno(), False)

    def is_said():
        said.append((follower.process.stderr.read() or b"").decode())
        return done("".join(said))
    wait_for(is_said, "a word of who only listens")
    return "".join(said)


def test_clone_online(world, server, alice, bob):
    """Online, a copy hears what the server pushes of the other's mark, and needn't send anything to be told."""
    home = alice.home + "-clone"
    shutil.copytree(alice.home, home)
    first, second = Follower(alice), Follower(XmppPerson(world, server, "alice", home=home, make=False))
    for follower in (first, second):
        bob.send(alice.address, "are both there?")
        assert follower.next()["body"] == "are both there?"
    assert said_by(second, lambda said: True) == ""
    began = time.monotonic()
    alice.send(BOB, "of the first")
    said = said_by(second, lambda said: "in use elsewhere too" in said)
    assert "devices renew" in said, said
    # Not by looking at it once a minute.
    assert time.monotonic() - began < 50
    # The control: the mark that a profile left itself, which is pushed too, says nothing.
    bob.send(alice.address, "an echo")
    while first.next()["body"] != "an echo":
        pass
    assert said_by(first, lambda said: True) == ""
    first.stop()
    second.stop()


def main():
    with Server("alice", "bob") as server, World() as world:
        alice = XmppPerson(world, server, "alice")
        with Peer(server, "bob", os.path.join(world.root, "bob.json")) as bob:
            alice.send(BOB, "hello")
            bob.wait("got", body="hello")
            test_ids_come_again(alice, bob)
            test_large(alice, bob)
            test_put_back(server, alice, bob)
            test_clone_online(world, server, alice, bob)


if __name__ == "__main__":
    main()

"""With another implementation of OMEMO, python-oldmemo, at the other end: both directions, restarts."""
import os

from _world import World
from _xmpp import Peer, Server, XmppPerson

PEER = "bob@localhost"


def bodies(rows):
    return [row["body"] for row in rows]


def collect(person, count):
    got = []
    while len(got) < count:
        rows = person.json("receive", "--count", str(count - len(got)), "--timeout", "30").rows
        assert rows, f"{len(got)} of {count} came: {got}"
        got += bodies(rows)
    return got


def test_we_begin(server, world, alice):
    with Peer(server, "bob", os.path.join(world.root, "bob.json")) as bob:
        alice.send(PEER, "first words")
        event = bob.wait("got", body="first words")
        assert event["prekey"] and event["from"] == alice.address, event
        bob.send(alice.address, "an answer")
        assert collect(alice, 1) == ["an answer"]
        for number in range(20):
            alice.send(PEER, f"a {number}") if number % 2 else bob.send(alice.address, f"b {number}")
        for number in range(1, 20, 2):
            assert not bob.wait("got", body=f"a {number}")["prekey"]
        assert collect(alice, 10) == [f"b {number}" for number in range(0, 20, 2)]
        bob.stop()


def test_after_its_restart(server, world, alice):
    with Peer(server, "bob", os.path.join(world.root, "bob.json")) as bob:
        alice.send(PEER, "still there?")
        assert not bob.wait("got", body="still there?")["prekey"]
        for number in range(100):
            bob.send(alice.address, f"number {number}")
        assert collect(alice, 100) == [f"number {number}" for number in range(100)]
        bob.tell(plain="in the clear", to=alice.address)
        bob.send(alice.address, "sealed again")
        assert collect(alice, 1) == ["sealed again"]
        bob.stop()


def test_the_peer_begins(server, world, alice):
    carol = XmppPerson(world, server, "carol")
    with Peer(server, "dave", os.path.join(world.root, "dave.json")) as dave:
        dave.send(carol.address, "hello from dave")
        row = carol.json("receive", "--count", "1", "--timeout", "30").expect(0).rows[0]
        assert row["body"] == "hello from dave" and row["trust"] == "undecided", row
        carol.send("dave@localhost", "hello dave")
        dave.wait("got", body="hello dave")
        dave.stop()


def test_away_and_back(server, world, alice):
    """Each writes while the other one is away; it waits at the server."""
    with Peer(server, "bob", os.path.join(world.root, "bob.json")) as bob:
        bob.send(alice.address, "you were away")
        bob.stop()
    alice.send(PEER, "and now you are")
    assert collect(alice, 1) == ["you were away"]
    assert "in the clear" not in alice.bodies(PEER)


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave") as a_server, World() as a_world:
        an_alice = XmppPerson(a_world, a_server, "alice")
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world, an_alice)
                print("ok", name)

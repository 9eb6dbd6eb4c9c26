"""With another implementation of OMEMO, python-oldmemo, at the other end: both directions, restarts."""
import os
import time

from _follow import Follower
from _world import World
from _xmpp import Peer, Server, XmppPerson

PEER = "bob@localhost"
PUBSUB, LIST = "http://jabber.org/protocol/pubsub", "eu.siacs.conversations.axolotl.devicelist"
# More than one page of Prosody's archive.
SHUFFLED = 70


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


def test_the_hundredth(server, world, alice):
    """A hundred of ours, all taken by the process that stays; then its restart, and one more each way."""
    follower = Follower(alice)
    with Peer(server, "bob", os.path.join(world.root, "bob.json")) as bob:
        for number in range(1, 101):
            alice.send(PEER, f"ours {number}")
        for number in range(1, 101):
            event = bob.wait("got", body=f"ours {number}")
            assert event["prekey"] is False, event
        assert not [event for event in bob.events if event["is"] == "got"], bob.events
        follower.stop()
        follower = Follower(alice)
        alice.send(PEER, "after the restart")
        bob.wait("got", body="after the restart")
        bob.send(alice.address, "hundred and one")
        assert follower.next()["body"] == "hundred and one"
        bob.stop()
    follower.stop()


def test_out_of_order(server, world, alice):
    """What was sealed last was archived first: from a stranger, and within a session."""
    with Peer(server, "dave", os.path.join(world.root, "dave.json")) as dave:
        for what in ("a stranger's", "an acquaintance's"):
            words = [f"{what} {number}" for number in range(SHUFFLED)]
            dave.tell(seal=words, to=alice.address)
            dave.wait("sealed")
            dave.tell(post=True, reversed=True)
            dave.wait("posted")
            assert bodies(alice.receive()) == words[::-1]
            assert alice.receive() == []
            alice.send("dave@localhost", f"read {what}")
            dave.wait("got", body=f"read {what}")
        seen = alice.bodies("dave@localhost")
        assert len(seen) == len(set(seen)) == 2 * SHUFFLED + 2, len(seen)
        dave.stop()


def test_closed_before(server, world, alice):
    """A device list that only its owner could read: publishing it as open is refused, so the node is changed."""
    with Peer(server, "erin", os.path.join(world.root, "erin.json")) as seed:
        for raw in (f"<pubsub xmlns='{PUBSUB}#owner'><delete node='{LIST}'/></pubsub>",
                    f"<pubsub xmlns='{PUBSUB}'><create node='{LIST}'/><configure><x xmlns='jabber:x:data' type='submit'>"
                    f"<field var='FORM_TYPE'><value>{PUBSUB}#node_config</value></field><field var='pubsub#access_model'>"
                    "<value>whitelist</value></field></x></configure></pubsub>"):
            seed.tell(raw=f"<iq type='set' id='node'>{raw}</iq>")
        seed.stop()
    refused = alice.send("erin@localhost", "can you read this?", code=1)
    assert "ask them to add you" in refused.err, refused.err
    erin = XmppPerson(world, server, "erin")
    alice.send("erin@localhost", "and this?")
    assert bodies(erin.receive()) == ["and this?"]


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
    with Server("alice", "bob", "carol", "dave", "erin") as a_server, World() as a_world:
        an_alice = XmppPerson(a_world, a_server, "alice")
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                begun = time.monotonic()
                test(a_server, a_world, an_alice)
                print("ok", name, round(time.monotonic() - begun, 1), flush=True)

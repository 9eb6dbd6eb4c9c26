"""A message that the server won't take: said so, and nothing else waits behind it for ever."""
from _follow import Follower
from _world import World, wait_for
from _xmpp import ROOMS, Server, XmppPerson

LARGE = "large " * 8000


def states(person, other):
    return {row["body"][:20]: row["state"] for row in person.json("history", other).expect(0).rows
            if row["direction"] == "out"}


def test_alone(alice, bob):
    """One on its way: that is the one."""
    said = alice.send("bob@localhost", LARGE, code=1)
    assert "localhost closed the connection: it doesn't take what was sent, which may be too large." in said.err, said.err
    assert states(alice, "bob@localhost")[LARGE[:20]] == "failed"
    alice.send("bob@localhost", "after it")
    assert [row["body"] for row in bob.receive()] == ["after it"]


def test_among_others(server, alice, bob):
    """Of several that waited for the server, the one is found; the others come, each once, in order."""
    follower = Follower(alice)
    server.stop()
    words = ["first", "second", "largest " * 6000, "third", "larger still " * 4000, "fourth"]
    for body in words:
        alice.send("bob@localhost", body, "--wait", "1", code=6)
    server.start()
    small = [body for body in words if len(body) < 20]
    got = []

    def came():
        got.extend(row["body"] for row in bob.receive())
        return len(got) >= len(small)
    wait_for(came, "what the server takes")
    assert got == small, [body[:20] for body in got]
    wait_for(lambda: "queued" not in states(alice, "bob@localhost").values(), "an empty outbox")
    said = states(alice, "bob@localhost")
    assert said.pop(words[2][:20]) == said.pop(words[4][:20]) == said.pop(LARGE[:20]) == "failed", said
    assert set(said.values()) <= {"sent", "delivered"}, said
    follower.stop()
    alice.receive()
    assert bob.receive() == []


def test_in_a_room(alice, bob):
    """The same in a room, where what comes back says that it was taken."""
    room = "den@" + ROOMS
    alice.run("group", "create", "den", "bob@localhost").expect(0)
    bob.run("group", "join", room).expect(0)
    alice.send(room, "hello")
    assert [row["body"] for row in bob.receive()] == ["hello"]
    assert "too large" in alice.send(room, LARGE, code=1).err
    alice.send(room, "after it")
    assert [row["body"] for row in bob.receive()] == ["after it"]


if __name__ == "__main__":
    with Server("alice", "bob", stanza_bytes=32768) as a_server, World() as a_world:
        an_alice, a_bob = (XmppPerson(a_world, a_server, name) for name in ("alice", "bob"))
        an_alice.send("bob@localhost", "first contact")
        a_bob.receive()
        a_bob.send("alice@localhost", "back")
        an_alice.receive()
        test_alone(an_alice, a_bob)
        print("ok test_alone", flush=True)
        test_among_others(a_server, an_alice, a_bob)
        print("ok test_among_others", flush=True)
        test_in_a_room(an_alice, a_bob)
        print("ok test_in_a_room", flush=True)

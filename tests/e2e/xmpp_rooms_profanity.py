"""A room with Profanity in it, both directions."""
import os

from _rooms import collect, do
from _world import World, wait_for
from _xmpp import ROOMS, Profanity, Server, XmppPerson

ROOM = "den@" + ROOMS


def test_a_room(server, world):
    alice, bob, seed = (XmppPerson(world, server, name) for name in ("alice", "bob", "carol"))
    stale = do(seed, "id")[0]["device"]
    with Profanity(server, "carol", os.path.join(world.root, "profanity")) as carol:
        # Its keys can be read by strangers only some time after it says that they are out.
        bob.run("contact", "add", carol.address).expect(0)
        wait_for(lambda: [row for row in bob.json("verify", carol.address).rows[0]["devices"]
                          if row["device"] != stale and row["fingerprint"]], "Profanity's keys")
        do(alice, "group", "create", "den", bob.address, carol.address)
        do(bob, "group", "join", ROOM)
        carol.wait("Chat room invite received")
        carol.type("/join " + ROOM)
        carol.wait("You have joined the room")
        carol.wait("[OMEMO]")
        # It asks for everybody's devices when it enters.
        carol.type("/win 1")
        for person in (alice, bob):
            carol.wait(f"Blind trust for {person.address}")
        carol.type("/win 2")
        do(alice, "send", "den", "hello from alice")
        carol.wait("hello from alice")
        assert collect(bob) == [(ROOM, alice.address, "hello from alice")]
        for number in range(3):
            carol.type(f"hello from Profanity {number}")
            for person in (alice, bob):
                assert collect(person) == [(ROOM, carol.address, f"hello from Profanity {number}")]
            do(bob, "send", "den", f"and from bob {number}")
            carol.wait(f"and from bob {number}")
            assert collect(alice) == [(ROOM, bob.address, f"and from bob {number}")]


if __name__ == "__main__":
    with Server("alice", "bob", "carol") as a_server, World() as a_world:
        test_a_room(a_server, a_world)
        print("ok")

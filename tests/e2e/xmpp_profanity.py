"""With Profanity at the other end: both directions, the first message and the following ones."""
import os

from _world import World, wait_for
from _xmpp import Profanity, Server, XmppPerson


def received(person, text):
    rows = person.json("receive", "--count", "1", "--timeout", "30").rows
    assert [row["body"] for row in rows] == [text], rows
    return rows[0]


def test_both_ways(server, world):
    alice, seed = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
    stale = seed.json("id").rows[0]["device"]
    with Profanity(server, "bob", os.path.join(world.root, "profanity")) as bob:
        # Its keys can be read by strangers only some time after it says that they are out.
        carol = XmppPerson(world, server, "carol")
        carol.run("contact", "add", "bob@localhost").expect(0)
        wait_for(lambda: [row for row in carol.json("verify", "bob@localhost").rows[0]["devices"]
                          if row["device"] != stale and row["fingerprint"]], "Profanity's keys")
        alice.send("bob@localhost", "hello profanity")
        bob.type("/win 2")
        bob.wait("hello profanity")
        # It asks for our devices only now.
        bob.type("/win 1")
        bob.wait("Blind trust for alice@localhost")
        bob.type("/msg alice@localhost hello sotto")
        row = received(alice, "hello sotto")
        assert row["device"] != stale, row
        for number in range(5):
            bob.type(f"and number {number}")
            received(alice, f"and number {number}")
            alice.send("bob@localhost", f"back {number}")
            bob.wait(f"back {number}")
        pane = bob.pane()
        assert "hello sotto" in pane and "sealed with OMEMO" not in pane, pane


if __name__ == "__main__":
    with Server("alice", "bob", "carol") as a_server, World() as a_world:
        test_both_ways(a_server, a_world)
        print("ok")

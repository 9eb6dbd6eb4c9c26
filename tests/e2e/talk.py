"""How people are towards each other on the spool: what they are told, and who isn't heard at all."""
from _world import World, wait_for


def pair(world, one, two):
    alice, bob = world.person(one), world.person(two)
    alice.send(bob.name, "hello")
    assert [row["body"] for row in bob.receive()] == ["hello"]
    bob.send(alice.name, "hello back")
    alice.receive()
    bob.receive()
    return alice, bob


def contact(person, address):
    return [row for row in person.json("contact", "list").expect(0).rows if row["address"] == address][0]


def state(person, address, body):
    person.receive()
    return [row for row in person.json("history", address).expect(0).rows if row["body"] == body][0]["state"]


def test_receipts(world):
    alice, bob = pair(world, "alice", "bob")
    assert contact(bob, "alice")["receipts"] == contact(bob, "alice")["markers"] == "default"
    for receipts, markers, wanted in (("off", "off", "sent"), ("on", "off", "delivered"), ("off", "on", "read"),
                                      ("default", "default", "delivered")):
        bob.run("contact", "set", "alice", "receipts", receipts).expect(0)
        bob.run("contact", "set", "alice", "markers", markers).expect(0)
        assert contact(bob, "alice")["markers"] == markers
        alice.send("bob", f"{receipts} and {markers}")
        bob.receive()
        assert state(alice, "bob", f"{receipts} and {markers}") == wanted, (receipts, markers)
    bob.run("contact", "set", "alice", "receipts", "perhaps").expect(2)
    bob.run("contact", "set", "alice", "noise", "on").expect(2)
    bob.run("contact", "set", "nobody", "receipts", "on").expect(1)
    assert "spool" in bob.run("contact", "set", "alice", "typing", "on").expect(1).err


def test_blocking(world):
    alice, bob = pair(world, "carol", "dave")
    bob.run("contact", "block", "carol").expect(0)
    row = contact(bob, "carol")
    assert row["blocked"] is True and row["dropped"] == 0, row
    alice.send("dave", "one")
    alice.send("dave", "two")
    first = bob.json("receive").expect(7)
    assert first.rows == [] and first.err.count("blocked") == 1, first.err
    alice.send("dave", "three")
    assert "blocked" not in bob.json("receive").expect(7).err
    assert contact(bob, "carol")["dropped"] == 3
    assert "blocked" in bob.run("send", "carol", "to somebody blocked").expect(4).err
    assert state(alice, "dave", "three") == "sent"
    bob.run("contact", "unblock", "carol").expect(0)
    assert contact(bob, "carol")["blocked"] is False
    alice.send("dave", "four")
    assert [row["body"] for row in bob.receive()] == ["four"]
    bodies = [row["body"] for row in bob.json("history", "carol").rows]
    assert bodies == ["hello", "hello back", "four"], bodies
    # Somebody who never wrote can be blocked too.
    eve = world.person("eve")
    bob.run("contact", "block", "eve").expect(0)
    eve.send("dave", "let me in")
    assert bob.receive() == []
    bob.run("contact", "unblock", "nobody-here").expect(1)
    for words in (("contact", "block"), ("contact", "remove"), ("erase",), ("history",)):
        assert "nobody-here" in bob.run(*words, "nobody-here").expect(1).err, words
    what = [row["what"] for row in bob.json("journal").rows]
    assert what.count("blocked") == 2 and what.count("unblocked") == 1, what


def bodies(person, address):
    return [(row["body"], row["edited"]) for row in person.json("history", address).expect(0).rows]


def test_corrections(world):
    alice, bob = pair(world, "fay", "gus")
    first = alice.send("gus", "the frist").rows[0]
    assert first["edited"] is False
    assert [row["body"] for row in bob.receive()] == ["the frist"]
    fixed = alice.send("gus", "the first", "--correct", first["id"]).rows[0]
    assert fixed["edited"] and fixed["id"] == first["id"] and fixed["body"] == "the first", fixed
    got = bob.receive()
    assert [(row["id"], row["body"], row["edited"]) for row in got] == [(first["id"], "the first", True)], got
    alice.send("gus", "the very first", "--correct", first["id"])
    assert [row["body"] for row in bob.receive()] == ["the very first"]
    for person, other in ((alice, "gus"), (bob, "fay")):
        assert bodies(person, other)[-1] == ("the very first", True), bodies(person, other)
        assert len(bodies(person, other)) == 3
        assert person.json("search", "frist").rows == []
        assert len(person.json("search", "very").rows) == 1
    # Before it was read: one message, the newest words.
    second = alice.send("gus", "unread as yet").rows[0]
    alice.send("gus", "read only so", "--correct", second["id"])
    assert [(row["body"], row["edited"]) for row in bob.receive()] == [("read only so", True)]
    # Only one's own, only what is there, only what isn't shown once.
    theirs = bob.send("fay", "not yours").rows[0]
    alice.receive()
    assert "yours" in alice.run("send", "gus", "mine now", "--correct", theirs["id"]).expect(1).err
    alice.run("send", "gus", "what", "--correct", "nothing-of-that-id").expect(1)
    once = alice.send("gus", "only once", "--view-once").rows[0]
    alice.run("send", "gus", "twice", "--correct", once["id"]).expect(1)
    alice.run("send", "gus", "twice", "--correct", first["id"], "--view-once").expect(2)
    assert bodies(alice, "gus")[-1][0] == "only once"


def test_corrections_and_time(world):
    alice, bob = pair(world, "hal", "ida")
    short = alice.send("ida", "short lived", "--expire", "2s").rows[0]
    alice.send("ida", "short lived, longer", "--correct", short["id"], "--expire", "1h")
    got = bob.receive()
    assert [(row["body"], row["expire_seconds"]) for row in got] == [("short lived, longer", 2)], got
    long = alice.send("ida", "long lived").rows[0]
    assert bob.receive()[0]["expire_seconds"] is None
    alice.send("ida", "long lived no more", "--correct", long["id"], "--expire", "3s")
    row = bob.receive()[0]
    assert row["expire_seconds"] == 3 and row["expires_at"], row

    def gone():
        return [body for body, _ in bodies(bob, "hal")] == ["hello", "hello back"]
    wait_for(gone, "what expires")


if __name__ == "__main__":
    with World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_world)
                print("ok", name)

"""With Profanity at the other end: both directions, first message and hundredth, restarts, its other device."""
import os

from _follow import Follower
from _world import World, wait_for
from _xmpp import Profanity, Server, XmppPerson


def received(person, text):
    rows = person.json("receive", "--count", "1", "--timeout", "30").rows
    assert [row["body"] for row in rows] == [text], rows
    return rows[0]


def test_both_ways(server, alice, bob, carol, stale):
    # Its keys can be read by strangers only some time after it says that they are out.
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
    for number in range(2):
        bob.type(f"and number {number}")
        received(alice, f"and number {number}")
        alice.send("bob@localhost", f"back {number}")
        bob.wait(f"back {number}")
    pane = bob.pane()
    assert "hello sotto" in pane and "sealed with OMEMO" not in pane, pane
    return row["device"]


def test_marks_and_corrections(alice, bob):
    """Receipts as it sends and wants them, and other words in the place of sent ones, both ways."""
    bob.type("/receipts send on")
    bob.type("/receipts request on")
    for what in ("receipts", "markers"):
        alice.run("contact", "set", "bob@localhost", what, "on").expect(0)
    sent = alice.send("bob@localhost", "did it arive").rows[0]
    bob.wait("did it arive")

    def is_delivered():
        alice.receive()
        rows = alice.json("history", "bob@localhost").expect(0).rows
        return [row for row in rows if row["id"] == sent["id"] and row["state"] == "delivered"]
    wait_for(is_delivered, "its receipt")
    alice.send("bob@localhost", "did it arrive", "--correct", sent["id"])
    bob.wait("did it arrive")
    bob.type("it did, yse")
    said = received(alice, "it did, yse")
    bob.type("/correct it did, yes")
    row = wait_for(alice.receive, "its correction")[0]
    assert (row["id"], row["body"], row["edited"]) == (said["id"], "it did, yes", True), row
    assert "sealed with OMEMO" not in bob.pane() and "arive" not in bob.pane(), bob.pane()
    for what in ("receipts", "markers"):
        alice.run("contact", "set", "bob@localhost", what, "default").expect(0)


def test_meets_its_other_device(alice, other, device):
    """The sotto that had the account first has to be told that this is its owner's too."""
    other.send(alice.address, "from the other one")
    received(alice, "from the other one")
    other.confirm(device)


def test_the_hundredth(follower, alice, bob):
    for number in range(1, 101):
        bob.type(f"theirs {number}")
    came = [follower.next()["body"] for _ in range(100)]
    assert came == [f"theirs {number}" for number in range(1, 101)], came
    for number in range(1, 101):
        alice.send("bob@localhost", f"ours {number}")
    wait_for(lambda: "ours 100" in bob.stored(alice.address), "the last one")
    kept = [body for body in bob.stored(alice.address) if body.startswith("ours ")]
    assert kept == [f"ours {number}" for number in range(1, 101)], kept


def test_after_its_restart(alice, bob):
    """It was away, and what it missed waited; then each writes once more."""
    bob.stop()
    alice.send("bob@localhost", "while you were away")
    bob.start()
    bob.wait("(win 2)")
    bob.type("/win 2")
    bob.wait("while you were away")
    # It looks for devices anew, and says nothing when it has found them.
    bob.type("/omemo start")

    def is_heard():
        bob.type("I am back")
        return alice.json("receive", "--count", "1", "--timeout", "2").rows
    rows = wait_for(is_heard, "a word of Profanity's")
    assert rows[0]["body"] == "I am back", rows
    alice.send("bob@localhost", "good to see you")
    bob.wait("good to see you")


def test_its_other_device(alice, bob, other):
    """A sotto of the same account had its copies all the time, and what Profanity sent was sealed for it too."""
    other.receive()
    rows = [row for row in other.json("history", alice.address, "--limit", "1000").expect(0).rows]
    came = [row["body"] for row in rows if row["direction"] == "in" and row["body"].startswith("ours ")]
    assert came == [f"ours {number}" for number in range(1, 101)], came
    sent = [row["body"] for row in rows if row["direction"] == "out" and row["body"].startswith("theirs ")]
    assert sent == [f"theirs {number}" for number in range(1, 101)], sent


if __name__ == "__main__":
    with Server("alice", "bob", "carol") as a_server, World() as a_world:
        # Its list must be there before Profanity comes: this device is on it first.
        people = [XmppPerson(a_world, a_server, name) for name in ("alice", "bob", "carol")]
        an_alice, another, a_carol = people
        with Profanity(a_server, "bob", os.path.join(a_world.root, "profanity")) as a_bob:
            its_device = test_both_ways(a_server, an_alice, a_bob, a_carol, another.json("id").rows[0]["device"])
            test_marks_and_corrections(an_alice, a_bob)
            test_meets_its_other_device(an_alice, another, its_device)
            a_follower = Follower(an_alice)
            test_the_hundredth(a_follower, an_alice, a_bob)
            a_follower.stop()
            test_after_its_restart(an_alice, a_bob)
            test_its_other_device(an_alice, a_bob, another)
        print("ok")

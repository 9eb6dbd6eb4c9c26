"""Several devices of one account: copies for each, confirmed ones only, and the own place on the list."""
import os
import re

from _follow import Follower
from _world import World, wait_for
from _xmpp import Peer, Server, XmppPerson


def bodies(rows):
    return [(row["direction"], row["body"]) for row in rows]


def device(person):
    return person.json("id").expect(0).rows[0]["device"]


def listed(person):
    return {row["device"] for row in person.json("devices").expect(0).rows if row["active"]}


def test_two_sottos(server, world):
    laptop, bob = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
    laptop.send("bob@localhost", "from the laptop alone")
    phone = XmppPerson(world, server, "alice", home=os.path.join(world.root, "phone"))
    # An own device that came later waits to be confirmed, and gets nothing until then.
    laptop.send("bob@localhost", "not for the phone")
    assert phone.receive() == []
    own = "trust", "alice@localhost", str(device(phone)), "trusted"
    refused = laptop.run(*own).expect(5)
    assert " ".join(own) + " --fingerprint FIRST8" in refused.err, refused.err
    laptop.run(*own, "--fingerprint", "00000000").expect(5)
    # This one is named by what is known here; of the other one the server tells nothing but the number.
    rows = {row["device"]: row["label"] for row in laptop.json("devices").expect(0).rows}
    assert re.search(f"^this device, host .*, profile {laptop.home}, since ....-..-..$", rows[device(laptop)]), rows
    assert rows[device(phone)] is None
    assert re.search(f"^{device(phone)}  .*\n    first seen ....-..-..$", laptop.run("devices").out, re.MULTILINE)
    laptop.confirm(phone)
    # Nor does the phone believe the laptop for being there first.
    laptop.send("bob@localhost", "not taken in by the phone")
    assert phone.receive() == [] and "not taken in" not in phone.run("history", "bob@localhost").out
    phone.confirm(laptop)
    laptop.send("bob@localhost", "for both of us")
    phone.receive()
    assert ("out", "for both of us") in bodies(phone.json("history", "bob@localhost").rows)
    assert [row["body"] for row in bob.receive()] == [
        "from the laptop alone", "not for the phone", "not taken in by the phone", "for both of us"]
    bob.send("alice@localhost", "hello to both")
    assert [row["body"] for row in laptop.receive()] == ["hello to both"]
    assert [row["body"] for row in phone.receive()] == ["hello to both"]
    phone.send("bob@localhost", "from the phone")
    laptop.receive()
    assert ("out", "from the phone") in bodies(laptop.json("history", "bob@localhost").rows)
    # What is told of a message reaches both, and so do other words in its place, whoever of them wrote these.
    bob.run("contact", "set", "alice@localhost", "receipts", "on").expect(0)
    sent = laptop.send("bob@localhost", "form the laptop").rows[0]
    phone.receive()
    phone.send("bob@localhost", "from the laptop", "--correct", sent["id"])
    got = [(row["id"], row["body"], row["edited"]) for row in bob.receive()]
    assert got[-1] == (sent["id"], "from the laptop", True), got
    for person in (laptop, phone):
        person.receive()
        row = [row for row in person.json("history", "bob@localhost").rows if row["id"] == sent["id"]][0]
        assert (row["body"], row["edited"], row["state"]) == ("from the laptop", True, "delivered"), row


def test_beside_another_client(server, world):
    """Both own devices online: what one sends the other one sees, each message once."""
    with Peer(server, "carol", os.path.join(world.root, "carol.json")) as desk:
        carol, dave = XmppPerson(world, server, "carol"), XmppPerson(world, server, "dave")
        assert listed(carol) == {device(carol), desk.device}, listed(carol)
        carol.confirm(desk.device)
        carol.send("dave@localhost", "hello dave")
        assert desk.wait("got", body="hello dave")["via"] == "carbon-sent"
        follower = Follower(carol)
        dave.receive()
        dave.send("carol@localhost", "hello carol")
        desk.wait("got", body="hello carol")
        assert follower.next()["body"] == "hello carol"
        desk.send("dave@localhost", "from the desk")
        wait_for(lambda: ("out", "from the desk") in bodies(
            carol.json("history", "dave@localhost").rows), "the copy")
        follower.stop()
        dave.receive()
        seen = [body for _, body in bodies(carol.json("history", "dave@localhost").rows)]
        assert sorted(seen) == sorted(set(seen)), seen


def test_put_back(server, world):
    """Another client takes us off the list; while we are there, and while we aren't."""
    with Peer(server, "erin", os.path.join(world.root, "erin.json")) as desk:
        erin, other = XmppPerson(world, server, "erin"), XmppPerson(world, server, "frank")

        def drop():
            desk.tell(raw="<iq type='set' id='drop'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "
                      "node='eu.siacs.conversations.axolotl.devicelist'><item id='current'><list "
                      f"xmlns='eu.siacs.conversations.axolotl'><device id='{desk.device}'/></list></item>"
                      "</publish></pubsub></iq>")
        # First contact: both devices are trusted from now on.
        other.send("erin@localhost", "hello to both")
        erin.receive()
        follower = Follower(erin)

        def is_back():
            other.run("send", "erin@localhost", "are you back?").expect(0)
            return any(row["device"] == device(erin) and row["active"] for row in
                       other.json("verify", "erin@localhost").rows[0]["devices"])
        drop()
        wait_for(is_back, "the own place on the list")
        other.send("erin@localhost", "there you are")
        while follower.next()["body"] != "there you are":
            pass
        follower.stop()
        drop()
        erin.receive()
        wait_for(is_back, "the own place on the list, after being away")


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave", "erin", "frank") as a_server, World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world)
                print("ok", name, flush=True)

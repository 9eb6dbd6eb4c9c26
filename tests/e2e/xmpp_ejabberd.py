"""On another server, ejabberd: both ways, another client, archive, old nodes, a room, a file, a restart."""
import os

from _ejabberd import Ejabberd
from _follow import over_a_restart
from _world import World
from _xmpp import Peer, XmppPerson

PUBSUB, OMEMO = "http://jabber.org/protocol/pubsub", "eu.siacs.conversations.axolotl"
# More than is asked for at once.
MISSED = 120


def bodies(rows):
    return [row["body"] for row in rows]


def test_both_ways(server, world):
    XmppPerson(world, server, "alice", make=False).join(ca=False).expect(5)
    alice = XmppPerson(world, server, "alice")
    bob = XmppPerson(world, server, "bob", place=f"tls:127.0.0.1:{server.direct}")
    # Strangers to one another: their keys are open to all, which isn't ejabberd's way by itself.
    alice.send("bob@localhost", "hello")
    assert bodies(bob.receive()) == ["hello"]
    for number in range(2):
        bob.send("alice@localhost", f"back {number}")
        alice.send("bob@localhost", f"forth {number}")
    assert bodies(alice.receive()) == ["back 0", "back 1"]
    assert bodies(bob.receive()) == ["forth 0", "forth 1"]
    assert alice.receive() == [] and bob.receive() == []


def test_another_client_and_the_archive(server, world):
    """What its other client took while sotto was away comes from the archive, all of it and in order."""
    alice = XmppPerson(world, server, "alice", make=False)
    carol = XmppPerson(world, server, "carol")
    with Peer(server, "carol", os.path.join(world.root, "carol.json")) as desk, \
            Peer(server, "dave", os.path.join(world.root, "dave.json")) as dave:
        alice.send("carol@localhost", "to both")
        assert desk.wait("got", body="to both")["prekey"]
        desk.send("alice@localhost", "from the desk")
        assert bodies(alice.receive()) == ["from the desk"]
        assert "to both" in bodies(carol.receive())
        words = [f"missed {number}" for number in range(MISSED)]
        dave.tell(seal=words, to="carol@localhost")
        dave.wait("sealed")
        dave.tell(post=True)
        for word in words:
            desk.wait("got", body=word)
        came = bodies(carol.receive())
        assert came == words, came
        assert carol.receive() == []
        dave.stop()
        desk.stop()


def node(words):
    return (f"<iq type='set' id='node'><pubsub xmlns='{PUBSUB}'><create node='{OMEMO}.devicelist'/><configure>"
            "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/"
            f"pubsub#node_config</value></field><field var='pubsub#access_model'><value>{words}</value></field></x>"
            "</configure></pubsub></iq>")


def test_closed_before(server, world):
    """A list that was made for nobody's eyes becomes readable for all."""
    alice = XmppPerson(world, server, "alice", make=False)
    with Peer(server, "erin", os.path.join(world.root, "seed.json")) as seed:
        seed.tell(raw=f"<iq type='set' id='off'><pubsub xmlns='{PUBSUB}#owner'><delete node='{OMEMO}.devicelist'/>"
                  "</pubsub></iq>")
        seed.tell(raw=node("whitelist"))
        seed.stop()
    refused = alice.json("send", "erin@localhost", "can you read this?")
    assert refused.code == 1 and "ask them to add you" in refused.err, refused.err
    erin = XmppPerson(world, server, "erin")
    alice.send("erin@localhost", "and this?")
    assert bodies(erin.receive())[-1] == "and this?"


def test_room_and_file(server, world):
    alice, bob = (XmppPerson(world, server, name, make=False) for name in ("alice", "bob"))
    room = alice.json("group", "create", "den", "bob@localhost").expect(0).rows[0]
    assert room["kind"] == "room" and room["state"] == "ready", room
    alice.send(room["group"], "zebra one")
    assert "invites you" in bob.run("receive").err
    bob.run("group", "join", room["group"]).expect(0)
    assert bodies(bob.receive()) == ["zebra one"]
    bob.send(room["group"], "zebra two")
    assert bodies(alice.receive()) == ["zebra two"]
    path, saved = (os.path.join(world.root, name) for name in ("zebra.txt", "saved.txt"))
    with open(path, "w") as file:
        file.write("zebra three " * 5000)
    alice.json("file", "send", "bob@localhost", path).expect(0)
    bob.receive()
    row = bob.json("file", "list").expect(0).rows[-1]
    bob.json("file", "save", row["conversation"], row["id"], saved).expect(0)
    with open(path) as sent, open(saved) as came:
        assert sent.read() == came.read()
    kept = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(server.root, "uploads"))
            for name in names]
    assert len(kept) == 1 and "zebra" not in kept[0], kept
    with open(kept[0], "rb") as file:
        assert b"zebra" not in file.read()


def test_restart(server, world):
    alice, bob = (XmppPerson(world, server, name, make=False) for name in ("alice", "bob"))
    over_a_restart(server, alice, bob)
    seen = bob.bodies("alice@localhost")
    assert len(seen) == len(set(seen)), seen


if __name__ == "__main__":
    with Ejabberd("alice", "bob", "carol", "dave", "erin") as a_server, World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world)
                print("ok", name, flush=True)

"""Two people on a real XMPP server: joining, being refused, writing and reading."""
import os
import shutil

from _world import World, read_file, write_file
from _xmpp import Server, XmppPerson


def test_joining(server, world):
    alice = XmppPerson(world, server, "alice")
    XmppPerson(world, server, "bob", place=f"tls:127.0.0.1:{server.direct}")
    # Whoever doesn't say that it is TLS from the first byte gets there as well.
    carol = XmppPerson(world, server, "carol", place=f"localhost:{server.direct}")
    assert carol.receive() == []
    row = alice.json("id").expect(0).rows[0]
    assert row["address"] == "alice@localhost" and row["transport"] == "xmpp", row


def test_refusals_leave_nothing(server, world):
    def stranger(name):
        return XmppPerson(world, server, name, home=os.path.join(world.root, "stranger"), make=False)
    refused = stranger("alice").join(secret="not the password").expect(3)
    assert "refuses" in refused.err, refused.err
    refused = stranger("nobody").join().expect(3)
    refused = stranger("alice").join(ca=False).expect(5)
    assert "certificate" in refused.err, refused.err
    refused = stranger("alice").join(place="127.0.0.1:1").expect(6)
    stranger("alice").join(place="no host").expect(2)
    assert not os.path.exists(os.path.join(world.root, "stranger", "key"))
    assert "There is no profile" in stranger("alice").json("id").err


def test_authorities_that_are_no_file(server, world):
    """What nobody writes into isn't waited for."""
    path = os.path.join(world.root, "authorities")
    shutil.copy(server.ca, path)
    carol = XmppPerson(world, server, "carol", home=os.path.join(world.root, "no-file"), make=False)
    carol.join("--ca-file", path, ca=False).expect(0)
    assert carol.receive() == []
    os.unlink(path)
    os.mkfifo(path)
    result = carol.run("receive")
    assert result.code and "isn't a plain file" in result.err, (result.code, result.err)


def test_confined(server, world):
    """To the profile, too: what it takes besides stands in the note. An older version's note said less, once."""
    alice = XmppPerson(world, server, "alice", make=False)

    def states():
        return alice.json("status").expect(0).rows[0]["process"]
    confined = states()
    assert confined["system_calls"] in ("on", "not available"), confined
    assert confined["file_system"] in ("on", "not available"), confined
    note = os.path.join(alice.home, "note")
    whole = read_file(note)
    assert server.ca.encode() in whole
    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    write_file(note, b"[account]\ncarrier=xmpp\n")
    assert states()["file_system"] == "off"
    assert read_file(note) == whole
    assert states() == confined
    # From now on less isn't believed any more, nor another file of authorities.
    write_file(note, b"[account]\ncarrier=xmpp\n")
    alice.run("status").expect(5)
    write_file(note, whole.replace(server.ca.encode(), b"/etc/shadow"))
    assert "/etc/shadow" in alice.run("status").expect(5).err
    write_file(note, whole)


def test_words(server, world):
    alice = XmppPerson(world, server, "alice", make=False)
    bob = XmppPerson(world, server, "bob", make=False)
    sent = alice.send("bob@localhost", "hello & <goodbye>").rows[0]
    assert sent["state"] == "sent", sent
    got = bob.receive()
    assert [row["body"] for row in got] == ["hello & <goodbye>"], got
    assert got[0]["id"] == sent["id"] and got[0]["from"] == "alice@localhost"
    for number in range(5):
        bob.send("alice@localhost", f"back {number}")
        alice.send("bob@localhost", f"forth {number}")
    assert [row["body"] for row in alice.receive()] == [f"back {number}" for number in range(5)]
    assert [row["body"] for row in bob.receive()] == [f"forth {number}" for number in range(5)]
    assert alice.receive() == [] and bob.receive() == []
    alice.send("nobody@localhost", "hello?", code=1)
    alice.send("bob", "a local name", code=1)


def test_offline(server, world):
    alice = XmppPerson(world, server, "alice", make=False)
    bob = XmppPerson(world, server, "bob", make=False)
    server.stop()
    alice.send("bob@localhost", "while it is down", code=6)
    assert bob.json("receive").expect(6).rows == []
    server.start()
    alice.run("receive").expect(7)
    assert [row["body"] for row in bob.receive()] == ["while it is down"]
    states = {row["body"]: row["state"] for row in alice.json("history", "bob@localhost").rows}
    assert states["while it is down"] == "sent", states


if __name__ == "__main__":
    with Server("alice", "bob", "carol") as a_server, World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world)
                print("ok", name)

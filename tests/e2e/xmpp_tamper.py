"""A server that swaps keys, floods device lists, and says again what was said before."""
import glob
import os
import re
import shutil
import time

from _hostile import Hostile
from _world import World
from _xmpp import Peer, Server, XmppPerson, password

PUBSUB, OMEMO = "http://jabber.org/protocol/pubsub", "eu.siacs.conversations.axolotl"
EVENT = PUBSUB + "#event"
LISTED = 3000


def device(person):
    return person.json("id").expect(0).rows[0]["device"]


def known(person, address):
    return person.json("verify", address).expect(0).rows[0]["devices"]


def journal(person):
    return [(row["what"], row["address"]) for row in person.json("journal").expect(0).rows]


def swap_keys(server, mallory, victim):
    """Mallory's keys are what the server hands out as the victim's from now on."""
    def path(person):
        return glob.glob(os.path.join(server.root, "data/localhost",
                                      f"pep_*bundles%3a{device(person)}", person.name + ".list"))[0]
    server.stop()
    shutil.copyfile(path(mallory), path(victim))
    server.start()


def test_swaps_keys(server, world):
    alice, bob, mallory = (XmppPerson(world, server, name) for name in ("alice", "bob", "mallory"))
    carol = XmppPerson(world, server, "carol")
    # Carol has a session with him, Alice only compared his keys.
    carol.send("bob@localhost", "before")
    bob.receive()
    alice.run("contact", "add", "bob@localhost").expect(0)
    alice.run("contact", "rule", "bob@localhost", "manual").expect(0)
    number = bob.json("verify", "alice@localhost")
    bob.run("contact", "add", "alice@localhost").expect(0)
    number = bob.json("verify", "alice@localhost").rows[0]["safety_number"]
    alice.run("verify", "bob@localhost", "--code", number).expect(0)
    swap_keys(server, mallory, bob)
    refused = alice.send("bob@localhost", "secret", code=5)
    assert "changed" in refused.err or "decide" in refused.err, refused.err
    assert ("key-changed", "bob@localhost") in journal(alice)
    assert known(alice, "bob@localhost")[0]["trust"] == "undecided"
    alice.run("verify", "bob@localhost", "--code", number).expect(5)
    assert bob.receive() == []
    # A session has its keys already: nobody asks the server for others.
    carol.send("bob@localhost", "after")
    assert [row["body"] for row in bob.receive()] == ["after"]
    assert ("key-changed", "bob@localhost") not in journal(carol)


LATE = 77


def list_devices(world, server, name, ids, *more):
    """Somebody who has the account's password says which devices it has."""
    with Peer(server, name, os.path.join(world.root, name + ".json")) as peer:
        for raw in more:
            peer.tell(raw=raw)
        peer.tell(raw=f"<iq type='set' id='list'><pubsub xmlns='{PUBSUB}'><publish node='{OMEMO}.devicelist'>"
                  f"<item id='current'><list xmlns='{OMEMO}'>" +
                  "".join(f"<device id='{number}'/>" for number in ids) + "</list></item></publish></pubsub></iq>")
        peer.stop()


def test_lists_before_it_has_a_key(server, world):
    """A device that is listed first, and whose key comes only after the comparison."""
    alice, carol, mallory = (XmppPerson(world, server, name, make=False) for name in ("alice", "carol", "mallory"))
    list_devices(world, server, "carol", [device(carol), LATE])
    alice.send("carol@localhost", "one")
    assert [row["body"] for row in carol.receive()] == ["one"]
    carol.send("alice@localhost", "hello")
    alice.receive()
    number = carol.json("verify", "alice@localhost").rows[0]["safety_number"]
    view = alice.json("verify", "carol@localhost", "--code", number).expect(0).rows[0]
    assert view["verified"] and view["keyless"] == [LATE], view
    late, = [row for row in view["devices"] if row["device"] == LATE]
    assert late["fingerprint"] is None and late["trust"] == "undecided", late
    alice.send("carol@localhost", "two")
    published = [text for text in re.findall(
        f"<pubsub xmlns='{PUBSUB}'><publish node='{OMEMO}.bundles:{device(mallory)}'>.*?</pubsub>", server.whole_log())
        if "<bundle" in text][-1]
    list_devices(world, server, "carol", [device(carol), LATE],
                 "<iq type='set' id='late'>" + published.replace(str(device(mallory)), str(LATE)) + "</iq>")
    refused = alice.send("carol@localhost", "three", code=5)
    assert str(LATE) in refused.err, refused.err
    view = alice.json("verify", "carol@localhost").expect(0).rows[0]
    assert not view["verified"] and view["keyless"] == [], view
    rows = [row for row in alice.json("journal").rows if row["device"] == LATE]
    assert [row["what"] for row in rows] == ["device-seen", "key-seen"], rows
    assert rows[1]["detail"] == [row for row in view["devices"] if row["device"] == LATE][0]["fingerprint"], rows
    # The control: with that key decided on, it is sealed for as well.
    alice.run("trust", "carol@localhost", str(LATE), "trusted").expect(0)
    alice.send("carol@localhost", "four")
    assert f"rid='{LATE}'" in server.whole_log(), "nothing was sealed for it"
    assert [row["body"] for row in carol.receive()] == ["two", "four"]


def test_floods_lists(server, world):
    """Thousands of devices on a list: nothing comes of it, and the real ones still get their messages."""
    alice, erin = XmppPerson(world, server, "alice", make=False), XmppPerson(world, server, "erin")
    alice.send("erin@localhost", "before")
    assert [row["body"] for row in erin.receive()] == ["before"]
    with Peer(server, "erin", os.path.join(world.root, "erin.json")) as flood:
        ids = [device(erin)] + list(range(1, LISTED))
        flood.tell(raw=f"<iq type='set' id='flood'><pubsub xmlns='{PUBSUB}'><publish node='{OMEMO}.devicelist'>"
                   f"<item id='current'><list xmlns='{OMEMO}'>" +
                   "".join(f"<device id='{number}'/>" for number in ids) + "</list></item></publish></pubsub></iq>")
        flood.stop()
    rows = known(alice, "erin@localhost")
    begun = time.monotonic()
    alice.send("erin@localhost", "after")
    assert time.monotonic() - begun < 10
    # What can't be read is unknown, not empty: it goes to the devices that were known.
    assert known(alice, "erin@localhost") == rows
    assert [row["body"] for row in erin.receive()] == ["after"]
    stranger = XmppPerson(world, server, "carol", make=False)
    refused = stranger.send("erin@localhost", "hello", code=1)
    assert "more than" in refused.err, refused.err


def test_says_it_again(server, world):
    """Everything of one conversation once more: live, as an archive, as carbons, and under another name."""
    alice, dave = XmppPerson(world, server, "alice", make=False), XmppPerson(world, server, "dave")
    dave.send("alice@localhost", "pay me 10")
    alice.receive()
    alice.send("dave@localhost", "ok")
    dave.receive()
    dave.send("alice@localhost", "and 20 more")
    assert [row["body"] for row in alice.receive()] == ["and 20 more"]
    said = [re.sub(r" from='[^']*'| to='[^']*'", "", text)
            for text in re.findall(r"RECV: (<message .*)$", server.whole_log(), re.MULTILINE)
            if "<encrypted" in text and f"sid='{device(dave)}'" in text]
    assert len(said) >= 2, said
    server.stop()

    def around(text, sender, number):
        return re.sub(r"^<message", f"<message xmlns='jabber:client' from='{sender}' to='alice@localhost'",
                      re.sub(r"( id=')[^']*'", rf"\g<1>again{number}'", text, count=1))
    again = []
    for number, text in enumerate(said):
        whole = around(text, "dave@localhost/x", number)
        wrapped = f"<forwarded xmlns='urn:xmpp:forward:0'>{whole}</forwarded>"
        again += [
            whole, around(text, "eve@localhost/x", number), whole,
            f"<message><result xmlns='urn:xmpp:mam:2' queryid='catch-up' id='new{number}'>{wrapped}</result></message>",
            f"<message from='alice@localhost'><received xmlns='urn:xmpp:carbons:2'>{wrapped}</received></message>",
        ]

    def play(link):
        link.log_in(alice.address, password("alice"))
        link.serve(archive="".join(again))
    with Hostile(server.port, server.root, play) as hostile:
        result = alice.json("receive")
        assert result.code in (0, 7) and not result.rows, (result.out, result.err)
    assert b"<iq" in hostile.seen
    bodies = alice.bodies("dave@localhost")
    assert sorted(bodies) == ["and 20 more", "ok", "pay me 10"], bodies
    assert not [row for row in alice.json("contact", "list").rows if "eve" in row["address"]]


def test_floods_events(server, world):
    """Word of new devices without end, from their addresses and from others'."""
    alice = XmppPerson(world, server, "alice", make=False)

    def word(number, sender):
        return (f"<message from='{sender}'><event xmlns='{EVENT}'><items node='{OMEMO}.devicelist'><item id='{number}'>"
                f"<list xmlns='{OMEMO}'>" + "".join(f"<device id='{number * 50 + one}'/>" for one in range(1, 50)) +
                "</list></item></items></event></message>")

    def play(link):
        link.log_in(alice.address, password("alice"))
        link.serve(archive="".join(word(number, sender) for number in range(1, 101)
                                   for sender in ("dave@localhost", "nobody@localhost", "eve@localhost/x")))
    begun = time.monotonic()
    with Hostile(server.port, server.root, play) as hostile:
        alice.json("receive")
    assert time.monotonic() - begun < 10
    dave = XmppPerson(world, server, "dave", make=False)
    rows = known(alice, "dave@localhost")
    assert [(row["device"], row["trust"], row["active"]) for row in rows] == [(device(dave), "trusted", True)], rows
    # Nobody is asked about who isn't known.
    assert b"nobody@localhost" not in hostile.seen and b"eve@localhost" not in hostile.seen
    assert not [row for row in alice.json("contact", "list").rows
                if row["address"].split("@")[0] in ("nobody", "eve")]


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave", "erin", "mallory", modules=("mam", "smacks", "stanza_debug")) \
            as a_server, World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                begun_at = time.monotonic()
                test(a_server, a_world)
                print("ok", name, round(time.monotonic() - begun_at, 1), flush=True)

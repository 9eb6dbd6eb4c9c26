"""Rooms on a real server: made, entered, written to and left; with other clients, and with bad rooms."""
import os

from _world import World, wait_for
from _xmpp import ROOMS, Peer, Server, XmppPerson

ROOM = "den@" + ROOMS


def do(person, *words, code=0):
    return person.json(*words).expect(code).rows


def collect(person, count=1):
    """The next COUNT messages, as (conversation, from, body)."""
    got = []
    while len(got) < count:
        rows = do(person, "receive", "--count", str(count - len(got)), "--timeout", "20")
        assert rows, f"{len(got)} of {count} came: {got}"
        got += [(m["conversation"], m["from"], m["body"]) for m in rows if m["kind"] == "text"]
    return got


def shown(person, room=ROOM):
    return do(person, "group", "list", room)[0]


def members(person, room=ROOM):
    return [m["address"] for m in shown(person, room)["members"]]


def notices(person, room=ROOM):
    return [m["body"] for m in do(person, "history", room) if m["kind"] == "notice"]


def take_in(person):
    """What came, and what was said on standard error."""
    result = person.run("receive")
    assert result.code in (0, 7), result.err
    return result


def test_made_and_written_to(server, world, alice, bob, carol):
    made = do(alice, "group", "create", "den", bob.address, carol.address)[0]
    assert made["group"] == ROOM and made["kind"] == "room" and made["state"] == "ready", made
    assert members(alice) == [alice.address, bob.address, carol.address]
    assert [m["affiliation"] for m in shown(alice)["members"]] == ["owner", "member", "member"]
    # Both hear of it; until they enter, they aren't in it, and still everything is sealed for them.
    sent = do(alice, "send", "den", "zebra one")[0]
    assert sent["conversation"] == ROOM and sent["state"] == "sent", sent
    assert "invites you" in take_in(bob).err
    assert shown(bob)["left"] and any(f"group join {ROOM}" in text for text in notices(bob))
    do(bob, "send", ROOM, "not in it", code=4)
    assert not do(bob, "group", "join", ROOM)[0]["left"]
    assert collect(bob) == [(ROOM, alice.address, "zebra one")]
    do(bob, "send", "den", "zebra two")
    assert collect(alice) == [(ROOM, bob.address, "zebra two")]
    # Somebody who was away all the time.
    do(carol, "group", "join", ROOM)
    assert collect(carol, 2) == [(ROOM, alice.address, "zebra one"), (ROOM, bob.address, "zebra two")]
    do(carol, "send", "den", "zebra three")
    assert collect(alice) == collect(bob) == [(ROOM, carol.address, "zebra three")]
    assert alice.bodies(ROOM)[-1] == "zebra three"
    # What came back from the room was ticked off, not opened; nothing is there twice.
    texts = [m["body"] for m in do(alice, "history", ROOM) if m["kind"] != "notice"]
    assert texts == ["zebra one", "zebra two", "zebra three"], texts


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave", "erin") as a_server, World() as a_world:
        people = [XmppPerson(a_world, a_server, name) for name in ("alice", "bob", "carol")]
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world, *people)
                print("ok", name)

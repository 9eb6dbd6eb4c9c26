"""Rooms on a real server: made, entered, written to and left; with other clients, and with bad rooms."""
import os

from _rooms import ROOM, affiliate, collect, configure, do, left, members, notices, sees, shown, take_in
from _world import World, wait_for
from _xmpp import ROOMS, Peer, Server, XmppPerson

def test_made_and_written_to(server, world, alice, bob, carol):
    made = do(alice, "group", "create", "den", bob.address, carol.address)[0]
    assert made["group"] == ROOM and made["kind"] == "room" and made["state"] == "ready", made
    assert members(alice) == [alice.address, bob.address, carol.address]
    assert [m["affiliation"] for m in shown(alice)["members"]] == ["owner", "member", "member"]
    # Both hear of it; until they enter, they aren't in it, and still everything is sealed for them.
    sent = do(alice, "send", "den", "zebra one")[0]
    assert sent["conversation"] == ROOM and sent["state"] == "sent", sent
    assert "invites you" in take_in(bob).err
    assert shown(bob)["left"] and shown(bob)["invited"] and any(f"group join {ROOM}" in text for text in notices(bob))
    do(bob, "send", ROOM, "not in it", code=4)
    # The short name does, for one that asks us in.
    joined = do(bob, "group", "join", ROOM.split("@")[0])[0]
    assert not joined["left"] and not joined["invited"], joined
    # To enter is to look who is in it; to write is to meet them.
    row = do(bob, "receive", "--count", "1", "--timeout", "20")[0]
    assert (row["body"], row["from"], row["trust"]) == ("zebra one", alice.address, "undecided"), row
    do(bob, "send", "den", "zebra two")
    assert [d["trust"] for d in do(bob, "verify", alice.address)[0]["devices"]] == ["trusted"]
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


def test_another_client(server, world, alice, bob, carol):
    """Both directions, its restart, and a member who has no device: named, and left out."""
    with Peer(server, "dave", os.path.join(world.root, "dave.json")) as dave:
        do(alice, "group", "add", "den", dave.address)
        dave.wait("invited", room=ROOM)
        dave.tell(join=ROOM)
        dave.wait("joined", room=ROOM)
        do(alice, "send", "den", "for all clients")
        assert dave.wait("got", body="for all clients")["from"] == alice.address
        for person in (bob, carol):
            assert collect(person) == [(ROOM, alice.address, "for all clients")]
        everybody = [alice.address, bob.address, carol.address]
        for number in range(3):
            dave.tell(send=f"from dave {number}", to=ROOM, members=everybody)
            dave.wait("sent")
        dave.wait("echo", room=ROOM)
        # Who was never written to is a stranger until somebody decides.
        for person in (alice, bob, carol):
            assert collect(person, 3) == [(ROOM, dave.address, f"from dave {n}") for n in range(3)]
        do(bob, "send", "den", "bob to dave")
        assert dave.wait("got", body="bob to dave")["from"] == bob.address
        assert collect(alice) == collect(carol) == [(ROOM, bob.address, "bob to dave")]
        here = {m["address"]: m["present"] for m in shown(alice)["members"]}
        assert here[dave.address] and here[alice.address] and not here[bob.address], here
        # In the clear, and from somebody who isn't there: refused, and said.
        dave.events.clear()
        with alice.start("receive", "--follow") as follower:
            wait_for(lambda: alice.address in sees(dave), "alice in the room")
            dave.tell(raw=f"<message type='groupchat' to='{ROOM}'><body>in the clear</body></message>")
            dave.tell(send="sealed again", to=ROOM, members=everybody)
            line = follower.stdout.readline().decode()
            follower.terminate()
            assert "sealed again" in line, line
            said = follower.stderr.read().decode()
            assert "isn't sealed" in said, said
        assert "in the clear" not in alice.bodies(ROOM)
        dave.stop()
    collect(bob), collect(carol)
    do(alice, "group", "add", "den", "erin@localhost")
    result = alice.send("den", "erin has no keys")
    assert "erin@localhost can't read" in result.err, result.err
    assert any("erin" in text for text in shown(alice)["unreached"])
    do(alice, "group", "remove", "den", "erin@localhost", dave.address)
    assert members(alice) == [alice.address, bob.address, carol.address]
    assert collect(bob) == collect(carol) == [(ROOM, alice.address, "erin has no keys")]


def test_rooms_that_are_not_safe(server, world, alice, bob, carol):
    with Peer(server, "frank", os.path.join(world.root, "frank.json")) as frank:
        rooms = {"open": dict(membersonly=0, whois="anyone"), "veiled": dict(membersonly=1, whois="moderators"),
                 "good": dict(membersonly=1, whois="anyone")}
        for name, values in rooms.items():
            frank.tell(join=f"{name}@{ROOMS}")
            frank.wait("joined", room=f"{name}@{ROOMS}")
            configure(frank, f"{name}@{ROOMS}", **values)
            affiliate(frank, f"{name}@{ROOMS}", alice.address, "member")
        for name, words in (("open", "anybody may enter"), ("veiled", "hides who its members are")):
            result = alice.json("group", "join", f"{name}@{ROOMS}").expect(4)
            assert words in result.err, result.err
            alice.json("send", f"{name}@{ROOMS}", "words").expect(1)
        assert not any(event["is"] == "here" and alice.address in event["people"] for event in frank.events)
        alice.json("group", "join", f"nothing@{ROOMS}").expect(4)
        # Not a member: refused, and told why.
        result = bob.json("group", "join", f"good@{ROOMS}").expect(4)
        assert "only members" in result.err, result.err
        # A good one that turns bad while we are away, and while we are there.
        good = f"good@{ROOMS}"
        do(alice, "group", "join", good)
        do(alice, "send", good, "while it is good")
        frank.wait("got", body="while it is good")
        configure(frank, good, membersonly=0, whois="anyone")
        assert "anybody may enter" in alice.json("send", good, "words").expect(4).err
        configure(frank, good, membersonly=1, whois="anyone")
        frank.events.clear()
        with alice.start("receive", "--follow") as follower:
            wait_for(lambda: alice.address in sees(frank, good), "alice in the room")
            configure(frank, good, membersonly=1, whois="moderators")
            wait_for(lambda: left(frank, good, alice), "alice out of the room")
            follower.terminate()
            said = follower.stderr.read().decode()
            assert "hides who its members are" in said, said
        configure(frank, good, membersonly=1, whois="anyone")
        do(alice, "send", good, "good again")
        frank.wait("got", body="good again")
        # Put out for good.
        affiliate(frank, good, alice.address, "none")
        assert alice.json("send", good, "words").expect(4).err
        assert shown(alice, good)["left"], shown(alice, good)
        frank.stop()


def test_own_devices_and_leaving(server, world, alice, bob, carol):
    """A second device finds the room by its bookmark, reads, writes, and is left behind by nobody."""
    second = XmppPerson(world, server, "alice", home=os.path.join(world.root, "alice2"))
    do(alice, "send", "den", "not for the second")
    alice.confirm(second)
    take_in(second)
    assert shown(second)["bookmarked"] and members(second) == members(alice)
    for person in (bob, carol):
        take_in(person)
        person.json("send", "den", "for whom?").expect(5)
        do(person, "trust", alice.address, str(do(second, "id")[0]["device"]), "trusted")
    do(bob, "send", "den", "for both of you")
    assert collect(alice)[-1] == collect(second)[-1] == (ROOM, bob.address, "for both of you")
    do(second, "send", "den", "hello, first")
    second.confirm(alice)
    do(alice, "send", "den", "from the first")
    take_in(second)
    row = do(second, "history", ROOM)[-1]
    assert row["body"] == "from the first" and row["direction"] == "out", row
    do(second, "send", "den", "from the second")
    assert collect(bob, 3)[-1] == (ROOM, alice.address, "from the second")
    take_in(alice)
    assert do(alice, "history", ROOM)[-1]["body"] == "from the second"
    # Left on one device is left on both.
    do(carol, "send", "den", "before I go")
    do(carol, "group", "leave", "den")
    shows = shown(carol)
    assert shows["left"] and not shows["bookmarked"], shows
    assert "You left" in notices(carol)[-1]
    carol.json("send", "den", "too late").expect(4)
    with alice.start("receive", "--follow") as follower:
        assert "before I go" in follower.stdout.readline().decode()
        do(second, "group", "leave", "den")
        follower.terminate()
    take_in(alice)
    assert shown(alice)["left"], shown(alice)


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave", "erin", "frank") as a_server, World() as a_world:
        people = [XmppPerson(a_world, a_server, name) for name in ("alice", "bob", "carol")]
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world, *people)
                print("ok", name)

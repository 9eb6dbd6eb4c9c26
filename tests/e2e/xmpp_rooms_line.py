"""Rooms on a bad line: a server that goes away, a room without an archive, being put out while there."""
import os
import signal

from _rooms import affiliate, collect, configure, do, notices, sees, shown, take_in
from _world import World, wait_for
from _xmpp import ROOMS, Peer, Server, XmppPerson

ROOM = "den@" + ROOMS


def texts(person):
    return [m["body"] for m in do(person, "history", ROOM) if m["kind"] == "text"]


def present(person, who):
    return any(m["address"] == who.address and m["present"] for m in shown(person)["members"])


def test_the_server_goes_away(server, world, alice, bob):
    do(alice, "group", "create", "den", bob.address)
    do(bob, "group", "join", ROOM)
    with bob.start("receive", "--follow") as follower:
        do(alice, "send", "den", "before")
        assert b"before" in follower.stdout.readline()
        server.stop()
        result = alice.json("send", "den", "while it is away").expect(6)
        assert result.rows[0]["state"] == "queued", result.rows
        server.start()
        # It goes out once, by itself, and the one who followed is in the room again.
        take_in(alice)
        assert b"while it is away" in follower.stdout.readline()
        assert [m["state"] for m in do(alice, "history", ROOM) if m["kind"] == "text"] == ["sent", "sent"]
        do(alice, "send", "den", "after")
        assert b"after" in follower.stdout.readline()
        follower.terminate()
    take_in(bob)
    assert texts(bob) == texts(alice) == ["before", "while it is away", "after"]


def test_what_waits_for_a_lost_room(server, world, alice, bob):
    """It fails, rather than to be tried for ever."""
    do(alice, "group", "create", "attic", bob.address)
    attic = "attic@" + ROOMS
    do(bob, "group", "join", attic)
    # He has met her, so that what he writes can be sealed and wait.
    do(bob, "contact", "add", alice.address), do(bob, "verify", alice.address)
    server.stop()
    bob.json("send", attic, "will not arrive").expect(6)
    server.start()
    do(alice, "group", "remove", "attic", bob.address)
    take_in(bob)
    row = [m for m in do(bob, "history", attic) if m["kind"] == "text"][0]
    assert row["state"] == "failed" and shown(bob, attic)["left"], row
    assert do(bob, "status")[0]["queue"] == 0, do(bob, "status")


def test_without_an_archive(server, world, alice, bob):
    """What was said while one was away comes from the room itself; who said it, if they have left since, must
    be somebody whose key is known."""
    with alice.start("receive", "--follow") as follower:
        wait_for(lambda: present(bob, alice), "alice in the room")
        do(bob, "send", "den", "are you there?")
        assert b"are you there?" in follower.stdout.readline()
        follower.terminate()
    do(bob, "send", "den", "said and gone")
    assert collect(alice) == [(ROOM, bob.address, "said and gone")]
    with Peer(server, "dave", os.path.join(world.root, "dave.json")) as dave:
        do(alice, "group", "add", "den", dave.address)
        dave.tell(join=ROOM)
        dave.wait("joined", room=ROOM)
        dave.tell(send="said and still here", to=ROOM, members=[alice.address, bob.address])
        dave.wait("echo", room=ROOM)
        assert collect(alice) == [(ROOM, dave.address, "said and still here")]
        assert "said and still here" not in take_in(alice).out
        # Under another's name, while she is away, and gone again.
        dave.tell(raw=f"<presence to='{ROOM}/bob'/>")
        dave.wait("joined", room=ROOM)
        dave.tell(send="bob never said that", to=ROOM, members=[alice.address, bob.address])
        dave.wait("echo", room=ROOM)
        dave.tell(raw=f"<presence type='unavailable' to='{ROOM}/bob'/>")
        dave.wait("out", room=ROOM)
        take_in(alice)
        assert "bob never said that" not in texts(alice), texts(alice)
        dave.stop()


def test_put_out_while_there(server, world, alice, bob):
    with Peer(server, "frank", os.path.join(world.root, "frank.json")) as frank:
        for name, act, words in (
                ("kicked", lambda room, nick: frank.tell(
                    raw=f"<iq type='set' to='{room}' id='k'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                        f"<item nick='{nick}' role='none'/></query></iq>"), "put out of"),
                ("banned", lambda room, nick: affiliate(frank, room, alice.address, "outcast"), "banned from"),
                ("ended", lambda room, nick: frank.tell(
                    raw=f"<iq type='set' to='{room}' id='d'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                        "<destroy/></query></iq>"), "taken down")):
            room = f"{name}@{ROOMS}"
            frank.tell(join=room)
            frank.wait("joined", room=room)
            configure(frank, room, membersonly=1, whois="anyone", persistentroom=1)
            affiliate(frank, room, alice.address, "member")
            do(alice, "group", "join", room)
            frank.events.clear()
            with alice.start("receive", "--follow") as follower:
                wait_for(lambda: alice.address in sees(frank, room), "alice in the room")
                act(room, "alice")
                said = follower.stderr.readline().decode()
                # What is said is kept.
                os.kill(follower.pid, signal.SIGKILL)
            assert words in said, said
            # Being back, she may have been told why she can't enter, too.
            told = notices(alice, room)[-2:]
            assert shown(alice, room)["left"] and any(words in notice for notice in told), told
            alice.json("send", room, "words").expect(4)
        frank.stop()


if __name__ == "__main__":
    with Server("alice", "bob", "dave", "frank", room_modules=()) as a_server, World() as a_world:
        people = [XmppPerson(a_world, a_server, name) for name in ("alice", "bob")]
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_server, a_world, *people)
                print("ok", name)

"""How people are towards each other over XMPP: what is told, to whom, and that by default nothing is."""
import os
import re

from _follow import Follower
from _interface import Interface
from _tmux import set_settings
from _world import World, wait_for
from _xmpp import ROOMS, Peer, Server, XmppPerson

REQUEST = "<request xmlns='urn:xmpp:receipts'/>"
MARKABLE = "<markable xmlns='urn:xmpp:chat-markers:0'/>"
# What is only seen of somebody who switched it on.
TOLD = ("<request", "<markable", "<received", "<displayed", "<composing", "<paused", "<replace", "<active",
        "subscribe", "jabber:iq:privacy", "<block ", "<show", "<status")


def place(server):
    return len(server.whole_log())


def sent_by(server, person, since=0):
    """What the server got from PERSON's address since then."""
    log = server.whole_log()
    sessions = set(re.findall(rf"(c2s\w+)\s.*Authenticated as {person.address}", log))
    return [text.replace('"', "'") for session, text in
            re.findall(r"^.*?\s(c2s\w+)\s.*?RECV: (<[^/?!].*)$", log[since:], re.MULTILINE) if session in sessions]


def present(server, person):
    """The full addresses under which PERSON has said that she is there, so far."""
    log = server.whole_log()
    return {full for session, full in re.findall(rf"(c2s\w+)\s.*Resource bound: ({person.address}/\S+)", log)
            if re.search(rf"{session}\s.*RECV: <presence", log)}


def state(person, address, body):
    person.receive()
    rows = person.json("history", address).expect(0).rows
    return [row["state"] for row in rows if row["body"] == body][0]


def contact(person, address):
    return [row for row in person.json("contact", "list").expect(0).rows if row["address"] == address][0]


def mark(name, message):
    space = "urn:xmpp:receipts" if name == "received" else "urn:xmpp:chat-markers:0"
    return f"<message to='alice@localhost' type='chat' id='m-{name}'><{name} xmlns='{space}' id='{message}'/></message>"


def marks(peer):
    return [event["has"] for event in peer.events if event["is"] == "mark" and event["from"] == "alice@localhost"]


def seen(peer):
    return [event for event in peer.events if event["is"] == "presence" and event["from"] == "alice@localhost"
            and event["type"] is None]


def test_nothing_by_default(server, alice, carol):
    start = place(server)
    alice.run("contact", "add", "carol@localhost").expect(0)
    assert sent_by(server, alice, start) == [], "adding somebody was told"
    alice.send("carol@localhost", "the first")
    carol.wait("got", body="the first")
    carol.send("alice@localhost", "wants to know", REQUEST, MARKABLE)
    assert [row["body"] for row in alice.receive()] == ["wants to know"]
    alice.receive()
    lines = sent_by(server, alice, start)
    assert any("<encrypted" in line for line in lines), lines
    assert not [line for line in lines for word in TOLD if word in line], lines
    assert not seen(carol) and not [event for event in carol.events if event["is"] == "mark"], carol.events
    # The same eyes see it of somebody else.
    assert [line for line in sent_by(server, carol, start) if "<request" in line]


def test_marks(server, alice, carol, eve):
    sent = alice.send("carol@localhost", "did it arrive?").rows[0]
    carol.wait("got", body="did it arrive?")
    eve.tell(raw=mark("received", sent["id"]))
    eve.tell(raw=mark("displayed", sent["id"]))
    wait_for(lambda: [line for line in sent_by(server, eve) if "m-displayed" in line], "what eve says")
    assert state(alice, "carol@localhost", "did it arrive?") == "sent"
    carol.tell(raw=mark("received", sent["id"]))
    wait_for(lambda: state(alice, "carol@localhost", "did it arrive?") == "delivered", "a receipt")
    carol.tell(raw=mark("displayed", sent["id"]))
    wait_for(lambda: state(alice, "carol@localhost", "did it arrive?") == "read", "a marker")


def test_marks_switched_on(server, alice, carol):
    start = place(server)
    for what in ("receipts", "markers"):
        alice.run("contact", "set", "carol@localhost", what, "on").expect(0)
    alice.send("carol@localhost", "tell me")
    carol.wait("got", body="tell me")
    sealed = [line for line in sent_by(server, alice, start) if "<payload" in line]
    assert sealed and all("<request" in line and "<markable" in line for line in sealed), sealed
    asked = carol.send("alice@localhost", "tell me too", REQUEST, MARKABLE)
    assert [row["id"] for row in alice.receive()] == [asked]
    alice.receive()
    for name in ("received", "displayed"):
        wait_for(lambda: [[name, asked], ["store", None]] in [told[:2] for told in marks(carol)], name)
    # Who doesn't ask isn't told.
    unasked = carol.send("alice@localhost", "don't tell me")
    assert [row["id"] for row in alice.receive()] == [unasked]
    asked = carol.send("alice@localhost", "now tell me", REQUEST)
    alice.receive()
    alice.receive()
    wait_for(lambda: ["received", asked] in [told[0] for told in marks(carol)], "a receipt")
    assert unasked not in [told[0][1] for told in marks(carol)], marks(carol)
    for what in ("receipts", "markers"):
        alice.run("contact", "set", "carol@localhost", what, "default").expect(0)


def test_corrections(server, alice, carol):
    first = alice.send("carol@localhost", "the wrnog words").rows[0]
    carol.wait("got", body="the wrnog words")
    start = place(server)
    alice.send("carol@localhost", "the right words", "--correct", first["id"])
    carol.wait("got", body="the right words")
    assert [line for line in sent_by(server, alice, start) if f"id='{first['id']}'" in line and "<replace" in line]
    bodies = {row["body"]: row["edited"] for row in alice.json("history", "carol@localhost").rows}
    assert bodies["the right words"] and "the wrnog words" not in bodies, bodies
    theirs = carol.send("alice@localhost", "thier words")
    alice.receive()
    again = carol.send("alice@localhost", "their words",
                       f"<replace xmlns='urn:xmpp:message-correct:0' id='{theirs}'/>")
    assert [(row["id"], row["body"], row["edited"]) for row in alice.receive()] == [(theirs, "their words", True)]
    # Some clients name the former correction instead of what it corrected.
    carol.send("alice@localhost", "their own words", f"<replace xmlns='urn:xmpp:message-correct:0' id='{again}'/>")
    assert [(row["id"], row["body"]) for row in alice.receive()] == [(theirs, "their own words")]


def test_bounces(server, alice, carol, eve):
    sent = alice.send("carol@localhost", "will it come back?").rows[0]
    carol.wait("got", body="will it come back?")
    before = present(server, alice)
    follow = alice.start("--json", "receive", "--follow")
    # Servers drop errors to a bare address: they go to where she is, while she is there; not to her verb of just now.
    full, = wait_for(lambda: present(server, alice) - before, "alice")
    bounce = (f"<message to='{full}' type='error' id='{sent['id']}'><error type='cancel'>"
              "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
    try:
        eve.tell(raw=bounce)
        for _ in range(2):
            carol.tell(raw=bounce)
        carol.send("alice@localhost", "the end of it")
        while b"the end of it" not in follow.stdout.readline():
            pass
        # Hers came by another way, which may take longer.
        wait_for(lambda: state(alice, "carol@localhost", "will it come back?") == "failed", "the bounce")
    finally:
        follow.terminate()
        _, complaints = follow.communicate(timeout=60)
    assert complaints.count(b"came back") == 1, complaints
    assert state(alice, "carol@localhost", "will it come back?") == "failed"


def test_requests(server, alice, carol):
    carol.tell(raw="<presence type='subscribe' to='alice@localhost'/>")
    wait_for(lambda: [line for line in sent_by(server, carol) if "subscribe" in line], "the question")
    asks = alice.json("contact", "requests").expect(0).rows
    assert [row["address"] for row in asks] == ["carol@localhost"] and asks[0]["asks"] is True, asks
    assert not seen(carol), carol.events
    alice.run("contact", "accept", "carol@localhost").expect(0)
    assert [line for line in sent_by(server, alice) if "type='subscribed'" in line]
    assert alice.json("contact", "requests").rows == []
    assert contact(alice, "carol@localhost")["subscription"] in ("from", "both")


def test_false_invitations(server, world, alice, carol, eve):
    """Nobody becomes a room because a stranger says so."""
    def invite(to):
        eve.tell(raw=f"<message to='alice@localhost'><x xmlns='jabber:x:conference' jid='{to}'/>"
                     "<store xmlns='urn:xmpp:hints'/></message>")
    bob = XmppPerson(world, server, "bob")
    follower = Follower(alice)
    for to in ("carol@localhost", "alice@localhost", "eve@localhost", "den@" + ROOMS):
        invite(to)
    # The control is the last of them.
    wait_for(lambda: [row["group"] for row in alice.json("group", "list").expect(0).rows] ==
             ["den@" + ROOMS, "eve@localhost"], "the invitations that may be some")
    follower.stop()
    # Nothing is known of eve yet; once she is added she is a person.
    alice.run("contact", "add", "eve@localhost").expect(0)
    assert [row["group"] for row in alice.json("group", "list").expect(0).rows] == ["den@" + ROOMS]
    alice.send("eve@localhost", "to a person")
    eve.wait("got", body="to a person")
    invite("bob@localhost")
    bob.send("alice@localhost", "no room either")
    assert "no room either" in [row["body"] for row in alice.receive()]
    said = alice.run("group", "join", "carol@localhost").expect(4)
    assert "carol@localhost is a contact, and no room" in said.err, said.err
    alice.send("carol@localhost", "still a person")
    carol.wait("got", body="still a person")
    assert not [row for row in alice.json("history", "carol@localhost").rows if "invites" in (row["body"] or "")]


def test_hidden(server, alice, carol):
    """Carol may see alice; alice gets what comes, and carol sees nothing of her until that is switched on."""
    before = len([event for event in carol.events if event["is"] == "presence"])
    follow = alice.start("--json", "receive", "--follow")
    try:
        carol.send("alice@localhost", "are you there?")
        while b"are you there?" not in follow.stdout.readline():
            pass
    finally:
        follow.terminate()
        follow.communicate(timeout=60)
    assert not seen(carol), carol.events
    assert len([event for event in carol.events if event["is"] == "presence"]) == before, carol.events
    alice.run("contact", "set", "carol@localhost", "presence", "on").expect(0)
    alice.receive()
    carol.wait("presence", **{"from": "alice@localhost", "type": None})
    alice.run("contact", "set", "carol@localhost", "presence", "default").expect(0)
    alice.run("contact", "decline", "carol@localhost").expect(0)
    assert contact(alice, "carol@localhost")["subscription"] == "none"


def test_blocking(server, alice, eve):
    eve.send("alice@localhost", "a word before")
    assert [row["body"] for row in alice.receive()] == ["a word before"]
    alice.run("contact", "block", "eve@localhost").expect(0)
    assert [line for line in sent_by(server, alice) if "<block xmlns='urn:xmpp:blocking'>" in line]
    assert contact(alice, "eve@localhost")["blocked"] is True
    eve.send("alice@localhost", "let me in")
    assert alice.receive() == []
    alice.run("contact", "unblock", "eve@localhost").expect(0)
    eve.send("alice@localhost", "at last")
    assert [row["body"] for row in alice.receive()] == ["at last"]


def test_list(server, world, alice, eve):
    """The server's list: asked for, read, without a name; who is removed here goes there too."""
    name = "Evelyn of Spring Street"
    alice.run("contact", "add", "eve@localhost", "--subscribe", "--name", name).expect(0)
    wait_for(lambda: contact(alice, "eve@localhost")["subscription"] == "to" or alice.receive(), "eve's word")
    eve.tell(raw="<presence type='subscribe' to='alice@localhost'/>")
    wait_for(lambda: alice.json("contact", "requests").expect(0).rows, "the question")
    alice.run("contact", "accept", "eve@localhost").expect(0)
    assert contact(alice, "eve@localhost")["subscription"] == "both"
    assert name not in server.whole_log()
    eve.events.clear()
    alice.receive()
    assert not seen(eve), eve.events
    set_settings(alice, "presence=on\n")
    alice.receive()
    eve.wait("presence", **{"from": "alice@localhost", "type": None})
    set_settings(alice, "")
    alice.run("contact", "remove", "eve@localhost").expect(0)
    alice.receive()
    assert "eve@localhost" not in [row["address"] for row in alice.json("contact", "list").rows]


STATES = "http://jabber.org/protocol/chatstates"


def test_interface(server, world, alice, carol):
    """Typing both ways where it is on, a correction by hand, and what the server is told of a look at the screen."""
    alice.run("contact", "set", "carol@localhost", "typing", "on").expect(0)
    start = place(server)
    interface = Interface(world, alice)
    try:
        interface.shows("carol@localhost")
        wait_for(lambda: [line for line in sent_by(server, alice, start) if "urn:xmpp:mam:2" in line], "the server")
        interface.keys("M-x")
        interface.line("open carol@localhost")
        interface.shows("Write to carol")
        interface.keys("-l", "slow words")
        wait_for(lambda: any(told[0][0] == "composing" for told in marks(carol)), "that alice is writing")
        wait_for(lambda: any(told[0][0] == "paused" for told in marks(carol)), "that she isn't any more")
        interface.keys("Enter")
        carol.wait("got", body="slow words")
        interface.keys("C-x", "a")
        interface.shows("correcting")
        interface.keys("-l", " no more")
        interface.keys("Enter")
        carol.wait("got", body="slow words no more")
        composing = f"<message to='alice@localhost' type='chat'><composing xmlns='{STATES}'/></message>"
        carol.tell(raw=composing)
        interface.shows("is writing")
        carol.send("alice@localhost", "a word back")
        wait_for(lambda: "is writing" not in interface.text(), "that carol wrote")
        interface("send-keys", "-t", interface.target, "-H", "1b", "5b", "4f")
        wait_for(lambda: [line for line in sent_by(server, alice, start) if "<inactive" in line],
                 "that nobody looks")
        interface("send-keys", "-t", interface.target, "-H", "1b", "5b", "49")
        wait_for(lambda: [line for line in sent_by(server, alice, start) if "<active" in line],
                 "that somebody looks")
        interface.close()
    finally:
        interface.kill()


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "eve", modules=("mam", "smacks", "csi_simple", "stanza_debug")) as a_server, \
            World() as a_world:
        an_alice = XmppPerson(a_world, a_server, "alice")
        with Peer(a_server, "carol", os.path.join(a_world.root, "carol.json")) as a_carol, \
                Peer(a_server, "eve", os.path.join(a_world.root, "eve.json")) as an_eve:
            people = {"server": a_server, "world": a_world, "alice": an_alice, "carol": a_carol, "eve": an_eve}
            for name, test in list(globals().items()):
                if name.startswith("test_"):
                    words = test.__code__.co_varnames[:test.__code__.co_argcount]
                    test(*(people[word] for word in words))
                    print("ok", name)

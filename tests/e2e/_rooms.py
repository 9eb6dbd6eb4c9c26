"""What the tests of rooms share: asking sottos about a room, and other clients to make and change one."""
from _xmpp import ROOMS

ROOM, MUC = "den@" + ROOMS, "http://jabber.org/protocol/muc"


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


def sees(peer, room=ROOM):
    """Everybody whom the peer saw in ROOM lately."""
    return [address for event in peer.events if event["is"] == "here" and event["room"] == room
            for address in event["people"]]


def left(peer, room, person):
    return any(event["is"] == "gone" and event["room"] == room and event["who"] == person.address
               for event in peer.events)


def configure(peer, room, **values):
    """Make ROOM, or change it, as its owner."""
    fields = "".join(f"<field var='muc#roomconfig_{name}'><value>{value}</value></field>"
                     for name, value in values.items())
    peer.tell(raw=f"<iq type='set' to='{room}' id='c-{room}-{len(fields)}'><query xmlns='{MUC}#owner'>"
              f"<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>{MUC}#roomconfig"
              f"</value></field>{fields}</x></query></iq>")


def affiliate(peer, room, address, affiliation):
    peer.tell(raw=f"<iq type='set' to='{room}' id='a{affiliation}'><query xmlns='{MUC}#admin'>"
              f"<item jid='{address}' affiliation='{affiliation}'/></query></iq>")

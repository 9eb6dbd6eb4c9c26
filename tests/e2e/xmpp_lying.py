"""Servers that count wrongly (XEP-0198), or say things twice: nothing is taken for sent, nothing shown twice."""
import re

from _follow import Follower
from _hostile import BIND, Hostile, features, offer
from _proxy import Repeater
from _world import World, wait_for
from _xmpp import Server, XmppPerson, password

COUNTING = "urn:xmpp:sm:3"
STANZA = re.compile(rb"<(?:iq|presence|message)\b(?=[^>]*jabber:client)")


class Counting:
    """A server that counts by RULE(how many came): what it says then."""

    def __init__(self, person):
        self.person, self.rule, self.connections, self.messages = person, lambda count: count, 0, []
        self.pings, self.answers_pings = 0, True

    def play(self, link):
        self.connections += 1
        link.secure()
        link.open(offer("SCRAM-SHA-1"))
        link.prove(password(self.person.name))
        link.open(features(f"{BIND}<sm xmlns='{COUNTING}'/>"))
        link.hear("id='bind'.*?</iq>")
        link.say(f"<iq type='result' id='bind'>{BIND[:-2]}><jid>{self.person.address}/here</jid></bind></iq>")
        link.hear("<enable[^>]*/>")
        link.say(f"<enabled xmlns='{COUNTING}'/>")
        count, open_until = 0, re.compile(rb"<(iq|message)\b.*?</\1>|<presence\b.*?</presence>|<[ra] [^>]*/>", re.DOTALL)
        while True:
            while not (found := open_until.search(link.got)):
                more = link.link.recv(65536)
                if not more:
                    return
                link.got += more
            stanza, link.got = found.group(0), link.got[found.end():]
            count += bool(STANZA.match(stanza))
            self.answer(link, stanza.decode(), count)

    def answer(self, link, stanza, count):
        if stanza.startswith("<r "):
            link.say(f"<a xmlns='{COUNTING}' h='{self.rule(count) % 2 ** 32}'/>")
        elif stanza.startswith("<message"):
            self.messages.append(re.search(" id='([^']*)'", stanza)[1])
        elif stanza.startswith("<iq") and "type='result'" not in stanza:
            id = re.search(" id='([^']*)'", stanza)[1]
            to = re.search(" to='([^']*)'", stanza)
            back = f" from='{to[1]}'" if to else ""
            self.pings += "urn:xmpp:ping" in stanza
            if "urn:xmpp:ping" in stanza and not self.answers_pings:
                return
            if "urn:xmpp:mam:2" in stanza:
                link.say(f"<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='true'>"
                         "<set xmlns='http://jabber.org/protocol/rsm'/></fin></iq>")
            elif (mark := link.marked(stanza)):
                link.say(f"<iq type='result' id='{id}'>{mark}</iq>")
            elif "pubsub" in stanza and "type='get'" in stanza:
                link.say(f"<iq type='error' id='{id}'{back}><error type='cancel'><item-not-found "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
            else:
                link.say(f"<iq type='result' id='{id}'{back}/>")


def test_resource(server, alice):
    """Where the former session keeps the resource, another one does; the same is asked for each time."""
    asked = []

    def play(link):
        link.secure()
        link.open(offer("SCRAM-SHA-1"))
        link.prove(password("alice"))
        link.open(features(BIND))
        asked.append(link.hear("<resource>([^<]*)</resource>.*?</iq>")[0])
        link.say("<iq type='error' id='bind'><error type='cancel'><conflict "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
        link.hear("<bind xmlns='[^']*'(?:/>|></bind>)</iq>")
        link.say(f"<iq type='result' id='bind'>{BIND[:-2]}><jid>{alice.address}/here</jid></bind></iq>")
        if len(asked) > 1:
            link.serve()
    with Hostile(server.port, server.root, play):
        follower = Follower(alice)
        wait_for(lambda: len(asked) == 2, "another connection")
        follower.stop()
        assert alice.receive() == []
    assert asked[0] == asked[1] != asked[2] and len(asked[0]) == 16, asked


def states(person, words):
    return [row["state"] for row in person.json("history", "bob@localhost").expect(0).rows if row["body"] == words]


def test_counting(server, alice):
    """Backwards, never on: not sent. The same bytes go out once it counts right."""
    liar = Counting(alice)
    with Hostile(server.port, server.root, liar.play):
        # The control: one that counts as it should, and needn't be pinged.
        alice.send("bob@localhost", "counted")
        assert states(alice, "counted") == ["sent"] and not liar.pings
        for name, rule in (("backwards", lambda count: -count), ("never on", lambda count: 0)):
            liar.rule, liar.messages = rule, []
            alice.send("bob@localhost", name, "--wait", "1", code=6)
            assert states(alice, name) == ["queued"], name
            first = liar.messages[-1]
            liar.rule, liar.messages = lambda count: count, []
            alice.receive()
            assert states(alice, name) == ["sent"], name
            assert first in liar.messages, "it went out as something else"


def test_counting_too_far(server, alice):
    """What was never sent can't have been counted: its word counts no more, its answer to a ping does."""
    for name, rule in (("far too many", lambda count: count + 50), ("all of them", lambda count: 2 ** 31 - 1)):
        liar = Counting(alice)
        with Hostile(server.port, server.root, liar.play):
            liar.rule, liar.answers_pings = rule, False
            alice.send("bob@localhost", name, "--wait", "1", code=6)
            assert liar.pings and liar.messages and states(alice, name) == ["queued"], name
            liar.answers_pings, liar.messages = True, []
            alice.receive()
            assert liar.messages and states(alice, name) == ["sent"], name


def test_counts_right_later(server, alice):
    """Within one connection: whoever says too little is asked again."""
    liar = Counting(alice)
    with Hostile(server.port, server.root, liar.play):
        follower = Follower(alice)
        wait_for(lambda: liar.connections == 1, "the connection")
        liar.rule = lambda count: 0
        alice.send("bob@localhost", "late", "--wait", "1", code=6)
        liar.rule = lambda count: count
        wait_for(lambda: states(alice, "late") == ["sent"], "the count")
        assert liar.connections == 1
        follower.stop()


def test_repeated(server, world):
    """Every message goes through twice on its way up and again on its way down: sent, and shown once, in order."""
    with Repeater(server) as line:
        carol, dave = (XmppPerson(world, server, name, place=f"tls:127.0.0.1:{line.port}") for name in ("carol", "dave"))
        follower = Follower(dave)
        words = [f"again {number}" for number in range(6)]
        for body in words:
            assert carol.run("send", "dave@localhost", body).code in (0, 6)
        dave.run("send", "carol@localhost", "once").expect(0)

        def is_all_sent():
            carol.receive()
            return all(row["state"] in ("sent", "delivered") for person, other in ((carol, dave), (dave, carol))
                       for row in person.json("history", other.address).expect(0).rows if row["direction"] == "out")
        wait_for(is_all_sent, "all of it sent")
        got = [follower.next()["body"] for body in words]
        assert got == words, got
        follower.stop()
        for person, other in ((carol, dave), (dave, carol)):
            bodies = person.bodies(other.address)
            assert [body for body in bodies if body != "once"] == words and bodies.count("once") == 1, bodies
        assert len(line.repeated["up"]) >= 7 and len(line.repeated["down"]) == line.DOWN, line.repeated


if __name__ == "__main__":
    with Server("alice", "bob", "carol", "dave", modules=("smacks",)) as a_server, World() as a_world:
        an_alice, a_bob = (XmppPerson(a_world, a_server, name) for name in ("alice", "bob"))
        an_alice.send("bob@localhost", "first contact")
        assert [row["body"] for row in a_bob.receive()] == ["first contact"]
        a_bob.send("alice@localhost", "back")
        an_alice.receive()
        test_repeated(a_server, a_world)
        print("ok test_repeated", flush=True)
        a_server.stop()
        for test in (test_resource, test_counting, test_counting_too_far, test_counts_right_later):
            test(a_server, an_alice)
            print("ok", test.__name__, flush=True)

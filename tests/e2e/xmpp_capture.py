"""Everything that leaves a client in a full run, as the server gets it: no word, no name, nothing unsealed."""
import os
import re
import xml.etree.ElementTree as tree

from _world import World, wait_for
from _xmpp import Peer, Server, XmppPerson

WORDS = [f"the {word} sentence that only two may read" for word in
         ("first", "second", "third", "sealed", "fleeting")]
ALIAS = "Robert Tables of Spring Street"

# The whole of what may leave: an element's place, from the stanza down.
MAY = re.compile("|".join((
    r"iq(/bind|/ping|/enable|/query(/(x(/field(/value)?)?|set(/(max|after))?|identity|feature))?|/error(/service-unavailable)?)?",
    r"iq/pubsub(/items|/configure(/x(/field(/value)?)?)?|/publish-options(/x(/field(/value)?)?)?)?",
    r"iq/pubsub/publish(/item(/list(/device)?|/bundle(/(signedPreKeyPublic|signedPreKeySignature|identityKey|prekeys"
    r"(/preKeyPublic)?))?)?)?",
    r"message(/encrypted(/payload|/header(/key|/iv)?)?|/extension|/encryption|/store|/body)?",
    r"presence(/c)?", r"[ra]", r"enable", r"starttls|auth|response")))
FALLBACK = "This message is sealed with OMEMO"


def received(log):
    """What the server got, as elements."""
    for text in re.findall(r"RECV: (<[^/?!].*)$", log, re.MULTILINE):
        if not text.startswith("<stream:"):
            yield text, tree.fromstring(text)


def places(element, above=""):
    place = above + element.tag.split("}")[-1]
    yield place, (element.text or "").strip()
    for child in element:
        yield from places(child, place + "/")


def run_all(server, world):
    alice, bob = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
    alice.run("contact", "add", "bob@localhost", "--name", ALIAS).expect(0)
    alice.send("bob@localhost", WORDS[0])
    bob.receive()
    bob.send("alice@localhost", WORDS[1])
    alice.receive()
    alice.send("bob@localhost", WORDS[2])
    alice.send("bob@localhost", WORDS[3], "--sealed")
    alice.run("expire", "bob@localhost", "1h").expect(0)
    alice.send("bob@localhost", WORDS[4], "--expire", "1m")
    assert [row["body"] for row in bob.receive()] == WORDS[2:]
    bob.run("verify", "alice@localhost").expect(0)
    alice.run("devices").expect(0)


def test_capture(server, world):
    run_all(server, world)
    log = server.whole_log()
    count = 0
    for text, element in received(log):
        for place, words in places(element):
            assert MAY.fullmatch(place), (place, text)
            if place == "message/body":
                assert words.startswith(FALLBACK), words
        count += element.tag.split("}")[-1] == "message"
    assert count >= 5, count
    for secret in WORDS + [ALIAS, "Robert"]:
        assert secret not in log, secret
    # The same eyes see what another client sends in the clear.
    with Peer(server, "carol", os.path.join(world.root, "carol.json")) as carol:
        carol.tell(plain=WORDS[0], to="alice@localhost")
        wait_for(lambda: WORDS[0] in server.whole_log(), "the words of a plain client")


if __name__ == "__main__":
    with Server("alice", "bob", "carol", modules=("mam", "smacks", "stanza_debug")) as a_server, \
            World() as a_world:
        test_capture(a_server, a_world)
        print("ok")

"""Everything that leaves a client in a full run, as the server gets it: no word, no name, nothing unsealed."""
import base64
import os
import re
import xml.etree.ElementTree as tree

from _world import World, wait_for
from _xmpp import ROOMS, UPLOADS, Peer, Server, XmppPerson

WORDS = [f"the {word} sentence that only two may read" for word in
         ("first", "second", "third", "sealed", "fleeting", "corrected", "filed", "roomy", "answering", "other",
          "their", "other corrected")]
ALIAS, OTHER, FILE = "Robert Tables of Spring Street", "Caroline Likens", "quarterly-figures.txt"

# The whole of what may leave: an element's place, from the stanza down.
MAY = re.compile("|".join((
    r"iq(/bind(/resource)?|/ping|/enable|/query(/(x(/field(/value)?)?|set(/(max|after))?|identity|feature))?|/error(/service-unavailable)?)?",
    r"iq/pubsub(/items(/item)?|/configure(/x(/field(/value)?)?)?|/publish-options(/x(/field(/value)?)?)?)?",
    r"iq/pubsub/publish(/item(/list(/device)?|/form|/mark|/bundle(/(signedPreKeyPublic|signedPreKeySignature|identityKey|prekeys"
    r"(/preKeyPublic)?))?)?)?",
    # Files: a name made up, and the size.
    r"iq/request",
    # Rooms: who is in them, and which one is in.
    r"presence/x(/history)?", r"iq/query/item", r"message/x(/invite)?",
    r"iq/pubsub/publish/item/conference(/nick)?", r"iq/pubsub/retract(/item)?",
    r"message(/encrypted(/payload|/header(/key|/iv)?)?|/extension|/encryption|/store|/origin-id|/body)?",
    r"presence(/c)?", r"[ra]", r"enable", r"starttls|auth|response")))
# And for whom it was switched on; that a message corrects another is told to other clients only.
ASKED = re.compile(r"message/(request|markable|received|displayed|replace)|iq/(un)?block(/item)?")
FALLBACK = "This message is sealed with OMEMO"
STANZA = re.compile(r"^.*?\s(c2s\w+)\s.*?RECV: (<[^/?!].*)$", re.MULTILINE)


def received(log, without):
    """What the server got from all but the address WITHOUT, as elements."""
    others = set(re.findall(rf"(c2s\w+)\s.*Authenticated as {without}", log))
    for session, text in STANZA.findall(log):
        if session not in others and not text.startswith("<stream:"):
            yield text, tree.fromstring(text)


def places(element, above=""):
    place = above + element.tag.split("}")[-1]
    yield place, (element.text or "").strip()
    for child in element:
        yield from places(child, place + "/")


def do(person, *words):
    return person.json(*words).expect(0).rows


def write_to_one_another(alice, bob, phone):
    do(alice, "contact", "add", bob.address, "--name", ALIAS)
    alice.send(bob.address, WORDS[0])
    alice.confirm(phone), phone.confirm(alice)
    bob.receive()
    bob.send(alice.address, WORDS[1])
    phone.send(bob.address, "from the phone")
    bob.receive()
    alice.receive()
    sent = alice.send(bob.address, WORDS[2]).rows[0]
    alice.send(bob.address, WORDS[3], "--sealed")
    do(alice, "expire", bob.address, "1h")
    alice.send(bob.address, WORDS[4], "--expire", "1m")
    alice.send(bob.address, WORDS[5], "--correct", sent["id"])
    assert [row["body"] for row in bob.receive()] == [WORDS[5]] + WORDS[3:5]
    do(bob, "verify", alice.address)
    do(alice, "devices")


def send_a_file(world, alice, bob):
    path = os.path.join(world.root, FILE)
    with open(path, "w") as file:
        file.write(WORDS[6] * 100)
    do(alice, "file", "send", bob.address, path)
    bob.receive()
    row = do(bob, "file", "list")[-1]
    do(bob, "file", "save", row["conversation"], row["id"], os.path.join(world.root, "saved"))


def meet_in_a_room(alice, bob):
    room = "den@" + ROOMS
    do(alice, "group", "create", "den", bob.address)
    alice.send(room, WORDS[7])
    bob.receive()
    do(bob, "group", "join", room)
    assert WORDS[7] in [row["body"] for row in bob.receive()]
    bob.send(room, WORDS[8])
    assert WORDS[8] in [row["body"] for row in alice.receive()]
    do(alice, "group", "remove", room, bob.address)
    bob.receive()
    do(alice, "group", "leave", room)


def tell_another_client(alice, carol):
    """All that is unsealed is switched on for somebody with another client."""
    do(alice, "contact", "add", carol.address, "--name", OTHER)
    for what in ("receipts", "markers", "typing", "presence"):
        do(alice, "contact", "set", carol.address, what, "on")
    sent = alice.send(carol.address, WORDS[9]).rows[0]
    carol.wait("got", body=WORDS[9])
    carol.send(alice.address, WORDS[10])
    alice.receive()
    do(alice, "history", carol.address)
    alice.send(carol.address, WORDS[11], "--correct", sent["id"])
    carol.wait("got", body=WORDS[11])
    do(alice, "contact", "block", carol.address)
    do(alice, "contact", "unblock", carol.address)


def run_all(server, world):
    alice, bob = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
    phone = XmppPerson(world, server, "alice", home=os.path.join(world.root, "phone"))
    write_to_one_another(alice, bob, phone)
    phone.receive()
    send_a_file(world, alice, bob)
    meet_in_a_room(alice, bob)
    log = server.whole_log()
    with Peer(server, "carol", os.path.join(world.root, "carol.json")) as carol:
        tell_another_client(alice, carol)
        carol.stop()
    return log, server.whole_log()


def forms(text):
    """TEXT as it is, and as it would stand within something in base64."""
    yield text.encode()
    for shift in range(3 if len(text) > 15 else 0):
        whole = base64.b64encode(b"x" * shift + text.encode())
        yield whole[4:len(whole) - 4]


def check(log, may):
    """Each place; how many messages there were."""
    count = 0
    for text, element in received(log, "carol@localhost"):
        for place, words in places(element):
            assert may(place), (place, text)
            if place == "message/body":
                assert words.startswith(FALLBACK), words
        count += element.tag.split("}")[-1] == "message"
    return count


def kept(server):
    """All that the server has on its disk: archives, lists, nodes, uploads."""
    found = b""
    for folder, _, names in os.walk(os.path.join(server.root, "data")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found += name.encode() + file.read()
    return found


def test_capture(server, world):
    between_sottos, log = run_all(server, world)
    assert check(between_sottos, MAY.fullmatch) >= 12
    # Each device has said beside its keys that it is a sotto: nothing is said in the way of other clients, not even first.
    assert "urn:sotto:form:1" in between_sottos
    assert "<payload" not in between_sottos and "<payload" in log[len(between_sottos):]
    check(log[len(between_sottos):], lambda place: MAY.fullmatch(place) or ASKED.fullmatch(place))
    asked = {place for text, element in received(log, "carol@localhost") for place, _ in places(element)
             if ASKED.fullmatch(place)}
    assert asked >= {"message/request", "message/markable", "message/replace", "iq/block", "iq/unblock"}, asked
    everything = log.encode() + kept(server)
    for secret in WORDS + [ALIAS, OTHER, "Robert", "Caroline", FILE, "quarterly"]:
        for form in forms(secret):
            assert form not in everything, (secret, form)
    # The same eyes see what another client sends in the clear.
    with Peer(server, "carol", os.path.join(world.root, "carol.json")) as carol:
        carol.tell(plain=WORDS[0], to="alice@localhost")
        carol.tell(plain=base64.b64encode(b"xx" + WORDS[1].encode()).decode(), to="alice@localhost")
        wait_for(lambda: WORDS[0] in server.whole_log(), "the words of a plain client")
        wait_for(lambda: any(form in server.whole_log().encode() for form in forms(WORDS[1])), "those in base64")


if __name__ == "__main__":
    with Server("alice", "bob", "carol", modules=("mam", "smacks", "stanza_debug"), components=UPLOADS) as a_server, \
            World() as a_world:
        test_capture(a_server, a_world)
        print("ok")

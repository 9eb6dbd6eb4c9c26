"""Servers that strip, lie, flood and forge. Each has the right certificate unless that is what is wrong."""
import os
import re
import shutil
import signal
import tempfile
import time

from _hostile import Hostile, STREAM, features, offer
from _world import World, patience, wait_for
from _xmpp import Server, XmppPerson, make_certificates, password

WORDS = "words that only two may read"
SECRET = password("alice")


def attempt(alice, server, play, certificate="server", folder=None, code=6, words=True):
    """One send against a server that does PLAY; what it saw."""
    with Hostile(server.port, folder or server.root, play, certificate) as hostile:
        begun = time.monotonic()
        result = alice.json("send", "bob@localhost", WORDS, "--wait", "2").expect(code)
        took = time.monotonic() - begun
    assert took < patience(8), took
    for secret in (WORDS, SECRET):
        assert secret.encode() not in hostile.seen, hostile.seen
    return result, hostile


def test_strips_tls(alice, server, world):
    def play(link):
        link.open(offer("SCRAM-SHA-1", "PLAIN"))
        link.rest()
    result, hostile = attempt(alice, server, play)
    assert "no encryption" in result.err, result.err
    assert b"<auth" not in hostile.seen


def test_only_plain(alice, server, world):
    def play(link):
        link.secure()
        link.open(offer("PLAIN", "DIGEST-MD5", "ANONYMOUS"))
        link.rest()
    result, hostile = attempt(alice, server, play)
    assert "SCRAM" in result.err and b"<auth" not in hostile.seen, result.err


def test_other_certificates(alice, server, world):
    """One for another name by the right CA's word; one for the right name by another CA's; one out of date."""
    other = os.path.join(world.root, "other")
    os.mkdir(other)
    make_certificates(other)

    def play(link):
        link.secure()
        link.rest()
    result, hostile = attempt(alice, server, play, folder=other)
    assert "certificate" in result.err and b"<auth" not in hostile.seen, result.err
    server.sign("elsewhere.example")
    result, hostile = attempt(alice, server, play, certificate="elsewhere.example")
    assert "certificate" in result.err and b"<auth" not in hostile.seen, result.err
    server.sign_late("late")
    result, hostile = attempt(alice, server, play, certificate="late")
    assert "certificate" in result.err and b"<auth" not in hostile.seen, result.err


def test_doesnt_know_the_password(alice, server, world):
    def play(link):
        link.secure()
        link.open(offer("SCRAM-SHA-1"))
        link.prove(SECRET, lie=True)
        link.rest()
    result, hostile = attempt(alice, server, play)
    assert "didn't show" in result.err, result.err
    assert hostile.seen.count(b"<stream:stream") == 2, "it went on after a false proof"


def test_falls_silent(alice, server, world):
    """At every step somebody may stop answering; whoever asked gets an answer in time all the same."""
    def handshake(link):
        link.open(features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))
        link.hear("<starttls")
        link.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        link.rest()

    def logged_in(link):
        link.log_in(alice.address, SECRET)
        link.rest()
    for play in (lambda link: link.rest(), lambda link: (link.say(STREAM), link.rest()), handshake,
                 logged_in):
        attempt(alice, server, play)


# How each verb ends that talks to the server, which says nothing: as cli.md has it, and with what is known where it
# only brings that up to date.
ASKING = {
    "init xmpp": (None, 6), "pin": ((), 6), "send": (("bob@localhost", "x"), 6), "receive": ((), 6),
    "contact requests": ((), 0), "contact accept": (("carol@localhost",), 6), "contact decline": (("carol@localhost",), 6),
    "contact block": (("carol@localhost",), 6), "contact unblock": (("bob@localhost",), 6), "group create": (("g", "bob@localhost"), 6),
    "group join": (("den@rooms.localhost",), 6), "group list": ((), 0), "verify": (("bob@localhost",), 0), "devices": ((), 0),
    "devices renew": ((), 6), "repair": (("bob@localhost",), 6), "file send": (("bob@localhost", "/etc/hostname"), 6),
    "expire": (("bob@localhost", "5m"), 6),
}
# There has to be a group for these, which is asked about in the same way as those.
LIKE = {"group add": "group create", "group remove": "group create", "group leave": "group create"}
ALONE = {
    "init local", "demo", "id", "contact add", "contact list", "contact remove", "contact blocked", "contact set",
    "contact mute", "contact unmute",
    "contact rule", "history", "search", "trust", "devices revoke", "journal", "journal verify", "file list",
    "file save", "clock", "clock confirm", "erase", "status", "passphrase", "wipe", "settings", "set",
}


def test_every_verb_waits(alice, server, world):
    """--wait holds for each, at once, in copies of one profile; and a signal ends those that block as they should."""
    listed = re.findall(r"^  ([a-z]+(?: [a-z]+)?)", alice.run("--help", passphrase=False).out, re.MULTILINE)
    assert len(listed) > 40 and set(listed) <= {*ASKING, *LIKE, *ALONE}, set(listed) - {*ASKING, *LIKE, *ALONE}

    def begin(verb, number, wait):
        home = f"{alice.home}-{number}"
        copy = XmppPerson(world, server, "alice", home=home, make=False)
        words = ASKING[verb][0]
        if words is None:
            secret = tempfile.TemporaryFile()
            secret.write((SECRET + "\n").encode())
            secret.seek(0)
            number = secret.fileno()
            return copy, copy.start("--wait", wait, *verb.split(), "alice@localhost", "--password-fd", str(number),
                                    "--server", server.place, "--ca-file", server.ca, "--kdf", "floor",
                                    pass_fds=(number,))
        shutil.copytree(alice.home, home)
        return copy, copy.start("--wait", wait, *verb.split(), *words)
    with Hostile(server.port, server.root, lambda link: link.rest()) as hostile:
        begun = time.monotonic()
        for verb, (_, process) in {verb: begin(verb, number, "1") for number, verb in enumerate(ASKING)}.items():
            err = process.communicate(timeout=60)[1].decode()
            assert process.returncode == ASKING[verb][1], (verb, process.returncode, err)
            assert err.strip() or not process.returncode, verb
        took = time.monotonic() - begun
        # Each for itself is bounded; all at once they have the machine to share.
        assert took < patience(20), took
        # The control: it is the server that they waited for.
        assert len(hostile.connections) >= len(ASKING) - 1, len(hostile.connections)
        for number, verb in enumerate(("init xmpp", "pin")):
            before = len(hostile.connections)
            copy, process = begin(verb, f"signal-{number}", "30")
            wait_for(lambda: len(hostile.connections) > before, "the connection")
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            # Ended by itself, not by the signal: what is half-made is taken away.
            assert process.returncode == 128 + signal.SIGTERM, (verb, process.returncode)
            assert verb == "pin" or not os.path.exists(copy.home)


def test_floods(alice, server, world):
    """More than is taken in, in every shape: the connection ends, and so does the waiting."""
    message = "<message from='eve@localhost' to='alice@localhost'>"
    floods = {
        "entities": message + "<body>" + "&amp;" * 600_000,
        "lines": message + "<body>" + "\n" * 3_000_000,
        "siblings": message + "<a/>" * 700_000,
        "depth": message + "<a>" * 300_000,
        "attributes": message + "<a " + " ".join(f"a{i}='1'" for i in range(200_000)) + "/>",
        "an attribute": message + "<a b='" + "x" * 3_000_000,
        "broken": message + "</iq>",
        "bytes": (message + "<body>").encode() + b"\xff\xfe\x00",
    }
    for what, flood in floods.items():
        def play(link):
            link.log_in(alice.address, SECRET)
            link.serve(lambda link: link.say(flood))
        begun = time.monotonic()
        with Hostile(server.port, server.root, play):
            result = alice.json("receive").expect(6)
        took = time.monotonic() - begun
        assert took < patience(5), (what, took)
        print("   ", what, round(took, 2), "s:", result.err.strip(), flush=True)
        assert alice.bodies("bob@localhost") == kept(alice), what


def kept(alice):
    return [WORDS] * len(alice.bodies("bob@localhost"))


def forged(what):
    return ("<message xmlns='jabber:client' type='chat' from='bob@localhost' to='alice@localhost'>" + what +
            "</message>")


def test_forged(alice, server, world):
    """Copies and archives from strangers, lists that aren't theirs, words in the clear."""
    clear = "<body>believe me</body>"
    forwarded = f"<forwarded xmlns='urn:xmpp:forward:0'>{forged(clear)}</forwarded>"
    forgeries = [
        forged(clear),
        f"<message from='eve@localhost'><received xmlns='urn:xmpp:carbons:2'>{forwarded}</received></message>",
        f"<message from='alice@localhost/other'><sent xmlns='urn:xmpp:carbons:2'>{forwarded}</sent></message>",
        f"<message from='eve@localhost'><result xmlns='urn:xmpp:mam:2' queryid='catch-up' id='1'>{forwarded}"
        "</result></message>",
        f"<message><result xmlns='urn:xmpp:mam:2' queryid='another' id='1'>{forwarded}</result></message>",
        "<message from='eve@localhost'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
        "node='eu.siacs.conversations.axolotl.devicelist'><item><list "
        "xmlns='eu.siacs.conversations.axolotl'><device id='7'/></list></item></items></event></message>",
        "<iq type='set' id='1' from='eve@localhost'><query xmlns='jabber:iq:roster'/></iq>",
        "<iq type='result' id='2' from='eve@localhost'/><presence from='eve@localhost' type='subscribe'/>",
    ]

    def play(link):
        link.log_in(alice.address, SECRET)
        link.serve(archive="".join(forgeries))
    with Hostile(server.port, server.root, play) as hostile:
        result = alice.json("receive")
        assert result.code == 7 and "believe" not in result.out, (result.out, result.err)
    assert b"subscribed" not in hostile.seen
    assert alice.bodies("bob@localhost") == kept(alice)
    assert not [row for row in alice.json("contact", "list").rows if "eve" in row["address"]]


if __name__ == "__main__":
    with Server("alice", "bob") as a_server, World() as a_world:
        an_alice = XmppPerson(a_world, a_server, "alice")
        XmppPerson(a_world, a_server, "bob")
        # So that bob's keys are known, and there is something to seal.
        an_alice.send("bob@localhost", WORDS)
        a_server.stop()
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(an_alice, a_server, a_world)
                print("ok", name, flush=True)

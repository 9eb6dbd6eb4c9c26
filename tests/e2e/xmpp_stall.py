"""A server that stalls, wherever it does: the interface answers keys all the same, and says what it waits for."""
import shutil
import statistics
import socket
import threading
import time

from _hostile import MARK, SASL, Hostile, features, offer
from _interface import ANSWER_S, Interface, press
from _world import World, skip, wait_for
from _xmpp import Server, XmppPerson, password

PRESSES = 7


def stall_hello(link):
    link.rest()


def stall_handshake(link):
    link.open(features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"))
    link.hear("<starttls")
    link.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    link.rest()


def stall_login(link):
    link.secure()
    link.open(offer("SCRAM-SHA-1"))
    link.hear("<auth")
    link.rest()


def stall_session(link):
    link.secure()
    link.open(offer("SCRAM-SHA-1"))
    link.prove(password("alice"))
    link.open(features("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"))
    link.hear("id='bind'.*?</iq>")
    link.rest()


def stall_mark(link):
    """All is well but for the mark that is left for the other copy."""
    link.log_in("alice@localhost", password("alice"))
    plain = link.marked

    def marked(stanza):
        if "<publish" in stanza and MARK in stanza:
            link.rest()
            raise EOFError("the mark")
        return plain(stanza)
    link.marked = marked
    link.serve()


def check_keys(interface, where):
    interface.shows("bob@localhost")
    interface.shows("connecting")
    interface.keys(":")
    times, typed = [], ":"
    for key in "abcdefg"[:PRESSES]:
        times.append(press(interface, typed, key))
        typed += key
    interface.keys("Escape")
    print("    ", where, "slowest", round(1000 * max(times)), "ms", flush=True)
    assert statistics.median(times) < ANSWER_S, times
    # The bar stands behind the line again.
    interface.shows("connecting")


def test_stalls(server, world, alice):
    for play in (stall_hello, stall_handshake, stall_login, stall_session):
        seen = threading.Event()

        def noted(link, play=play, seen=seen):
            seen.set()
            play(link)
        with Hostile(server.port, server.root, noted):
            interface = Interface(world, alice)
            try:
                wait_for(seen.is_set, "the connection")
                check_keys(interface, play.__name__)
                interface.close()
            finally:
                interface.kill()
    # What waited for an answer ends with the carrier, and says so.
    with Hostile(server.port, server.root, stall_session):
        for words, code in ((("devices", "renew"), 6), (("file", "send", "bob@localhost", __file__), 6),
                            (("receive", "--timeout", "1"), 6)):
            began = time.monotonic()
            alice.run("status").expect(0)
            alice.run("id").expect(0)
            base = time.monotonic() - began
            result = alice.run("--wait", "1", *words)
            took = time.monotonic() - began - base
            assert result.code == code and result.err, (words, result.code, result.err)
            # What begins takes on this machine, and the second that was given.
            assert took < 1 + 1.5 + base, (words, took, base)
    # Its end comes when nobody waits any more.
    with Hostile(server.port, server.root, stall_mark):
        result = alice.run("--wait", "2", "devices", "renew")
        assert result.code == 6 and "--wait" in result.err, (result.code, result.err)


def test_never_accepts(server, world, alice):
    """Its queue is full: not even the connection comes to be."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", server.port))
        listener.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", server.port))
            fillers.append(filler)
        interface = Interface(world, alice)
        try:
            check_keys(interface, "never accepts")
            interface.close()
        finally:
            interface.kill()
            for filler in fillers:
                filler.close()


def test_words(server, world, alice):
    """Nobody there: why, and when it is tried again. The password is wrong: why, and nothing more."""
    def refuse(link):
        link.secure()
        link.open(offer("SCRAM-SHA-1"))
        link.hear("<auth[^>]*>")
        link.say(f"<failure xmlns='{SASL}'><not-authorized/></failure>")
        link.rest()
    interface = Interface(world, alice)
    try:
        # What was said stands there until a key is pressed.
        interface.shows("is the network up?")
        interface.keys("Down")
        interface.shows("offline: next try at ")
        with Hostile(server.port, server.root, refuse):
            interface.shows("failed: The server refuses")
        interface.close()
    finally:
        interface.kill()


if __name__ == "__main__":
    if not shutil.which("tmux"):
        skip("tmux isn't installed")
    with Server("alice", "bob") as a_server, World() as a_world:
        an_alice, a_bob = (XmppPerson(a_world, a_server, name) for name in ("alice", "bob"))
        a_bob.send("alice@localhost", "hello")
        an_alice.receive()
        a_server.stop()
        for test in (test_stalls, test_never_accepts, test_words):
            test(a_server, a_world, an_alice)
            print("ok", test.__name__, flush=True)

"""Staying connected: what comes while somebody waits for it, and a server that goes away and comes back."""
import json
import os
import select
import signal
import time

from _world import DEADLINE, World, wait_for
from _xmpp import Server, XmppPerson


class Follower:
    """`receive --follow` in the background, its lines gathered."""

    def __init__(self, person):
        # Unbuffered, so that select() sees all that there is.
        self.process = person.start("--json", "receive", "--follow", bufsize=0)
        self.out = self.process.stdout
        # Not before it holds the profile: else what comes next would take it first.
        wait_for(lambda: os.path.exists(os.path.join(person.home, "control")), "the follower")

    def next(self):
        """The next message; no test waits for ever."""
        came = select.select([self.out], [], [], DEADLINE)[0]
        line = self.out.readline() if came else b""
        if not line:
            self.process.kill()
            raise AssertionError("nothing came: " + self.process.stderr.read().decode())
        return json.loads(line)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0
        self.process.stdout.close()
        self.process.stderr.close()


def test_live(server, world, alice, bob):
    alice.send("bob@localhost", "before")
    bob.receive()
    follower = Follower(bob)
    times = []
    for number in range(5):
        alice.send("bob@localhost", f"live {number}")
        begun = time.monotonic()
        assert follower.next()["body"] == f"live {number}"
        times.append(time.monotonic() - begun)
    assert max(times) < 2, times
    # Through the socket of the process that holds the profile.
    bob.send("alice@localhost", "from inside")
    follower.stop()
    assert [row["body"] for row in alice.receive()] == ["from inside"]


def test_server_restarts(server, world, alice, bob):
    follower = Follower(bob)
    alice.send("bob@localhost", "one")
    assert follower.next()["body"] == "one"
    server.stop()
    bob.send("alice@localhost", "written while it was down", code=6)
    server.start()
    alice.send("bob@localhost", "two")
    assert follower.next()["body"] == "two"
    got = []

    def came():
        got.extend(row["body"] for row in alice.receive())
        return got
    wait_for(came, "what was queued")
    assert got == ["written while it was down"], got
    alice.send("bob@localhost", "three")
    assert follower.next()["body"] == "three"
    follower.stop()
    assert bob.receive() == []


def test_killed(server, world, alice, bob):
    """What came while nobody was there to store it comes again, once."""
    follower = Follower(bob)
    alice.send("bob@localhost", "four")
    assert follower.next()["body"] == "four"
    follower.process.kill()
    follower.process.wait(20)
    follower.process.stdout.close()
    follower.process.stderr.close()
    for number in range(3):
        alice.send("bob@localhost", f"killed {number}")
    assert [row["body"] for row in bob.receive()] in (
        [f"killed {number}" for number in range(3)], ["four"] + [f"killed {number}" for number in range(3)])
    assert [body for body in bob.bodies("alice@localhost") if body.startswith("killed")] == [
        f"killed {number}" for number in range(3)]


if __name__ == "__main__":
    for modules in (("mam", "smacks"), ()):
        with Server("alice", "bob", modules=modules) as a_server, World() as a_world:
            an_alice, a_bob = (XmppPerson(a_world, a_server, name) for name in ("alice", "bob"))
            a_bob.send("alice@localhost", "first contact")
            an_alice.receive()
            for name, test in list(globals().items()):
                if name.startswith("test_") and (modules or name != "test_live"):
                    test(a_server, a_world, an_alice, a_bob)
                    print("ok", name, "with", " ".join(modules) or "neither archive nor counting", flush=True)

"""Somebody who waits for messages, and a server that goes away meanwhile: what tests on any server share."""
import json
import os
import select
import signal

from _world import DEADLINE, wait_for


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


def over_a_restart(server, alice, bob):
    """While the server is down BOB's words are queued; what ALICE writes afterwards comes, and nothing twice."""
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
    assert bob.receive() == [] and alice.receive() == []

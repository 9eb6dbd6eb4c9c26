"""Staying connected: what comes while somebody waits for it, and a server that goes away and comes back."""
import os
import time

from _follow import Follower, over_a_restart
from _world import World
from _xmpp import Server, XmppPerson


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
    over_a_restart(server, alice, bob)


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


class Profile(XmppPerson):
    """One of several accounts of the same user: chosen by --profile, all under one data directory."""

    def where(self):
        return "--profile", self.name

    def start(self, *words, **kwargs):
        folders = {f"XDG_{kind}_HOME": os.path.join(self.world.root, "several", kind)
                   for kind in ("DATA", "CONFIG", "STATE", "CACHE")}
        return super().start(*words, env={**os.environ, **folders}, **kwargs)


def test_profiles(server, world, alice, bob):
    """Several accounts at once, each with its own connection, keys and words."""
    work, home = (Profile(world, server, name, home=os.path.join(world.root, "several/DATA/sotto", name))
                  for name in ("work", "home"))
    assert work.json("id").expect(0).rows != home.json("id").expect(0).rows
    followers = Follower(work), Follower(home)
    alice.send("work@localhost", "to work")
    alice.send("home@localhost", "to home")
    home.send("work@localhost", "from one to the other")
    came = [{follower.next()["body"] for _ in range(count)} for follower, count in zip(followers, (2, 1))]
    assert came == [{"to work", "from one to the other"}, {"to home"}], came
    work.send("alice@localhost", "while both run")
    assert [row["body"] for row in alice.receive()] == ["while both run"]
    for follower in followers:
        follower.stop()
    assert home.bodies("alice@localhost") == ["to home"]


if __name__ == "__main__":
    for modules in (("mam", "smacks"), ()):
        with Server("alice", "bob", "work", "home", modules=modules) as a_server, World() as a_world:
            an_alice, a_bob = (XmppPerson(a_world, a_server, name) for name in ("alice", "bob"))
            a_bob.send("alice@localhost", "first contact")
            an_alice.receive()
            for name, test in list(globals().items()):
                if name.startswith("test_") and (modules or name not in ("test_live", "test_profiles")):
                    test(a_server, a_world, an_alice, a_bob)
                    print("ok", name, "with", " ".join(modules) or "neither archive nor counting", flush=True)

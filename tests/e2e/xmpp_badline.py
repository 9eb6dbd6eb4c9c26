"""Over a line that keeps breaking: nothing is lost, nothing comes twice, and in the end all is sent."""
import os

from _follow import Follower
from _proxy import Proxy
from _world import World, wait_for
from _xmpp import Server, XmppPerson

COUNT = int(os.environ.get("BADLINE_COUNT", "12"))


def rows(person, address):
    return person.json("history", address, "--limit", "100000").expect(0).rows


def texts(person, address, direction):
    return [row["body"] for row in rows(person, address) if row["direction"] == direction]


def test_bad_line(server, world):
    with Proxy(server.port) as line:
        line.bad = False
        people = [XmppPerson(world, server, name, place=f"127.0.0.1:{line.port}") for name in ("alice", "bob")]
        alice, bob = people
        alice.send("bob@localhost", "hello")
        bob.receive()
        bob.send("alice@localhost", "hello")
        alice.receive()
        line.bad = True
        followers = [Follower(person) for person in people]
        for number in range(COUNT):
            for me, other in ((alice, bob), (bob, alice)):
                result = me.run("send", other.address, f"{me.name} {number}", "--wait", "1")
                assert result.code in (0, 6), result.err
        line.calm()
        for me, other in ((alice, bob), (bob, alice)):
            expected = ["hello"] + [f"{other.name} {number}" for number in range(COUNT)]

            def all_came():
                assert not [follower for follower in followers if follower.process.poll() is not None], [
                    (follower.process.poll(), follower.process.stderr.read()) for follower in followers
                    if follower.process.poll() is not None]
                came = [body for body in texts(me, other.address, "in") if body != ""]
                assert len(came) <= len(expected), came
                return sorted(came) == sorted(expected)
            wait_for(all_came, f"everything for {me.name}: {texts(me, other.address, 'in')}", 25)
            came = texts(me, other.address, "in")
            assert came == expected, f"out of order: {came}"
            wait_for(lambda: all(row["state"] in ("sent", "delivered", "read") for row in rows(me, other.address)
                                 if row["direction"] == "out"), "all of it sent")
        for follower in followers:
            follower.stop()
        assert line.cuts >= 2, "the line was too good"
        print("   ", line.cuts, "cuts")


def test_half_open(server, world):
    """The client's side of a connection is gone and the server doesn't know: what it sends there comes all the same."""
    with Proxy(server.port) as line:
        line.bad = False
        carol = XmppPerson(world, server, "carol")
        dave = XmppPerson(world, server, "dave", place=f"127.0.0.1:{line.port}")
        follower = Follower(dave)
        carol.send("dave@localhost", "one")
        assert follower.next()["body"] == "one"
        line.swallows = True
        carol.send("dave@localhost", "two")
        line.keeps = True
        line.swallows = False
        line.drop()
        assert follower.next()["body"] == "two"
        carol.send("dave@localhost", "three")
        assert follower.next()["body"] == "three"
        follower.stop()
        assert "came back" not in carol.run("receive").err
        assert dave.bodies("carol@localhost") == ["one", "two", "three"]


if __name__ == "__main__":
    # Without an archive it is hardest: only what was counted brings a message back.
    for modules in (("smacks",),):
        with Server("alice", "bob", "carol", "dave", modules=modules) as a_server, World() as a_world:
            test_half_open(a_server, a_world)
            test_bad_line(a_server, a_world)
            print("ok with", " ".join(modules), flush=True)

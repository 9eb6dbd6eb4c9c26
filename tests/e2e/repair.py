"""A session that is broken on one side begins anew by one command, and nothing else changes."""
import os
import shutil

from _world import World


def ping(one, other, words):
    one.send(other.name, words + " there")
    assert [m["body"] for m in other.receive() if m["kind"] == "text"] == [words + " there"]
    other.send(one.name, words + " back")
    assert [m["body"] for m in one.receive() if m["kind"] == "text"] == [words + " back"]


def main():
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        ping(alice, bob, "zebra one")
        aside = os.path.join(world.root, "aside")
        shutil.copytree(bob.home, aside)
        ping(alice, bob, "zebra two")
        ping(alice, bob, "zebra three")
        # Bob's profile is put back: his session is behind by two turns of the ratchet.
        shutil.rmtree(bob.home)
        os.rename(aside, bob.home)
        alice.send("bob", "zebra lost")
        assert "zebra lost" not in [m["body"] for m in bob.receive()]
        gap = bob.json("history", "alice").expect(0).rows[-1]
        assert gap["kind"] == "unreadable" and "sotto repair alice" in gap["body"], gap
        before = bob.json("verify", "alice").expect(0).rows

        bob.json("repair", "alice").expect(0)
        alice.receive()
        alice.send("bob", "zebra again")
        assert [m["body"] for m in bob.receive()] == ["zebra again"]
        ping(bob, alice, "zebra five")
        ping(alice, bob, "zebra six")
        after = bob.json("verify", "alice").expect(0).rows
        assert before[0]["safety_number"] == after[0]["safety_number"]
        assert [d["trust"] for d in before[0]["devices"]] == [d["trust"] for d in after[0]["devices"]]
        journal = [row["what"] for row in bob.json("journal").expect(0).rows]
        assert "session-renewed" in journal, journal
        bob.json("repair", "nobody").expect(1)


if __name__ == "__main__":
    main()

"""Sessions begin anew: a broken one by one command, and nothing else changes; by itself one that was
sealed for a prekey that is gone."""
import os
import re
import shutil

from _follow import Follower
from _world import World, wait_for


def ping(one, other, words):
    one.send(other.name, words + " there")
    assert [m["body"] for m in other.receive() if m["kind"] == "text"] == [words + " there"]
    other.send(one.name, words + " back")
    assert [m["body"] for m in one.receive() if m["kind"] == "text"] == [words + " back"]


def show_one_prekey(person):
    """Whoever looks now picks the same one."""
    folder = os.path.join(person.world.spool, person.name, "devices")
    name, = os.listdir(folder)
    with open(os.path.join(folder, name)) as file:
        text = file.read()
    keys = re.findall(r"<preKeyPublic .*?</preKeyPublic>", text, re.S)
    assert len(keys) > 50, len(keys)
    for key in keys[1:]:
        text = text.replace(key, "")
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def two_senders(world, alice, bob):
    """Alice and Carol have picked the same prekey, which goes with what Alice sealed under it."""
    carol = world.person("carol")
    for friend in ("alice", "carol"):
        bob.run("contact", "add", friend).expect(0)
    show_one_prekey(bob)
    alice.send("bob", "from alice", "--view-once")
    new = os.path.join(world.spool, "bob", "inbox", os.listdir(
        os.path.join(world.spool, "bob", "inbox"))[0], "new")
    before = set(os.listdir(new))
    carol.send("bob", "from carol")
    carol.send("bob", "and more")
    aside = os.path.join(world.root, "late")
    os.mkdir(aside)
    late = set(os.listdir(new)) - before
    for name in late:
        os.rename(os.path.join(new, name), os.path.join(aside, name))
    assert [m["body"] for m in bob.receive()] == ["from alice"]
    for name in late:
        os.rename(os.path.join(aside, name), os.path.join(new, name))
    rows = bob.receive()
    assert [(m["cause"], m["count"]) for m in rows] == [("key-gone", 2)], rows
    result = carol.json("receive")
    assert "Sent again in a new session: 2." in result.err, result.err
    assert [m["body"] for m in bob.receive()] == ["from carol", "and more"]
    carol.receive()
    alice.receive()


def main():
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        two_senders(world, alice, bob)
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


def put_back(person, copy, *names):
    """The profile, or the files of it that are named, as it was when the copy was made."""
    if not names:
        shutil.rmtree(person.home)
        shutil.copytree(copy, person.home)
    for name in names:
        for tail in ("-wal", "-shm"):
            if os.path.exists(os.path.join(person.home, name + tail)):
                os.remove(os.path.join(person.home, name + tail))
        shutil.copy(os.path.join(copy, name), os.path.join(person.home, name))


def test_put_back():
    """What is sent after a profile was put back arrives, in new sessions, and both sides go on."""
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        ping(alice, bob, "zebra one")
        copy = os.path.join(world.root, "copy")
        shutil.copytree(alice.home, copy)
        for names in ((), ("store.db",)):
            alice.send("bob", "zebra since")
            put_back(alice, copy, *names)
            said = alice.send("bob", "zebra after")
            assert "put back" in said.err and "New sessions" in said.err, said.err
            assert [m["body"] for m in bob.receive()] == ["zebra since", "zebra after"]
            bob.send("alice", "zebra answer")
            assert "zebra answer" in [m["body"] for m in alice.receive()]
        assert "profile-put-back" in [row["what"] for row in alice.json("journal").expect(0).rows]
        assert not [m for m in bob.json("history", "alice").expect(0).rows if m["kind"] == "unreadable"]
        # Nobody but the owner may look at the mark; a lost one is an alarm.
        marks = os.path.join(world.spool, "alice", "marks")
        assert os.stat(marks).st_mode & 0o7777 == 0o700
        shutil.rmtree(marks)
        assert "is gone" in alice.send("bob", "zebra marked").err
        assert alice.send("bob", "zebra quiet").err == ""
        assert [m["body"] for m in bob.receive()] == ["zebra marked", "zebra quiet"]


def test_clone():
    """Two copies of one profile at the same time: the second one sends nothing, says so whatever it does, and
    goes on with a device id of its own; the first one isn't held up."""
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        ping(alice, bob, "zebra one")
        copy = os.path.join(world.root, "copy")
        shutil.copytree(alice.home, copy)
        twin = world.person("alice", home=copy, make=False)
        # The control: while nobody else has it the copy is the profile.
        assert twin.run("receive").expect(7).err == ""
        shutil.rmtree(copy)
        shutil.copytree(alice.home, copy)
        follower = Follower(alice)
        alice.send("bob", "from the first")
        for words in ("receive",), ("send", "bob", "from the second"), ("send", "bob", "once more"):
            result = twin.run(*words)
            assert result.code == (7 if words == ("receive",) else 4), (words, result.code, result.err)
            assert "in use elsewhere" in result.err and "sotto devices renew" in result.err, (words, result.err)
        assert twin.json("status").expect(0).rows[0]["cloned"] is True
        assert "cloned" in [row["what"] for row in twin.json("journal").expect(0).rows]
        assert [m["body"] for m in bob.receive()] == ["from the first"]
        # The first one heard nothing that holds it up.
        assert alice.send("bob", "still the first").err == ""
        own = alice.json("id").expect(0).rows[0]["device"]
        twin.run("devices", "renew").expect(0)
        assert twin.json("id").expect(0).rows[0]["device"] != own
        assert twin.json("status").expect(0).rows[0]["cloned"] is False
        bob.json("verify", "alice")
        twin.send("bob", "from a device of its own")
        alice.send("bob", "and from the first")
        follower.stop()
        bodies = [m["body"] for m in bob.receive() if m["kind"] == "text"]
        for body in "still the first", "from a device of its own", "and from the first":
            assert bodies.count(body) == 1, (body, bodies)


def test_vault_put_back():
    """Only the keys that die are put back: what was erased stays erased, and all goes on."""
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        ping(alice, bob, "zebra one")
        bob.run("expire", "alice", "2s").expect(0)
        bob.send("alice", "zebra secret")
        assert "zebra secret" in [m["body"] for m in alice.receive()]
        copy = os.path.join(world.root, "copy")
        shutil.copytree(alice.home, copy)
        # The control: it is there, and then it isn't.
        wait_for(lambda: "zebra secret" not in alice.bodies("bob"), "its end")
        put_back(alice, copy, "vault")
        for _ in range(2):
            assert "zebra secret" not in alice.bodies("bob")
        assert alice.json("search", "secret").expect(0).rows == []
        ping(alice, bob, "zebra two")


if __name__ == "__main__":
    main()
    test_put_back()
    test_clone()
    test_vault_put_back()

"""Groups on the spool: made, changed, left, written to; seen alike by all, and by nobody else."""
import json
import os
import subprocess

from _world import World


def do(person, *words, code=0):
    return person.json(*words).expect(code).rows


def received(person):
    """What it took in, as (conversation, from, body)."""
    return [(m["conversation"], m["from"], m["body"]) for m in person.receive()]


def notices(person, group="#ops"):
    history = do(person, "history", group)
    return [m["body"] for m in history if m["kind"] == "notice"]


def members(person, group="#ops"):
    shown = do(person, "group", "list", group)[0]
    return [m["address"] for m in shown["members"]]


def test_all():
    with World() as world:
        alice, bob, carol, dave = (world.person(n) for n in ("alice", "bob", "carol", "dave"))
        made = do(alice, "group", "create", "ops", "bob", "carol")[0]
        assert made["group"] == "#ops" and made["owner"] == "alice", made
        assert [m["address"] for m in made["members"]] == ["alice", "bob", "carol"]
        sent = do(alice, "send", "ops", "zebra one")[0]
        assert sent["conversation"] == "#ops" and sent["state"] == "sent", sent

        assert received(bob) == [("#ops", "alice", "zebra one")]
        assert received(carol) == [("#ops", "alice", "zebra one")]
        assert members(bob) == members(carol) == ["alice", "bob", "carol"]
        assert any("put you into" in text for text in notices(bob)), notices(bob)

        # Everybody may write, to people whom they never met but here.
        do(bob, "send", "#ops", "zebra two")
        assert received(carol) == [("#ops", "bob", "zebra two")]
        assert received(alice) == [("#ops", "bob", "zebra two")]
        # It counts as delivered when everybody has it; strangers aren't answered before they are
        # written to.
        assert do(alice, "history", "#ops")[1]["id"] == sent["id"]
        do(carol, "send", "ops", "zebra two and a half")
        received(alice), received(bob)
        again = do(alice, "send", "ops", "zebra for all")[0]["id"]
        state = lambda: [m for m in do(alice, "history", "#ops") if m["id"] == again][0]["state"]
        received(bob), received(alice)
        assert state() == "sent"
        last = [m for m in do(alice, "history", "#ops") if m["id"] == again][0]["recipients"]
        assert last == [{"address": "bob", "state": "delivered"},
                        {"address": "carol", "state": "sent"}], last
        received(carol), received(alice)
        assert state() == "delivered"

        # Only the owner says who is in it; a change is shown to all.
        do(bob, "group", "add", "ops", "dave", code=4)
        do(alice, "group", "add", "ops", "dave")
        assert received(bob) == [] and received(carol) == [] and received(dave) == []
        assert members(bob) == ["alice", "bob", "carol", "dave"]
        assert any("added dave" in text for text in notices(carol)), notices(carol)
        # To put somebody in isn't to write to them: who was never written to hears of it then.
        assert do(dave, "group", "list") == []
        do(alice, "send", "ops", "zebra for dave")
        assert received(dave) == [("#ops", "alice", "zebra for dave")]
        assert members(dave) == ["alice", "bob", "carol", "dave"]
        received(bob), received(carol)
        do(dave, "send", "ops", "zebra three")
        assert received(carol) == [("#ops", "dave", "zebra three")]
        # What was said before they came isn't theirs.
        assert "zebra one" not in dave.run("history", "#ops").out

        # Taken out: nothing more is sealed for them, nothing of theirs is heard.
        do(alice, "group", "remove", "ops", "carol")
        assert received(carol) == [] and received(bob) == [("#ops", "dave", "zebra three")]
        assert any("took you out" in text for text in notices(carol)), notices(carol)
        do(carol, "send", "ops", "zebra no", code=4)
        do(alice, "send", "ops", "zebra four")
        assert received(carol) == []
        assert received(bob) == [("#ops", "alice", "zebra four")]
        # And nobody tells those who are out who stays.
        assert not any("dave" in text and "added" not in text for text in notices(carol))

        # Leaving is shown to all; the owner hands over.
        received(dave)
        do(dave, "group", "leave", "ops")
        received(alice)
        received(bob)
        assert members(alice) == members(bob) == ["alice", "bob"]
        assert any(text.startswith("dave left") for text in notices(bob)), notices(bob)
        do(alice, "group", "leave", "ops")
        received(bob)
        shown = do(bob, "group", "list")[0]
        assert shown["owner"] == "bob" and [m["address"] for m in shown["members"]] == ["bob"]
        assert any("It is bob's now" in text for text in notices(bob)), notices(bob)
        do(bob, "group", "add", "ops", "carol")
        received(carol)
        do(bob, "send", "ops", "zebra five")
        assert received(carol) == [("#ops", "bob", "zebra five")]
        # Out, one may forget it; in, one has to leave first.
        do(bob, "contact", "remove", "#ops", code=4)
        do(alice, "contact", "remove", "#ops")
        assert do(alice, "group", "list") == []


def test_a_removed_member_is_not_heard():
    """What was sealed before its author knew that she was out; and the control, before."""
    with World() as world:
        alice, bob, carol = (world.person(n) for n in ("alice", "bob", "carol"))
        do(alice, "group", "create", "ops", "bob", "carol")
        do(alice, "send", "ops", "zebra")
        received(bob), received(carol)
        do(carol, "send", "ops", "zebra in time")
        assert received(bob) == [("#ops", "carol", "zebra in time")]
        do(alice, "group", "remove", "ops", "carol")
        received(bob)
        do(carol, "send", "ops", "zebra late")
        got = bob.receive()
        assert [(m["kind"], m["cause"], m["count"]) for m in got] == [("unreadable", "outsider", 1)], got
        last = do(bob, "history", "#ops")[-1]
        assert last["kind"] == "unreadable" and "carol isn't in #ops" in last["body"], last
        assert "zebra late" not in json.dumps(do(bob, "history", "#ops"))


def test_named_like_a_person():
    """What is meant for somebody who isn't known yet doesn't go to a group that a stranger called so."""
    with World() as world:
        mallory, bob, carol = (world.person(name) for name in ("mallory", "bob", "carol"))
        for name in ("carol", "dave"):
            do(mallory, "group", "create", name, "bob")
            do(mallory, "send", "#" + name, "hello")
        assert len(received(bob)) == 2
        said = bob.run("send", "carol", "for carol alone").expect(2)
        assert "#carol" in said.err and "contact add carol" in said.err, said.err
        assert not received(mallory)
        do(bob, "contact", "add", "carol")
        do(bob, "send", "carol", "for carol alone")
        assert [body for _, _, body in received(carol)] == ["for carol alone"]
        # Whom nobody else is called like, the group is meant.
        do(bob, "send", "dave", "for the group")
        assert [body for _, _, body in received(mallory)] == ["for the group"]


def test_names():
    with World() as world:
        alice, bob, carol = (world.person(n) for n in ("alice", "bob", "carol"))
        for name in ("", "a b", "-x", "#", "x" * 61, "a@b"):
            do(alice, "group", "create", name, code=2)
        do(alice, "group", "create", "ops", "nobody-there", code=1)
        assert do(alice, "group", "list") == []
        do(alice, "group", "create", "ops")
        do(alice, "group", "create", "ops", code=1)
        do(alice, "send", "ops", "alone", code=4)
        # Two groups of one name are two conversations.
        do(bob, "group", "create", "ops", "carol")
        do(alice, "group", "add", "ops", "carol")
        do(bob, "send", "ops", "of bob")
        do(alice, "send", "ops", "of alice")
        got = {(c, f) for c, f, _ in received(carol)}
        assert {c for c, _ in got} == {"#ops", "#ops-2"} and {f for _, f in got} == {"alice", "bob"}, got
        do(alice, "contact", "add", "bob", "--name", "#ops", code=2)
        do(alice, "verify", "#ops", code=2)
        do(carol, "send", "nothing-there", "x", code=1)


def test_somebody_cannot_read():
    with World() as world:
        alice, bob, carol = (world.person(n) for n in ("alice", "bob", "carol"))
        do(alice, "group", "create", "ops", "bob", "carol")
        do(alice, "contact", "add", "carol")
        device = do(carol, "id")[0]["device"]
        do(alice, "trust", "carol", str(device), "untrusted")
        shown = do(alice, "group", "list")[0]
        assert len(shown["unreached"]) == 1 and "carol" in shown["unreached"][0], shown
        result = alice.send("ops", "zebra")
        assert "carol can't read" in result.err, result.err
        assert received(bob) == [("#ops", "alice", "zebra")]
        assert received(carol) == []
        # A changed or new key holds everything up until somebody decides.
        second = world.person("bob", home=os.path.join(world.root, "bob2"))
        do(alice, "send", "ops", "zebra", code=5)
        do(alice, "trust", "bob", str(do(second, "id")[0]["device"]), "trusted")
        do(alice, "send", "ops", "zebra again")
        assert ("#ops", "alice", "zebra again") in received(second)


def test_timer_and_own_devices():
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        do(alice, "group", "create", "ops", "bob")
        do(alice, "send", "ops", "zebra")
        received(bob)
        do(bob, "send", "ops", "zebra too")
        do(bob, "expire", "#ops", "1h")
        received(alice)
        sent = do(alice, "send", "ops", "short lived")[0]
        assert sent["expire_seconds"] == 3600, sent
        assert any(text.startswith("bob set the timer") for text in notices(alice)), notices(alice)


def test_own_devices():
    """What one device of a person makes, writes and leaves the other one knows."""
    with World() as world:
        alice, bob = world.person("alice"), world.person("bob")
        other = world.person("alice", home=os.path.join(world.root, "alice2"))
        alice.confirm(other), other.confirm(alice)
        do(alice, "group", "create", "ops", "bob")
        do(alice, "send", "ops", "zebra one")
        received(other)
        assert members(other) == ["alice", "bob"]
        copy = do(other, "history", "#ops")[-1]
        assert copy["body"] == "zebra one" and copy["direction"] == "out", copy
        do(other, "send", "ops", "zebra two")
        assert [body for _, _, body in received(bob)] == ["zebra one", "zebra two"]
        received(alice)
        assert do(alice, "history", "#ops")[-1]["body"] == "zebra two"
        # The list of the owner is the owner's on each device.
        carol = world.person("carol")
        do(other, "group", "add", "ops", "carol")
        received(alice), received(bob)
        assert members(alice) == members(bob) == ["alice", "bob", "carol"]
        assert "You added carol." in notices(alice), notices(alice)
        received(carol)
        do(bob, "send", "ops", "zebra three")
        assert received(carol) and received(alice) and received(other)
        # Whoever is taken out hears that apart: the own devices stay in.
        for name in ("bob", "carol"):
            do(alice, "group", "remove", "ops", name)
            received(other)
        do(alice, "group", "add", "ops", "bob")
        received(other), received(bob)
        assert members(other) == members(bob) == ["alice", "bob"]
        do(other, "send", "ops", "zebra four")
        assert [body for _, _, body in received(bob)] == ["zebra four"]
        received(alice)
        do(alice, "group", "leave", "ops")
        received(other)
        assert "You left #ops." in notices(other), notices(other)
        do(other, "send", "ops", "zebra no", code=4)


def test_nothing_outside_names_the_group():
    with World() as world:
        alice, bob, carol = (world.person(n) for n in ("alice", "bob", "carol"))
        do(alice, "group", "create", "quaggas", "bob", "carol")
        do(alice, "send", "quaggas", "zebra")
        do(alice, "send", "quaggas", "zebra again")
        found = subprocess.run(["grep", "-rlaE", "quaggas|zebra", world.spool], capture_output=True, text=True)
        assert found.stdout == "", found.stdout
        # One envelope a member: none is for both.
        files = subprocess.run(["grep", "-rla", "<encrypted", world.spool], capture_output=True, text=True).stdout.split()
        assert len(files) >= 4, files
        for path in files:
            with open(path, encoding="utf-8") as f:
                text = f.read()
            assert text.count("<key ") == 1 and not ("'bob'" in text and "'carol'" in text), path
        # The control: what is looked for would be found.
        with open(os.path.join(world.root, "spool", "control"), "w", encoding="utf-8") as f:
            f.write("zebra")
        assert subprocess.run(["grep", "-rla", "zebra", world.spool], capture_output=True).returncode == 0


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)

"""Knowing who one talks to, on the local spool: comparing, changes, a man in the middle, own devices."""
import os
import re

from _world import Person, World


def device(person):
    return person.json("id").expect(0).rows[0]["device"]


def safety(person, address):
    return person.json("verify", address).expect(0).rows[0]


def records(person):
    return [(row["what"], row["address"]) for row in person.json("journal").expect(0).rows]


def replace_bundle(world, mallory, victim):
    """Mallory's keys stand under the victim's address and device from now on."""
    def path(person):
        return os.path.join(world.spool, person.name, "devices", f"{device(person)}.xml")
    with open(path(mallory)) as file:
        bundle = file.read()
    bundle = bundle.replace(f"device='{device(mallory)}'", f"device='{device(victim)}'")
    with open(path(victim), "w") as file:
        file.write(bundle)


def test_both_see_the_same(world):
    alice, bob = world.person("alice"), world.person("bob")
    other = Person(world, "bob", home=os.path.join(world.root, "other"))
    alice.run("contact", "add", "bob").expect(0)
    bob.run("contact", "add", "alice").expect(0)
    other.run("contact", "add", "alice").expect(0)
    numbers = {safety(alice, "bob")["safety_number"], safety(bob, "alice")["safety_number"],
               safety(other, "alice")["safety_number"]}
    assert len(numbers) == 1 and re.fullmatch(r"\d{60}", numbers.pop()), numbers


def test_code_and_uri(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "hello")
    bob.receive()
    number = safety(bob, "alice")["safety_number"]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    alice.run("verify", "bob", "--code", wrong).expect(5)
    assert not safety(alice, "bob")["verified"]
    assert ("mismatch", "bob") in records(alice)
    alice.run("verify", "bob", "--code", "12345").expect(2)
    alice.run("verify", "bob", "--code",
              " ".join(re.findall("....." , number))).expect(0)
    assert safety(alice, "bob")["verified"]
    uri = safety(alice, "bob")["own_uri"]
    bob.run("verify", "alice", "--uri", uri.replace("=", "=0", 1)).expect(2)
    flipped = uri[:-1] + ("0" if uri[-1] != "0" else "1")
    bob.run("verify", "alice", "--uri", flipped).expect(5)
    bob.run("verify", "alice", "--uri", uri).expect(0)
    assert ("verified", "bob") in records(alice)


def test_replaced_keys_are_refused(world):
    alice, bob, mallory = world.person("alice"), world.person("bob"), world.person("mallory")
    alice.run("contact", "add", "bob").expect(0)
    alice.run("contact", "rule", "bob", "manual").expect(0)
    bob.run("contact", "add", "alice").expect(0)
    alice.send("bob", "not yet", code=5)
    number = safety(bob, "alice")["safety_number"]
    alice.run("verify", "bob", "--code", number).expect(0)
    replace_bundle(world, mallory, bob)
    alice.send("bob", "secret", code=5)
    row = safety(alice, "bob")
    assert not row["verified"] and row["devices"][0]["trust"] == "undecided", row
    alice.run("verify", "bob", "--code", number).expect(5)
    assert ("key-changed", "bob") in records(alice)
    assert not os.listdir(os.path.join(world.spool, "bob", "inbox", str(device(bob)), "new"))


def test_rules_and_acts(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "one")
    alice.run("contact", "rule", "bob", "sometimes").expect(2)
    alice.run("contact", "rule", "bob", "verified").expect(0)
    alice.send("bob", "two", code=5)
    alice.run("trust", "bob", str(device(bob)), "verified").expect(0)
    alice.send("bob", "three")
    alice.run("trust", "bob", str(device(bob)), "off").expect(0)
    alice.send("bob", "four", code=1)
    alice.run("trust", "bob", str(device(bob)), "verified").expect(0)
    alice.send("bob", "five")
    alice.run("trust", "bob", str(device(bob)), "compromised").expect(0)
    alice.send("bob", "six", code=5)
    assert [row["body"] for row in bob.receive()] == ["one", "three", "five"]
    assert {"rule-set", "verified", "deactivated", "compromised"} <= {what for what, _ in records(alice)}
    alice.run("journal", "verify").expect(0)


def hide(world, person, number):
    """List a device under the person's address whose keys can't be read; gives the file's name."""
    path = os.path.join(world.spool, person.name, "devices", f"{number}.xml")
    with open(path, "w") as file:
        file.write("<bundle/>")
    return path


def show(world, mallory, path, number):
    """Its key comes."""
    with open(os.path.join(world.spool, mallory.name, "devices", f"{device(mallory)}.xml")) as file:
        bundle = file.read()
    with open(path, "w") as file:
        file.write(bundle.replace(f"device='{device(mallory)}'", f"device='{number}'"))


def test_a_key_that_comes_later(world):
    alice, bob, mallory = world.person("alice"), world.person("bob"), world.person("mallory")
    path = hide(world, bob, 7)
    alice.send("bob", "one")
    bob.send("alice", "hello")
    alice.receive(), bob.receive()
    number = safety(bob, "alice")["safety_number"]
    view = alice.json("verify", "bob", "--code", number).expect(0).rows[0]
    assert view["verified"] and view["keyless"] == [7], view
    assert "verified; device 7 has published no key." in alice.run("verify", "bob").out
    for word in ("trusted", "verified"):
        refused = alice.run("trust", "bob", "7", word).expect(5)
        assert "published no key" in refused.err, refused.err
    alice.send("bob", "two")
    show(world, mallory, path, 7)
    assert "device 7" in alice.send("bob", "three", code=5).err
    view = safety(alice, "bob")
    assert not view["verified"] and view["keyless"] == [], view
    rows = [row for row in alice.json("journal").rows if row["device"] == 7]
    assert [row["what"] for row in rows] == ["device-seen", "key-seen"], rows
    assert [row["body"] for row in bob.receive()] == ["two"]
    # Nobody but such a device: nothing to seal for, and nothing waits.
    os.unlink(path)
    hide(world, mallory, 9)
    os.unlink(os.path.join(world.spool, "mallory", "devices", f"{device(mallory)}.xml"))
    refused = bob.send("mallory", "for nobody", code=1)
    assert "device 9 has published no key" in refused.err, refused.err
    assert bob.json("status").rows[0]["queue"] == 0


def test_a_uri_of_some(world):
    alice, bob = world.person("alice"), world.person("bob")
    other = Person(world, "bob", home=os.path.join(world.root, "other"))
    alice.send("bob", "one")
    bob.receive()
    # His first device hasn't confirmed his second one, and doesn't vouch for it.
    view = safety(bob, "alice")
    uri = view["own_uri"]
    assert str(device(other)) not in uri and view["own_waiting"] == [device(other)], view
    view = alice.json("verify", "bob", "--uri", uri).expect(0).rows[0]
    assert (view["unlisted"], view["unknown"], view["verified"]) == ([device(other)], [], False), view
    trust = {row["device"]: row["trust"] for row in view["devices"]}
    assert trust == {device(bob): "verified", device(other): "trusted"}, trust
    more = uri + f";omemo-sid-{device(other)}=" + other.json("id").rows[0]["fingerprint"] + ";omemo-sid-5=" + "0" * 64
    view = alice.json("verify", "bob", "--uri", more).expect(0).rows[0]
    assert (view["unlisted"], view["unknown"], view["verified"]) == ([], [5], True), view
    alice.run("verify", "bob", "--uri", "xmpp:bob?omemo-sid-5=" + "0" * 64).expect(5)


def test_looking_changes_nothing(world):
    alice, bob, carol = world.person("alice"), world.person("bob"), world.person("carol")
    bob.send("alice", "you don't know me")
    alice.receive()
    for _ in range(2):
        assert [row["trust"] for row in safety(alice, "bob")["devices"]] == ["undecided"]
    alice.run("group", "create", "team", "bob", "carol").expect(0)
    alice.run("expire", "bob", "1h").expect(0)
    alice.json("repair", "bob")
    assert [row["trust"] for row in safety(alice, "bob")["devices"]] == ["undecided"]
    assert [row["stranger"] for row in alice.json("contact", "list").rows] == [True]
    assert bob.receive() == [] and carol.receive() == []
    # The control: writing to him is an act.
    alice.send("bob", "now I do")
    assert [row["trust"] for row in safety(alice, "bob")["devices"]] == ["trusted"]


def test_own_devices(world):
    alice = world.person("alice")
    world.person("bob")
    alice.send("bob", "one")
    other = Person(world, "alice", home=os.path.join(world.root, "other"))
    rows = {row["device"]: row for row in alice.json("devices").expect(0).rows}
    assert rows[device(other)]["trust"] == "undecided" and rows[device(alice)]["own"]
    alice.send("bob", "two")
    assert other.receive() == []
    own = "trust", "alice", str(device(other)), "trusted"
    refused = alice.run(*own).expect(5)
    assert " ".join(own) + " --fingerprint FIRST8" in refused.err, refused.err
    alice.run(*own, "--fingerprint", "0123").expect(2)
    alice.run(*own, "--fingerprint", "01234567").expect(5)
    alice.confirm(other)
    assert [row["trust"] for row in other.json("devices").rows if not row["device"] == device(other)] == ["undecided"]
    alice.run("devices", "revoke", str(device(other))).expect(0)
    rows = {row["device"]: row for row in alice.json("devices").expect(0).rows}
    assert not rows[device(other)]["active"]
    assert ("device-revoked", "alice") in records(alice)


if __name__ == "__main__":
    import sys
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                test(a_world)
            print("ok", name)

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
    alice.send("bob", "six", code=1)
    assert [row["body"] for row in bob.receive()] == ["one", "three", "five"]
    assert {"rule-set", "verified", "deactivated", "compromised"} <= {what for what, _ in records(alice)}
    alice.run("journal", "verify").expect(0)


def test_own_devices(world):
    alice = world.person("alice")
    world.person("bob")
    alice.send("bob", "one")
    other = Person(world, "alice", home=os.path.join(world.root, "other"))
    rows = {row["device"]: row for row in alice.json("devices").expect(0).rows}
    assert rows[device(other)]["trust"] == "undecided" and rows[device(alice)]["own"]
    alice.send("bob", "two")
    assert other.receive() == []
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

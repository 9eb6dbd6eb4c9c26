"""kill -9 at random and at chosen points, in send and in receive: nothing acknowledged is lost, nothing
comes twice, nothing is sealed twice."""
import hashlib
import json
import os
import random
import shutil
import subprocess
import time

from _world import Person, World

KILLS = int(os.environ.get("KILLS", 120))
HERE = os.path.dirname(os.path.abspath(__file__))


class Tally:
    def __init__(self, world):
        self.world = world
        self.kills = 0
        self.acknowledged = []  # bodies whose send said 0
        self.printed = []       # bodies that receive printed
        self.elements = set()   # digests of all that ever lay in bob's inbox
        self.number = 0

    def look(self):
        inbox = os.path.join(self.world.spool, "bob", "inbox")
        for root, _, files in os.walk(inbox):
            for name in files if root.endswith("new") else []:
                with open(os.path.join(root, name), "rb") as file:
                    element = file.read()
                # Zeros are one that was taken and overwritten, and not yet removed.
                if element.strip(b"\0"):
                    self.elements.add(hashlib.sha256(element).digest())


def run_and_kill(tally, process, after):
    """Kill PROCESS after so many seconds (None: it does that itself); its output, whole lines only."""
    try:
        out, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    if process.returncode == -9:
        tally.kills += 1
    return out.decode(), err.decode()


def send(tally, alice, after=None, env=None):
    body = f"message {tally.number}"
    tally.number += 1
    process = alice.start("send", "bob", body, env=env)
    run_and_kill(tally, process, after)
    if process.returncode == 0:
        tally.acknowledged.append(body)
    tally.look()
    return process.returncode


def receive(tally, bob, after=None, env=None):
    process = bob.start("--json", "receive", env=env)
    out, _ = run_and_kill(tally, process, after)
    lines = out.split("\n")
    tally.printed += [json.loads(line)["body"] for line in lines[:-1] if line]
    return process.returncode


def build_shim(world):
    compiler = shutil.which("cc") or shutil.which("gcc")
    source = os.path.join(HERE, "..", "support", "kill_at.c")
    if not compiler:
        return None
    shim = os.path.join(world.root, "kill_at.so")
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", shim, source, "-ldl"], check=True)
    return shim


def at_each_point(step, shim):
    """Die at the first call that touches the disk, at the second ... until the run comes through."""
    for point in range(1, 400):
        code = step(env=dict(os.environ, LD_PRELOAD=shim, KILL_AT=str(point)))
        if code != -9:
            return point - 1
    raise AssertionError("it never came through")


def check(tally, alice, bob):
    alice.run("receive")
    tally.look()
    receive(tally, bob)
    sent = alice.bodies("bob")
    got = bob.bodies("alice")
    assert len(set(sent)) == len(sent), "stored twice by the sender"
    assert len(set(got)) == len(got), "stored twice by the receiver"
    lost = set(tally.acknowledged) - set(got)
    assert not lost, f"acknowledged and lost: {lost}"
    # What the sender has stored goes out, acknowledged or not; and nothing else does.
    assert set(got) == set(sent), set(got) ^ set(sent)
    assert set(tally.printed) == set(got), set(tally.printed) ^ set(got)
    # One message, one element, however often it was handed over.
    assert len(tally.elements) == len(sent), (len(tally.elements), len(sent))
    states = {row["state"] for row in alice.json("history", "bob", "--limit", "9999").rows}
    assert "queued" not in states, states


def start_over(world, name, shim, point):
    """`init`, killed at POINT; the next start says how to go on, and it does go on. Whether it was finished."""
    person = Person(world, name, make=False)
    init = "init", "local", "--name", name, "--spool", world.spool, "--kdf", "floor"
    person.run(*init, env=dict(os.environ, LD_PRELOAD=shim, KILL_AT=str(point)))
    result = person.run("id")
    if result.code == 0:
        # The name is its own, and nothing is made anew.
        person.run(*init).expect(1)
        return person, True
    result.expect(1)
    assert "`sotto`" in result.err, result.err
    if point % 3 == 0 and "cut short" in result.err:
        person.run("wipe", "--yes", passphrase=False).expect(0)
        assert not os.path.exists(person.home)
    person.run(*init).expect(0)
    return person, False


def check_init(world, shim, dice, bob):
    """At a few of some 230 points, most of them where the profile is nearly made; INIT_POINTS=all takes each."""
    points = range(1, 230)
    finished = []
    if os.environ.get("INIT_POINTS") != "all":
        points = dice.sample(points, 3) + dice.sample(points[110:170], 5)
    for point in points:
        person, is_finished = start_over(world, f"new-{point}", shim, point)
        finished += [is_finished]
        person.run("receive").expect(7)
        bob.send(person.name, "welcome")
        assert [row["body"] for row in person.receive()] == ["welcome"]
    print(f"init: {len(finished)} points, {sum(finished)} of them behind the end")


def main():
    seed = int(os.environ.get("SEED", time.time()))
    print("SEED", seed)
    dice = random.Random(seed)
    with World() as world:
        tally = Tally(world)
        alice, bob = world.person("alice"), world.person("bob")
        assert send(tally, alice) == 0
        receive(tally, bob)
        shim = build_shim(world)
        points = []
        if shim:
            check_init(world, shim, dice, bob)
            points.append(at_each_point(lambda env: send(tally, alice, env=env), shim))
            check(tally, alice, bob)
            # More than one message, so that there is something to do twice.
            for _ in range(3):
                send(tally, alice)
            points.append(at_each_point(lambda env: receive(tally, bob, env=env), shim))
            check(tally, alice, bob)
        start = time.monotonic()
        send(tally, alice)
        whole = time.monotonic() - start
        while tally.kills < KILLS:
            send(tally, alice, after=dice.uniform(0, whole * 1.1))
            if dice.random() < 0.7:
                receive(tally, bob, after=dice.uniform(0, whole * 1.1))
        check(tally, alice, bob)
        print(f"{tally.kills} kills, chosen points {points}, {len(tally.acknowledged)} acknowledged, "
              f"{len(bob.bodies('alice'))} arrived")


main()

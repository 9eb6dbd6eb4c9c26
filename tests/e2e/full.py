"""A full spool, a full home, a spool that may not be entered: sealed, queued, explained, retried."""
import os
import subprocess
import sys

from _world import World, Person, skip, wait_for


def mounted(folder, size):
    os.makedirs(folder, exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "none", folder],
                          capture_output=True).returncode == 0


def unmount(folder):
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    path = os.path.join(folder, "fill")
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    return path


def test_full_spool(world):
    if not mounted(world.spool, "1m"):
        skip("a small file system can't be mounted here")
    try:
        alice, bob = world.person("alice"), world.person("bob")
        alice.send("bob", "first")
        filler = fill(world.spool)
        result = alice.run("send", "bob", "while it is full").expect(6)
        assert "space" in result.err or "full" in result.err, result.err
        assert alice.json("status").rows[0]["queue"] == 1
        os.unlink(filler)
        alice.run("receive")
        assert [r["body"] for r in bob.receive()] == ["first", "while it is full"]
        assert alice.json("status").rows[0]["queue"] == 0
        for root, _, files in os.walk(os.path.join(world.spool, "bob")):
            assert not (root.endswith("tmp") and files), files
    finally:
        unmount(world.spool)


def test_full_home(world):
    home = os.path.join(world.root, "small")
    if not mounted(home, "24m"):
        skip("a small file system can't be mounted here")
    try:
        bob = world.person("bob")
        alice = Person(world, "alice", home=os.path.join(home, "alice"))
        bob.send("alice", "waits")
        # Nothing is kept aside any more.
        os.unlink(os.path.join(alice.home, "ballast"))
        filler = fill(home)
        result = alice.run("receive")
        assert result.code != 0 and "full" in (result.err + result.out).lower(), result.err
        os.unlink(filler)
        assert [r["body"] for r in alice.receive()] == ["waits"]
    finally:
        unmount(home)


def test_full_erase(world):
    """What is to go goes on a full disk too, again and again, and says how much it was; so does the profile."""
    home = os.path.join(world.root, "erasing")
    if not mounted(home, "16m"):
        skip("a small file system can't be mounted here")
    try:
        bob, carol = world.person("bob"), world.person("carol")
        alice = Person(world, "alice", home=os.path.join(home, "alice"))
        bob.send("alice", "once", "--view-once")
        bob.send("alice", "timed", "--expire", "1s")
        carol.send("alice", "kept by nobody")
        assert len(alice.receive()) == 3
        filler = fill(home)
        ballast = os.path.join(alice.home, "ballast")
        assert os.path.getsize(ballast) == 8 << 20
        wait_for(lambda: "timed" not in alice.bodies("bob"), "the timer")
        fill(home)
        alice.run("contact", "remove", "carol").expect(0)
        fill(home)
        alice.run("erase", "bob").expect(0)
        assert alice.bodies("bob") == []
        left = alice.json("erase", "--verify").rows[0]
        assert (left["erasing"], left["due"], left["keys"], left["why"]) == (0, 0, 0, None), left
        assert os.path.getsize(ballast) < 8 << 20
        os.unlink(filler)
        # With room again what is kept aside is whole again.
        alice.run("id").expect(0)
        assert os.path.getsize(ballast) == 8 << 20
        # The control: with nothing kept aside no more can be done on a full disk. But to wipe.
        os.unlink(ballast)
        fill(home)
        assert "full" in alice.run("erase", "bob").expect(1).err
        alice.run("wipe", "--yes").expect(0)
        assert not os.path.exists(os.path.join(alice.home, "store.db"))
    finally:
        unmount(home)


def test_full_init(world):
    home = os.path.join(world.root, "tiny")
    if not mounted(home, "1m"):
        skip("a small file system can't be mounted here")
    try:
        alice = Person(world, "alice", home=os.path.join(home, "alice"), make=False)
        result = alice.run("init", "local", "--name", "alice", "--spool", world.spool, "--kdf",
                           "floor").expect(1)
        assert "space" in result.err.lower(), result.err
        assert not os.path.exists(alice.home)
        assert not os.path.exists(os.path.join(world.spool, "alice"))
    finally:
        unmount(home)


def test_spool_gone(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "first")
    os.rename(world.spool, world.spool + "-away")
    result = alice.run("send", "bob", "without a spool").expect(6)
    assert world.spool in result.err, result.err
    os.rename(world.spool + "-away", world.spool)
    alice.run("receive")
    assert [r["body"] for r in bob.receive()] == ["first", "without a spool"]


if __name__ == "__main__":
    if os.getuid() != 0:
        skip("mounting small file systems needs root")
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                test(a_world)
            print("ok", name)

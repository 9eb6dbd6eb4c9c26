"""A full spool, a full home, a spool that may not be entered: sealed, queued, explained, retried."""
import os
import subprocess
import sys

from _world import World, Person, skip


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
        filler = fill(home)
        result = alice.run("receive")
        assert result.code != 0 and "full" in (result.err + result.out).lower(), result.err
        os.unlink(filler)
        assert [r["body"] for r in alice.receive()] == ["waits"]
    finally:
        unmount(home)


def test_full_init(world):
    home = os.path.join(world.root, "tiny")
    if not mounted(home, "1m"):
        skip("a small file system can't be mounted here")
    try:
        alice = Person(world, "alice", home=os.path.join(home, "alice"), make=False)
        result = alice.run("init", "local", "--name", "alice", "--spool", world.spool, "--kdf",
                           "interactive").expect(1)
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

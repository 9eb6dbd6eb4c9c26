"""Two users of one host on one spool, and a third one who drops whatever a user can drop."""
import os
import stat
import subprocess
import time

from _world import Person, World, skip

ALICE, BOB, MALLORY = 21001, 21002, 21003


def inbox_of(world, name):
    folder = os.path.join(world.spool, name, "inbox")
    device, = os.listdir(folder)
    return os.path.join(folder, device, "new")


def as_uid(uid, function):
    """Run function() as uid, in a process of its own; what it raises is a failure."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.umask(0o022)
            function()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0, function


def people(world):
    return (Person(world, "alice", uid=ALICE), Person(world, "bob", uid=BOB))


def cannot_read(path):
    try:
        open(path).close()
    except PermissionError:
        return
    raise AssertionError("another user reads what waits, knowing its name")


def cannot_list(folder):
    try:
        os.listdir(folder)
    except PermissionError:
        return
    raise AssertionError("another user lists the inbox")


def test_both_ways(world):
    alice, bob = people(world)
    alice.send("bob", "across users")
    new = inbox_of(world, "bob")
    name, = os.listdir(new)
    path = os.path.join(new, name)
    # It is its recipient's to read, and nobody else's, whoever knows the name.
    assert stat.S_IMODE(os.stat(path).st_mode) & 0o007 == 0
    as_uid(MALLORY, lambda: cannot_read(path))
    as_uid(BOB, lambda: open(path).close())
    with open(path, "rb") as held:
        assert b"<message" in held.read(100)
        row, = bob.receive()
        assert row["body"] == "across users" and row["from"] == "alice"
        # Fetched, it was overwritten before it was removed: who kept it open finds zeros.
        assert not os.path.exists(path)
        assert set(os.pread(held.fileno(), 1 << 20, 0)) == {0}
    bob.send("alice", "and back")
    assert [r["body"] for r in alice.receive()] == ["and back"]
    assert stat.S_IMODE(os.stat(new).st_mode) == 0o1733
    assert stat.S_IMODE(os.stat(os.path.join(world.spool, "bob", "inbox")).st_mode) == 0o711
    as_uid(MALLORY, lambda: cannot_list(new))


def test_without_acls(world):
    """A file system that keeps none: everybody can read, and status says so."""
    if subprocess.run(["mount", "-t", "ramfs", "-o", "mode=1777", "none", world.spool],
                      capture_output=True).returncode:
        return
    try:
        os.chmod(world.spool, 0o1777)
        alice, bob = people(world)
        alice.send("bob", "across users")
        new = inbox_of(world, "bob")
        name, = os.listdir(new)
        assert stat.S_IMODE(os.stat(os.path.join(new, name)).st_mode) == 0o644
        assert bob.json("status").rows[0]["spool_acl"] is False
        assert "every user" in bob.run("status").out
        assert [r["body"] for r in bob.receive()] == ["across users"]
    finally:
        subprocess.run(["umount", world.spool], check=True)
    # The control.
    assert world.person("carol").json("status").rows[0]["spool_acl"] is True


def drop_everything(new):
    """What somebody with a shell can leave in an inbox."""
    def put(name, data):
        with open(os.path.join(new, name), "wb") as file:
            file.write(data)
        os.chmod(os.path.join(new, name), 0o644)
    put("garbage", b"\x00\xff" * 100)
    put("empty", b"")
    put("huge", b"<message>" + b"x" * (1 << 20))
    put("deep", b"<a>" * 5000 + b"</a>" * 5000)
    put("many", b"<m>" + b"<a/>" * 20000 + b"</m>")
    put("half", b"<message from='alice'><encrypted xmlns='eu.siacs.conversations.axolotl'><hea")
    put("entities", b"<!DOCTYPE a [<!ENTITY b 'bbbb'>]><message from='alice'>&b;</message>")
    put("plain", b"<message from='alice' to='bob'><body>believe me</body></message>")
    os.mkfifo(os.path.join(new, "fifo"), 0o666)
    os.symlink("/etc/passwd", os.path.join(new, "link"))
    os.symlink("/dev/zero", os.path.join(new, "zero"))
    os.mkdir(os.path.join(new, "folder"), 0o755)
    os.mkdir(os.path.join(new, "full"), 0o700)
    with open(os.path.join(new, "full", "file"), "w") as file:
        file.write("x")
    os.link(os.path.join(new, "garbage"), os.path.join(new, "hard"))


def test_hostile_files(world):
    alice, bob = people(world)
    new = inbox_of(world, "bob")
    alice.send("bob", "before")
    as_uid(MALLORY, lambda: drop_everything(new))
    os.mknod(os.path.join(new, "device"), stat.S_IFCHR | 0o666, os.makedev(1, 5))
    alice.send("bob", "after")
    start = time.monotonic()
    assert [r["body"] for r in bob.receive()] == ["before", "after"]
    assert time.monotonic() - start < 20
    assert bob.receive() == []
    # Only what another user's folder holds can't be removed by its finder.
    assert set(os.listdir(new)) <= {"full"}, os.listdir(new)
    alice.send("bob", "still")
    assert [r["body"] for r in bob.receive()] == ["still"]


def test_forged_sender(world):
    alice, bob = people(world)
    alice.send("bob", "genuine")
    new = inbox_of(world, "bob")
    name, = os.listdir(new)
    with open(os.path.join(new, name), "rb") as file:
        element = file.read()
    os.unlink(os.path.join(new, name))

    def drop():
        with open(os.path.join(new, "0" * 32), "wb") as file:
            file.write(element)
    as_uid(MALLORY, drop)
    assert bob.receive() == []
    # The control: the same bytes from their author are read.
    as_uid(ALICE, drop)
    assert [r["body"] for r in bob.receive()] == ["genuine"]


def test_a_flood_keeps_nobody_waiting(world):
    alice, bob = people(world)
    new = inbox_of(world, "bob")

    def flood():
        for i in range(3000):
            with open(os.path.join(new, f"{i:032x}"), "wb") as file:
                file.write(b"<message from='mallory'/>")
    as_uid(MALLORY, flood)
    alice.send("bob", "not drowned")
    assert [r["body"] for r in bob.receive()] == ["not drowned"]


def test_names_belong_to_somebody(world):
    people(world)
    thief = Person(world, "thief", uid=MALLORY, make=False)
    os.path.isdir(thief.home) or os.mkdir(thief.home)
    result = thief.run("init", "local", "--name", "alice", "--spool", world.spool, "--kdf",
                       "interactive").expect(1)
    assert "another user" in result.err, result.err
    assert os.listdir(thief.home) == []


def test_owner_changed(world):
    alice, bob = people(world)
    alice.send("bob", "first contact")
    folder = os.path.join(world.spool, "bob")
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            os.lchown(os.path.join(root, name), MALLORY, MALLORY)
    os.lchown(folder, MALLORY, MALLORY)
    alice.send("bob", "to a stranger in bob's clothes", code=5)
    del bob


if __name__ == "__main__":
    import sys
    if os.getuid() != 0:
        skip("making two users' processes needs root")
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                os.mkdir(a_world.spool)
                os.chmod(a_world.spool, 0o1777)
                os.chmod(a_world.root, 0o1777)
                test(a_world)
            print("ok", name)

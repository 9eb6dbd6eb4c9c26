"""Two users of one host on one spool, and a third one who drops whatever a user can drop."""
import os
import re
import stat
import subprocess
import time

from _world import SOTTO, Person, World, patience, skip, wait_for, write_file

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


FLOOD = 2500
IN_A_MINUTE = {"files": 1000, "devices": 10, "sessions": 20, "contacts": 10}  # core/model/budget.h


def as_it_may_be(count, kind):
    """The test may see the end of one minute and the beginning of the next."""
    return count <= 2 * IN_A_MINUTE[kind]


def told_to_wait(err):
    line, = [line for line in err.splitlines() if f"contact block uid:{MALLORY}" in line]
    return int(re.search(r"(\d+) files? of uid", line).group(1))


def test_a_flood_keeps_nobody_waiting(world):
    alice, bob = people(world)
    alice.send("bob", "hello")
    bob.receive()
    bob.send("alice", "hello yourself")
    alice.receive()
    new = inbox_of(world, "bob")

    def flood():
        for i in range(FLOOD):
            with open(os.path.join(new, f"{i:032x}"), "wb") as file:
                file.write(b"<message from='mallory'/>")
    as_uid(MALLORY, flood)
    alice.send("bob", "not drowned")
    start = time.monotonic()
    result = bob.json("receive").expect(0)
    assert [r["body"] for r in result.rows] == ["not drowned"]
    assert time.monotonic() - start < 30
    # A line for what was refused, not one for each, and one for the rest, which nobody touched.
    lines = result.err.splitlines()
    assert len(lines) <= 6, lines
    waiting = told_to_wait(result.err)
    assert FLOOD - waiting >= 1000 and as_it_may_be(FLOOD - waiting, "files"), waiting
    # Another run has no budget of its own.
    again = told_to_wait(bob.json("receive").err)
    assert as_it_may_be(FLOOD - again, "files"), again

    assert bob.run("contact", "block", "uid:x").code == 2
    assert bob.run("contact", "block", f"uid:{BOB}").code == 2
    bob.run("contact", "block", f"uid:{MALLORY}").expect(0)
    alice.send("bob", "peace")
    assert [r["body"] for r in bob.receive()] == ["peace"]
    # They are removed on a thread, which a verb doesn't wait for without end.
    wait_for(lambda: not bob.receive() and bob.json("status").rows[0]["waiting"] <= 1,
             "the inbox to be empty")
    row, = bob.json("contact", "blocked").expect(0).rows
    assert row["uid"] == MALLORY and row["dropped"] >= again - 1, (row, again)
    bob.run("contact", "unblock", f"uid:{MALLORY}").expect(0)
    assert bob.json("contact", "blocked").rows == []
    assert bob.run("contact", "unblock", f"uid:{MALLORY}").code == 1


def relabel(element, **names):
    for name, value in names.items():
        element, count = re.subn(rf"\b{name}='[^']*'".encode(), f"{name}='{value}'".encode(),
                                 element, count=1)
        assert count == 1
    return element


def devices_of(person, address):
    result = person.json("verify", address)
    return result.rows[0]["devices"] if result.code == 0 else []


def test_one_message_with_many_labels(world):
    """2,000 devices, and as many people, that are all the same bytes under other names."""
    alice, bob = people(world)
    mallory = Person(world, "mallory", uid=MALLORY)
    alice.send("bob", "before")
    mallory.send("bob", "it begins")
    new = inbox_of(world, "bob")
    path, = [os.path.join(new, name) for name in os.listdir(new)
             if os.stat(os.path.join(new, name)).st_uid == MALLORY]
    with open(path, "rb") as file:
        element = file.read()
    bob.receive()
    bob.send("alice", "I know you")
    alice.receive()

    def drop():
        for i in range(2000):
            with open(os.path.join(new, f"{i:032x}"), "wb") as file:
                file.write(relabel(element, sid=1000 + i))
        for i in range(60):
            os.mkdir(os.path.join(world.spool, f"m{i}"), 0o755)
            with open(os.path.join(new, f"{5000 + i:032x}"), "wb") as file:
                file.write(relabel(element, **{"from": f"m{i}"}))
    as_uid(MALLORY, drop)
    alice.send("bob", "in between")
    result = bob.json("receive").expect(0)
    assert [r["body"] for r in result.rows if r["kind"] == "text"] == ["in between"]
    rows = bob.json("history", "mallory", "--limit", "5000").rows
    assert as_it_may_be(len(rows) - 1, "sessions"), len(rows)
    people_known = len(bob.json("contact", "list").rows)
    assert as_it_may_be(people_known - 2, "contacts"), people_known
    assert as_it_may_be(len(devices_of(bob, "mallory")) - 1, "devices")
    # The genuine devices write and are read as before.
    alice.send("bob", "still")
    assert "still" in [r["body"] for r in bob.receive()]


def test_names_belong_to_somebody(world):
    people(world)
    thief = Person(world, "thief", uid=MALLORY, make=False)
    os.path.isdir(thief.home) or os.mkdir(thief.home)
    result = thief.run("init", "local", "--name", "alice", "--spool", world.spool, "--kdf",
                       "floor").expect(1)
    assert "another user" in result.err, result.err
    assert os.listdir(thief.home) == []


def test_logins_belong_to_their_users(world):
    """Whoever else takes a login's name gets nothing, and what they send isn't taken."""
    bob = Person(world, "bob", uid=BOB)
    thief = Person(world, "thief", uid=MALLORY, make=False)

    def take(name):
        return thief.run("init", "local", "--name", name, "--spool", world.spool, "--kdf", "floor")
    for name in ("daemon", "DAEMON", "root"):
        assert "login of another user" in take(name).expect(2).err
    # The control: on a spool that nobody else writes to any name goes.
    os.chown(world.spool, MALLORY, MALLORY)
    os.chmod(world.spool, 0o755)
    take("daemon").expect(0)
    thief.send("bob", "one")
    assert [row["body"] for row in bob.receive()] == ["one"]
    thief.send("bob", "two")
    os.chown(world.spool, 0, 0)
    os.chmod(world.spool, 0o1777)
    result = bob.run("receive").expect(7)
    assert "refused" in result.err, result.err
    alice = Person(world, "alice", uid=ALICE)
    for person in (alice, bob):
        result = person.run("send", "daemon", input="for daemon's eyes").expect(5)
        assert "login of this host" in result.err, result.err
    assert alice.json("contact", "list").rows == []


def test_owners_are_shown(world):
    """Who a folder belongs to stands beside the name, before first contact and after."""
    alice, bob = people(world)
    daemon = Person(world, "mallory", uid=1)
    for who in "bob", "mallory":
        alice.run("contact", "add", who).expect(0)
    rows = {row["address"]: row for row in alice.json("contact", "list").rows}
    assert (rows["mallory"]["owner_uid"], rows["mallory"]["owner_login"]) == (1, "daemon"), rows
    # The control: nobody has that uid's login.
    assert (rows["bob"]["owner_uid"], rows["bob"]["owner_login"]) == (BOB, None), rows
    said = alice.run("contact", "add", "mallory").expect(0).out
    assert "owner: login daemon, uid 1" in said, said
    said = alice.run("contact", "list").expect(0).out
    assert "owner: login daemon, uid 1" in said and f"uid {BOB}, which has no login" in said, said
    assert alice.json("contact", "add", "ghost").expect(0).rows[0]["owner_uid"] is None
    for who, uid, login in ("mallory", 1, "daemon"), ("bob", BOB, None):
        alice.send(who, "hello")
        row = alice.json("verify", who).expect(0).rows[0]
        assert (row["owner_uid"], row["owner_login"]) == (uid, login), row
        said = alice.run("verify", who).expect(0).out
        assert ("not its login" in said) == bool(login), said
    del daemon


# A directory service that knows lena; where the file named in its place is there it doesn't answer.
SERVICE = """
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fill(struct passwd *row)
{
	static char lena[] = "lena", none[] = "";

	*row = (struct passwd){ lena, none, 21002, 21002, none, none, none };
	return NSS_STATUS_SUCCESS;
}

static void hang(void)
{
	while (access(getenv("SERVICE_HANGS"), F_OK) == 0)
		pause();
}

int _nss_double_getpwnam_r(const char *name, struct passwd *row, char *b, size_t n, int *e)
{
	hang();
	return strcmp(name, "lena") == 0 ? fill(row) : NSS_STATUS_NOTFOUND;
}

int _nss_double_getpwuid_r(uid_t uid, struct passwd *row, char *b, size_t n, int *e)
{
	hang();
	return uid == 21002 ? fill(row) : NSS_STATUS_NOTFOUND;
}
"""


class Served(Person):
    """Somebody on a host with that service, in a mount namespace of their own."""

    def start(self, *words, **kwargs):
        root = self.world.root
        uid, self.uid = self.uid, None
        inside = ["unshare", "-m", "sh", "-c", f"mount --bind {root}/nsswitch /etc/nsswitch.conf && exec "
                  f"setpriv --reuid {uid} --regid {uid} --clear-groups \"$@\"", "sh",
                  "env", "LD_LIBRARY_PATH=" + root, "SERVICE_HANGS=" + root + "/hangs"]
        self.program = (*inside, SOTTO)
        try:
            return super().start(*words, **kwargs)
        finally:
            self.uid = uid


def make_service(world):
    write_file(os.path.join(world.root, "nsswitch"), b"passwd: files double\n")
    subprocess.run([os.environ.get("CC", "cc").split()[-1], "-shared", "-fPIC", "-x", "c", "-", "-o",
                    os.path.join(world.root, "libnss_double.so.2")], input=SERVICE.encode(), check=True)


def test_logins_of_a_service(world):
    """A name that only a directory service knows is its user's too, and where the service doesn't
    answer nothing is begun under any name: who is pinned is written to and heard as before."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        print("no mount namespace: a directory service wasn't tried")
        return
    make_service(world)
    lena = Served(world, "lena", uid=BOB)
    thief = Served(world, "thief", uid=MALLORY, make=False)

    def take(name):
        return thief.run("init", "local", "--name", name, "--spool", world.spool, "--kdf", "floor")
    os.rename(os.path.join(world.spool, "lena"), os.path.join(world.spool, "away"))
    assert "login of another user" in take("lena").expect(2).err
    assert "login of another user" in take("LENA").expect(2).err
    os.rename(os.path.join(world.spool, "away"), os.path.join(world.spool, "lena"))
    alice = Served(world, "alice", uid=ALICE)
    alice.send("lena", "first contact")
    row = alice.json("verify", "lena").expect(0).rows[0]
    assert (row["owner_uid"], row["owner_login"]) == (BOB, "lena"), row
    assert [r["body"] for r in lena.receive()] == ["first contact"]
    hangs = write_file(os.path.join(world.root, "hangs"), b"")
    began = time.monotonic()
    assert "can't be looked up" in take("thief").expect(1).err
    assert os.listdir(thief.home) == [] and not os.path.exists(os.path.join(world.spool, "thief"))
    alice.send("lena", "while it hangs")
    assert [r["body"] for r in lena.receive()] == ["while it hangs"]
    assert time.monotonic() - began < patience(30)
    # First contact, either way.
    os.unlink(hangs)
    take("thief").expect(0)
    thief.send("lena", "from somebody new")
    write_file(hangs, b"")
    result = alice.run("send", "thief", input="first contact").expect(5)
    assert "can't be looked up" in result.err, result.err
    result = lena.json("receive").expect(7)
    assert "waits" in result.err and "can't be looked up" in result.err, result.err
    # The controls: what waited is there once the service answers.
    os.unlink(hangs)
    assert [r["body"] for r in lena.receive()] == ["from somebody new"]
    alice.send("thief", "first contact")


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

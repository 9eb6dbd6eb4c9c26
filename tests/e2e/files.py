"""Files on the spool: whole, sealed, where the user says and nowhere else, resumed, bounded, erased."""
import hashlib
import os
import resource
import shutil
import signal
import time

from _tmux import set_settings
from _world import FIRST_RUN, World, read_file, wait_for, write_file

CANARY = b"the-words-of-a-file-that-nobody-else-may-read-4711 "


def files(person, address=None):
    return person.json("file", "list", *([address] if address else [])).expect(0).rows


def send(person, to, path, *options, code=0):
    return person.json("file", "send", to, path, *options).expect(code).rows[-1]


def find_anywhere(world, needle, but=()):
    """Every file under the world's root that holds the bytes."""
    found = []
    for root, _, names in os.walk(world.root):
        for name in names:
            path = os.path.join(root, name)
            if path not in but and os.path.isfile(path) and needle in read_file(path):
                found.append(path)
    return found


def person(world, name):
    """Somebody whose profile opens fast: this test opens some a hundred times."""
    if FIRST_RUN:
        return world.person(name)
    one = world.person(name, make=False)
    one.run("init", "local", "--name", name, "--spool", world.spool, "--kdf", "floor").expect(0)
    return one


def acquaint(alice, bob):
    for one, other in ((alice, bob), (bob, alice)):
        one.send(other.name, "hello")
        other.receive()


def test_sizes(world, alice, bob):
    folder = os.path.join(world.root, "saved")
    os.mkdir(folder)
    for size in (0, 1, 96 * 1024 - 16, 96 * 1024, 5 * 1024 * 1024):
        data = (CANARY * (size // len(CANARY) + 1))[:size]
        path = write_file(os.path.join(world.root, f"plain-{size}"), data)
        sent = send(alice, "bob", path)
        assert sent["state"] == "sent" and sent["bytes"] == size, sent
        assert sent["sha256"] == hashlib.sha256(data).hexdigest()
        # On the spool and in both profiles there is nothing of it to read.
        if size > len(CANARY):
            assert find_anywhere(world, CANARY, [path]) == []
        bodies = [row["body"] for row in bob.receive()]
        assert len(bodies) == 1 and bodies[0].startswith(f"file: plain-{size}, "), bodies
        row = files(bob, "alice")[-1]
        assert row["state"] == "here" and row["progress"] == 100 and row["path"] is None, row
        if size > len(CANARY):
            assert find_anywhere(world, CANARY, [path]) == []
        assert os.listdir(folder) == []
        target = folder if size % 2 == 0 else os.path.join(folder, f"named-{size}")
        saved = bob.json("file", "save", "alice", row["id"], target).expect(0).rows[-1]
        assert saved["state"] == "saved" and read_file(saved["path"]) == data, saved
        assert os.stat(saved["path"]).st_mode & 0o777 == 0o600
        # The control: what was saved can be found.
        if size > len(CANARY):
            assert find_anywhere(world, CANARY, [path]) == [saved["path"]]
        os.unlink(saved["path"])
        os.unlink(path)
    alice.receive()
    assert all(row["message_state"] in ("delivered", "read") for row in files(alice))


def test_names(world, alice, bob):
    path = write_file(os.path.join(world.root, "harmless"), b"x")
    folder = os.path.join(world.root, "names")
    os.mkdir(folder)
    hostile = {"../../escape": "escape", ".hidden": "_hidden", "a\nb": "a_b",
               "cod\u202egnp.exe": "cod_gnp.exe", "..": "_.",
               "x" * 300 + ".txt": "x" * 251 + ".txt"}
    for name, safe in hostile.items():
        send(alice, "bob", path, "--name", name)
        bob.receive()
        row = files(bob, "alice")[-1]
        assert row["safe_name"] == safe, row
        bob.run("file", "save", "alice", row["id"], folder).expect(0)
    assert sorted(os.listdir(folder)) == sorted(hostile.values())
    assert not os.path.exists(os.path.join(world.root, "escape"))


def test_nothing_is_replaced(world, alice, bob):
    path = write_file(os.path.join(world.root, "again"), b"new words")
    row = send(alice, "bob", path)
    bob.receive()
    taken = write_file(os.path.join(world.root, "taken"), b"old words")
    link = os.path.join(world.root, "link")
    os.symlink(os.path.join(world.root, "nowhere"), link)
    for target in (taken, link):
        result = bob.run("file", "save", "alice", row["id"], target).expect(1)
        assert "there already" in result.err, result.err
    assert read_file(taken) == b"old words" and not os.path.exists(os.path.join(world.root, "nowhere"))
    bob.run("file", "save", "alice", row["id"], os.path.join(world.root, "no", "folder")).expect(1)
    assert files(bob, "alice")[-1]["state"] == "here"
    bob.run("file", "save", "alice", row["id"][:6], taken).expect(1)
    bob.run("file", "save", "alice", "", taken).expect(2)
    bob.run("file", "save", "alice", row["id"], os.path.join(world.root, "free")).expect(0)
    bob.run("file", "save", "alice", row["id"], os.path.join(world.root, "free2")).expect(1)
    bob.run("file", "save", "alice", "0" * 32, world.root).expect(2)
    assert not [name for name in os.listdir(world.root) if name.startswith(".sotto")]


def test_full_disk(world, alice, bob):
    path = write_file(os.path.join(world.root, "larger"), b"y" * 3_000_000)
    row = send(alice, "bob", path)
    bob.receive()
    folder = os.path.join(world.root, "small")
    os.mkdir(folder)

    def limit():
        # The profile's own files stay below; what is written is larger.
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, 2_500_000))

    result = bob.run("file", "save", "alice", row["id"], folder, preexec_fn=limit)
    assert result.code == 1 and os.listdir(folder) == [], (result.err, os.listdir(folder))
    bob.run("file", "save", "alice", row["id"], folder).expect(0)
    assert read_file(os.path.join(folder, "larger")) == read_file(path)


def test_resumed(world, alice, bob):
    """The sender is killed in the midst of it; parts that came stay, and the rest follows."""
    data = os.urandom(8_000_000)
    path = write_file(os.path.join(world.root, "long"), data)
    process = alice.start("file", "send", "bob", path)
    inbox = lambda: sum(len(names) for root, _, names in os.walk(os.path.join(world.spool, "bob"))
                        if root.endswith("new"))
    wait_for(lambda: inbox() > 10 or process.poll() is not None, "the first parts")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert inbox() < 83, "it was over before it could be interrupted"
    bob.receive()
    row = files(bob, "alice")[-1]
    assert row["state"] == "coming" and 0 < row["progress"] < 100, row
    result = bob.run("file", "save", "alice", row["id"], os.path.join(world.root, "half")).expect(1)
    assert "parts aren't here" in result.err, result.err

    def go_on():
        alice.receive()
        return files(alice, "bob")[-1]["state"] == "sent"
    wait_for(go_on, "the rest")
    bob.receive()
    saved = bob.json("file", "save", "alice", row["id"], os.path.join(world.root, "whole"))
    assert read_file(saved.expect(0).rows[-1]["path"]) == data


def test_bounds(world, alice, bob):
    path = write_file(os.path.join(world.root, "huge"), b"")
    os.truncate(path, 40_000_000)
    result = alice.run("file", "send", "bob", path).expect(1)
    assert "32.0 MB" in result.err, result.err
    alice.run("file", "send", "bob", world.root).expect(2)
    fifo = os.path.join(world.root, "fifo")
    os.mkfifo(fifo)
    alice.run("file", "send", "bob", fifo).expect(2)
    alice.run("file", "send", "bob", os.path.join(world.root, "missing")).expect(1)
    # Somebody whom bob doesn't know fills nothing.
    mallory = person(world, "mallory")
    path = write_file(os.path.join(world.root, "spam"), os.urandom(9_000_000))
    send(mallory, "bob", path)
    before = os.path.getsize(os.path.join(bob.home, "store.db"))
    bob.receive()
    row = files(bob, "mallory")[-1]
    assert row["state"] == "refused", row
    assert os.path.getsize(os.path.join(bob.home, "store.db")) < before + 1_000_000
    bob.run("file", "save", "mallory", row["id"], world.root).expect(1)
    # Nor does a contact without end: of each a few of the largest are kept until they are saved.
    set_settings(bob, "file_limit_spool = 1\n")
    paths = [write_file(os.path.join(world.root, "too-large"), os.urandom(1_100_000))]
    paths += [write_file(os.path.join(world.root, f"part-{number}"), os.urandom(950_000)) for number in range(5)]
    for path in paths:
        send(alice, "bob", path)
    result = bob.run("receive").expect(0)
    assert "isn't taken" in result.err, result.err
    states = [row["state"] for row in files(bob, "alice")]
    assert states == ["refused"] + ["here"] * 4 + ["refused"], states
    # What is erased makes room.
    bob.run("erase", "alice").expect(0)
    assert files(bob, "alice") == []
    send(alice, "bob", paths[-1])
    bob.receive()
    assert files(bob, "alice")[-1]["state"] == "here"


def test_expiry(world, alice, bob):
    path = write_file(os.path.join(world.root, "fleeting"), CANARY * 10)
    row = send(alice, "bob", path, "--expire", "1s")
    other = send(alice, "bob", path, "--expire", "1d")
    assert [each["id"] for each in bob.receive()] == [row["id"], other["id"]]
    bob.bodies("alice")
    wait_for(lambda: row["id"] not in [each["id"] for each in files(bob, "alice")], "it to go")
    wait_for(lambda: row["id"] not in [each["id"] for each in files(alice, "bob")], "the own one")
    # The control: what lives on is there.
    assert other["id"] in [each["id"] for each in files(bob, "alice")]
    bob.run("file", "save", "alice", row["id"], world.root).expect(2)


def test_a_group(world, alice, bob):
    """Every member gets it, in parts of their own."""
    carol = person(world, "carol")
    acquaint(alice, carol)
    alice.run("group", "create", "den", "bob", "carol").expect(0)
    bob.receive(), carol.receive()
    data = os.urandom(300_000)
    row = send(alice, "#den", write_file(os.path.join(world.root, "for-all"), data))
    assert row["conversation"] == "#den" and row["state"] == "sent", row
    for one in (bob, carol):
        one.receive()
        got = files(one, "#den")[-1]
        assert got["from"] == "alice" and got["state"] == "here", got
        target = os.path.join(world.root, "of-" + one.name)
        one.run("file", "save", "#den", got["id"], target).expect(0)
        assert read_file(target) == data
    alice.run("file", "send", "alice", write_file(os.path.join(world.root, "own"), b"x")).expect(2)


def test_hostile_parts(world, alice, bob):
    """Parts that are lost, and parts that come twice, never make a file."""
    path = write_file(os.path.join(world.root, "gappy"), os.urandom(500_000))
    row = send(alice, "bob", path)
    new = next(root for root, _, names in os.walk(os.path.join(world.spool, "bob"))
               if root.endswith("new") and names)
    parts = sorted((os.stat(os.path.join(new, name)).st_size, name) for name in os.listdir(new))
    lost = parts[-1][1]
    shutil.move(os.path.join(new, lost), os.path.join(world.root, "lost"))
    bob.receive()
    assert files(bob, "alice")[-1]["state"] == "coming"
    bob.run("file", "save", "alice", row["id"], os.path.join(world.root, "gap")).expect(1)
    shutil.copy(os.path.join(world.root, "lost"), os.path.join(new, "a" * 32))
    shutil.copy(os.path.join(world.root, "lost"), os.path.join(new, "b" * 32))
    bob.receive()
    row = files(bob, "alice")[-1]
    assert row["state"] == "here" and row["progress"] == 100, row


def main():
    for test in (test_sizes, test_names, test_nothing_is_replaced, test_full_disk, test_resumed,
                 test_bounds, test_expiry, test_a_group,
                 test_hostile_parts):
        began = time.monotonic()
        with World() as world:
            alice, bob = person(world, "alice"), person(world, "bob")
            acquaint(alice, bob)
            test(world, alice, bob)
        print(f"{test.__name__} {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()

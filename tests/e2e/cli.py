"""The command line's contract, on the local spool."""
import ctypes
import os
import re
import resource
import select
import signal
import socket
import subprocess

from _world import PASSPHRASE, Person, World, wait_for, SOTTO

FEW = 21771  # nobody's uid
MESSAGE_FIELDS = {"id", "conversation", "from", "device", "direction", "sent_at", "received_at",
                  "read_at", "expires_at", "expire_seconds", "state", "trust", "body", "sealed",
                  "view_once"}
DEVICE_FIELDS = {"device", "fingerprint", "trust", "first_seen", "last_seen", "own"}


def test_conversation(world):
    alice, bob = world.person("alice"), world.person("bob")
    sent = alice.send("bob", "hello").rows[0]
    assert sent["state"] == "sent" and sent["direction"] == "out" and sent["trust"] == "trusted"
    row, = bob.receive()
    assert MESSAGE_FIELDS <= row.keys(), MESSAGE_FIELDS - row.keys()
    assert row["id"] == sent["id"] and row["body"] == "hello" and row["trust"] == "undecided"
    assert row["conversation"] == row["from"] == "alice" and row["direction"] == "in"
    assert bob.receive() == []
    assert bob.json("receive").code == 7
    bob.send("alice", "hello yourself")
    assert [r["body"] for r in alice.receive()] == ["hello yourself"]
    assert alice.bodies("bob") == ["hello", "hello yourself"] == bob.bodies("alice")
    # Receipts: the sender's state changes when it next receives.
    alice.send("bob", "seen?")
    bob.receive()
    alice.receive()
    states = {r["body"]: r["state"] for r in alice.json("history", "bob").rows}
    assert states["seen?"] in ("delivered", "read"), states


def test_input(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.run("send", "bob", input="two\nlines\n\n").expect(0)
    alice.run("send", "bob", "--", "--dashes").expect(0)
    alice.run("send", "bob", input="a\r\nb").expect(0)
    alice.run("send", "bob", "\u202egnp.exe \U0001f468\u200d\U0001f469\u200d\U0001f467 \u05e9").expect(0)
    assert [r["body"] for r in bob.receive()] == [
        "two\nlines\n", "--dashes", "a\r\nb",
        "\u202egnp.exe \U0001f468\u200d\U0001f469\u200d\U0001f467 \u05e9"]
    out = bob.json("history", "alice").out
    assert "\u202e" not in out and "\\u202e" in out.lower()
    for bad in (b"", b"\n", b"  \n\t\n", "\u00a0\u200b\n".encode(), b"\x1b[31m", b"\xff\xfe", b"nul\x00nul", b"x" * 70000):
        alice.run("send", "bob", input=bad).expect(2)
    assert bob.receive() == []


def test_errors_in_order(world):
    alice = world.person("alice")
    nobody = Person(world, "nobody", make=False)
    nobody.run("frobnicate").expect(2)
    nobody.run("send").expect(2)
    nobody.run("send", "bob", "x", "--expire", "soon").expect(2)
    nobody.run("receive", "--count", "none").expect(2)
    nobody.run("contact").expect(2)
    nobody.run("--nonsense").expect(2)
    nobody.run("id").expect(1)
    nobody.run("status", passphrase=False).expect(1)
    assert "init" in nobody.run("id").err
    alice.run("init", "local", "--name", "alice", "--spool", world.spool).expect(1)
    alice.passphrase = "wrong"
    alice.run("id").expect(3)


def test_a_name_of_ones_own(world):
    """In another profile: that isn't made another device by mistake, which everybody would have to decide on."""
    nora = world.person("nora")
    other = world.person("other", make=False)
    init = "init", "local", "--name", "nora", "--spool", world.spool, "--kdf", "floor"
    folder = os.path.join(world.spool, "nora", "devices")
    published = os.listdir(folder)
    refused = other.run(*init).expect(1)
    assert "--device" in refused.err and "your own name" in refused.err, refused.err
    assert os.listdir(folder) == published and not os.path.exists(other.home)
    other.run(*init, "--device").expect(0)
    assert len(os.listdir(folder)) == len(published) + 1
    # And which of the two is which is told, to nobody but their own user.
    rows = other.json("devices").expect(0).rows
    assert len(rows) == 2 and all(f"profile {home}, since" in row["label"]
                                  for row, home in zip(rows, (other.home, nora.home))), rows
    assert rows[0]["label"].startswith(f"this device, host {socket.gethostname()}, login "), rows
    assert rows[1]["label"].startswith(f"host {socket.gethostname()}, login "), rows
    assert f"profile {nora.home}" in other.run("devices").out
    assert os.stat(os.path.join(world.spool, "nora", "marks")).st_mode & 0o077 == 0


def test_unknown_person(world):
    alice = world.person("alice")
    result = alice.run("send", "carol", "x").expect(1)
    assert "carol" in result.err
    assert alice.json("contact", "list").rows == []


def test_contacts(world):
    alice, bob = world.person("alice"), world.person("bob")
    # Who is there is said to whoever names somebody who isn't.
    result = alice.run("contact", "add", "bop").expect(0)
    assert "Did you mean bob? On it: bob." in result.err, result.err
    assert "Known: bop." in alice.run("history", "carol").expect(1).err
    alice.run("contact", "remove", "bop").expect(0)
    assert alice.run("contact", "add", "bob").expect(0).err == ""
    alice.run("contact", "add", "bob", "--name", "Robert").expect(0)
    assert [(c["address"], c["name"]) for c in alice.json("contact", "list").rows] == [("bob", "Robert")]
    world.person("b0b")
    alice.run("contact", "add", "b0b").expect(0)
    assert {c["address"]: c["looks_like"] for c in alice.json("contact", "list").rows} == {
        "bob": None, "b0b": "bob"}
    assert "looks like bob" in alice.run("contact", "list").expect(0).out
    alice.run("contact", "remove", "b0b").expect(0)
    alice.send("Robert", "by alias")
    assert bob.receive()[0]["body"] == "by alias"
    alice.run("contact", "remove", "bob").expect(0)
    alice.run("contact", "remove", "bob").expect(1)
    assert alice.json("contact", "list").rows == []
    alice.run("history", "bob").expect(1)


def test_what_shows_nothing(world):
    """A name that can't be seen is refused, and so is a passphrase."""
    alice = world.person("alice")
    blanks = "  ", "\u200b", "\u3164\ufe0f", "\u2800 \u00a0"
    for blank in blanks:
        assert "shows nothing" in alice.run("contact", "add", "carol", "--name", blank).expect(2).err, repr(blank)
        alice.run("group", "create", blank, "carol").expect(2)
        alice.run("send", "carol", blank).expect(2)
    # The control.
    alice.run("contact", "add", "carol", "--name", " c ").expect(0)
    bob = world.person("bob", make=False)
    for bob.passphrase in " " * 8, "\u3164" * 8:
        result = bob.run("init", "local", "--name", "bob", "--spool", world.spool, "--kdf", "floor").expect(2)
        assert "blanks" in result.err and not os.path.exists(os.path.join(bob.home, "header")), result.err
    for size in 65537, 1000000:
        assert "more than 65536 bytes" in alice.run("send", "carol", input="x" * size).expect(2).err


def test_kinds_of_files(world):
    """In the place of a file of the profile nothing but a file is opened: exit 3 and what it is."""
    bob = world.person("bob")
    kept = os.path.join(world.root, "kept")
    makers = {"a folder": os.mkdir, "a FIFO": os.mkfifo, "a symbolic link": lambda path: os.symlink(kept, path)}
    # Each kind at each name is test_profile_files'; here that nobody looks before it is looked at.
    for name in "header", "lock", "store.db", "store.db-wal", "store.db-shm", "vault", "note", "clock", "ballast":
        path = os.path.join(bob.home, name)
        is_there = os.path.exists(path)
        if is_there:
            os.rename(path, kept)
        for word, make in makers.items():
            make(path)
            for words in [("status",)] + [("id",)] * (name in ("header", "note", "clock")):
                result = bob.run(*words, passphrase=words == ("id",)).expect(3)
                assert f"{path} is {word}" in result.err, result.err
            os.rmdir(path) if word == "a folder" else os.unlink(path)
        if is_there:
            os.rename(kept, path)
    bob.run("id").expect(0)
    # It can be wiped as it is.
    for name in "clock", "ballast":
        path = os.path.join(bob.home, name)
        os.unlink(path)
        makers["a FIFO"](path)
    bob.run("wipe", "--yes", passphrase=False).expect(0)
    assert not os.path.exists(bob.home)


def test_pages_and_search(world):
    alice, bob = world.person("alice"), world.person("bob")
    for i in range(7):
        alice.send("bob", f"number {i} \u00c4pfel" + (" rare" if i == 3 else ""))
    page = alice.json("history", "bob", "--limit", "3").rows
    assert [r["body"][:8] for r in page] == ["number 4", "number 5", "number 6"]
    page = alice.json("history", "bob", "--limit", "2", "--before", page[0]["id"]).rows
    assert [r["body"][:8] for r in page] == ["number 2", "number 3"]
    found = alice.json("search", "rare apfel").rows
    assert [r["body"] for r in found] == ["number 3 \u00c4pfel rare"]
    assert len(alice.json("search", "number", "--limit", "4").rows) == 4
    assert alice.json("search", "number", "--in", "bob").rows[0]["body"].startswith("number 6")
    assert alice.json("search", "absent").expect(0).rows == []
    del bob


def test_count_timeout_follow(world):
    alice, bob = world.person("alice"), world.person("bob")
    for i in range(4):
        alice.send("bob", str(i))
    assert [r["body"] for r in bob.json("receive", "--count", "3").expect(0).rows] == ["0", "1", "2"]
    assert [r["body"] for r in
            bob.json("receive", "--count", "2", "--timeout", "1").expect(7).rows] == ["3"]
    waiting = bob.start("--json", "receive", "--count", "1", "--timeout", "60")
    wait_for(lambda: os.path.exists(os.path.join(bob.home, "control")), "the control socket")
    alice.send("bob", "live")
    out, _ = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and b'"live"' in out
    follow = bob.start("--json", "receive", "--follow")
    wait_for(lambda: os.path.exists(os.path.join(bob.home, "control")), "the control socket")
    alice.send("bob", "followed")
    assert b'"followed"' in follow.stdout.readline()
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(60) == 0


def test_shared_while_held(world):
    alice, bob = world.person("alice"), world.person("bob")
    follow = alice.start("receive", "--follow")
    wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the control socket")
    alice.run("send", "bob", "through the holder", passphrase=False).expect(0)
    assert alice.json("status", passphrase=False).expect(0).rows[0]["in_use"] is True
    assert alice.json("history", "bob", passphrase=False).rows[0]["body"] == "through the holder"
    assert len(alice.json("search", "holder", passphrase=False).rows) == 1
    alice.run("send", "alice", "a note through the holder", passphrase=False).expect(0)
    assert alice.json("history", "alice", passphrase=False).rows[0]["body"] == "a note through the holder"
    alice.run("wipe", "--yes").expect(8)
    alice.run("passphrase").expect(8)
    follow.send_signal(signal.SIGINT)
    assert follow.wait(60) == 0
    assert not os.path.exists(os.path.join(alice.home, "control"))
    assert bob.receive()[0]["body"] == "through the holder"


def test_status_without_passphrase(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "waiting")
    row = bob.json("status", passphrase=False).expect(0).rows[0]
    assert row["locked"] is True and row["in_use"] is False and row["waiting"] == 1, row
    assert row["spool_acl"] in (True, False), row
    row = bob.json("status").expect(0).rows[0]
    assert row["locked"] is False and row["address"] == "bob" and row["versions"]


def test_queue(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "first")
    inbox = os.path.join(world.spool, "bob", "inbox")
    os.rename(inbox, inbox + "-away")
    queued = alice.send("bob", "second", code=6).rows[0]
    assert queued["state"] == "queued"
    assert alice.json("status").rows[0]["queue"] == 1
    os.rename(inbox + "-away", inbox)
    # That nothing came says nothing while the spool is away.
    os.rename(world.spool, world.spool + "-away")
    for words in (), ("--timeout", "1"), ("--count", "1", "--timeout", "1"):
        assert "can't be reached" in bob.run("receive", *words).expect(6).err
    os.rename(world.spool + "-away", world.spool)
    alice.run("id").expect(0)
    alice.run("receive").expect(7)
    assert alice.json("status").rows[0]["queue"] == 0
    assert [r["body"] for r in bob.receive()] == ["first", "second"]
    assert {r["body"]: r["state"] for r in alice.json("history", "bob").rows}["second"] != "queued"


def test_trust(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "first contact")
    second = Person(world, "bob", home=os.path.join(world.root, "home-bob2"))
    alice.send("bob", "refused", code=5)
    view = alice.json("verify", "bob").expect(0).rows[0]
    assert view["verified"] is False and len(view["devices"]) == 2
    assert all(DEVICE_FIELDS <= d.keys() and len(d["fingerprint"]) == 64 for d in view["devices"])
    new, = [d for d in view["devices"] if d["trust"] == "undecided"]
    alice.run("trust", "bob", str(new["device"]), "trusted").expect(0)
    alice.send("bob", "for both")
    assert [r["body"] for r in second.receive()] == ["for both"]
    assert [r["body"] for r in bob.receive()] == ["first contact", "for both"]


def test_verify(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "x")
    bob.receive()
    mine, theirs = (p.json("verify", o).rows[0] for p, o in ((alice, "bob"), (bob, "alice")))
    number = mine["safety_number"]
    assert number == theirs["safety_number"] and len(number) == 60 and number.isdigit()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    alice.run("verify", "bob", "--code", wrong).expect(5)
    alice.run("verify", "bob", "--code", "123").expect(2)
    assert alice.json("verify", "bob").rows[0]["verified"] is False
    spaced = " ".join(number[i:i + 5] for i in range(0, 60, 5))
    assert alice.json("verify", "bob", "--code", spaced).expect(0).rows[0]["verified"] is True
    uri = mine["own_uri"]
    bob.run("verify", "alice", "--uri", "xmpp:somebody").expect(2)
    bob.run("verify", "alice", "--uri", uri.replace("alice", "mallory")).expect(5)
    digit = uri[-1]
    bob.run("verify", "alice", "--uri", uri[:-1] + ("0" if digit != "0" else "1")).expect(5)
    assert bob.json("verify", "alice", "--uri", uri).expect(0).rows[0]["verified"] is True
    assert alice.send("bob", "y").rows[0]["trust"] == "verified"
    alice.run("journal", "verify").expect(0)
    assert "verified" in [r["what"] for r in alice.json("journal").rows]


def test_passphrase(world):
    alice = world.person("alice")
    read, write = os.pipe()
    os.write(write, b"a new one\n")
    os.close(write)
    alice.run("passphrase", "--new-passphrase-fd", str(read), pass_fds=(read,)).expect(0)
    os.close(read)
    alice.run("id").expect(3)
    alice.passphrase = "a new one"
    alice.run("id").expect(0)


def test_wipe(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "x")
    # Another name of a file elsewhere is said.
    copies = os.path.join(world.root, "copies")
    os.makedirs(copies)
    with open(os.path.join(bob.home, "config"), "w", encoding="utf-8") as file:
        file.write("theme = dark\n")
    for name in "config", "store.db":
        os.link(os.path.join(bob.home, name), os.path.join(copies, name))
    told = bob.run("wipe", "--yes", passphrase=False).expect(0).err
    assert "overwritten there too" in told and "it: store.db." in told and "unchanged there: config." in told, told
    with open(os.path.join(copies, "config"), encoding="utf-8") as file:
        assert file.read() == "theme = dark\n"
    assert not os.path.exists(bob.home) or os.listdir(bob.home) == []
    assert not os.path.exists(os.path.join(world.spool, "bob", "devices")) or \
        os.listdir(os.path.join(world.spool, "bob", "devices")) == []
    bob.run("id").expect(1)
    # What stays on the spool is said, and where: the note that names it can't be read, or isn't one.
    for name, spoil in ("carol", os.unlink), ("dave", lambda note: open(note, "w").close()):
        person = world.person(name)
        spoil(os.path.join(person.home, "note"))
        result = person.run("wipe", "--yes", passphrase=False).expect(1)
        assert "The profile is destroyed" in result.err and world.spool in result.err, result.err
        assert not os.path.exists(person.home) and os.listdir(os.path.join(world.spool, name, "devices"))
    erin = world.person("erin")
    os.rename(world.spool, world.spool + ".away")
    result = erin.run("wipe", "--yes", passphrase=False).expect(1)
    assert os.path.join(world.spool, "erin") in result.err and not os.path.exists(erin.home), result.err
    os.rename(world.spool + ".away", world.spool)


def test_init_leaves_nothing(world):
    nobody = Person(world, "nobody", make=False)
    nobody.run("init", "local", "--name", "../up", "--spool", world.spool).expect(2)
    nobody.run("init", "local", "--name", "n", "--spool", world.spool, "--kdf", "free").expect(2)
    nobody.run("init", "local", "--name", "n", "--spool", world.spool, passphrase=False,
               start_new_session=True).expect(2)
    # Of two secrets the one is named that is missing.
    for given, missing in (True, "--password-fd"), (False, "--password-fd"):
        result = nobody.run("init", "xmpp", "n@localhost", passphrase=given, start_new_session=True).expect(2)
        assert missing in result.err and "--passphrase-fd" not in result.err, result.err
    assert not os.path.exists(nobody.home)
    assert not os.path.exists(os.path.join(world.spool, "n"))


def bare(world, *words, cwd=None, **variables):
    """sotto with nothing but its words and these variables; HOME is the world's folder h."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith("XDG_") and name not in ("HOME", "SOTTO_HOME")}
    env.update({"HOME": os.path.join(world.root, "h"), **variables})
    read, write = os.pipe()
    os.write(write, PASSPHRASE.encode() + b"\n")
    os.close(write)
    result = subprocess.run([SOTTO, "--passphrase-fd", str(read), *words], env=env, cwd=cwd, text=True,
                            pass_fds=(read,), stdin=subprocess.DEVNULL, capture_output=True)
    os.close(read)
    return result.returncode, result.stderr


def test_a_full_output(world):
    """What didn't come out wasn't said, whoever says it."""
    for words in (("--version",), ("--help",), ("send", "--help"), ("generate", "bash")):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([SOTTO, *words], stdout=full, stderr=subprocess.PIPE)
        assert result.returncode == 1 and b"closed or full" in result.stderr, (words, result)
    del world


def test_erase_one(world):
    alice, bob = world.person("alice"), world.person("bob")
    gone, kept = (alice.send("bob", text).rows[0]["id"] for text in ("slip", "stays"))
    assert [row["body"] for row in bob.receive()] == ["slip", "stays"]
    assert "no message" in alice.run("erase", "bob", "--message", "0" * 32).expect(1).err
    alice.run("erase", "--verify", "--message", gone).expect(2)
    alice.run("erase", "bob", "--message", gone).expect(0)
    assert alice.bodies("bob") == ["stays"] and bob.bodies("alice") == ["slip", "stays"]
    assert alice.json("search", "slip").rows == [] and len(alice.json("search", "stays").rows) == 1
    bob.run("erase", "alice", "--message", kept).expect(0)
    assert bob.bodies("alice") == ["slip"]
    assert [row["detail"] for row in bob.json("journal").rows if row["what"] == "message-erased"] == [None]


class Watched:
    """What happens to the files below ROOT: names by inotify, whatever is done with them but reading."""
    CHANGES = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400

    def __init__(self, root):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder, _, _ in os.walk(root):
            assert libc.inotify_add_watch(self.fd, os.fsencode(folder), self.CHANGES) >= 0, folder

    def count(self):
        try:
            return len(os.read(self.fd, 65536))
        except BlockingIOError:
            return 0


def test_notes_to_self(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.run("send", "bob", "so that all its folders are there").expect(0)
    bob.receive()
    watched = Watched(world.spool)
    first = alice.send("alice", "milk, bread").rows[0]
    alice.send("alice", "only for an hour", "--expire", "1h")
    alice.run("send", "alice", "milk, butter", "--correct", first["id"]).expect(0)
    alice.run("expire", "alice", "1d").expect(0)
    assert alice.bodies("alice")[0] == "milk, butter"
    assert [row["body"] for row in alice.json("search", "butter").rows] == ["milk, butter"]
    assert [row["address"] for row in alice.json("contact", "list").rows if row["notes"]] == ["alice"]
    for words in (["verify", "alice"], ["repair", "alice"], ["contact", "block", "alice"],
                  ["contact", "set", "alice", "receipts", "on"], ["send", "alice", "--view-once", "x"],
                  ["file", "send", "alice", __file__], ["contact", "mute", "alice", "8h"]):
        result = alice.run(*words).expect(2)
        assert "alice is your own address" in result.err or "note to yourself" in result.err, result
    assert watched.count() == 0
    # The control: the same to somebody else is seen there.
    alice.run("send", "bob", "hello").expect(0)
    assert watched.count() > 0
    # Without a spool they are kept all the same.
    os.rename(world.spool, world.spool + ".away")
    alice.run("send", "alice", "offline").expect(0)
    os.rename(world.spool + ".away", world.spool)
    assert alice.bodies("alice")[-1] == "offline"
    alice.run("erase", "alice", "--yes").expect(0)
    assert alice.bodies("alice") == []


class Plain:
    """The interface as lines, over pipes."""

    def __init__(self, person):
        self.process = person.start("--plain", stdin=subprocess.PIPE)
        self.shown = b""

    def say(self, line, expected):
        before = len(self.shown)
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        self.see(expected, before)

    def see(self, expected, since=0):
        def has_come():
            if select.select([self.process.stdout], [], [], 0)[0]:
                self.shown += os.read(self.process.stdout.fileno(), 65536)
            return expected.encode() in self.shown[since:]
        wait_for(has_come, expected)


def test_plain_acts(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.run("contact", "add", "bob").expect(0)
    bob.send("alice", "hello")
    number = bob.json("verify", "alice").rows[0]["safety_number"]
    plain = Plain(alice)
    plain.see("1 contact, ")
    plain.say("/open bob", "hello")
    plain.say("/verify", "bob is not verified")
    assert number[:5].encode() in plain.shown
    plain.say("/verify " + ("1" if number[0] == "0" else "0") + number[1:], "differ")
    plain.say("/verify " + number, "It matches: bob is verified")
    plain.say("/expire soon", "A duration is")
    plain.say("/expire 1d", "Messages go 1d")
    plain.say("/erase", "Type yes")
    plain.say("y", "Nothing was erased")
    plain.say("/history", "hello")
    plain.say("/erase", "1 message and any draft go, for ever")
    plain.say("yes", "erased here")
    plain.say("/history", "No messages yet")
    plain.say("/open alice", "No messages yet")
    plain.say("to myself", "Kept on this device")
    plain.say("/verify", "is your own address")
    plain.process.stdin.close()
    assert plain.process.wait(60) == 0
    assert alice.bodies("bob") == [] and alice.bodies("alice") == ["to myself"]
    assert bob.bodies("alice") == ["hello"]
    # Lines that are there at once, and end, wait for who there is; behind a name that means nobody they go nowhere.
    plain = Plain(alice)
    plain.process.stdin.write(b"/open bob\nby a pipe\n/open nobody\nto nobody\n")
    plain.process.stdin.close()
    assert plain.process.wait(60) == 0
    assert alice.bodies("bob") == ["by a pipe"]


def test_settings(world):
    """Every setting is shown, and one is changed for good; a slip is told what was probably meant."""
    person = Person(world, "set", make=False)
    rows = person.json("settings", passphrase=False).expect(0).rows
    assert {"theme", "lock_idle", "control"} <= {row["name"] for row in rows}, rows
    assert all(row["takes"] and row["explanation"] and row["source"] == "default" for row in rows), rows
    person.run("set", "lock_idle", "3m", passphrase=False).expect(0)
    person.run("set", "theme", "light", passphrase=False).expect(0)
    row, = person.json("settings", "lock_idle", passphrase=False).expect(0).rows
    assert (row["value"], row["source"]) == ("3m", "file"), row
    for words, told in ((("set", "lock_idle", "soon"), "10s to 1d"), (("set", "lock_idel", "3m"), "lock_idle"),
                        (("set", "theme", "nowhere"), "there are"), (("settings", "themes"), "theme"), (("recieve",), "receive"), (("contact", "lst"), "contact list"), (("xyzzy",), "--help")):
        assert told in person.run(*words, passphrase=False).expect(2).err, words
    assert person.json("settings", "theme", passphrase=False).rows[0]["value"] == "light"
    # One version: of the program, its manuals, and what was configured.
    with open(os.path.join(os.path.dirname(__file__), "../../configure.ac")) as file:
        declared = re.search(r"AC_INIT\(\[sotto\],\[([0-9.]+)\]", file.read()).group(1)
    first = subprocess.run([SOTTO, "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    assert first == f"sotto {declared}", first
    for page in ("man", "man-config", "man-keys", "man-json"):
        made = subprocess.run([SOTTO, "generate", page], capture_output=True, text=True).stdout
        assert f"sotto {declared}" in made[:400], (page, made[:400])
    # In all the ways that are tried first.
    outs = [subprocess.run([SOTTO, *words], capture_output=True, text=True) for words in
            (("help", "send"), ("send", "--help"), ("--help",), ("help",), ("-V",), ("--version",),
             ("help", "file"), ("file", "--help"))]
    assert all(out.returncode == 0 for out in outs), outs
    assert all(outs[n].stdout == outs[n + 1].stdout for n in (0, 2, 4, 6)), outs


def test_ids_for_people(world):
    one, two = world.person("ids-one"), world.person("ids-two")
    sent = one.json("send", "ids-two", "with an id").expect(0).rows[0]["id"]
    assert sent not in two.run("receive").expect(0).out
    for words in (("history", "ids-one"), ("search", "with")):
        assert f"{sent}  " in two.run(*words, "--ids").expect(0).out, words
    one.send("ids-two", "and another")
    assert len(two.run("receive", "--ids").expect(0).out.split()[0]) == len(sent)


def test_who_has_it(world):
    person = Person(world, "held")
    holder = person.start("receive", "--follow")
    wait_for(lambda: person.json("status", passphrase=False).rows[0]["in_use"], "the holder")
    result = person.run("passphrase").expect(8)
    assert f": {holder.pid}, " in result.err and ", since 2" in result.err, result.err
    holder.terminate()
    holder.communicate(timeout=60)


def test_empty_is_a_mistake(world):
    os.makedirs(os.path.join(world.root, "h"))
    init = "init", "local", "--name", "me", "--spool", world.spool, "--kdf", "floor"
    for words, variables in ((init, {"SOTTO_HOME": ""}), (init, {"HOME": ""}), (init, {"HOME": "h"}),
                             (("--home", "", *init), {}), (("--profile", "", *init), {}),
                             ((*init, "--spool="), {}), ((*init, "--name", ""), {})):
        code, err = bare(world, *words, cwd=world.root, **variables)
        assert code == 2 and err, (words, variables, code, err)
    assert os.listdir(world.root) == ["h"] and os.listdir(os.path.join(world.root, "h")) == []
    # The control: the default profile is made, and none of these destroys it.
    assert bare(world, *init)[0] == 0
    for words, variables in ((("--home", "", "wipe", "--yes"), {}), (("--home=", "wipe", "--yes"), {}),
                             (("--profile", "", "wipe", "--yes"), {}),
                             (("wipe", "--yes"), {"SOTTO_HOME": ""}),
                             (("--profile", "default", "wipe", "--yes"), {"SOTTO_HOME": world.root}),
                             (("--home", world.root, "--profile", "default", "wipe", "--yes"), {})):
        code, err = bare(world, *words, **variables)
        assert code == 2 and err, (words, variables, code, err)
        assert bare(world, "id") == (0, "")
    # What the specification has ignored: the profile is the same one from every folder.
    for folder in ("/", world.root):
        assert bare(world, "id", cwd=folder, XDG_DATA_HOME="data", XDG_CONFIG_HOME="config") == (0, "")
    assert bare(world, "wipe", "--yes")[0] == 0
    assert bare(world, "id")[0] == 1


def test_words_that_look_like_options(world):
    alice, bob = world.person("alice"), world.person("bob")
    for word in ("--help", "-h", "--version", "--plain", "--nonsense", "-5"):
        result = alice.run("send", "bob", word).expect(2)
        assert not result.out and result.err, result.out
        alice.run("send", "bob", "--", word).expect(0)
        assert [row["body"] for row in bob.receive()] == [word]


def test_missing_key_file(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "kept")
    header, kept = os.path.join(alice.home, "header"), os.path.join(world.root, "kept")
    os.rename(header, kept)
    words = set()
    for verb in (["history", "bob"], ["send", "bob", "x"], ["status"], ["passphrase"], ["receive"], [],
                 ["init", "local", "--name", "alice", "--spool", world.spool]):
        result = alice.run(*verb, start_new_session=True).expect(3)
        words.add(result.err)
    said, = words
    assert "`header`" in said and "backup" in said and "sotto init" not in said, said
    os.rename(kept, header)
    assert alice.bodies("bob") == ["kept"]
    os.rename(header, kept)
    alice.run("wipe", "--yes", passphrase=False).expect(0)
    alice.run("id").expect(1)
    del bob


def test_few_descriptors(world):
    alice, bob = world.person("alice"), world.person("bob")

    def limited(soft, hard):
        return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for limit in (4, 6, 7, 9, 13, 20, 47):
        for words in (["id"], ["send", "bob", "x"], ["init", "local"], []):
            result = alice.run(*words, passphrase=False, preexec_fn=limited(limit, limit),
                               start_new_session=True).expect(1)
            assert "ulimit -n" in result.err and not result.out, result.err
    assert bob.receive() == []
    if os.getuid() == 0:
        # Threads too. Of a user without any other process; the limit doesn't hold for root.
        for limit in (1, 2, 5, 11):
            result = subprocess.run([SOTTO, "--home", "/nowhere", "id"], user=FEW, group=FEW, extra_groups=[],
                                    preexec_fn=lambda most=limit: resource.setrlimit(resource.RLIMIT_NPROC, (most, most)),
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
            assert result.returncode == 1 and "ulimit -u" in result.stderr, result
    # Where there is enough, or could be, it goes well.
    alice.run("send", "bob", "64", preexec_fn=limited(64, 64)).expect(0)
    alice.run("send", "bob", "raised", preexec_fn=limited(9, 1024)).expect(0)
    assert [row["body"] for row in bob.receive()] == ["64", "raised"]


def test_help_and_version(world):
    for words in (["--help"], ["send", "--help"], ["--version"]):
        result = subprocess.run([SOTTO, *words], capture_output=True, text=True)
        assert result.returncode == 0 and result.stdout and not result.stderr
    assert "libsodium" in result.stdout and "libsignal" in result.stdout
    del world


if __name__ == "__main__":
    import sys
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                test(a_world)
            print("ok", name)

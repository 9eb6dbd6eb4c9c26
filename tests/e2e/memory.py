"""A locked sotto holds no key and no word: every page and register of both its processes is looked at."""
import fcntl
import glob
import hashlib
import hmac
import json
import multiprocessing
import os
import pty
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import traceback

import _first_run as first_run
from _tmux import Tmux, set_settings
from _world import DEADLINE, SOTTO, World, read_file, skip, wait_for, write_file
from _xmpp import UPLOADS, Server, XmppPerson

SUPPORT = os.path.join(os.environ.get("BUILD", os.path.dirname(SOTTO)), "tests", "support")
SCAN, SECRETS, UNWIPED = (os.path.join(SUPPORT, name)
                          for name in ("memory_scan", "profile_secrets", "sotto_unwiped"))
# What GLib does by itself with this is what the program has to do without it.
os.environ.pop("G_SLICE", None)

if os.getuid() != 0:
    skip("the memory of a process that can't be traced is root's to read")
if not shutil.which("tmux"):
    skip("tmux isn't installed")


def word():
    """Random, so that nothing of it is anywhere by chance; without vowels, so that it is no word."""
    return "".join(random.choice("bcdfghjkmnpqrstvwxyz") for _ in range(24))


class Secrets:
    """What may not be found: a profile's keys as they become known, and words."""

    def __init__(self, world, person):
        self.world, self.person, self.lines, self.words = world, person, set(), {}

    def word(self, name, text=None):
        self.words[name] = text or word()
        self.lines.add(f"text-{name} {self.words[name].encode().hex()}")
        return self.words[name]

    def learn(self):
        """The keys as they are now: those of sessions change with each message."""
        copy = os.path.join(self.world.root, f"copy-{random.random()}")
        wait_for(lambda: self.copied(copy), "a profile that nobody writes to")
        out = subprocess.run([SECRETS, copy], check=True, capture_output=True,
                             input=self.person.passphrase.encode() + b"\n").stdout
        shutil.rmtree(copy)
        self.lines.update(out.decode().splitlines())

    def copied(self, copy):
        """A log that goes while it is looked at is no failure."""
        try:
            shutil.copytree(self.person.home, copy, ignore=shutil.ignore_patterns("control", "lock"))
            return True
        except shutil.Error:
            shutil.rmtree(copy)
            return False

    def found(self, *pids):
        """{name: places}; with LOUD set the memory around them is printed."""
        done = subprocess.run([SCAN, "-v", *map(str, pids)], input="\n".join(sorted(self.lines)) + "\n",
                              capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode in (0, 1), done.stderr
        rows = {}
        for line in done.stdout.splitlines():
            if not line.startswith(" "):
                name, where, place = line.split()
                rows.setdefault(name, []).append(f"{where} {place}")
        if os.environ.get("LOUD"):
            print(done.stdout)
        return rows

    def found_nowhere(self, *pids):
        rows = self.found(*pids)
        for name, places in rows.items():
            print("found:", name, len(places), "times, at", *places[:4])
        assert not rows, f"{len(rows)} secrets of {len(self.lines)} are in memory"


class Interface(Tmux):
    """PERSON's interface, PROGRAM, in a tmux of its own; the passphrase is typed, or on a descriptor (False), or
    whoever makes it types it (None)."""

    def __init__(self, world, person, program=SOTTO, options="", settings="", is_typed=True):
        super().__init__(world, without=("SSH_",))
        self.world, self.person = world, person
        self.told = os.path.join(world.root, f"told-{random.random()}")
        write_file(self.told, b"")
        set_settings(person, "screen_mode = open\nnotify = preview\nnotify_via = hook\n"
                     f"notify_hook = echo \"$SOTTO_TEXT\" >>{self.told}\n" + settings)
        if is_typed is False:
            path = os.path.join(world.root, "word")
            with open(path, "w") as file:
                file.write(person.passphrase + "\n")
            options += f" --passphrase-fd 3 3<{path}"
        self.start(f"exec {program} --home {person.home} {options}", is_typed)

    def start(self, command, is_typed):
        self.socket = os.path.join(self.world.root, f"tmux-{random.random()}")
        self("new-session", "-d", "-s", "tui", command)
        self.broker = int(self.value("pane_pid"))
        # Somebody is attached, or a lost focus would be a detached tmux, and lock.
        self.terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.client = subprocess.Popen(["tmux", "-S", self.socket, "attach-session"], stdin=end, stdout=end,
                                       stderr=end, start_new_session=True,
                                       env={**self.env, "TERM": "xterm-256color"})
        os.close(end)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        wait_for(lambda: self.value("session_attached") == "1", "the terminal")
        self.shows("Type yes:")
        self.line("yes")
        if is_typed:
            self.unlock()

    def veils(self):
        """A machine that is busy can't tell in time that nobody records: sotto shows no word then."""
        return re.search(r"veil|Covered, because nobody", self.text())

    def comes(self, text):
        """It stands there, or would if it were shown."""
        try:
            wait_for(lambda: text in self.text() or self.veils() and text in self.person.run(
                "search", text, passphrase=False).out, repr(text))
        except AssertionError:
            print(self.all_text())
            raise

    def read(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass

    def kill(self):
        super().kill()
        self.client.wait(DEADLINE)
        self.reader.join(DEADLINE)
        os.close(self.terminal)
        wait_for(lambda: not os.path.exists(f"/proc/{self.broker}"), "the interface's end")

    def unlock(self, passphrase=None):
        # At the start in a line of its own, on the lock screen within its frame.
        wait_for(lambda: re.search(r"Passphrase: *(│|$)", self.text(), re.MULTILINE), "the question")
        self.line(passphrase or self.person.passphrase)

    @property
    def pids(self):
        """The broker and its first child, which has the keys; hooks come behind it."""
        with open(f"/proc/{self.broker}/task/{self.broker}/children") as file:
            return [self.broker, int(file.read().split()[0])]

    def is_locked(self):
        self.shows("the keys are gone", 60)

    def command(self, line):
        self.keys("M-x")
        self.line(line)

    def focus(self, has_it):
        self.keys("-H", "1b", "5b", "49" if has_it else "4f")

    def paste(self, text):
        self("set-buffer", "--", text)
        self("paste-buffer", "-p", "-t", self.target)


def people(world, name):
    """Somebody with a passphrase that is nowhere by chance, who has a conversation with Bob."""
    alice, bob = world.person(name, make=False), world.person(word())
    alice.passphrase = word()
    alice.run("init", "local", "--name", name, "--spool", world.spool, "--kdf", "interactive").expect(0)
    return alice, bob


def talk(screen, secrets, bob):
    """Words come and go in every way that there is; the screen stands in the conversation then."""
    alice = screen.person
    screen.shows(bob.name)
    screen.command(f"contact-add {bob.name} {secrets.word('alias')}")
    screen.shows(secrets.words["alias"])
    screen.keys("Enter")
    screen.comes(secrets.words["received"])
    screen.line("and " + secrets.word("sent"))
    screen.comes(secrets.words["sent"])
    bob.receive()
    bob.send(alice.name, secrets.word("answered"))
    screen.comes(secrets.words["answered"])
    secrets.learn()
    alice.run("send", bob.name, input="by " + secrets.word("controlled"), passphrase=False).expect(0)
    screen.comes(secrets.words["controlled"])
    alice.run("history", bob.name, passphrase=False).expect(0)
    path = os.path.join(secrets.world.root, secrets.word("file"))
    with open(path, "w") as file:
        file.write("it holds " + secrets.word("content"))
    alice.run("file", "send", bob.name, path, passphrase=False).expect(0)
    alice.run("group", "create", secrets.word("group"), bob.name, passphrase=False).expect(0)
    alice.run("search", secrets.words["answered"], passphrase=False).expect(0)
    # Told by the broker, in the hook's environment.
    screen.focus(False)
    bob.send(alice.name, secrets.word("told"))
    wait_for(lambda: screen.veils() or secrets.words["told"] in read_file(screen.told).decode(), "the hook", 60)
    screen.focus(True)
    screen.comes(secrets.words["told"])
    screen.keys("C-o")
    screen.keys("-l", secrets.word("palette"))
    screen.shows(secrets.words["palette"])
    screen.keys("Escape")
    screen.keys("C-s")
    screen.line(secrets.word("find"))
    screen.command("search " + secrets.word("searched"))
    screen.shows("No message holds")
    screen.keys("q")
    screen.shows("Write to")
    screen.command("expire 1h")
    screen.line("soon gone, " + secrets.word("timed"))
    screen.comes(secrets.words["timed"])
    screen.paste("as pasted: " + secrets.word("pasted"))
    screen.shows(secrets.words["pasted"])
    screen.keys("C-u")
    screen.keys("-l", secrets.word("killed"))
    screen.shows(secrets.words["killed"])
    screen.keys("C-u")
    secrets.learn()


def start_and_talk(world, secrets, bob, **more):
    secrets.learn()
    bob.send(secrets.person.name, "so " + secrets.word("received"))
    screen = Interface(world, secrets.person, **more)
    talk(screen, secrets, bob)
    screen.keys("-l", "draft of " + secrets.word("draft"))
    screen.shows(secrets.words["draft"])
    return screen


# What an open profile needs, or shows, right then: all that is found while nobody locks.
OPEN = {"identity", "subkey-database", "subkey-body", "subkey-vault", "subkey-clock", "cipher-mac", "prekey",
        "text-alias", "text-received", "text-sent", "text-answered", "text-controlled", "text-draft"}


def test_lock(world):
    alice, bob = people(world, "alice")
    secrets = Secrets(world, alice)
    secrets.word("address", bob.name)
    screen = start_and_talk(world, secrets, bob)
    try:
        found = set(secrets.found(*screen.pids))
        assert OPEN <= found, f"the control doesn't find {OPEN - found}"
        # What opened it is gone although it is open.
        assert not found & {"passphrase", "kek", "master"}, found
        screen.keys("M-l")
        screen.is_locked()
        secrets.learn()
        secrets.found_nowhere(*screen.pids)
        # A wrong passphrase, the right one, and again: what was kept twice stayed once.
        screen.keys("Enter")
        screen.unlock(secrets.word("wrong"))
        screen.shows("is wrong")
        screen.unlock()
        screen.shows(secrets.words["alias"])
        screen.keys("Enter")
        screen.shows(secrets.words["draft"])
        assert OPEN <= set(secrets.found(*screen.pids))
        os.kill(screen.pids[1], signal.SIGHUP)
        screen.is_locked()
        secrets.learn()
        secrets.found_nowhere(*screen.pids)
    finally:
        screen.kill()


def test_control(world):
    """The same program without its own malloc: what it frees is found, and so is what may be anywhere."""
    alice, bob = people(world, "alice")
    # To another program a profile that is written to looks like a recorder's file.
    alice.program = bob.program = (UNWIPED,)
    secrets = Secrets(world, alice)
    secrets.word("address", bob.name)
    screen = start_and_talk(world, secrets, bob, program=UNWIPED)
    try:
        screen.keys("M-l")
        screen.is_locked()
        found = set(secrets.found(*screen.pids))
        assert "session" in found and any(name.startswith("text-") for name in found), found
    finally:
        screen.kill()
    # Every secret by its own name, in a process that only holds them; words as a screen has them too.
    cells = "".join(secrets.words["draft"]).encode("utf-32-le")
    names = {line.split()[0] for line in secrets.lines}
    for hold in ("sys.stdin.read().split()", "[bytes.fromhex(line) for line in sys.stdin.read().split()]"):
        holder = subprocess.Popen(
            [sys.executable, "-c", f"import sys; held = {hold}; print(1, flush=True); sys.stdin.close(); "
             "import time; time.sleep(600)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holder.stdin.write("\n".join([line.split()[1] for line in secrets.lines] + [cells.hex()]))
        holder.stdin.close()
        holder.stdout.readline()
        found = set(secrets.found(holder.pid))
        holder.kill()
        holder.wait()
        assert ("bytes" in hold) == (found == names), names - found


def test_plain_and_idle(world):
    """As lines; with the passphrase on a descriptor; and by itself."""
    alice, bob = people(world, "alice")
    secrets = Secrets(world, alice)
    secrets.word("address", bob.name)
    bob.send("alice", secrets.word("received"))
    screen = Interface(world, alice, options="--plain")
    try:
        screen.shows("unread messages")
        screen.line(f"/add {bob.name} {secrets.word('alias')}")
        wait_for(lambda: screen.line("/contacts") or secrets.words["alias"] + "," in screen.text(),
                 "the contact")
        screen.line(f"/open {bob.name}")
        screen.comes(secrets.words["received"])
        screen.line(secrets.word("sent"))
        screen.comes(secrets.words["sent"])
        screen.line("/search " + secrets.word("searched"))
        screen.shows("No message")
        secrets.learn()
        screen.line("/lock")
        screen.shows("Locked.")
        wait_for(lambda: screen.text().rstrip().endswith("Passphrase:"), "the question")
        secrets.learn()
        secrets.found_nowhere(*screen.pids)
    finally:
        screen.kill()
    screen = Interface(world, alice, is_typed=False, settings="lock_idle = 10s\n")
    try:
        # On a slow machine it may lock before anybody looks.
        wait_for(lambda: secrets.words["alias"] in screen.text() or "the keys are gone" in screen.text(),
                 "the contacts")
        screen.is_locked()
        secrets.learn()
        secrets.found_nowhere(*screen.pids)
    finally:
        screen.kill()


def client_keys(server, name):
    """What SCRAM makes of the password with the server's salt: as good as the password there."""
    account = read_file(os.path.join(server.root, "data/localhost/accounts", name + ".dat")).decode()
    salt = re.search(r'"salt"\] = "([^"]*)"', account)[1].encode()
    rounds = int(re.search(r'"iteration_count"\] = (\d+)', account)[1])
    for digest in ("sha1", "sha256"):
        salted = hashlib.pbkdf2_hmac(digest, server.passwords[name].encode(), salt, rounds)
        yield f"scram-salted-{digest} {salted.hex()}"
        yield f"scram-client-{digest} {hmac.digest(salted, b'Client Key', digest).hex()}"


def test_xmpp(world):
    """The same over a server, with libstrophe, libsoup and TLS: keys, words, and the password there."""
    if not shutil.which("prosody"):
        print("over XMPP it isn't tried: prosody isn't installed")
        return
    names = {word(): word(), word(): word()}
    with Server(*names, passwords=names, components=UPLOADS) as server:
        alice, bob = (XmppPerson(world, server, name, home=os.path.join(world.root, home), make=False)
                      for name, home in zip(names, "ab"))
        alice.passphrase = word()
        for person in (alice, bob):
            person.join(secret=names[person.name]).expect(0)
        secrets = Secrets(world, alice)
        for name, text in (("address", bob.name), ("self", alice.name), ("password", names[alice.name])):
            secrets.word(name, text)
        alice.send(bob.address, "hello")
        bob.receive()
        secrets.lines.update(client_keys(server, alice.name))
        alice.name, bob.name = alice.address, bob.address
        screen = start_and_talk(world, secrets, bob)
        try:
            found = set(secrets.found(*screen.pids))
            assert OPEN | {"password", "text-password", "text-self", "file-as-text"} <= found, found
            screen.keys("M-l")
            screen.is_locked()
            secrets.learn()
            secrets.found_nowhere(*screen.pids)
        finally:
            screen.kill()


def test_first_run(world):
    """The passphrase is typed twice, and a profile made, in the process that locks then."""
    alice = world.person("alice", make=False)
    alice.passphrase = word()
    secrets = Secrets(world, alice)
    os.mkdir(alice.home, 0o700)
    screen = Interface(world, alice, is_typed=None)
    try:
        first_run.on_spool(screen, "alice", world.spool, alice.passphrase)
        screen.shows("Nobody here yet", DEADLINE)
        secrets.learn()
        assert "identity" in secrets.found(*screen.pids)
        screen.keys("M-l")
        screen.is_locked()
        secrets.learn()
        secrets.found_nowhere(*screen.pids)
    finally:
        screen.kill()


# Made before the tests begin: a linker beside them writes a file, as a recorder does.
PRELOADS = []


def preloads(folder):
    """Allocators that come before the C library: one of our own, twice, and those that are installed."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "preloaded.c")
    compiler = shutil.which("cc") or shutil.which("gcc")
    for option in ("-DONLY_MALLOC", "-DWITH_LIBC") if compiler else ():
        shim = os.path.join(folder, f"preloaded{option}.so")
        subprocess.run([compiler, "-shared", "-fPIC", "-fno-builtin", "-w", option, "-o", shim, source],
                       check=True)
        yield shim
    for name in ("jemalloc", "tcmalloc_minimal", "mimalloc"):
        yield from glob.glob(f"/usr/lib/*/lib{name}.so.[0-9]")


def test_preloaded(world):
    alice, bob = people(world, "alice")
    for shim in PRELOADS:
        env = dict(os.environ, LD_PRELOAD=shim)
        said = word()
        alice.run("send", bob.name, input=said, env=env).expect(0)
        got = bob.json("receive", env=env).expect(0).rows
        assert [row["body"] for row in got] == [said], (shim, got)
        status, = alice.json("status", env=env).expect(0).rows
        assert status["process"]["freed_memory"] == "on", (shim, status)
        # The control: without our own it is the one that was preloaded.
        done = subprocess.run([UNWIPED, "--home", alice.home, "--json", "status"], env=env,
                              capture_output=True, text=True)
        assert json.loads(done.stdout)["process"]["freed_memory"] == "not available", done.stdout
        print("with", os.path.basename(shim))


def run(test):
    """In a process of its own: the interface looks at what the children of its terminal's owner write, and
    those of the other tests aren't its business."""
    try:
        with World() as world:
            test(world)
        print("ok", test.__name__, flush=True)
    except BaseException:
        traceback.print_exc()
        sys.stdout.flush()
        sys.exit(1)


if __name__ == "__main__":
    # What they do is wait, so they wait at the same time.
    shims = tempfile.TemporaryDirectory()
    PRELOADS.extend(preloads(shims.name))
    tests = [multiprocessing.get_context("fork").Process(target=run, args=(test,))
             for name, test in list(globals().items())
             if name.startswith("test_") and (not sys.argv[1:] or name in sys.argv[1:])]
    for test in tests:
        test.start()
    for test in tests:
        test.join()
    shims.cleanup()
    sys.exit(any(test.exitcode for test in tests))

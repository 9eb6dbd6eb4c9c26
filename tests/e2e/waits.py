"""Every wait of a verb is the user's: --wait behind a process that is stopped or doesn't read, many at once, and a
signal that ends it at once."""
import array
import contextlib
import fcntl
import os
import signal
import socket
import struct
import subprocess
import termios
import time

from _follow import Follower
from _world import SOTTO, World, patience, wait_for

MANY = 50
# What a verb may take besides what it waits, on a busy machine.
SLACK = 4


def timed(person, *words, **kwargs):
    began = time.monotonic()
    result = person.run(*words, **kwargs)
    return result, time.monotonic() - began


def family(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [pid] + [int(word) for word in file.read().split()]


def signal_all(process, number):
    for pid in family(process.pid):
        os.kill(pid, number)


def shell_code(process):
    """What a shell says of how it ended: one that was stuck for a second ends by the signal itself."""
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def many(alice, bob):
    """None of those who wait is turned away, and each message comes once."""
    began = time.monotonic()
    senders = [alice.start("send", "--wait", "60", "bob", f"number {number}") for number in range(MANY)]
    for sender in senders:
        out, err = sender.communicate(timeout=90)
        assert sender.returncode == 0, (sender.returncode, out, err)
    print(f"{MANY} at once took {time.monotonic() - began:.1f} s")
    bodies = [row["body"] for row in bob.receive()]
    assert sorted(bodies) == sorted(f"number {number}" for number in range(MANY)), bodies


# Verbs that another process may run.
SHARED = (("history", "bob"), ("send", "bob", "never"), ("receive",), ("receive", "--follow"),
          ("receive", "--timeout", "60"), ("contact", "list"), ("contact", "add", "carol"), ("verify", "bob"),
          ("trust", "bob", "1", "trusted"), ("repair", "bob"), ("expire", "bob", "1h"), ("journal",),
          ("devices",), ("id",), ("search", "x"), ("group", "list"), ("clock",), ("status",))
# More than the holder's socket has room for.
CROWD = 20


def is_taking(process):
    """Whether it has its thread for signals."""
    names = []
    for task in os.listdir(f"/proc/{process.pid}/task"):
        # One that has just ended is nobody's.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"/proc/{process.pid}/task/{task}/comm") as file:
                names.append(file.read().strip())
    return process.poll() is not None or "interrupt" in names


def ended(alice):
    """Behind that process a signal ends each verb with its number, and with a sentence."""
    numbers = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    for place, words in enumerate(SHARED):
        number = numbers[place % len(numbers)]
        process = alice.start("--wait", "60", *words)
        wait_for(lambda: is_taking(process), "its thread for signals")
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert shell_code(process) == 128 + number and not out, (words, process.returncode, out, err)
        assert b"interrupted" in err and time.monotonic() - began < patience(SLACK), (words, err)
    waiting = [alice.start("--wait", "1", "history", "bob") for _ in range(CROWD)]
    for process in waiting:
        out, err = process.communicate(timeout=30)
        assert process.returncode == 8 and b"hasn't answered" in err, (process.returncode, out, err)


def holds(alice, process):
    """The socket of one that was killed is no sign of this one."""
    wait_for(lambda: is_taking(process), "its thread for signals")
    wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the holder")


def signals(alice):
    """The same where the verb waits in its own process; only --follow has its end by a signal."""
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        for words, code in (("--timeout", "60"), 128 + number), (("--count", "1"), 128 + number), (("--follow",), 0):
            process = alice.start("receive", *words)
            holds(alice, process)
            # It lets others in before the profile is open, and follows once it runs their verbs.
            if code == 0:
                alice.run("id").expect(0)
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
            assert shell_code(process) == code and not out, (words, number, process.returncode, err)
    # A nohup stays one.
    process = alice.start("receive", "--timeout", "60", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    holds(alice, process)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert shell_code(process) == 128 + signal.SIGTERM, process.returncode


def taken_over(alice, bob):
    """What follows behind a verb that ends goes on by itself."""
    holder = bob.start("--json", "receive", "--count", "1")
    wait_for(lambda: os.path.exists(os.path.join(bob.home, "control")), "the holder")
    follower = bob.start("--json", "receive", "--follow", bufsize=0)
    wait_for(lambda: "receive" in str([row["detail"] for row in bob.json("journal").rows if
                                       row["what"] == "control-used"]), "the follower behind it")
    alice.send("bob", "one")
    assert holder.wait(30) == 0
    alice.send("bob", "two")
    lines = b""
    while b'"two"' not in lines:
        line = follower.stdout.readline()
        assert line, follower.stderr.read()
        lines += line
    follower.send_signal(signal.SIGTERM)
    assert follower.wait(20) == 0
    for process in holder, follower:
        process.stdout.close()
        process.stderr.close()


def stopped(alice):
    """Behind a process that is stopped: exit 8 with what is wrong, and nothing is done later."""
    follower = Follower(alice)
    # The control: while it runs it does them all.
    alice.run("history", "bob", "--wait", "5").expect(0)
    signal_all(follower.process, signal.SIGSTOP)
    try:
        began = time.monotonic()
        # The last two may be done by no other process: they wait until it is gone.
        waiting = [(words, alice.start("--wait", "1", *words)) for words in
                   (("history", "bob"), ("send", "bob", "never"), ("receive",), ("contact", "list"),
                    ("repair", "bob"), ("expire", "bob", "1h"), ("pin",), ("wipe", "--yes"))]
        for words, process in waiting:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 8 and not out, (words, process.returncode, out, err)
            assert b"hasn't answered" in err or words[0] in ("pin", "wipe"), (words, err)
        assert 0.9 < time.monotonic() - began < 1 + 2 * patience(SLACK)
        # How it stands can be told without it.
        result, took = timed(alice, "status", "--wait", "1")
        assert result.code == 0 and "in use     yes" in result.out and took < 1 + patience(SLACK), (result.out, took)
        ended(alice)
    finally:
        signal_all(follower.process, signal.SIGCONT)
    assert "never" not in alice.bodies("bob")
    follower.stop()


def blocked(alice):
    """Nobody reads what a verb prints: a signal ends it all the same, whoever performs it."""
    for follows in False, True:
        follower = Follower(alice) if follows else None
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        process = subprocess.Popen([SOTTO, "--home", alice.home, "--passphrase-fd", "0", "--json", "history", "bob"],
                                   stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE)
        process.stdin.write((alice.passphrase + "\n").encode())
        process.stdin.close()
        os.close(write)
        wait_for(lambda: is_full(read), "a full pipe")
        # The control: it waits for its reader.
        assert process.poll() is None
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        assert time.monotonic() - began < patience(SLACK), time.monotonic() - began
        process.stderr.close()
        os.close(read)
        if follower:
            follower.stop()
        else:
            # It was ended as it stood; the next one isn't to be taken for it.
            os.unlink(os.path.join(alice.home, "control"))


def is_full(read):
    waiting = array.array("i", [0])
    fcntl.ioctl(read, termios.FIONREAD, waiting)
    return waiting[0] >= 4096


def frame(kind, payload=b""):
    return struct.pack(">I", len(payload) + 1) + kind + payload


def received(peer, wanted):
    data = b""
    while wanted not in data:
        more = peer.recv(4096)
        assert more, data
        data += more
    return data


def unread(alice):
    """Who asks and doesn't read holds nobody up: not the others, not the end."""
    follower = Follower(alice)
    deaf = []
    for _ in range(8):
        peer = socket.socket(socket.AF_UNIX)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        peer.connect(os.path.join(alice.home, "control"))
        peer.sendall(frame(b"A", b"receive\0--follow\0") + frame(b"G") +
                     50 * (frame(b"Y")))
        deaf.append(peer)
    # The control: one that reads is answered.
    deaf[0].settimeout(10)
    assert frame(b"B") in received(deaf[0], frame(b"B"))
    result, took = timed(alice, "--wait", "5", "history", "bob")
    assert result.code == 0 and f"number {MANY - 1}" in result.out and took < patience(SLACK), (result.code, took)
    began = time.monotonic()
    follower.stop()
    assert time.monotonic() - began < patience(SLACK)
    for peer in deaf:
        peer.close()


def half_lines(alice):
    """Who takes every place at the socket and asks for nothing loses it to whoever asks for something."""
    follower = Follower(alice)
    path, peers = os.path.join(alice.home, "control"), []
    while len(peers) < 1000:
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(1)
        try:
            peer.connect(path)
            peer.sendall(frame(b"A", b"history\0")[:6])
        except OSError:
            break
        peers.append(peer)
    # The control: all places are taken, and more wait.
    assert len(peers) >= 16, len(peers)
    result, took = timed(alice, "--wait", "20", "history", "bob", "--limit", "1")
    assert result.code == 0 and took < patience(10), (result.code, result.err, took)
    follower.stop()
    for peer in peers:
        peer.close()


def fifos(bob):
    """A FIFO in the place of a file that sotto reads isn't waited for."""
    for name in ("config", "clock", "header", "note", "lock", "store.db", "vault", "ballast"):
        path, kept = os.path.join(bob.home, name), os.path.join(bob.world.root, "kept")
        if os.path.exists(path):
            os.rename(path, kept)
        os.mkfifo(path)
        for words in [("status",)] + [("id",)] * (name in ("config", "header", "note", "vault")):
            result, took = timed(bob, *words, passphrase=words == ("id",))
            assert result.code in (0, 1, 3) and took < patience(SLACK), (name, words, result.code, result.err, took)
        # The control: one that nothing can do without is missed.
        assert name != "header" or result.code, (name, result.out)
        if os.path.lexists(path):
            os.unlink(path)
        if os.path.exists(kept):
            os.rename(kept, path)
    bob.run("id").expect(0)


with World() as world:
    alice, bob = world.person("alice"), world.person("bob")
    alice.run("send", "bob", "first").expect(0)
    assert len(bob.receive()) == 1
    many(alice, bob)
    stopped(alice)
    signals(alice)
    taken_over(alice, bob)
    blocked(alice)
    unread(alice)
    half_lines(alice)
    fifos(bob)

"""What a hostile hand found: each of these once went wrong."""
import os
import signal
import socket
import struct
import subprocess

from _world import World, wait_for


def frame(kind, payload=b""):
    return struct.pack(">I", len(payload) + 1) + kind + payload


def take_frame(stream):
    """The next that isn't only a sign of life."""
    while True:
        size, = struct.unpack(">I", stream.read(4))
        body = stream.read(size)
        if body[:1] != b"Y":
            return body[:1], body[1:]


def test_alias_of_another(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "hello")
    bob.receive()
    bob.run("contact", "add", "carol", "--name", "alice").expect(2)
    bob.run("contact", "add", "alice", "--name", "a\nb").expect(2)
    bob.run("contact", "add", "alice", "--name", "a\x1b[31m").expect(2)
    bob.run("contact", "add", "alice", "--name", "alice").expect(0)
    # Who is on the spool, or could be: not known yet.
    eve, _ = world.person("eve"), world.person("dan")
    for name in "dan", "daemon":
        assert "choose another" in bob.run("contact", "add", "alice", "--name", name).expect(2).err, name
    # Whoever takes it later as an address gets nothing that is meant for the one who is called so.
    bob.run("contact", "add", "alice", "--name", "mum").expect(0)
    mum = world.person("mum")
    mum.send("bob", "it is me")
    assert "whom you call mum" in bob.run("receive").expect(0).err
    bob.run("send", "mum", "for alice").expect(0)
    assert [row["body"] for row in alice.receive()] == ["for alice"]
    mum.run("receive", "--timeout", "0").expect(7)
    bob.run("history", "@mum").expect(0)
    bob.run("contact", "add", "@mum").expect(0)
    for verb in (("send", "mum", "x"), ("history", "mum"), ("verify", "mum"), ("expire", "mum", "1h"),
                 ("erase", "mum", "--yes"), ("contact", "remove", "mum", "--yes"), ("contact", "block", "mum"),
                 ("contact", "mute", "mum"), ("file", "send", "mum", os.environ["SOTTO"]),
                 ("group", "create", "den", "mum"), ("search", "it", "--in", "mum")):
        error = bob.run(*verb).expect(2).err
        assert "@alice" in error and "@mum" in error, (verb, error)
    bob.run("send", "@mum", "for mum").expect(0)
    assert [row["body"] for row in mum.receive()] == ["for mum"]
    bob.run("contact", "add", "eve", "--name", "e").expect(0)
    eve.run("receive", "--timeout", "0").expect(7)


def test_closed_descriptors(world):
    """What is printed to a closed descriptor must not land in a file of the profile."""
    alice, _ = world.person("alice"), world.person("bob")
    alice.send("bob", "a word to look for")
    for closed in (1, 2):
        read, write = os.pipe()
        os.write(write, (alice.passphrase + "\n").encode())
        os.close(write)
        subprocess.run(["/bin/sh", "-c", f'exec "$0" "$@" {closed}>&-', os.environ["SOTTO"],
                        "--home", alice.home, "--passphrase-fd", str(read), "history",
                        "nobody" if closed == 2 else "bob"], pass_fds=(read,), timeout=60)
        os.close(read)
    for root, _, files in os.walk(alice.home):
        for name in files:
            path = os.path.join(root, name)
            data = open(path, "rb").read()
            assert b"a word to look" not in data and b"sotto:" not in data, path
    alice.run("journal", "verify").expect(0)


def test_cancel_while_printing(world):
    """A cancel between the flush and its answer: the page is marked, nothing freed is used."""
    alice, bob = world.person("alice"), world.person("bob")
    holder = bob.start("receive", "--follow")
    path = os.path.join(bob.home, "control")
    wait_for(lambda: os.path.exists(path), "the control socket")
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    stream = client.makefile("rb")
    client.sendall(frame(b"A", b"receive\0--follow\0") + frame(b"G"))
    assert take_frame(stream)[0] == b"B"
    alice.send("bob", "one")
    while take_frame(stream)[0] != b"F":
        pass
    client.sendall(frame(b"X") + frame(b"K"))
    assert take_frame(stream) == (b"Q", b"\0")
    client.close()
    holder.send_signal(signal.SIGTERM)
    _, err = holder.communicate(timeout=60)
    assert holder.returncode == 0 and not err, (holder.returncode, err)
    assert bob.json("history", "alice").rows[0]["read_at"]


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with World() as world:
                test(world)
                print("ok", name)


if __name__ == "__main__":
    main()

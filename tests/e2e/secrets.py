"""Passphrases and words are nowhere but where they belong; a control finds each of them."""
import os
import resource
import signal
import subprocess
import sys

from _world import PASSPHRASE, World, wait_for

WORDS = "the canary sings at midnight 8472"
SECRETS = (PASSPHRASE.encode(), WORDS.encode())


def holders(folder):
    """Files below FOLDER that hold a secret."""
    found = []
    for root, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            if not os.path.isfile(path) or os.path.islink(path):
                continue
            with open(path, "rb") as file:
                data = file.read()
            found += [path for secret in SECRETS if secret in data]
    return found


def proc(pid, name):
    with open(f"/proc/{pid}/{name}", "rb") as file:
        return file.read()


def test_files(world):
    alice, bob = world.person("alice"), world.person("bob")
    alice.run("send", "bob", input=WORDS).expect(0)
    assert holders(world.root) == []
    bob.receive()
    bob.run("send", "alice", input=WORDS).expect(0)
    alice.receive()
    alice.run("search", "canary").expect(0)
    assert holders(world.root) == []
    # The control: a file that holds them is found.
    with open(os.path.join(world.root, "control.txt"), "wb") as file:
        file.write(b"x" * 5000 + SECRETS[0] + b"y" + SECRETS[1])
    assert len(holders(world.root)) == 2


def test_processes(world):
    alice, bob = world.person("alice"), world.person("bob")
    follow = alice.start("receive", "--follow")
    try:
        wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the control socket")
        bob.run("send", "alice", input=WORDS).expect(0)
        assert WORDS.encode() in follow.stdout.readline()
        for name in ("cmdline", "environ"):
            assert not any(secret in proc(follow.pid, name) for secret in SECRETS), name
        limits = proc(follow.pid, "limits").decode()
        core, = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert core.split()[4:6] == ["0", "0"], core
        # Not dumpable: its files in /proc aren't its user's.
        assert os.stat(f"/proc/{follow.pid}/mem").st_uid == 0
    finally:
        follow.send_signal(signal.SIGTERM)
        _, err = follow.communicate(timeout=60)
    assert not any(secret in err for secret in SECRETS)
    # The control: a secret in an argument list is seen by the same look.
    control = subprocess.Popen([sys.executable, "-c", "input()", PASSPHRASE],
                               stdin=subprocess.PIPE)
    wait_for(lambda: SECRETS[0] in proc(control.pid, "cmdline"), "the control's argument list")
    control.communicate(b"\n")


def test_no_core(world):
    alice = world.person("alice")
    os.chdir(world.root)
    resource.setrlimit(resource.RLIMIT_CORE,
                       (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    follow = alice.start("receive", "--follow", cwd=world.root)
    wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the control socket")
    follow.send_signal(signal.SIGABRT)
    follow.communicate(timeout=60)
    assert follow.returncode == -signal.SIGABRT
    assert not [name for name in os.listdir(world.root) if name.startswith("core")]
    alice.run("id").expect(0)


def test_another_user_reads_nothing(world):
    if os.getuid() != 0:
        return
    from _world import Person
    os.mkdir(world.spool)
    os.chmod(world.spool, 0o1777)
    os.chmod(world.root, 0o1777)
    alice = Person(world, "alice", uid=21001)
    follow = alice.start("receive", "--follow")
    wait_for(lambda: os.path.exists(os.path.join(alice.home, "control")), "the control socket")

    def can_look(pid):
        return subprocess.run(["ls", f"/proc/{pid}/fd"], user=21001, group=21001, extra_groups=[],
                              capture_output=True).returncode == 0
    control = subprocess.Popen(["sleep", "60"], user=21001, group=21001, extra_groups=[])
    try:
        # Not even its own user looks into it, as into any other process; the folder is its own.
        assert can_look(control.pid) and not can_look(follow.pid)
        assert subprocess.run(["ls", alice.home], user=21002, group=21002, extra_groups=[],
                              capture_output=True).returncode != 0
    finally:
        control.kill()
        control.wait()
        follow.send_signal(signal.SIGTERM)
        follow.communicate(timeout=60)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            with World() as a_world:
                test(a_world)
            os.chdir("/")
            print("ok", name)

"""A network that goes and comes back: tried again at once, and a dead connection found out soon."""
import os
import shutil
import subprocess
import sys
import time

from _follow import Follower
from _proxy import Proxy
from _world import World, skip, wait_for
from _xmpp import Server, XmppPerson


def other_address(number):
    """What a network that comes back looks like from here."""
    subprocess.run(["ip", "address", "add", f"10.99.0.{number}/32", "dev", "lo"], check=True)


def tries_after(line, count):
    wait_for(lambda: len(line.tries) >= count, f"{count} attempts, not {len(line.tries)}", 20)
    return line.tries[count - 1]


def test_waiting(line, alice, follower):
    """Between two attempts: the next one would be due seconds later."""
    line.refuses = True
    before = len(line.tries)
    line.drop()
    # Pauses of 1 to 2 and of 2 to 4 seconds; behind the second attempt one of 4 to 8.
    second = tries_after(line, before + 2)
    line.refuses = False
    other_address(1)
    assert tries_after(line, before + 3) - second < 2, "it waited out its pause"
    alice.send("bob@localhost", "after the pause")
    assert follower.next()["body"] == "after the pause"


def test_connected(line, alice, follower):
    """A connection over which nothing comes any more, and nobody says so."""
    line.swallows = True
    before = len(line.tries)
    alice.send("bob@localhost", "into nowhere")
    assert len(line.tries) == before, "a silent line alone is no reason"
    line.swallows = False
    begun = time.monotonic()
    other_address(2)
    assert tries_after(line, before + 1) - begun < 15
    assert follower.next()["body"] == "into nowhere"
    print("    back after", round(time.monotonic() - begun, 1), "s")


if __name__ == "__main__":
    if os.getuid() != 0 or not shutil.which("ip") or not shutil.which("unshare"):
        skip("needs root, ip and unshare, for a network of its own")
    if "inside" not in sys.argv:
        if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
            skip("no network of its own can be had here")
        os.execvp("unshare", ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable,
                              os.path.abspath(__file__), "inside"])
    with Server("alice", "bob") as a_server, World() as a_world, Proxy(a_server.port) as a_line:
        a_line.bad = False
        an_alice = XmppPerson(a_world, a_server, "alice")
        a_bob = XmppPerson(a_world, a_server, "bob", place=f"127.0.0.1:{a_line.port}")
        an_alice.send("bob@localhost", "first contact")
        a_bob.receive()
        a_follower = Follower(a_bob)
        an_alice.send("bob@localhost", "is there")
        assert a_follower.next()["body"] == "is there"
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_line, an_alice, a_follower)
                print("ok", name, flush=True)
        a_follower.stop()

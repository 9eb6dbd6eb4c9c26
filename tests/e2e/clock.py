"""A clock that is wrong over a restart, or within one: what is hidden, destroyed, put in order and said."""
import os
import shutil
import subprocess
import sys
import time

from _world import World, skip
from _xmpp import Server, XmppPerson

DAY = 24 * 3600
SHIM = r"""
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time)
{
	const char *offset = getenv("WALL_OFFSET");
	int code = (int)syscall(SYS_clock_gettime, clock, time);
	if (!code && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		time->tv_sec += atol(offset);
	/* However long this machine has been up, the hosts of the test were booted just now. */
	if (!code && offset && clock == CLOCK_BOOTTIME)
		time->tv_sec -= atol(getenv("BOOTED"));
	return code;
}
int timerfd_settime(int fd, int flags, const struct itimerspec *at, struct itimerspec *former)
{
	struct itimerspec real = *at;
	if ((flags & TFD_TIMER_ABSTIME) && (real.it_value.tv_sec || real.it_value.tv_nsec))
		real.it_value.tv_sec += atol(getenv("BOOTED"));
	return (int)syscall(SYS_timerfd_settime, fd, flags, &real, former);
}
int gettimeofday(struct timeval *time, void *zone)
{
	struct timespec now;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	time->tv_sec = now.tv_sec;
	time->tv_usec = now.tv_nsec / 1000;
	return 0;
}
time_t time(time_t *out)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
"""


class Hosts:
    """The same host after restarts: each with a boot id of its own, its wall clock off by some seconds."""

    def __init__(self, world):
        self.world, self.shim = world, os.path.join(world.root, "shim.so")
        self.booted = int(time.clock_gettime(time.CLOCK_BOOTTIME)) - 1
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-o", self.shim, "-"], input=SHIM.encode(), check=True)

    def run(self, person, *words, boot=1, off=0, code=0):
        """What PERSON's verb WORDS gives after boot number BOOT, the clock OFF seconds ahead."""
        number = os.path.join(self.world.root, f"boot-{boot}")
        with open(number, "w") as file:
            file.write(f"{boot:08x}-1111-4222-8333-444444444444\n")
        env = {**os.environ, "LD_PRELOAD": self.shim, "WALL_OFFSET": str(off), "BOOTED": str(self.booted)}
        read, write = os.pipe()
        os.write(write, (person.passphrase + "\n").encode())
        os.close(write)
        command = ["unshare", "-m", "sh", "-c",
                   'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"', number,
                   os.environ["SOTTO"], *person.where(), "--passphrase-fd", str(read), "--json", *words]
        done = subprocess.run(command, pass_fds=(read,), env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)
        os.close(read)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done


def bodies(hosts, person, who, **how):
    out = hosts.run(person, "history", who, **how).stdout
    return [line.split('"body":"')[1].split('"')[0] for line in out.splitlines() if '"body":"' in line]


def mortal(world):
    """Bob has read words that live for eight hours."""
    alice, bob = world.person("alice"), world.person("bob")
    alice.send("bob", "for eight hours", "--expire", "8h")
    return bob


def test_wrong_clock_hides(world, hosts):
    bob = mortal(world)
    hosts.run(bob, "receive")
    assert bodies(hosts, bob, "alice") == ["for eight hours"]
    # The battery is dead: 400 days later, says the clock.
    done = hosts.run(bob, "status", boot=2, off=400 * DAY)
    assert '"clock_confirmed":false' in done.stdout and '"hidden":1' in done.stdout, done.stdout
    done = hosts.run(bob, "receive", boot=2, off=400 * DAY, code=7)
    assert "clock confirm" in done.stderr, done.stderr
    assert bodies(hosts, bob, "alice", boot=2, off=400 * DAY) == []
    # The clock is right again, after another restart: the user says so.
    assert bodies(hosts, bob, "alice", boot=3) == []
    hosts.run(bob, "clock", "confirm", boot=3)
    assert bodies(hosts, bob, "alice", boot=3) == ["for eight hours"]
    names = [row["what"] for row in bob.json("journal").rows]
    assert "clock-stepped" in names and "clock-confirmed" in names, names


def test_right_clock_destroys(world, hosts):
    bob = mortal(world)
    hosts.run(bob, "receive")
    hosts.run(bob, "clock", "confirm", boot=2, off=400 * DAY)
    assert '"hidden":0' in hosts.run(bob, "status", boot=2, off=400 * DAY).stdout
    assert bodies(hosts, bob, "alice", boot=2, off=400 * DAY) == []
    # It is gone for good: no clock brings it back.
    assert bodies(hosts, bob, "alice", boot=3) == []


def test_order_is_arrival(world, hosts):
    """What came while the clock was ahead isn't above all else until that time comes."""
    alice, bob, carol = world.person("alice"), world.person("bob"), world.person("carol")
    alice.send("bob", "from the future")
    hosts.run(bob, "receive", off=400 * DAY)
    carol.send("bob", "first")
    alice.send("bob", "second")
    carol.send("bob", "third")
    people = [row["address"] for row in bob.json("contact", "list").rows]
    assert people == ["alice"], people
    came = [row["body"] for row in bob.receive()]
    assert came == ["first", "second", "third"], came
    people = [row["address"] for row in bob.json("contact", "list").rows]
    assert people == ["carol", "alice"], people


def test_corrections_follow_the_ratchet(world, hosts):
    """Alice corrects with a clock that was ahead, then with the right one."""
    alice, bob = world.person("alice"), world.person("bob")
    row = alice.send("bob", "one").rows[0]
    hosts.run(alice, "send", "bob", "--correct", row["id"], "two", off=400 * DAY)
    alice.send("bob", "three", "--correct", row["id"])
    bob.receive()
    assert bob.bodies("alice") == ["three"], bob.bodies("alice")


def test_server_knows_the_time(world, hosts):
    """Over XMPP the server's word confirms the time, and ends what a wrong clock had hidden."""
    with Server("alice", "bob", modules=("mam", "smacks", "time")) as server:
        alice, bob = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
        alice.send("bob@localhost", "for eight hours", "--expire", "8h")
        hosts.run(bob, "receive")
        assert bodies(hosts, bob, "alice@localhost") == ["for eight hours"]
        assert bodies(hosts, bob, "alice@localhost", boot=2, off=9 * DAY) == []
        done = hosts.run(bob, "receive", "--timeout", "5", boot=2, off=9 * DAY, code=7)
        assert "system clock is wrong" in done.stderr, done.stderr
        assert bodies(hosts, bob, "alice@localhost", boot=2, off=9 * DAY) == ["for eight hours"]


if __name__ == "__main__":
    if os.getuid() != 0 or not shutil.which("gcc") or not shutil.which("prosody"):
        skip("needs root, for a boot id of its own, gcc and prosody")
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        skip("no namespace of its own can be made here")
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with World() as world:
                test(world, Hosts(world))
            print("ok", name)
    sys.exit(0)

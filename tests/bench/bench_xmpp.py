"""sotto beside Profanity, on one Prosody, in one run: from start to logged in, memory and wake-ups when idle, and 1,000
messages that waited or come at once. The same python-oldmemo writes to both, sealed beforehand, so that sealing
doesn't count; both stand in a tmux of their own and are watched in the same way: the last message on the screen.
Then each one's own store says what came: nothing lost, nothing twice. Lines as in bench.h.

The messages are a stranger's who has no answer yet, and once more after an answer of the user's: Profanity
publishes its keys anew for every message that might begin a session, sotto answers the first by itself.

IDLE_SECONDS, MESSAGES and ROUNDS for less; ARCHIVE=1 for a server that keeps an archive."""
import collections
import glob
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
os.environ.setdefault("SOTTO", "./sotto")

from _tmux import Tmux, passphrase_file, set_settings
from _world import SOTTO, World, wait_for
from _xmpp import Peer, Profanity, Server, XmppPerson

IDLE_SECONDS = int(os.environ.get("IDLE_SECONDS", "20"))
MESSAGES = int(os.environ.get("MESSAGES", "1000"))
MODULES = ("mam", "smacks") if os.environ.get("ARCHIVE") else ("smacks",)
ROUNDS = int(os.environ.get("ROUNDS", "3"))
WRITERS = [f"writer{number}" for number in range(3 * ROUNDS)]
STARTS = 5
PATIENCE = 300
TIMES_PROMISED = 20
PUBSUB, OMEMO = "http://jabber.org/protocol/pubsub", "eu.siacs.conversations.axolotl"


def line(name, value, reference):
    print(f"{name:<44} {value:12.2f} {reference:12.2f} {value / reference if reference else 0:8.2f}", flush=True)


def log_in(server, client):
    """Seconds from the start to the server's word that the login is done."""
    with open(os.path.join(server.root, "prosody.log"), errors="replace") as log:
        log.seek(0, os.SEEK_END)
        begun = time.monotonic()
        client.start()
        wait_for(lambda: f"Authenticated as {client.address}" in log.read(), "the login")
        return time.monotonic() - begun


# -- what /proc knows ---------------------------------------------------------------------------------

def family(pid):
    """PID and all that descends from it."""
    children = collections.defaultdict(list)
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(stat) as file:
                name, rest = file.read().rsplit(")", 1)
            children[int(rest.split()[1])].append(int(name.split()[0]))
        except OSError:
            pass
    found = [pid]
    for one in found:
        found += children[one]
    return found


def memory(pids):
    """PSS and RSS in MB."""
    sums = collections.Counter()
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for row in file:
                if row.startswith(("Pss:", "Rss:")):
                    sums[row[:3]] += int(row.split()[1])
    return sums["Pss"] / 1024, sums["Rss"] / 1024


def switches(pids):
    """How often their threads went to sleep so far: each time they had been woken."""
    count = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/status"):
            with open(path) as file:
                count += sum(int(row.split()[1]) for row in file if row.startswith("voluntary_ctxt"))
    return count


# -- the two ---------------------------------------------------------------------------------------------

class Sotto(Tmux):
    """The interface of PERSON."""

    def __init__(self, world, person):
        super().__init__(world)
        self.person, self.world, self.address = person, world, person.address
        self.stop = self.close
        set_settings(person, "screen_mode = open\nnotify = none\n")

    def start(self):
        self("new-session", "-d", "-s", "tui", "-x", "130", "-y", "50",
             f"exec {os.path.abspath(SOTTO)} --home {self.person.home} --passphrase-fd 3 "
             f"3<{passphrase_file(self.world)}")

    def expect(self, writer):
        self.person.run("contact", "add", writer.address).expect(0)

    def open(self, writer):
        self.shows("Contacts")
        self.keys("M-x")
        self.line("open " + writer.address)
        self.shows("Write to " + writer.address.split("@")[0])

    def answer(self, writer, text):
        self.line(text)

    def pid(self):
        return int(self.value("pane_pid"))

    def stored(self, writer):
        return self.person.bodies(writer.address)


class Other(Profanity):
    """Profanity."""

    def __init__(self, server, world, user):
        # It doesn't publish its device list where there is none.
        with Peer(server, user, os.path.join(world.root, "seed.json")) as seed:
            seed.tell(raw=f"<iq type='set' id='seed'><pubsub xmlns='{PUBSUB}'><publish node='{OMEMO}.devicelist'>"
                      f"<item id='current'><list xmlns='{OMEMO}'/></item></publish></pubsub></iq>")
            seed.stop()
        super().__init__(server, user, os.path.join(world.root, "profanity"))
        self.text = self.pane

    def expect(self, writer):
        pass

    def open(self, writer):
        # There is a window as soon as something came.
        self.wait("(win 2)")
        self.type("/win 2")

    def answer(self, writer, text):
        # It can only once it knows the writer's devices.
        self.type("/win 1")
        self.wait("Blind trust for " + writer.address)
        self.type("/win 2")
        self.type(text)

    def pid(self):
        return int(self.run("display-message", "-p", "#{pane_pid}"))

    def stored(self, writer):
        return super().stored(writer.address)


# -- the figures ------------------------------------------------------------------------------------------

def start_up(server, client):
    """Median of seconds from start to logged in."""
    times = []
    for _ in range(STARTS):
        times.append(log_in(server, client))
        time.sleep(1)
        client.stop()
    return sorted(times)[STARTS // 2]


def idle(server, client):
    """PSS, RSS, wake-ups a second."""
    log_in(server, client)
    time.sleep(5)
    pids = family(client.pid())
    before = switches(pids)
    time.sleep(IDLE_SECONDS)
    woken = (switches(pids) - before) / IDLE_SECONDS
    found = memory(pids) + (woken,)
    client.stop()
    return found


def seal(client, writer, what):
    words = [f"{what} {number}: sixty bytes or so, as people write to one another" for number in range(MESSAGES)]
    for first in range(0, len(words), 250):
        writer.tell(seal=words[first:first + 250], to=client.address)
        writer.wait("sealed")
    return words


def see(client, writer, words, begun):
    """Messages a second since BEGUN, when the last one is on the screen; lost, doubled."""
    wait_for(lambda: words[-1] in client.text(), "the last one", PATIENCE)
    rate = len(words) / max(time.monotonic() - begun, 0.001)
    time.sleep(1)
    client.stop()
    came = collections.Counter(client.stored(writer))
    return rate, sum(came[word] == 0 for word in words), sum(came[word] > 1 for word in words)


def waiting(client, writer, start):
    """What a stranger wrote while CLIENT was away, beyond its START-up."""
    words = seal(client, writer, "waiting")
    writer.tell(post=True)
    writer.wait("posted")
    client.expect(writer)
    begun = time.monotonic()
    client.start()
    client.open(writer)
    return see(client, writer, words, begun + start)


def online(server, client, writer, answer=None):
    """What comes at once while CLIENT is there and has the first message; and the user's ANSWER was sent."""
    client.expect(writer)
    log_in(server, client)
    writer.send(client.address, "hello")
    client.open(writer)
    wait_for(lambda: "hello" in client.text(), "the first message")
    if answer:
        client.answer(writer, answer)
        writer.wait("got", body=answer)
    words = seal(client, writer, "answered" if answer else "online")
    begun = time.monotonic()
    writer.tell(post=True)
    found = see(client, writer, words, begun)
    writer.wait("posted")
    return found


def compare(name, ours, theirs, promised):
    """Of the rounds of each: the median rate, all that was lost and doubled."""
    rates = [sorted(found[0] for found in rounds)[len(rounds) // 2] for rounds in (ours, theirs)]
    line(f"xmpp_{name}_a_second:profanity", *rates)
    if promised:
        line(f"xmpp_{name}_times_profanity:promised", rates[0] / rates[1], promised)
    for number, what in ((1, "lost"), (2, "doubled")):
        line(f"xmpp_{name}_{what}:profanity", *(sum(found[number] for found in rounds) for rounds in (ours, theirs)))
    assert not any(found[1] or found[2] for found in ours), "sotto lost or doubled something"


def run(server, world, clients):
    writers = iter(WRITERS)

    def in_turns(measure):
        rounds = ([], [])
        for _ in range(ROUNDS):
            name = next(writers)
            with Peer(server, name, os.path.join(world.root, name + ".json")) as writer:
                for client, found in zip(clients, rounds):
                    found.append(measure(client, writer))
        return rounds

    starts = {client: start_up(server, client) for client in clients}
    line("xmpp_start_to_logged_in_ms:profanity", *(starts[client] * 1000 for client in clients))
    for name, *values in zip(("pss_MB", "rss_MB", "wakeups_a_second"), *(idle(server, client) for client in clients)):
        line(f"xmpp_idle_{name}:profanity", *values)
    compare("waiting", *in_turns(lambda client, writer: waiting(client, writer, starts[client])), TIMES_PROMISED)
    compare("online", *in_turns(lambda client, writer: online(server, client, writer)), TIMES_PROMISED)
    compare("answered", *in_turns(lambda client, writer: online(server, client, writer, "hello to you")), 0)


if __name__ == "__main__":
    if not shutil.which("profanity") or not shutil.which("prosody"):
        print("# bench_xmpp: skipped: no profanity or no prosody")
        sys.exit(0)
    with Server("alice", "bob", *WRITERS, modules=MODULES, level="info") as a_server, \
            World() as a_world:
        ours = Sotto(a_world, XmppPerson(a_world, a_server, "alice"))
        with Other(a_server, a_world, "bob") as theirs:
            theirs.stop()
            try:
                run(a_server, a_world, (ours, theirs))
            finally:
                ours.kill()

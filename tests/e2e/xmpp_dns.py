"""Finding the server: SRV records of both kinds from a real DNS server, in a network and with a resolv.conf of its own."""
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import time

from _hostile import Hostile
from _proxy import Proxy
from _interface import ANSWER_S, Interface, press
from _world import FIRST_RUN, World, skip, wait_for
from _xmpp import Server, XmppPerson, password

TARGET = "xmpp.elsewhere.test"
CLOSED = 9


class Names:
    """dnsmasq with RECORDS, (service, host, port, priority, weight), for localhost."""

    def __init__(self, folder, *records):
        words = [f"--srv-host=_{service}._tcp.localhost,{host},{port},{priority},{weight}" if host else
                 f"--srv-host=_{service}._tcp.localhost" for service, host, port, priority, weight in records]
        self.log = os.path.join(folder, "names.log")
        self.process = subprocess.Popen(
            ["dnsmasq", "-k", "-C", "/dev/null", "-R", "-h", "-u", "root", "-x", os.path.join(folder, "names.pid"),
             "-q", "--log-facility=" + self.log, "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/#/",
             f"--address=/{TARGET}/127.0.0.1", "--address=/localhost/127.0.0.1", *words])
        wait_for(self.answers, "the DNS server")

    def answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.2)
            probe.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0\x09localhost\0\0\1\0\1", ("127.0.0.1", 53))
            try:
                return probe.recv(512)
            except OSError:
                return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def join(world, server, name, place=None):
    """`init xmpp` without a server's name."""
    person = XmppPerson(world, server, name, home=os.path.join(world.root, f"home-{len(os.listdir(world.root))}"),
                        make=False)
    read, write = os.pipe()
    os.write(write, (password(name) + "\n").encode())
    os.close(write)
    result = person.json("init", "xmpp", person.address, "--password-fd", str(read), "--kdf", "interactive", "--ca-file",
                         server.ca, *(["--server", place] if place else []), pass_fds=(read,))
    os.close(read)
    return person, result


def test_order(world, server):
    """A dead target first, then one that speaks something else, then TLS from the first byte."""
    seen = []

    def other(link):
        seen.append("other")
        link.say("220 this is mail\r\n")
        link.rest()
    with Hostile(6001, server.root, other), \
            Names(server.root, ("xmpp-client", TARGET, CLOSED, 1, 0), ("xmpps-client", TARGET, 6001, 2, 0),
                  ("xmpps-client", TARGET, server.direct, 3, 0), ("xmpp-client", TARGET, server.port, 4, 0)):
        person, result = join(world, server, "alice")
        result.expect(0)
    assert seen, "the order wasn't kept"
    with Names(server.root, ("xmpps-client", None, 0, 0, 0), ("xmpp-client", TARGET, server.port, 0, 0)):
        assert person.receive() == []


def test_domain_itself(world, server):
    with Proxy(server.port, listen=5222) as line:
        line.bad = False
        with Names(server.root):
            join(world, server, "alice")[1].expect(0)
        assert line.tries
        line.tries = []
        with Names(server.root, ("xmpp-client", None, 0, 0, 0)):
            assert "DNS names no server" in join(world, server, "alice")[1].expect(6).err
        assert not line.tries, "the domain says that it has none"


def test_certificate(world, server):
    """It must be for the address, not for what DNS says; and that is what the server is asked for (SNI)."""
    server.sign(TARGET)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(server.root, TARGET + ".crt"), os.path.join(server.root, TARGET + ".key"))
    names = []
    context.sni_callback = lambda link, name, _: names.append(name)

    def play(link):
        try:
            link.link = context.wrap_socket(link.link, server_side=True)
        finally:
            link.rest()
    with Hostile(6002, server.root, play) as other, Names(server.root, ("xmpps-client", TARGET, 6002, 0, 0)):
        result = join(world, server, "alice")[1]
        assert result.code != 0 and "certificate" in result.err, result.err
    assert names and set(names) == {"localhost"}, names
    assert b"<auth" not in other.seen and b"<stream" not in other.seen


def test_silent(world, server):
    """DNS that never answers: a verb ends when it was told to, and the interface answers keys."""
    with Names(server.root, ("xmpp-client", TARGET, server.port, 0, 0)):
        if FIRST_RUN:
            person = XmppPerson(world, server, "alice", place="")
        else:
            person, result = join(world, server, "alice")
            result.expect(0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 53))
        begun = time.monotonic()
        person.run("id").expect(0)
        opened = time.monotonic()
        assert person.json("receive", "--timeout", "1").code in (6, 7)
        assert time.monotonic() - opened < 4 + opened - begun
        if not shutil.which("tmux"):
            return
        interface = Interface(world, person)
        try:
            interface.shows("connecting")
            interface.keys(":")
            times = [press(interface, ":" + "abcdefg"[:at], "abcdefg"[at]) for at in range(7)]
            assert statistics.median(times) < ANSWER_S, times
            begun = time.monotonic()
            interface.keys("Escape")
            interface.close()
            assert time.monotonic() - begun < 4
        finally:
            interface.kill()


if __name__ == "__main__":
    if os.getuid() != 0 or not os.path.exists("/etc/resolv.conf") or not all(shutil.which(name) for name in ("ip", "unshare", "dnsmasq")):
        skip("needs root, ip, unshare and dnsmasq, for a network of its own")
    if "inside" not in sys.argv:
        if subprocess.run(["unshare", "-n", "-m", "true"], check=False, capture_output=True).returncode:
            skip("no network of its own can be had here")
        with World() as outer:
            path = os.path.join(outer.root, "resolv.conf")
            with open(path, "w") as file:
                file.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
            script = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"'
            sys.exit(subprocess.run(["unshare", "-n", "-m", "sh", "-c", script, path, sys.executable,
                                     os.path.abspath(__file__), "inside"], check=False).returncode)
    with Server("alice") as a_server, World() as a_world:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(a_world, a_server)
                print("ok", name, flush=True)

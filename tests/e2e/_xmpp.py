"""An XMPP server of the tests' own: Prosody on loopback, with a CA made for it, in a temporary folder."""
import json
import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading

from _first_run import with_account
from _world import FIRST_RUN, Person, skip, wait_for

HOST = "localhost"
# Debian's modules are there for Debian's Python, whatever else is first in the path.
PYTHON = "/usr/bin/python3"

CONFIG = """
run_as_root = false
daemonize = false
pidfile = "{root}/prosody.pid"
data_path = "{root}/data"
certificates = "{root}"
network_backend = "epoll"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{ {direct} }}
http_ports = {{ }}
https_ports = {{ {https} }}
https_ssl = {{ key = "{root}/server.key"; certificate = "{root}/server.crt" }}
http_external_url = "https://localhost:{https}/"
s2s_ports = {{ }}
modules_enabled = {{ "disco"; "roster"; "saslauth"; "tls"; "blocklist"; "carbons"; "pep"; "posix"; "ping";
    "offline"; {modules} }}
modules_disabled = {{ "s2s"; "dialback" }}
c2s_require_encryption = true
authentication = "internal_hashed"
storage = "internal"
default_archive_policy = true
c2s_stanza_size_limit = {stanza_bytes}
limits = {{ c2s = {{ rate = "100mb/s" }} }}
log = {{ {{ levels = {{ min = "{level}" }}, to = "file", filename = "{root}/prosody.log" }} }}
ssl = {{ key = "{root}/server.key"; certificate = "{root}/server.crt" }}
VirtualHost "localhost"
-- Profanity publishes its keys for all to read only where it sees a service of this kind.
Component "pubsub.localhost" "pubsub"
Component "rooms.localhost" "muc"
    modules_enabled = {{ {room_modules} }}
{components}
"""
# For Server(components=UPLOADS): a place for files.
UPLOADS = """
Component "upload.localhost" "http_file_share"
    http_file_share_size_limit = 6000000
    http_host = "localhost"
"""
ROOMS = "rooms.localhost"


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            skip(f"{program} is not installed")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def openssl(*words, cwd):
    subprocess.run(("openssl",) + words, cwd=cwd, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificates(root, name=HOST):
    """A CA and a certificate for NAME signed by it: ca.crt, server.key, server.crt in ROOT."""
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test CA",
            "-keyout", "ca.key", "-out", "ca.crt", cwd=root)
    sign(root, name, "server")


def sign(root, name, base, days=30):
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout", base + ".key",
            "-out", base + ".csr", cwd=root)
    with open(os.path.join(root, "names"), "w") as file:
        file.write("subjectAltName=DNS:" + name + "\n")
    openssl("x509", "-req", "-in", base + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", str(days),
            "-CAcreateserial", "-extfile", "names", "-out", base + ".crt", cwd=root)


class Server:
    """Prosody. MODULES: beyond the plain ones; LEVEL: of its log."""

    def __init__(self, *users, modules=("mam", "smacks", "csi_simple"), room_modules=("muc_mam",),
                 level="debug", components="", stanza_bytes=4194304, passwords=None):
        need("prosody", "openssl")
        self.level, self.stanza_bytes = level, stanza_bytes
        self.passwords = passwords or {user: password(user) for user in users}
        self.root = tempfile.mkdtemp(prefix="sotto-xmpp-")
        self.port, self.direct = free_port(), free_port()
        self.components, self.https = components, free_port() if components else ""
        self.process = None
        self.modules, self.room_modules = modules, room_modules
        make_certificates(self.root)
        accounts = os.path.join(self.root, "data", HOST, "accounts")
        os.makedirs(accounts)
        for user in users:
            with open(os.path.join(accounts, user + ".dat"), "w") as file:
                file.write('return { ["password"] = "%s" }\n' % self.passwords[user])
        os.chmod(self.root, 0o755)
        if os.getuid() == 0:
            self.owner = pwd.getpwnam("prosody")
            for path, folders, files in os.walk(self.root):
                for name in [path] + [os.path.join(path, file) for file in files]:
                    os.chown(name, self.owner.pw_uid, self.owner.pw_gid)
        self.start()

    @property
    def ca(self):
        return os.path.join(self.root, "ca.crt")

    def lists(self, name):
        """Whether NAME has published where their devices stand, which comes last."""
        path = os.path.join(self.root, "data", HOST, "pep_eu%2esiacs%2econversations%2eaxolotl%2edevicelist", name + ".list")
        return os.path.exists(path) and os.path.getsize(path) > 0

    @property
    def fingerprint(self):
        """Of its certificate, as it is shown."""
        shown = subprocess.run(["openssl", "x509", "-in", os.path.join(self.root, "server.crt"), "-noout",
                                "-fingerprint", "-sha256"], capture_output=True, text=True, check=True)
        return shown.stdout.strip().split("=")[1]

    def sign(self, name):
        """A certificate for another NAME, by the same CA."""
        sign(self.root, name, name)

    def sign_late(self, base):
        """A certificate for our name, by the same CA, that is out of date: BASE.crt."""
        sign(self.root, HOST, base, -1)

    @property
    def place(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        config = os.path.join(self.root, "prosody.cfg.lua")
        with open(config, "w") as file:
            file.write(CONFIG.format(
                root=self.root, port=self.port, direct=self.direct, level=self.level,
                https=self.https, components=self.components, stanza_bytes=self.stanza_bytes,
                modules=" ".join(f'"{name}";' for name in self.modules),
                room_modules=" ".join(f'"{name}";' for name in self.room_modules)))
        as_user = {}
        if os.getuid() == 0:
            as_user = dict(user=self.owner.pw_uid, group=self.owner.pw_gid, extra_groups=[])
        self.process = subprocess.Popen(["prosody", "--config", config, "-F"], cwd=self.root,
                                        env={**os.environ, "HOME": self.root}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)
        wait_for(self.answers, "the server")

    def answers(self):
        assert self.process.poll() is None, self.log()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def whole_log(self):
        with open(os.path.join(self.root, "prosody.log"), errors="replace") as file:
            return file.read()

    def log(self):
        try:
            return self.whole_log()[-3000:]
        except OSError:
            return "no log"

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def password(user):
    return "password of " + user


class XmppPerson(Person):
    """Somebody with an account on SERVER."""

    def __init__(self, world, server, name, home=None, make=True, **kwargs):
        super().__init__(world, name, home=home, make=False)
        self.server = server
        self.address = f"{name}@{HOST}"
        if make and FIRST_RUN:
            self.answer_for(**kwargs)
        elif make:
            self.join(**kwargs).expect(0)

    def answer_for(self, place=None):
        """No CA that a new user has vouches for the server: the user does, for its certificate."""
        self.answer_questions(with_account(self.address, self.server.place if place is None else place),
                              server=(self.server.fingerprint[:11], password(self.name)),
                              is_ready=lambda: self.server.lists(self.name))

    def join(self, *more, place=None, ca=True, secret=None):
        """`init xmpp` with the options MORE, the account's password on a pipe of its own."""
        read, write = os.pipe()
        os.write(write, ((secret or password(self.name)) + "\n").encode())
        os.close(write)
        options = [*more] + (["--ca-file", self.server.ca] if ca else [])
        try:
            return self.json("init", "xmpp", self.address, "--password-fd", str(read), "--server",
                             place or self.server.place, "--kdf", "floor", *options,
                             pass_fds=(read,))
        finally:
            os.close(read)


class Peer:
    """Somebody with another client: tests/e2e/_omemo_peer.py, in a process of its own."""

    def __init__(self, server, name, keys):
        test = subprocess.run([PYTHON, "-c", "import slixmpp, oldmemo.etree"], capture_output=True)
        if test.returncode:
            skip("python3-slixmpp, python3-oldmemo and python3-xmlschema are not installed")
        self.address, self.events = f"{name}@{HOST}", []
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_omemo_peer.py")
        self.process = subprocess.Popen(
            [PYTHON, "-P", script, self.address, password(name), str(server.port), server.ca, keys],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        self.device = self.wait("ready")["device"]

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def wait(self, what, **fields):
        """The next event of that kind, with those fields; it is used up."""
        def find():
            for event in self.events:
                if event["is"] == what and all(event.get(key) == value for key, value in fields.items()):
                    self.events.remove(event)
                    return event
            assert self.process.poll() is None, self.process.stderr.read().decode()
            return None
        try:
            return wait_for(find, f"{what} {fields}", 30)
        except AssertionError as why:
            raise AssertionError(f"{why}; came: {self.events}") from None

    def tell(self, **command):
        self.process.stdin.write((json.dumps(command) + "\n").encode())
        self.process.stdin.flush()

    def send(self, to, text, *beside, id=None):
        self.tell(send=text, to=to, beside=beside, id=id)
        return self.wait("sent")["id"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(20)


ACCOUNT = """[{name}]
enabled=true
jid={name}@{host}
server=127.0.0.1
port={port}
resource=prof
password={password}
tls.policy=trust
"""
SETTINGS = """[ui]
splash=false
wins.autotidy=false
[connection]
account={name}
[omemo]
policy=always
trustmode=blind
"""


class Profanity:
    """Somebody who runs Profanity, in a tmux of its own. The account must have a device list already."""

    def __init__(self, server, name, folder):
        need("profanity", "tmux")
        os.makedirs(os.path.join(folder, "config/profanity"), exist_ok=True)
        os.makedirs(os.path.join(folder, "data/profanity"), exist_ok=True)
        values = dict(name=name, host=HOST, port=server.port, password=password(name))
        for path, text in (("data/profanity/accounts", ACCOUNT), ("config/profanity/profrc", SETTINGS)):
            with open(os.path.join(folder, path), "w") as file:
                file.write(text.format(**values))
        self.name, self.folder, self.address = name, folder, f"{name}@{HOST}"
        self.tmux = ["tmux", "-S", os.path.join(folder, "tmux")]
        self.start()
        self.wait("logged in successfully")
        # It must have seen the service before it publishes; what it asked itself was answered first.
        self.type("/disco items localhost")
        self.wait("pubsub.localhost")
        self.type("/omemo gen")
        self.wait("publish own device ID")

    def start(self):
        self.run("-f", "/dev/null", "new-session", "-d", "-s", self.name, "-x", "130", "-y", "50", "env",
                 f"XDG_CONFIG_HOME={self.folder}/config", f"XDG_DATA_HOME={self.folder}/data",
                 f"XDG_CACHE_HOME={self.folder}/cache", "LC_ALL=C.UTF-8", "profanity", "-a", self.name)

    def stop(self):
        """Leave as a user does; start() comes back."""
        def is_gone():
            try:
                self.type("/quit")
                return False
            except subprocess.CalledProcessError:
                return True
        wait_for(is_gone, "Profanity's end")

    def stored(self, address):
        """What its own log holds of the words from ADDRESS, in the order in which they were stored."""
        path = os.path.join(self.folder, "data/profanity/database", self.address.replace("@", "_at_"), "chatlog.db")
        with sqlite3.connect(path) as log:
            return [row[0] for row in log.execute(
                "select message from ChatLogs where from_jid = ? order by id", (address,))]

    def run(self, *words):
        return subprocess.run(self.tmux + list(words), check=True, capture_output=True).stdout.decode()

    def pane(self):
        return self.run("capture-pane", "-p")

    def wait(self, text):
        try:
            wait_for(lambda: text in self.pane(), text, 30)
        except AssertionError as why:
            raise AssertionError(f"{why}:\n{self.pane()}") from None

    def type(self, line):
        self.run("send-keys", "-l", line)
        self.run("send-keys", "Enter")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(self.tmux + ["kill-server"], check=False, capture_output=True)

"""What the end-to-end tests share: people with homes of their own on one spool, and the real binary."""
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

SOTTO = os.environ["SOTTO"]
PASSPHRASE = "a passphrase that nobody should ever see 4711"
DEADLINE = 60
FIRST_RUN = os.environ.get("E2E_FIRST_RUN") == "yes"


def skip(why):
    print(why)
    sys.exit(77)


def patience(seconds):
    """SECONDS of a machine that has nothing else to do: more where others want its processors too."""
    return seconds * max(1, os.getloadavg()[0] / os.cpu_count())


def wait_for(condition, what, deadline=DEADLINE):
    """Wait until condition() is true; no test knows how long a thing takes."""
    end = time.monotonic() + patience(deadline)
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("waited in vain for " + what)


def write_file(path, data):
    with open(path, "wb") as file:
        file.write(data)
    return path


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


@contextlib.contextmanager
def display():
    """The name of an X display that lives as long as this is open."""
    name = f":{random.randint(100, 30000)}"
    server = subprocess.Popen(["Xvfb", name, "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: os.path.exists(f"/tmp/.X11-unix/X{name[1:]}"), "the display")
        yield name
    finally:
        server.terminate()
        server.wait()


class World:
    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="sotto-e2e-")
        os.chmod(self.root, 0o755)
        self.spool = os.path.join(self.root, "spool")
        # What starts note isn't the user's business.
        os.environ["XDG_STATE_HOME"] = os.path.join(self.root, "state")

    def person(self, name, **kwargs):
        return Person(self, name, **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        assert "CRITICAL **" not in err, err

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def expect(self, code):
        assert self.code == code, f"exit code {self.code}, not {code}: {self.out}{self.err}"
        return self


class Person:
    program = (SOTTO,)

    def __init__(self, world, name, home=None, make=True, uid=None):
        self.world, self.name, self.uid = world, name, uid
        self.home = home or os.path.join(world.root, "home-" + name)
        self.passphrase = PASSPHRASE
        if uid is not None:
            os.mkdir(self.home, 0o700)
            os.chown(self.home, uid, uid)
        if make and FIRST_RUN:
            self.answer_questions()
        elif make:
            # A name that is there already is meant to be one of several devices.
            more = ["--device"] if self.has_devices() else []
            self.run("init", "local", "--name", name, "--spool", world.spool,
                     "--kdf", "floor", *more).expect(0)

    def has_devices(self):
        folder = os.path.join(self.world.spool, self.name, "devices")
        return os.path.isdir(folder) and any(name.endswith(".xml") for name in os.listdir(folder))

    def answer_questions(self, *place, **kwargs):
        """Make the profile as a user does (_first_run.py); it is where that puts it, and opened with --home."""
        import _first_run
        user = tempfile.mkdtemp(dir=self.world.root)
        if self.uid is not None:
            os.chown(user, self.uid, self.uid)
        place = place or (_first_run.on_spool_of(self.name, self.world.spool, self.has_devices()),)
        self.home = _first_run.make(user, *place, self.passphrase, program=self.program, uid=self.uid, **kwargs)

    def where(self):
        """The options that name the profile."""
        return "--home", self.home

    def start(self, *words, stdin=subprocess.DEVNULL, passphrase=True, env=None, **kwargs):
        """Start sotto, the passphrase on a pipe of its own."""
        arguments = [*self.program, *self.where()]
        read = None
        if passphrase:
            read, write = os.pipe()
            os.write(write, (self.passphrase + "\n").encode())
            os.close(write)
            arguments += ["--passphrase-fd", str(read)]
            kwargs["pass_fds"] = tuple(kwargs.get("pass_fds", ())) + (read,)
        if self.uid is not None:
            kwargs.update(user=self.uid, group=self.uid, extra_groups=[])
        process = subprocess.Popen(arguments + list(words), stdin=stdin, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=env, **kwargs)
        if read is not None:
            os.close(read)
        return process

    def run(self, *words, input=None, passphrase=True, timeout=DEADLINE, **kwargs):
        process = self.start(*words, passphrase=passphrase,
                             stdin=subprocess.DEVNULL if input is None else subprocess.PIPE, **kwargs)
        out, err = process.communicate(
            input.encode() if isinstance(input, str) else input, timeout=timeout)
        return Result(process.returncode, out.decode(), err.decode(errors="replace"))

    def json(self, *words, **kwargs):
        return self.run("--json", *words, **kwargs)

    def send(self, to, body, *options, code=0):
        return self.json("send", to, body, *options).expect(code)

    def receive(self):
        result = self.json("receive")
        assert result.code in (0, 7), result.err
        return result.rows

    def confirm(self, other):
        """Trust another device of the own account, by what its own screen shows; a number: another client's."""
        rows = {row["device"]: row for row in self.json("devices").expect(0).rows}
        row = rows[other] if isinstance(other, int) else other.json("id").expect(0).rows[0]
        own = self.json("id").expect(0).rows[0]["address"]
        self.run("trust", own, str(row["device"]), "trusted",
                 "--fingerprint", row["fingerprint"][:8]).expect(0)

    def bodies(self, address):
        return [row["body"] for row in
                self.json("history", address, "--limit", "100000").expect(0).rows]

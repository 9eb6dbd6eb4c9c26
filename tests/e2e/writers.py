"""Whatever is written outside the spool: on an empty HOME, where the folders named aren't there, where nothing may be
written, and on a full disk. Verbs are confined as the interface is; first_session.py tries what that one writes."""
import os
import re
import subprocess
import sys

import _first_run
from _terminal import Terminal
from full import fill, mounted, unmount
from _world import SOTTO, World, Person, read_file, skip, wait_for, write_file

# The ordinary run takes the harder half of each.
LONG = os.environ.get("E2E_LONG") == "yes"
NEW = "another passphrase that nobody sees"


class Home(Person):
    """Somebody of whom sotto knows nothing but the environment: HOME, and the folders that it names."""

    def __init__(self, world, name, home, folders=("", "", "")):
        super().__init__(world, name, home=home, make=False)
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "SOTTO_"))}
        self.env.update(HOME=home, **dict(zip(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), folders)))

    def where(self):
        return ()

    def run(self, *words, **kwargs):
        return super().run(*words, env=self.env, **kwargs)

    def with_new(self, *words):
        read, write = os.pipe()
        os.write(write, (NEW + "\n").encode())
        os.close(write)
        try:
            return self.run(*words, "--new-passphrase-fd", str(read), pass_fds=(read,))
        finally:
            os.close(read)


def init(person, world):
    return person.run("init", "local", "--name", person.name, "--spool", world.spool, "--kdf", "floor")


# What writes, and whether it wrote; each a function of (ada, ben, folder of her own).
def set_one(ada, ben, folder):
    return ada.run("set", "time_format", "iso")


def send(ada, ben, folder):
    return ada.run("send", "ben", input="from an empty home")


def receive(ada, ben, folder):
    ben.send(ada.name, "into an empty home")
    return ada.run("receive")


def save(ada, ben, folder):
    row = ada.json("file", "list", "ben").rows
    return ada.run("file", "save", "ben", row[0]["id"] if row else "0" * 32, os.path.join(folder, "saved"))


def expire(ada, ben, folder):
    return ada.run("expire", "ben", "1w")


def add(ada, ben, folder):
    return ada.run("contact", "add", "zoe")


def change(ada, ben, folder):
    return ada.with_new("passphrase")


WRITERS = (set_one, send, receive, save, expire, add, change)


def test_empty(world):
    """And where the environment names folders that aren't there, deep in the home: nothing goes elsewhere."""
    ben = world.person("ben")
    named = [os.path.join("deep", "er", name) for name in ("config", "data", "state")]
    for count, folders in enumerate((named, ("", "", "")) if LONG else (named,)):
        home = os.path.join(world.root, f"home{count}")
        os.mkdir(home)
        ada = Home(world, f"ada{count}", home, [name and os.path.join(home, name) for name in folders])
        # A setting before there is a profile, too.
        set_one(ada, ben, home).expect(0)
        init(ada, world).expect(0)
        ben.run("send", ada.name, input="hello").expect(0)
        ben.run("file", "send", ada.name, write_file(os.path.join(world.root, "a file"), b"what is in it")).expect(0)
        ada.run("receive").expect(0)
        for write in WRITERS:
            write(ada, ben, home).expect(0)
            if write is change:
                ada.passphrase = NEW
        config, data, state = (os.path.join(home, name or usual) for name, usual in
                               zip(folders, (".config", ".local/share", ".local/state")))
        assert b"time_format=iso" in read_file(os.path.join(config, "sotto", "config"))
        assert read_file(os.path.join(home, "saved")) == b"what is in it"
        assert {"header", "store.db"} <= set(os.listdir(os.path.join(data, "sotto", "default")))
        assert os.listdir(os.path.join(state, "sotto", "starts"))
        assert sorted(os.listdir(home)) == sorted({"saved", *(os.path.relpath(path, home).split("/")[0]
                                                              for path in (config, data, state))})
        for path in (config, data, state):
            assert os.stat(os.path.join(path, "sotto")).st_mode & 0o077 == 0, path


def contents(folder):
    return {path: read_file(path) for root, _, names in os.walk(folder)
            for path in (os.path.join(root, name) for name in names)
            if os.path.basename(path) in ("config", "header", "saved", "note")}


def read_only(home):
    subprocess.run(["mount", "-o", "remount,ro", home], check=True)
    return "Read-only", lambda: subprocess.run(["mount", "-o", "remount,rw", home], check=True)


def full(home):
    # Nothing is kept aside any more.
    os.unlink(os.path.join(home, ".local/share/sotto/default/ballast"))
    filler = fill(home)
    return "full|No space", lambda: os.unlink(filler)


def interface(home, user, word):
    """How the interface ends there, and what it said."""
    terminal = Terminal([SOTTO], env={"HOME": user, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""})
    questions = [(b"Passphrase: ", word)] if user == home else [
        *_first_run.on_spool_of("eve", os.path.join(home, "..", "spool")), (b"How long", ""), (b"How much", "")]
    for question, answer in questions:
        wait_for(lambda: question in terminal.written or terminal.process.poll() is not None, repr(question))
        if terminal.process.poll() is None:
            terminal.type(answer.encode() + b"\n")
    terminal.end()
    return terminal.process.returncode, terminal.written.decode()


def test_refused(world):
    """A sentence, and nothing lost: what was there is, what waited comes, the passphrase is what it was."""
    ben = world.person("ben")
    for count, refuse in enumerate((full, read_only) if LONG else (full,)):
        home = os.path.join(world.root, f"small{count}")
        if not mounted(home, "24m"):
            skip("a small file system can't be mounted here")
        try:
            ada = Home(world, f"ada{count}", home)
            init(ada, world).expect(0)
            ada.run("set", "time_format", "12h").expect(0)
            ben.run("send", ada.name, input="hello").expect(0)
            ben.run("file", "send", ada.name, write_file(os.path.join(world.root, "a file"), b"x" * 9999)).expect(0)
            ada.run("receive").expect(0)
            before = contents(home)
            word, allow = refuse(home)
            for write in WRITERS:
                result = write(ada, ben, home)
                assert result.code == 1 and re.search(word, result.err), (write, result.code, result.err)
                assert len(result.err.strip().splitlines()) <= 2, result.err
            users = [home] + ([os.path.join(home, "eve")] if refuse is read_only else [])
            for user in users:
                code, said = interface(home, user, ada.passphrase)
                assert code == 1 and re.search(word, said) and "Once more" not in said, (code, said)
            allow()
            assert contents(home) == before
            assert [row["body"] for row in ada.json("receive").rows] == ["into an empty home"]
            # The control: the same ones go through.
            for write in WRITERS:
                write(ada, ben, home).expect(0)
        finally:
            unmount(home)


def test_standard_output(world):
    """What is exported goes there; it may be a file on a full disk."""
    ada = world.person("ada")
    for words in (("journal",), ("--json", "journal"), ("id",), ("settings",)):
        with open("/dev/full", "wb") as nowhere:
            read, write = os.pipe()
            os.write(write, (ada.passphrase + "\n").encode())
            os.close(write)
            done = subprocess.run([SOTTO, "--home", ada.home, "--passphrase-fd", str(read), *words], stdout=nowhere,
                                  stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, pass_fds=(read,), timeout=60)
            os.close(read)
        assert done.returncode == 1 and b"space" in done.stderr, (words, done.returncode, done.stderr)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for test in (test_empty, test_standard_output, test_refused):
        if test is test_refused and os.getuid() != 0:
            skip("mounting small file systems needs root")
        if not wanted or test.__name__ in wanted:
            with World() as a_world:
                test(a_world)
            print("ok", test.__name__)

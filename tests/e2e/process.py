"""Nothing stays behind on the terminal however sotto ends, and what stands around its processes."""
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import time

from _terminal import Terminal, no_core_limit
from _tmux import Tmux, passphrase_file, set_settings
from _world import PASSPHRASE, SOTTO, Person, World, patience, skip, wait_for
from uids import as_uid

WORD = "quartzite"
ADA, BEN = 21001, 21002
PTRACE_ATTACH, PTRACE_DETACH, PR_SET_PTRACER = 16, 17, 0x59616d61

if not shutil.which("tmux"):
    skip("tmux isn't installed")


# -- processes ---------------------------------------------------------------------------------------

def children(pid):
    """Of all its threads."""
    found = []
    for task in tasks(pid):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(word) for word in file.read().split()]
        except FileNotFoundError:
            pass
    return found


def tasks(pid):
    try:
        return os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return []


def status_of(pid, task):
    with open(f"/proc/{pid}/task/{task}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def is_sotto(pid):
    try:
        return status_of(pid, pid)["Name"] == "sotto"
    except FileNotFoundError:
        return False


def is_gone(pid):
    """A zombie that nobody has waited for yet is gone as well."""
    try:
        return status_of(pid, pid)["State"].startswith("Z")
    except (FileNotFoundError, ProcessLookupError):
        return True


def only_sotto(pid):
    """The one sotto among its children."""
    found = [child for child in children(pid) if is_sotto(child)]
    return found[0] if len(found) == 1 else None


# -- a shell in tmux ---------------------------------------------------------------------------------

class Server(Tmux):
    """A tmux of its own; OPTIONS are set before the first window."""
    target = "s:"

    def __init__(self, world, options=(), size=(80, 24), command="", term=None):
        super().__init__(world, PS1="$ ", HISTFILE="", INPUTRC="/dev/null",
                         **({"TERM": term} if term else {}))
        words = ["start-server"]
        for name, value in (("focus-events", "on"), *options):
            words += [";", "set-option", "-g", name, value]
        words += [";", "new-session", "-d", "-s", "s", "-x", str(size[0]), "-y", str(size[1])]
        self(*words, command or "exec bash --norc --noprofile")


class Shell:
    """A bash in SERVER that starts the interface of a person; SCREENS are the tmuxes that show it."""

    def __init__(self, world, server, screens=()):
        self.world, self.server, self.screens = world, server, (server, *screens)
        self.pid = int(server.value("pane_pid"))
        self.marks = 0
        self.parent = self.child = None

    def mark(self):
        """The shell answers, and all that was written before has arrived."""
        self.marks += 1
        self.server.line(f"echo mark-$(({self.marks}+1000))")
        for screen in self.screens:
            screen.shows(f"mark-{self.marks + 1000}\n")

    def modes(self):
        path = os.path.join(self.world.root, f"stty-{id(self)}")
        if os.path.exists(path):
            os.unlink(path)
        self.server.line(f"stty -a >{path}.new; mv {path}.new {path}")
        wait_for(lambda: os.path.exists(path), "stty")
        with open(path) as file:
            return file.read()

    def start(self, home, words="", env=""):
        self.server.line(f"{env} {SOTTO} --home {home} --passphrase-fd 3 {words} "
                         f"3<{passphrase_file(self.world)}")
        self.find()

    def find(self):
        self.parent = wait_for(lambda: only_sotto(self.pid), "the broker")
        self.child = wait_for(lambda: only_sotto(self.parent), "the interface")

    def read(self):
        """Open the conversation; the word is on every screen."""
        wait_for(lambda: self.has(self.server, " ben"), "the contacts", 20)
        self.server.keys("Enter")
        for screen in self.screens:
            wait_for(lambda: self.has(screen, WORD), "the word", 20)

    def has(self, screen, text):
        """A tmux inside another one says at times that nobody looks: then any key uncovers."""
        shown = screen.text()
        if "any key shows it again" in shown:
            self.server.keys("Up")
        return self.server.is_known() and text in shown

    def ended(self):
        """Nobody of them is left, and the terminal is the shell's again."""
        wait_for(lambda: is_gone(self.parent) and is_gone(self.child), "the end of both")
        wait_for(lambda: self.server.value("pane_current_command") == "bash", "the shell")

    def holds_nothing(self, what):
        for screen in self.screens:
            text = screen.all_text()
            assert WORD not in text, f"after {what}:\n{text}"


# -- what stays on the terminal ----------------------------------------------------------------------

def control(shell):
    """What is printed is found: the search would find what sotto left."""
    path = os.path.join(shell.world.root, "printed")
    with open(path, "w") as file:
        file.write(WORD + "\n" * 100)
    shell.server.line(f"cat {path}")
    shell.mark()
    assert WORD in shell.server.all_text(), "the search finds nothing"
    shell.server.line("clear; tmux clear-history; clear; tmux clear-history")
    shell.mark()
    shell.holds_nothing("clearing")


def by_quitting(shell):
    shell.server.keys("C-q")


def by_term(shell):
    os.kill(shell.parent, signal.SIGTERM)


def by_term_to_the_child(shell):
    os.kill(shell.child, signal.SIGTERM)


def by_interrupt_of_the_child(shell):
    os.kill(shell.child, signal.SIGINT)


def by_quit_signal_to_both(shell):
    os.kill(shell.parent, signal.SIGQUIT)
    os.kill(shell.child, signal.SIGQUIT)


def by_crash(shell):
    os.kill(shell.child, signal.SIGSEGV)


def by_kill(shell):
    os.kill(shell.child, signal.SIGKILL)


def by_kill_of_the_broker(shell):
    os.kill(shell.parent, signal.SIGKILL)


def check_ends(shell, ada, ends):
    before = shell.modes()
    for end in ends:
        shell.start(ada.home)
        shell.read()
        end(shell)
        shell.ended()
        shell.mark()
        shell.holds_nothing(end.__name__)
        after = shell.modes()
        assert after == before, f"{end.__name__}: {before}\n{after}"


def check_lock(shell, ada):
    before = shell.modes()
    shell.start(ada.home)
    shell.read()
    shell.server.keys("C-x", "l")
    shell.server.shows("Locked")
    shell.holds_nothing("locking")
    by_quitting(shell)
    shell.ended()
    shell.mark()
    shell.holds_nothing("locking and leaving")
    assert shell.modes() == before


def check_suspend(shell, ada):
    before = shell.modes()
    shell.start(ada.home)
    shell.read()
    shell.server.keys("C-z")
    wait_for(lambda: shell.server.value("pane_current_command") == "bash", "the shell")
    shell.mark()
    shell.holds_nothing("suspending")
    assert shell.modes() == before
    shell.server.line("fg")
    # A stopped process keeps no keys.
    shell.server.shows("Locked")
    by_quitting(shell)
    shell.ended()
    shell.mark()
    shell.holds_nothing("going on and leaving")
    assert shell.modes() == before


def check_plain_suspend(shell, ada):
    """The keys are gone before the job stops, and what was half typed; the terminal is the shell's."""
    before = shell.modes()
    shell.server.line("clear; tmux clear-history")
    wait_for(lambda: "Stopped" not in shell.server.text(), "a clear screen")
    shell.start(ada.home, "--plain")
    shell.server.shows("/help lists the commands")
    shell.server.keys("-l", "half a line")
    shell.server.keys("C-z")
    shell.server.shows("Stopped")
    said = shell.server.text()
    assert said.index("half a line") < said.index("Locked.") < said.index("Stopped"), said
    assert shell.modes() == before
    shell.server.line("fg")
    shell.server.shows("Passphrase:")
    shell.server.line(PASSPHRASE)
    wait_for(lambda: shell.server.text().rstrip().endswith(">"), "the prompt")
    assert "half a line" not in ada.run("history", "ben", passphrase=False).expect(0).out
    by_kill(shell)
    shell.ended()
    assert shell.modes() == before
    shell.server.line("clear; tmux clear-history; clear; tmux clear-history")


def check_detach(shell, outer, ada):
    """The inner tmux loses its client."""
    shell.start(ada.home)
    shell.read()
    shell.server("detach-client", "-s", "s")
    outer.shows("[detached")
    shell.server.shows("Locked")
    shell.holds_nothing("detaching")
    by_quitting(shell)
    shell.ended()


ENDS = (by_quitting, by_term, by_term_to_the_child, by_interrupt_of_the_child, by_quit_signal_to_both,
        by_crash, by_kill, by_kill_of_the_broker)


def test_in_tmux(world, ada):
    server = Server(world)
    try:
        shell = Shell(world, server)
        control(shell)
        check_ends(shell, ada, ENDS)
        check_lock(shell, ada)
        check_suspend(shell, ada)
        check_plain_suspend(shell, ada)
    finally:
        server.kill()


def test_without_alternate_screen(world, ada):
    server = Server(world, (("alternate-screen", "off"),))
    try:
        shell = Shell(world, server)
        shell.start(ada.home)
        shell.server.shows("alternate-screen off")
        by_quitting(shell)
        shell.ended()
        check_ends(shell, ada, ENDS)
        check_lock(shell, ada)
        check_suspend(shell, ada)
    finally:
        server.kill()


def test_in_tmux_in_tmux(world, ada):
    inner = Server(world, (("status", "off"),))
    outer = Server(world, command=f"TMUX= tmux -S {inner.socket} attach -t s; exec sleep 60")
    try:
        wait_for(lambda: inner.value("session_attached") == "1", "a client")
        shell = Shell(world, inner, (outer,))
        check_ends(shell, ada, (by_quitting, by_crash, by_kill, by_kill_of_the_broker))
        check_lock(shell, ada)
        check_suspend(shell, ada)
        check_detach(shell, outer, ada)
    finally:
        outer.kill()
        inner.kill()


# -- what others of the same user can do ---------------------------------------------------------------

def interface(person, **kwargs):
    """Its interface on a terminal, the passphrase on a pipe; its child's id too."""
    read, write = os.pipe()
    os.write(write, (person.passphrase + "\n").encode())
    os.close(write)
    terminal = Terminal([SOTTO, "--home", person.home, "--passphrase-fd", str(read)],
                        uid=person.uid, pass_fds=(read,), **kwargs)
    os.close(read)
    terminal.wrote(b"Contacts")
    return terminal, wait_for(lambda: only_sotto(terminal.process.pid), "the interface")


def is_readable(path):
    try:
        with open(path, "rb") as file:
            if path.endswith("/environ"):
                file.read()
        return True
    except PermissionError:
        return False


def attach(pid):
    """By ptrace; and away again."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) != 0:
        return False
    os.waitpid(pid, 0x40000000)
    libc.ptrace(PTRACE_DETACH, pid, None, None)
    return True


def look_into(pid, is_open):
    assert is_readable(f"/proc/{pid}/environ") == is_open, f"environ of {pid}"
    assert is_readable(f"/proc/{pid}/mem") == is_open, f"mem of {pid}"
    assert attach(pid) == is_open, f"tracing {pid}"


def is_protected(pid):
    """Whether sotto is beyond its start; where the kernel has no filter its threads say so."""
    status = status_of(pid, pid)
    return status.get("Seccomp") == "2" or ("Seccomp" not in status and len(tasks(pid)) > 1)


def may_be_traced():
    """Where the kernel lets a process be traced by its descendants only: by anybody."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


def check_core(folder, process, pid, what):
    os.kill(pid, signal.SIGSEGV)
    process.wait(20)
    assert not os.listdir(folder), f"{what} left {os.listdir(folder)}"


def dumps_core(folder, uid):
    """The control: whether a crash leaves anything on this host."""
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", f"cd {folder}; ulimit -c unlimited; exec sleep 60"],
                         os.environ)
    wait_for(lambda: status_of(pid, pid)["Name"] == "sleep", "the control")
    os.kill(pid, signal.SIGSEGV)
    is_dumped = os.WCOREDUMP(os.waitpid(pid, 0)[1])
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    return is_dumped


def check_confined(pid):
    for task in tasks(pid):
        row = status_of(pid, task)
        assert row["Seccomp"] == "2" and row["NoNewPrivs"] == "1", row


def check_status(person, broker):
    row, = person.json("status").expect(0).rows
    states = row["process"]
    for name in ("trace", "core_files", "locked_memory", "freed_memory", "dump", "system_calls",
                 "file_system"):
        assert states[name] in ("on", "not available"), states
    assert not broker or states["broker"] == "on" and states["locked_stack"] == "on", states
    return states


def test_other_processes(world, ada):
    del ada
    if os.getuid() != 0:
        print("what others of the user can do isn't tried: real users need root")
        return
    os.mkdir(world.spool)
    os.chmod(world.spool, 0o1777)
    os.chmod(world.root, 0o1777)
    cat = Person(world, "cat", uid=ADA)
    folder = os.path.join(world.root, "cores")
    os.mkdir(folder)
    os.chown(folder, ADA, ADA)
    sleeper = subprocess.Popen(["sleep", "60"], user=ADA, group=ADA, extra_groups=[],
                               preexec_fn=may_be_traced)
    as_uid(ADA, lambda: look_into(sleeper.pid, True))
    sleeper.kill()
    sleeper.wait()
    if not dumps_core(folder, ADA):
        print("no crash leaves a core file on this host: that sotto's doesn't says little")
    check_status(cat, False)
    terminal, child = interface(cat, cwd=folder)
    check_status(cat, True)
    check_confined(child)
    for pid in (child, terminal.process.pid):
        as_uid(ADA, lambda: look_into(pid, False))
    check_core(folder, terminal.process, child, "the interface")
    follower = cat.start("receive", "--follow", cwd=folder, preexec_fn=no_core_limit)
    # Before it protects itself it tries whether there can be threads.
    wait_for(lambda: is_protected(follower.pid), "the follower")
    as_uid(ADA, lambda: look_into(follower.pid, False))
    check_core(folder, follower, follower.pid, "the follower")


# -- what is written -----------------------------------------------------------------------------------

def strings_in(written):
    """The operating system commands among it."""
    return re.findall(rb"\033\]([^\007\033]*)", written)


def test_what_is_written(world, ada):
    del world
    assert strings_in(b"\033]2;zebra\007\033]52;c;eA==\033\\") == [b"2;zebra", b"52;c;eA=="]
    terminal, child = interface(ada)
    del child
    terminal.wrote(b"ben")
    terminal.type(b"\r")
    terminal.wrote(WORD.encode())
    terminal.type(b"\x11")
    terminal.process.wait(20)
    wait_for(lambda: terminal.written.endswith(b"3J"), "the end of what is written")
    found = strings_in(terminal.written)
    assert b"2;sotto" in found, found
    for text in found:
        assert not text.startswith(b"52"), text
        assert not text.startswith((b"0;", b"1;", b"2;")) or text == b"2;sotto", text


def test_passphrase(world, ada):
    del world
    terminal = Terminal([SOTTO, "--home", ada.home], typed=b"typed too early\n")
    terminal.wrote(b"Passphrase: ")
    assert not terminal.local_modes() & termios.ECHO and terminal.local_modes() & termios.ICANON
    for seconds in (0.9, 1.9):
        since = len(terminal.written)
        terminal.type(b"mistaken\n")
        terminal.wrote(b"assphrase", since)
        began = time.monotonic()
        wait_for(lambda: not terminal.local_modes() & termios.ECHO, "no echo")
        terminal.type(b"while it waits\n")
        terminal.wrote(b"Passphrase: ", since)
        assert time.monotonic() - began > seconds, time.monotonic() - began
        text = terminal.written[since:].decode()
        assert "mistaken" not in text and "while it waits" not in text, text
        assert len(text.split("\n")) == 3, text
    terminal.type(PASSPHRASE.encode() + b"\n")
    terminal.wrote(b"ben")
    assert PASSPHRASE.encode() not in terminal.written
    terminal.type(b"\x11")
    assert terminal.process.wait(20) == 0


def test_demo(world, ada):
    """Its spool, profiles and peers are gone when it ends."""
    del ada
    folder = os.path.join(world.root, "demo")
    os.mkdir(folder)
    terminal = Terminal([SOTTO, "demo"], env={"TMPDIR": folder, "XDG_STATE_HOME": folder})
    # It opens on what can be done there.
    terminal.wrote(b"This is a demo. Enter opens ada")
    # The control: they are there.
    assert os.listdir(folder)
    terminal.type(b"\x11")
    assert terminal.process.wait(20) == 0
    wait_for(lambda: not os.listdir(folder), "nothing to be left of the demo")


def test_wait_ends(world, ada):
    """C-c ends the waiting, and the terminal is as it was."""
    del world
    terminal = Terminal([SOTTO, "--home", ada.home])
    before = terminal.local_modes()
    terminal.wrote(b"Passphrase: ")
    for _ in range(2):
        since = len(terminal.written)
        terminal.type(b"mistaken\n")
        terminal.wrote(b"assphrase", since)
        wait_for(lambda: not terminal.local_modes() & termios.ECHO, "no echo")
        if _ == 0:
            terminal.wrote(b"Passphrase: ", since)
    terminal.type(b"\x03")
    began = time.monotonic()
    terminal.process.wait(20)
    assert time.monotonic() - began < patience(1.5)
    assert terminal.local_modes() == before, (oct(terminal.local_modes()), oct(before))


def main():
    wanted = sys.argv[1:]
    with World() as world:
        ada, ben = world.person("ada"), world.person("ben")
        set_settings(ada, "screen_mode = open\n")
        ben.send("ada", f"the word is {WORD}")
        for name, test in list(globals().items()):
            if name.startswith("test_") and (not wanted or name in wanted):
                began = time.monotonic()
                if name == "test_other_processes":
                    with World() as another:
                        test(another, None)
                else:
                    test(world, ada)
                print(f"ok {name} ({time.monotonic() - began:.1f} s)")


if __name__ == "__main__":
    main()

"""Servers that no CA vouches for: shown, asked about, believed by exactly one certificate, or not at all."""
import os

from _tmux import Tmux, passphrase_file
from _world import SOTTO, World, wait_for
from _xmpp import Server, XmppPerson, make_certificates, password


class Shell(Tmux):
    def __init__(self, world):
        super().__init__(world)
        self("new-session", "-d", "-s", self.target, "-x", "120", "-y", "50", "bash --norc")


def stranger(world, server, name, folder):
    return XmppPerson(world, server, name, home=os.path.join(world.root, folder), make=False)


def test_headless(server, world):
    pin = server.fingerprint
    refused = stranger(world, server, "alice", "refused").join(ca=False).expect(5)
    assert pin in refused.err and "--pin" in refused.err, refused.err
    stranger(world, server, "alice", "refused").join("--pin", "abcd", ca=False).expect(2)
    other = "00" + pin[2:] if pin[:2] != "00" else "11" + pin[2:]
    refused = stranger(world, server, "alice", "refused").join("--pin", other, ca=False).expect(5)
    assert pin in refused.err and other in refused.err, refused.err
    assert not os.path.exists(os.path.join(world.root, "refused", "header"))
    alice = stranger(world, server, "alice", "alice")
    alice.join("--pin", pin.replace(":", "").lower(), ca=False).expect(0)
    alice.json("receive").expect(7)
    return alice


def change_certificate(server, world):
    """The same server with another key and another CA."""
    server.stop()
    folder = os.path.join(world.root, "other")
    os.mkdir(folder)
    make_certificates(folder)
    for name in ("server.key", "server.crt"):
        with open(os.path.join(folder, name), "rb") as file, open(os.path.join(server.root, name), "wb") as to:
            to.write(file.read())
    server.start()


def test_another_certificate(alice, server, world):
    former = server.fingerprint
    change_certificate(server, world)
    alice.json("send", "bob@localhost", "zebra").expect(6)
    result = alice.run("receive", "--timeout", "20")
    assert former in result.err and server.fingerprint in result.err, result.err
    # Without a terminal nobody can say that it is right.
    alice.run("pin").expect(5)
    alice.run("pin", server.fingerprint).expect(0)
    alice.json("receive").expect(7)
    alice.run("pin", "off").expect(0)
    assert "can't be trusted" in alice.run("receive", "--timeout", "20").err
    journal = [row["what"] for row in alice.json("journal").expect(0).rows]
    assert journal.count("pinned") == 2, journal


def test_asked(server, world):
    """On a terminal it is shown, and its beginning typed."""
    home = os.path.join(world.root, "asked")
    pin = server.fingerprint
    secret = os.path.join(world.root, "secret")
    with open(secret, "w") as file:
        file.write(password("bob") + "\n")
    phrase = passphrase_file(world)
    line = (f"{SOTTO} --home {home} --passphrase-fd 3 init xmpp bob@localhost --server {server.place} "
            f"--password-fd 4 --kdf interactive 3<{phrase} 4<{secret}; echo ended $?")
    tmux = Shell(world)
    for typed, code in (("zzzzzzzz", 5), (pin[:11], 0)):
        tmux.line(line)
        tmux.shows("its first 8 digits")
        text = tmux.text()
        assert pin in "".join(text.replace("sotto:", "").split()) and "localhost" in text, text
        tmux.line(typed)
        tmux.shows(f"ended {code}")
        assert os.path.exists(os.path.join(home, "header")) == (code == 0)
        # The line that asks again must not be taken for this one's.
        tmux("clear-history", "-t", tmux.target)
        tmux.keys("C-l")
        wait_for(lambda: "digits" not in tmux.text(), "an empty screen")
    tmux("kill-server")


def test_first_run(server, world):
    """The first start asks for an account: what goes wrong is said, and asked for again."""
    home = os.path.join(world.root, "first")
    pin = server.fingerprint
    tmux = Shell(world)
    os.mkdir(home)
    tmux.line(f"clear; HOME={home} XDG_CONFIG_HOME= XDG_DATA_HOME= XDG_STATE_HOME= {SOTTO}; echo ended $?")
    for question, answer in (
            ("1 or 2 [1]:", "2"),
            ("Your account, NAME@SERVER", "carol@localhost"),
            ("The server, as", "127.0.0.1:1"),
            ("How long do messages", "4"),
            ("How much of the messages", ""),
            # Before any secret is asked for.
            ("[127.0.0.1:1]", "not a server"),
            # What is none isn't offered again.
            ("not a server isn't a server", server.place),
            # Nothing, and something else, are no answers; nor does what is typed next go to the shell.
            ("The first 8 digits", ""),
            ("The first 8 digits", "00:00:00:00"),
            ("doesn't begin so", pin[:11].lower()),
            ("Password of carol@localhost", "not hers"),
            ("refuses", password("carol")),
            ("Passphrase:", "four words of carol"),
            ("Once more:", "four words of carol"),
            ("Nobody here yet.", None)):
        tmux.shows(question)
        assert "[not a server]" not in tmux.all_text()
        if answer is not None:
            tmux.line(answer)
    tmux.shows("online")
    # This session comes back like every later one.
    server.stop()
    wait_for(lambda: "next try at" in tmux.text() or tmux.keys("Down"), "the server's end on the screen")
    server.start()
    wait_for(lambda: "online" in tmux.text() or tmux.keys("Down"), "the connection's return")
    assert "not hers" not in tmux.all_text() and "four words" not in tmux.all_text()
    # Where the screen is covered the first key only uncovers it.
    wait_for(lambda: "ended 0" in tmux.text() or tmux.keys("C-q"), "the interface's end")
    tmux("kill-server")


def main():
    with World() as world, Server("alice", "bob", "carol") as server:
        test_asked(server, world)
        test_first_run(server, world)
        alice = test_headless(server, world)
        test_another_certificate(alice, server, world)


if __name__ == "__main__":
    main()

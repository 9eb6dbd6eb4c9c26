"""Files over XMPP: a real upload service, other clients' links, what is cut off, what isn't to be trusted."""
import hashlib
import http.server
import os
import re
import ssl
import threading
import time
import urllib.request

from _world import World, read_file, write_file
from _xmpp import Peer, Server, UPLOADS, XmppPerson, openssl

try:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    from _world import skip
    skip("python3-cryptography is not installed")

CANARY = b"the-words-of-a-file-that-no-server-may-read-4711 "


def files(person):
    return person.json("file", "list").expect(0).rows


def receive_file(person):
    rows = person.json("receive", "--count", "1", "--timeout", "30").expect(0).rows
    assert rows[0]["body"].startswith("file: "), rows
    return files(person)[-1]


def save(person, row, target):
    return person.json("file", "save", row["conversation"], row["id"], target)


def stored(server):
    """What the upload service keeps."""
    found = {}
    for root, _, names in os.walk(os.path.join(server.root, "data")):
        for name in names:
            found[os.path.join(root, name)] = read_file(os.path.join(root, name))
    return found


class Place:
    """An https server of the test's own, which does what it is told."""

    def __init__(self, server, key="server"):
        place = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                place.asked.append(dict(self.headers))
                data, match = place.data, re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
                start = int(match.group(1)) if match and not place.ignores_range else 0
                if place.goes_to:
                    self.send_response(302)
                    self.send_header("Location", place.goes_to)
                    self.end_headers()
                    return
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                if not place.is_endless:
                    self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                try:
                    self.wfile.write(data[start:place.cut or len(data)])
                    while place.is_endless:
                        self.wfile.write(b"\0" * 65536)
                except OSError:
                    pass
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.data, self.cut, self.goes_to, self.asked = b"", None, None, []
        self.ignores_range = self.is_endless = False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(server.root, key + ".crt"),
                                os.path.join(server.root, key + ".key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def offer(self, plain, iv_bytes=12, name="picture.jpg"):
        key, iv = os.urandom(32), os.urandom(iv_bytes)
        self.data = AESGCM(key).encrypt(iv, plain, None)
        self.asked.clear()
        port = self.server.server_address[1]
        return f"aesgcm://localhost:{port}/up/{name}#{iv.hex()}{key.hex()}"


def test_between_sottos(server, world, alice, bob):
    alice.send(bob.address, "hello")
    bob.json("receive", "--count", "1", "--timeout", "30").expect(0)
    bob.send(alice.address, "hello")
    alice.json("receive", "--count", "1", "--timeout", "30").expect(0)
    data = (CANARY * 100000)[:3_000_001]
    path = write_file(os.path.join(world.root, "Secret plans.odt"), data)
    sent = alice.json("file", "send", bob.address, path).expect(0).rows[-1]
    assert sent["state"] == "sent" and sent["message_state"] == "sent", sent
    kept = stored(server)
    assert any(len(each) == len(data) + 16 for each in kept.values()), {k: len(v) for k, v in kept.items()}
    for name, each in kept.items():
        assert CANARY not in each and b"Secret plans" not in each, name
    # Between sottos not even what kind of file it is.
    assert ".odt" not in server.whole_log() and "Secret plans" not in server.whole_log()
    assert server.https and "aesgcm" not in server.whole_log()
    row = receive_file(bob)
    assert row["state"] == "coming" and row["safe_name"] == "Secret plans.odt", row
    assert row["sha256"] == hashlib.sha256(data).hexdigest() and row["bytes"] == len(data)
    saved = save(bob, row, world.root + "/saved").expect(0).rows[-1]
    assert read_file(saved["path"]) == data
    empty = write_file(os.path.join(world.root, "empty"), b"")
    alice.json("file", "send", bob.address, empty).expect(0)
    saved = save(bob, receive_file(bob), world.root + "/saved-empty").expect(0).rows[-1]
    assert read_file(saved["path"]) == b""


def test_too_large(server, world, alice, bob):
    path = write_file(os.path.join(world.root, "large"), b"")
    os.truncate(path, 6_000_001)
    result = alice.run("file", "send", bob.address, path).expect(1)
    assert "at most" in result.err, result.err
    assert files(alice)[-1]["bytes"] != 6_000_001


def test_to_another_client(server, world, alice, peer):
    data = os.urandom(300_000)
    path = write_file(os.path.join(world.root, "photo.JPG"), data)
    alice.json("file", "send", peer.address, path).expect(0)
    body = peer.wait("got")["body"]
    match = re.fullmatch(r"aesgcm://(localhost:\d+/\S+\.jpg)#([0-9a-f]{24})([0-9a-f]{64})", body)
    assert match, body
    context = ssl.create_default_context(cafile=server.ca)
    with urllib.request.urlopen("https://" + match.group(1), context=context) as answer:
        sealed = answer.read()
    assert AESGCM(bytes.fromhex(match.group(3))).decrypt(bytes.fromhex(match.group(2)), sealed,
                                                         None) == data


def test_from_another_client(server, world, alice, peer):
    place, data = Place(server), os.urandom(2_500_000)
    for iv_bytes in (12, 16):
        peer.send(alice.address, place.offer(data, iv_bytes))
        row = receive_file(alice)
        # Nothing is fetched before the user says so.
        assert row["safe_name"] == "picture.jpg" and row["state"] == "coming" and not place.asked, row
        # Cut off in the midst of it; the next time goes on there.
        place.cut = 1_000_000
        result = save(alice, row, world.root)
        assert result.code == 1 and "go on" in result.err, result.err
        assert not os.path.exists(world.root + "/picture.jpg")
        place.cut = None
        place.ignores_range = iv_bytes == 16
        saved = save(alice, row, world.root).expect(0).rows[-1]
        assert read_file(saved["path"]) == data
        assert "Range" in place.asked[-1] and "User-Agent" not in place.asked[-1], place.asked
        os.unlink(saved["path"])
    # What is said in other words is no file, and nobody sees the key of one.
    url = place.offer(b"x")
    peer.send(alice.address, "see " + url)
    row = alice.json("receive", "--count", "1", "--timeout", "30").expect(0).rows[0]
    assert row["body"] == "see " + url


def test_what_is_not_to_be_trusted(server, world, alice, peer):
    place, target = Place(server), world.root + "/bad"
    def offered(plain=b"words" * 1000):
        peer.send(alice.address, place.offer(plain))
        return receive_file(alice)

    row = offered()
    place.data = place.data[:100] + bytes([place.data[100] ^ 1]) + place.data[101:]
    result = save(alice, row, target).expect(1)
    assert "isn't what was sealed" in result.err, result.err
    row = offered()
    place.goes_to = f"http://localhost:{place.server.server_address[1]}/elsewhere"
    assert "points elsewhere" in save(alice, row, target).expect(4).err
    place.goes_to = None
    row = offered()
    place.is_endless = True
    result = save(alice, row, target)
    assert result.code == 1 and "larger" in result.err, result.err
    # A certificate that nobody vouches for.
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", "own.key", "-out", "own.crt",
            cwd=server.root)
    place = Place(server, "own")
    result = save(alice, offered(), target).expect(5)
    assert "certificate" in result.err and not place.asked, result.err
    assert not os.path.exists(target)
    # Pinned, exactly that one is believed.
    der = ssl.PEM_cert_to_DER_cert(read_file(os.path.join(server.root, "own.crt")).decode())
    row = offered(b"believed")
    alice.run("pin", hashlib.sha256(der).hexdigest()).expect(0)
    saved = save(alice, row, world.root + "/pinned").expect(0).rows[-1]
    assert read_file(saved["path"]) == b"believed"
    alice.run("pin", "off").expect(0)
    assert not os.path.exists(target)


def main():
    with Server("alice", "bob", "carol", components=UPLOADS) as server, World() as world:
        alice, bob = XmppPerson(world, server, "alice"), XmppPerson(world, server, "bob")
        tests = [(test_between_sottos, bob), (test_too_large, bob)]
        with Peer(server, "carol", os.path.join(world.root, "carol.json")) as peer:
            alice.send(peer.address, "hello")
            peer.wait("got", body="hello")
            tests += [(test_to_another_client, peer), (test_from_another_client, peer),
                      (test_what_is_not_to_be_trusted, peer)]
            for test, other in tests:
                began = time.monotonic()
                test(server, world, alice, other)
                print(f"{test.__name__} {time.monotonic() - began:.1f} s")
            peer.stop()


if __name__ == "__main__":
    main()

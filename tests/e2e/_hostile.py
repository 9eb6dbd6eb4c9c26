"""A server that says what a test wants: on loopback, with Prosody's own certificate or another one."""
import base64
import glob
import hashlib
import hmac
import os
import re
import socket
import ssl
import threading
import urllib.parse
import xml.sax.saxutils

STREAM = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1' version='1.0' "
          "xmlns:stream='http://etherx.jabber.org/streams' from='localhost'>")
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
PROCEED = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


MARK = "urn:sotto:mark:1"
# What this test's servers keep, whichever of them it was put at: node -> base64.
MARKS = {}


def read_marks(root):
    """Those that Prosody, which has been stopped, has stored."""
    for path in glob.glob(os.path.join(root, "data", "localhost", "pep_urn%3asotto%3amark%3a*", "*.list")):
        with open(path) as file:
            found = re.findall('"([A-Za-z0-9+/]{40,}=*)"', file.read())
        node = urllib.parse.unquote(os.path.basename(os.path.dirname(path))[len("pep_"):])
        if found:
            MARKS.setdefault(node, found[-1])


def features(what):
    return f"<stream:features>{what}</stream:features>"


def offer(*mechanisms):
    return features(f"<mechanisms xmlns='{SASL}'>" + "".join(
        f"<mechanism>{name}</mechanism>" for name in mechanisms) + "</mechanisms>")


class Hostile:
    """Answers each connection with PLAY(connection), until it is left. SEEN: all that came, opened."""

    def __init__(self, port, folder, play, certificate="server"):
        self.play, self.seen, self.failures = play, b"", []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, certificate + ".crt"),
                                     os.path.join(folder, certificate + ".key"))
        self.listener = socket.create_server(("127.0.0.1", port))
        self.connections = []
        read_marks(folder)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = Connection(self, self.listener.accept()[0])
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=connection.run, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A listener that a thread waits on isn't closed by closing it.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            connection.close()


class Connection:
    def __init__(self, server, link):
        self.server, self.link, self.got = server, link, b""

    def run(self):
        try:
            self.server.play(self)
        except (OSError, EOFError) as why:
            self.server.failures.append(repr(why))
        self.close()

    def close(self):
        try:
            self.link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.link.close()

    def say(self, text):
        self.link.sendall(text.encode() if isinstance(text, str) else text)

    def hear(self, pattern):
        """Read on until PATTERN came; what is behind it stays for the next time."""
        while not (found := re.search(pattern.encode(), self.got, re.DOTALL)):
            more = self.link.recv(65536)
            if not more:
                raise EOFError(pattern)
            self.server.seen += more
            self.got += more
        self.got = self.got[found.end():]
        return [part.decode() for part in found.groups()]

    def rest(self):
        """Read to the end."""
        try:
            while more := self.link.recv(65536):
                self.server.seen += more
        except OSError:
            pass

    def open(self, what):
        self.hear("<stream:stream[^>]*>")
        self.say(STREAM + what)

    def secure(self):
        self.open(features(STARTTLS))
        self.hear("<starttls[^>]*/>")
        self.say(PROCEED)
        self.link = self.server.context.wrap_socket(self.link, server_side=True)
        self.got = b""

    def prove(self, password, lie=False):
        """SCRAM-SHA-1, as somebody who knows the password; LIE: as one who doesn't."""
        first = base64.b64decode(self.hear("<auth[^>]*>([^<]*)</auth>")[0]).decode()
        bare = first[3:]
        salt, rounds = os.urandom(16), 4096
        nonce = re.search("r=(.*)", bare)[1] + "more"
        challenge = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        self.say(f"<challenge xmlns='{SASL}'>{base64.b64encode(challenge.encode()).decode()}</challenge>")
        final = base64.b64decode(self.hear("<response[^>]*>([^<]*)</response>")[0]).decode()
        without = final[:final.rindex(",p=")]
        salted = hashlib.pbkdf2_hmac("sha1", b"a guess" if lie else password.encode(), salt, rounds)
        key = hmac.digest(salted, b"Server Key", "sha1")
        proof = hmac.digest(key, ",".join((bare, challenge, without)).encode(), "sha1")
        final = base64.b64encode(b"v=" + base64.b64encode(proof)).decode()
        self.say(f"<success xmlns='{SASL}'>{final}</success>")

    def log_in(self, address, password):
        """All the way to a session, without counting."""
        self.secure()
        self.open(offer("SCRAM-SHA-1"))
        self.prove(password)
        self.open(features(BIND))
        self.hear("id='bind'.*?</iq>")
        self.say(f"<iq type='result' id='bind'>{BIND[:-2]}><jid>{address}/here</jid></bind></iq>")

    def marked(self, stanza):
        """What a server that keeps marks (core/omemo/seal_mark.h) answers to STANZA, or None; it has those of the real one."""
        asked = re.search(f"node='({MARK}:[0-9]+)'", stanza)
        if not asked or "<configure" in stanza:
            return None
        node = asked[1]
        put = re.search(f"<mark xmlns='{MARK}'>([^<]*)</mark>", stanza)
        if put:
            MARKS[node] = put[1]
        elif node in MARKS:
            return (f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{node}'><item id='current'>"
                    f"<mark xmlns='{MARK}'>{MARKS[node]}</mark></item></items></pubsub>")
        return None

    def serve(self, say=lambda connection: None, archive=""):
        """Be a plain server: pings are answered, nothing is known. Before the archive's end: ARCHIVE."""
        said = False
        while True:
            kind, id, rest = self.hear("<iq xmlns='jabber:client' type='(get|set)' id='([^']*)'([^>]*>.*?)</iq>")
            to = re.search("to='([^']*)'", rest)
            back = f" from={xml.sax.saxutils.quoteattr(to[1])}" if to else ""
            if "urn:xmpp:mam:2" in rest and archive is not None:
                self.say(archive + f"<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='true'>"
                         "<set xmlns='http://jabber.org/protocol/rsm'/></fin></iq>")
            elif (mark := self.marked(rest)):
                self.say(f"<iq type='result' id='{id}'>{mark}</iq>")
            elif "pubsub" in rest and kind == "get":
                self.say(f"<iq type='error' id='{id}'{back}><error type='cancel'><item-not-found "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
            else:
                self.say(f"<iq type='result' id='{id}'{back}/>")
            if not said:
                said = True
                say(self)

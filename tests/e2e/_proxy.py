"""A bad line between client and server, on loopback: it cuts, resets, stalls, delays and repeats."""
import os
import random
import re
import select
import socket
import ssl
import struct
import threading
import time


class Proxy:
    """
    Passes bytes on to PORT. While it is bad each connection lives for a few KB only. While it refuses, connections
    are closed as soon as they are made (TRIES says when); while it swallows, nothing goes through and nothing is
    closed. While it keeps, the server isn't told that the client's side was closed.
    """

    def __init__(self, port, seed=1, listen=0):
        self.refuses, self.tries, self.swallows, self.keeps = False, [], False, False
        self.target, self.random, self.bad, self.cuts = port, random.Random(seed), True, 0
        self.listener = socket.create_server(("127.0.0.1", listen))
        self.port = self.listener.getsockname()[1]
        self.links, self.kept, self.lock = [], [], threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            self.tries.append(time.monotonic())
            if self.refuses:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.links += [client, server]
                # Behind the login, which takes some 5 KB each way.
                limit = self.random.randrange(3_000, 16_000) if self.bad else None
            state = {"left": limit, "how": self.random.choice(("close", "reset", "stall"))}
            for here, there in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(here, there, state), daemon=True).start()

    def pump(self, here, there, state):
        try:
            while data := here.recv(4096):
                if self.swallows:
                    state["lost"] = True
                if state.get("lost"):
                    continue
                if state["left"] is not None and self.bad:
                    state["left"] -= len(data)
                    if state["left"] < 0:
                        # Half of a piece has gone through.
                        there.sendall(data[:len(data) // 2])
                        return self.cut(here, there, state["how"])
                    time.sleep(self.random.random() / 100)
                there.sendall(data)
        except OSError:
            pass
        if self.keeps:
            return
        for link in (here, there):
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self, here, there, how):
        self.cuts += 1
        if how == "stall":
            time.sleep(1)
        for link in (here, there):
            if how == "reset":
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                link.close()
            else:
                try:
                    link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def drop(self):
        """Cut every connection there is; where it keeps, on the client's side."""
        with self.lock:
            for link in self.links[::2] if self.keeps else self.links:
                try:
                    link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.kept += self.links
            self.links = []

    def calm(self):
        self.bad = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for link in self.links + self.kept:
                link.close()


class Repeater:
    """
    In the middle, with the server's own certificate: every message goes up twice, once; the first DOWN also come down
    twice. Counts (XEP-0198) are put right on their way: else the server would take what is still to come for taken.
    """
    DOWN = 4
    # An event of a node has no id; it goes through once.
    message = re.compile(rb"<message\b(?:[^>]*? id='([^']*)')?.*?</message>", re.DOTALL)
    count = re.compile(rb"(<a\b[^>]*? h=['\"])(\d+)")

    def __init__(self, server):
        self.server, self.repeated = server, {"up": set(), "down": set()}
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(server.root, "server.crt"), os.path.join(server.root, "server.key"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.run, args=(client,), daemon=True).start()

    def run(self, client):
        try:
            client = self.context.wrap_socket(client, server_side=True)
            server = ssl.create_default_context(cafile=self.server.ca).wrap_socket(
                socket.create_connection(("127.0.0.1", self.server.direct)), server_hostname="localhost")
        except OSError:
            return
        # One thread for both ways: OpenSSL takes no two on one connection.
        ways = {client: (server, "up"), server: (client, "down")}
        waiting = {client: b"", server: b""}
        extra = {"up": 0, "down": 0}
        try:
            while True:
                ready = [here for here in ways if here.pending()] or select.select(list(ways), [], [])[0]
                for here in ready:
                    data = self.take(here)
                    if data is None:
                        continue
                    if not data:
                        return
                    waiting[here] = self.pass_on(waiting[here] + data, *ways[here], extra)
        except OSError:
            pass
        finally:
            for link in ways:
                try:
                    link.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    @staticmethod
    def take(here):
        """What there is to read; None where that was TLS's own, such as a ticket."""
        here.setblocking(False)
        try:
            return here.recv(65536)
        except ssl.SSLWantReadError:
            return None
        finally:
            here.setblocking(True)

    def pass_on(self, waiting, there, way, extra):
        """What is left of WAITING: half a message waits for its end. EXTRA: what this connection had more, each way."""
        def put_right(found):
            return found[1] + b"%d" % (int(found[2]) - extra["down" if way == "up" else "up"])

        while found := self.message.search(waiting):
            there.sendall(self.count.sub(put_right, waiting[:found.start()]) + found[0])
            waiting = waiting[found.end():]
            if found[1] and found[1] not in self.repeated[way] and (way == "up" or len(self.repeated[way]) < self.DOWN):
                self.repeated[way].add(found[1])
                extra[way] += 1
                there.sendall(found[0])
        if b"<message" in waiting or waiting.endswith(tuple(b"<message"[:n] for n in range(1, 9))):
            return waiting
        there.sendall(self.count.sub(put_right, waiting))
        return b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

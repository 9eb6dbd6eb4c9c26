#!/usr/bin/python3
"""Somebody who runs another client: OMEMO as slixmpp and python-oldmemo speak it. Trusts every device.

usage: _omemo_peer.py ADDRESS PASSWORD PORT CA-FILE KEYS-FILE
Reads one JSON command a line: {"send": TEXT, "to": ADDRESS} and, as the stanza's, "id", {"plain": TEXT, "to": ADDRESS},
{"raw": XML}; {"seal": [TEXT...], "to": ADDRESS} and then {"post": true}, for many at once, the last one
first with "reversed"; in rooms {"join": ROOM}, {"leave": ROOM} and {"send": TEXT, "to": ROOM, "members":
[ADDRESS, ...]}. Writes one JSON event a line: ready (device), got (from, body, device, prekey, via, room), empty (from), plain (from, body),
sent, sealed (count), posted, failed (why), joined (room, people), invited (room), here (room, people),
gone (room, who), out (room, codes), echo (room, id).
"""
import asyncio
import json
import os
import sys
import xml.etree.ElementTree as ET

import omemo
import oldmemo
import slixmpp
from oldmemo import etree as forms
from omemo.storage import Just, Nothing
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

OMEMO = oldmemo.oldmemo.NAMESPACE
PUBSUB, MUC = "http://jabber.org/protocol/pubsub", "http://jabber.org/protocol/muc"
DEVICES, BUNDLE = OMEMO + ".devicelist", OMEMO + ".bundles:%d"
PATIENCE = 20


def tell(what, **fields):
    print(json.dumps({"is": what, **fields}), flush=True)


class Keys(omemo.Storage):
    """A dict that is written out when something in it has changed."""

    def __init__(self, path):
        super().__init__()
        self.path, self.rows = path, {}
        if os.path.exists(path):
            with open(path) as file:
                self.rows = json.load(file)

    async def _load(self, key):
        return Just(self.rows[key]) if key in self.rows else Nothing()

    async def _store(self, key, value):
        self.rows[key] = value

    async def _delete(self, key):
        self.rows.pop(key, None)

    def write(self):
        with open(self.path + ".new", "w") as file:
            json.dump(self.rows, file)
        os.replace(self.path + ".new", self.path)


def options(kind):
    form = ET.Element("{jabber:x:data}x", {"type": "submit"})
    for name, value in (("FORM_TYPE", PUBSUB + kind), ("pubsub#access_model", "open")):
        field = ET.SubElement(form, "{jabber:x:data}field", {"var": name})
        ET.SubElement(field, "{jabber:x:data}value").text = value
    return form


async def publish(peer, node, payload):
    question = peer.make_iq_set()
    pubsub = ET.SubElement(question.xml, f"{{{PUBSUB}}}pubsub")
    element = ET.SubElement(pubsub, f"{{{PUBSUB}}}publish", {"node": node})
    ET.SubElement(element, f"{{{PUBSUB}}}item", {"id": "current"}).append(payload)
    ET.SubElement(pubsub, f"{{{PUBSUB}}}publish-options").append(options("#publish-options"))
    await question.send(timeout=PATIENCE)


async def newest(peer, address, node):
    question = peer.make_iq_get(ito=address)
    pubsub = ET.SubElement(question.xml, f"{{{PUBSUB}}}pubsub")
    ET.SubElement(pubsub, f"{{{PUBSUB}}}items", {"node": node, "max_items": "1"})
    answer = await question.send(timeout=PATIENCE)
    items = answer.xml.findall(f"{{{PUBSUB}}}pubsub/{{{PUBSUB}}}items/{{{PUBSUB}}}item")
    return items[-1][0] if items and len(items[-1]) else None


def make_manager(peer):
    class Manager(omemo.SessionManager):
        @staticmethod
        async def _upload_bundle(bundle):
            await publish(peer, BUNDLE % bundle.device_id, forms.serialize_bundle(bundle))

        @staticmethod
        async def _download_bundle(namespace, bare_jid, device_id):
            try:
                element = await newest(peer, bare_jid, BUNDLE % device_id)
            except (IqError, IqTimeout) as why:
                raise omemo.BundleDownloadFailed() from why
            if element is None:
                raise omemo.BundleNotFound()
            return forms.parse_bundle(element, bare_jid, device_id)

        @staticmethod
        async def _delete_bundle(namespace, device_id):
            raise omemo.BundleDeletionFailed()

        @staticmethod
        async def _upload_device_list(namespace, device_list):
            await publish(peer, DEVICES, forms.serialize_device_list(device_list))

        @staticmethod
        async def _download_device_list(namespace, bare_jid):
            try:
                element = await newest(peer, bare_jid, DEVICES)
            except IqError as why:
                if why.iq["error"]["condition"] == "item-not-found":
                    return {}
                raise omemo.DeviceListDownloadFailed() from why
            return forms.parse_device_list(element) if element is not None and len(element) else {}

        async def _evaluate_custom_trust_level(self, device):
            return {"trusted": omemo.TrustLevel.TRUSTED}.get(device.trust_level_name,
                                                             omemo.TrustLevel.UNDECIDED)

        async def _make_trust_decision(self, undecided, identifier):
            for device in undecided:
                await self.set_trust(device.bare_jid, device.identity_key, "trusted")

        @staticmethod
        async def _send_message(message, bare_jid):
            peer.post(bare_jid, forms.serialize_message(message))

    return Manager


class Peer(slixmpp.ClientXMPP):
    def __init__(self, address, password, port, ca_file, keys):
        super().__init__(address + "/other", password)
        self.ca_certs, self.port, self.keys = ca_file, port, Keys(keys)
        self.manager, self.lock, self.known, self.jobs = None, asyncio.Lock(), set(), asyncio.Queue()
        self.rooms, self.sealed = {}, []
        for plugin in ("xep_0030", "xep_0199"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", lambda _: asyncio.ensure_future(self.begin()))
        self.add_event_handler("failed_auth", lambda _: tell("failed", why="login"))
        self.register_handler(Callback("messages", MatchXPath("{jabber:client}message"),
                                       lambda stanza: self.jobs.put_nowait(stanza.xml)))
        self.register_handler(Callback("presence", MatchXPath("{jabber:client}presence"),
                                       lambda stanza: tell("presence", **{
                                           "from": slixmpp.JID(stanza.xml.get("from")).bare,
                                           "type": stanza.xml.get("type")})))
        self.register_handler(Callback("rooms", MatchXPath(f"{{jabber:client}}presence/{{{MUC}#user}}x"),
                                       lambda stanza: self.take_occupant(stanza.xml)))

    def take_occupant(self, stanza):
        room, _, nick = stanza.get("from").partition("/")
        codes = [status.get("code") for status in stanza.iter(f"{{{MUC}#user}}status")]
        item = stanza.find(f"{{{MUC}#user}}x/{{{MUC}#user}}item")
        people = self.rooms.setdefault(room, {})
        if stanza.get("type") == "unavailable":
            tell("gone", room=room, who=people.pop(nick, None))
            if "110" in codes:
                tell("out", room=room, codes=codes)
        elif stanza.get("type") is None and item.get("jid"):
            people[nick] = slixmpp.JID(item.get("jid")).bare
            if "110" in codes:
                tell("joined", room=room, people=sorted(set(people.values())))
            tell("here", room=room, people=sorted(set(people.values())))

    async def begin(self):
        question = self.make_iq_set()
        ET.SubElement(question.xml, "{urn:xmpp:carbons:2}enable")
        await question.send()
        self.manager = await make_manager(self).create(
            [oldmemo.Oldmemo(self.keys)], self.keys, self.boundjid.bare, "peer", "undecided")
        await self.manager.after_history_sync()
        self.keys.write()
        own, _ = await self.manager.get_own_device_information()
        tell("ready", device=own.device_id)
        self.send_presence()
        asyncio.ensure_future(self.work())
        asyncio.ensure_future(self.listen())

    def post(self, to, element, kind="chat", beside=(), id=None):
        message = self.make_message(mto=to, mtype=kind)
        message["id"] = id or self.new_id()
        message.xml.append(element)
        for text in beside:
            message.xml.append(ET.fromstring(text))
        ET.SubElement(message.xml, "{urn:xmpp:hints}store")
        message.send()
        return message["id"]

    async def send_sealed(self, to, text, members=None, beside=(), id=None):
        async with self.lock:
            for address in members or [to]:
                if address not in self.known:
                    await self.manager.refresh_device_list(OMEMO, address)
                    self.known.add(address)
            messages, _ = await self.manager.encrypt(frozenset(members or [to]),
                                                     {OMEMO: text.encode()})
            for message in messages:
                tell("sent", id=self.post(to, forms.serialize_message(message),
                                          "groupchat" if members else "chat", beside, id))
        self.keys.write()

    async def seal_all(self, to, texts):
        """What is sealed waits for "post", so that only the sending counts."""
        async with self.lock:
            await self.manager.refresh_device_list(OMEMO, to)
            for text in texts:
                messages, _ = await self.manager.encrypt(frozenset([to]), {OMEMO: text.encode()})
                self.sealed += [(to, forms.serialize_message(message)) for message in messages]
        self.keys.write()
        tell("sealed", count=len(self.sealed))

    async def post_all(self, is_reversed):
        for to, element in reversed(self.sealed) if is_reversed else self.sealed:
            self.post(to, element)
        self.sealed = []
        # The server works through a stream in order: with its answer it has taken them all.
        await self.plugin["xep_0199"].send_ping(self.boundjid.domain, timeout=PATIENCE)
        tell("posted")

    async def take(self, stanza, via=""):
        for kind in ("received", "sent"):
            inner = stanza.find(f"{{urn:xmpp:carbons:2}}{kind}/{{urn:xmpp:forward:0}}forwarded/"
                                "{jabber:client}message")
            if inner is not None:
                return await self.take(inner, "carbon-" + kind)
        sender, room = slixmpp.JID(stanza.get("from")).bare, None
        sealed = stanza.find(f"{{{OMEMO}}}encrypted")
        body = stanza.findtext("{jabber:client}body")
        if stanza.find(f"{{{MUC}#user}}x/{{{MUC}#user}}invite") is not None:
            return tell("invited", room=sender)
        if stanza.get("type") == "groupchat":
            room, _, nick = stanza.get("from").partition("/")
            sender = self.rooms.get(room, {}).get(nick)
            if sender == self.boundjid.bare:
                return tell("echo", room=room, id=stanza.get("id"))
        if sealed is None:
            return tell("plain" if body else "mark", **{"from": sender, "body": body, "has": [
                [child.tag.split("}")[-1], child.get("id")] for child in stanza]})
        async with self.lock:
            message = await forms.parse_message(sealed, sender, self.boundjid.bare, self.manager)
            try:
                text, device, _ = await self.manager.decrypt(message)
            finally:
                self.keys.write()
        if text is None:
            return tell("empty", **{"from": sender})
        prekey = any(key.get("prekey") in ("true", "1") for key in sealed.iter(f"{{{OMEMO}}}key"))
        return tell("got", **{"from": sender, "body": text.decode(), "device": device.device_id,
                              "prekey": prekey, "via": via, "id": stanza.get("id"), "room": room})

    async def work(self):
        while True:
            stanza = await self.jobs.get()
            try:
                await self.take(stanza)
            except Exception as why:
                tell("failed", why=repr(why), cause=repr(why.__cause__))

    async def listen(self):
        reader = asyncio.StreamReader(limit=1 << 20)
        self.kept = (reader, await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin))
        while line := await reader.readline():
            command = json.loads(line)
            try:
                if "send" in command:
                    await self.send_sealed(command["to"], command["send"], command.get("members"),
                                           command.get("beside", ()), command.get("id"))
                elif "join" in command:
                    self.send_raw(f"<presence to='{command['join']}/{self.boundjid.user}'><x xmlns='{MUC}'>"
                                  "<history maxchars='0'/></x></presence>")
                elif "leave" in command:
                    self.send_raw(f"<presence type='unavailable' "
                                  f"to='{command['leave']}/{self.boundjid.user}'/>")
                elif "plain" in command:
                    self.send_message(mto=command["to"], mbody=command["plain"], mtype="chat")
                elif "seal" in command:
                    await self.seal_all(command["to"], command["seal"])
                elif "post" in command:
                    await self.post_all(command.get("reversed"))
                elif "raw" in command:
                    self.send_raw(command["raw"])
            except Exception as why:
                tell("failed", why=repr(why), cause=repr(why.__cause__))
        self.keys.write()
        self.disconnect(wait=1)
        await asyncio.wait_for(self.disconnected, 5)
        os._exit(0)


if __name__ == "__main__":
    address, password, port, ca_file, keys = sys.argv[1:]

    async def main():
        peer = Peer(address, password, int(port), ca_file, keys)
        peer.connect(("127.0.0.1", int(port)))
        await asyncio.Event().wait()
    asyncio.run(main())

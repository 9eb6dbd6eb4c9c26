#include "tui/manual/manual_json.h"

#include <stddef.h>
#include "tui/manual/roff.h"

/* A row without a type is a heading, and about is the verbs that print the object. */
static const struct {
	const char *name;
	const char *type;
	const char *about;
} fields[] = {
	{ "A message", NULL, "receive, history, search, send, file send" },
	{ "id", "string", "the same on both sides" },
	{ "conversation", "string", "the address of the other side, or of the group" },
	{ "from", "string", "who wrote it" },
	{ "device", "number", "the device that wrote it; 0 where that isn't known" },
	{ "direction", "string", "in or out" },
	{ "kind", "string", "text, unreadable, notice or gone" },
	{ "cause", "string or null", "of what is unreadable: why" },
	{ "count", "number", "of what is unreadable: for how many messages it stands" },
	{ "sent_at", "time", "by the sender's clock" },
	{ "received_at", "time or null", "by this machine's clock" },
	{ "read_at", "time or null", "when it was shown or printed" },
	{ "expires_at", "time or null", "when it goes" },
	{ "expire_seconds", "number or null", "how long it lives once it is read" },
	{ "state", "string", "queued, sent, delivered, read or failed" },
	{ "trust", "string",
	  "of the author's device when it came: verified, trusted, undecided or untrusted" },
	{ "body", "string or null", "the words; null when they are gone" },
	{ "sealed", "bool", "it asks to be shown in noise, or a word at a time" },
	{ "view_once", "bool", "it goes when it was read once" },
	{ "edited", "bool", "its words were corrected" },
	{ "stripped", "bool", "a digest that this sender gives was missing" },
	{ "file", "object or null", "the file that it brings" },
	{ "recipients", "array",
	  "of an own message to a group: how far it is with each, as address and state" },
	{ "A file", NULL, "receive, history, file list, file save" },
	{ "name", "string", "as the sender calls it" },
	{ "safe_name", "string", "as it would be saved" },
	{ "bytes", "number or null", "its size" },
	{ "path", "string or null", "where it was saved" },
	{ "progress", "number", "how much of it is here, in percent" },
	{ "message_state", "string", "of the message that brings it" },
	{ "A contact", NULL, "contact list, contact add, contact blocked, contact requests" },
	{ "address", "string", "a local name, or a bare JID" },
	{ "name", "string or null", "what it is called here" },
	{ "looks_like", "string or null", "whose name it might be taken for" },
	{ "owner_uid", "number or null", "on the spool: whose folder it is" },
	{ "owner_login", "string or null", "and that user's login" },
	{ "rule", "string", "which of their devices are trusted unasked" },
	{ "notes", "bool", "the own address: notes to yourself, which stay on this device" },
	{ "stranger", "bool", "they wrote first, and weren't added" },
	{ "added_at", "time or null", "when it was added" },
	{ "last_at", "time or null", "of the newest message" },
	{ "unread", "number", "messages that weren't read; of `status`: where nothing is muted" },
	{ "unread_muted", "number", "unread messages of conversations that are muted" },
	{ "blocked", "bool", "what they send is dropped" },
	{ "muted", "bool", "nothing is notified of" },
	{ "muted_until", "time or null", "until then; null: for good, or not at all" },
	{ "asked", "bool", "they were asked whether their presence may be seen" },
	{ "asks", "bool", "they ask that" },
	{ "subscription", "string", "who sees whom: none, to, from or both" },
	{ "dropped", "number", "of what was dropped while they were blocked" },
	{ "uid", "number", "of a user of the host who is blocked" },
	{ "A device", NULL, "devices, verify" },
	{ "fingerprint", "string", "64 hex digits" },
	{ "first_seen", "time or null", "when it came" },
	{ "last_seen", "time or null", "when it was announced last, or wrote" },
	{ "own", "bool", "it is one of the own account's" },
	{ "active", "bool", "it is announced, and not switched off" },
	{ "label", "string or null", "what it says of itself, or is known of this device" },
	{ "keyless", "array", "in verify: devices that have published no key" },
	{ "A comparison", NULL, "verify" },
	{ "safety_number", "string", "60 digits" },
	{ "verified", "bool", "every device with a key was compared" },
	{ "devices", "array", "of devices" },
	{ "own_waiting", "array", "own devices that wait to be confirmed" },
	{ "own_uri", "string", "the own keys, to be given to them" },
	{ "unlisted", "array", "devices of theirs that the URI doesn't name" },
	{ "unknown", "array", "devices of the URI that aren't known here" },
	{ "A group or room", NULL, "group create, group list" },
	{ "group", "string", "its address here" },
	{ "owner", "string or bool", "who may change it; of a member: whether that is them" },
	{ "version", "number", "of its list of members" },
	{ "left", "bool", "you aren't in it any more" },
	{ "members", "array", "of members" },
	{ "unreached", "array", "sentences on who couldn't read what is sent there" },
	{ "refused", "string or null", "why nothing is sent there" },
	{ "invited", "bool", "of a room: you were invited, and haven't answered" },
	{ "why", "string or null", "of its state, or of what is in the way" },
	{ "nick", "string or null", "your name in it" },
	{ "bookmarked", "bool or null", "the server keeps that you are in it" },
	{ "affiliation", "string or null", "of a member: as the room has it" },
	{ "present", "bool or null", "of a member: they are there now" },
	{ "The profile", NULL, "init, id, status" },
	{ "transport", "string", "spool or xmpp" },
	{ "carrier", "string", "how it stands: online, connecting, offline, failed" },
	{ "profile", "string", "its name, or its folder" },
	{ "locked", "bool", "its keys aren't in memory" },
	{ "in_use", "bool", "a process holds it" },
	{ "kdf", "string", "the level of Argon2id" },
	{ "spool_acl", "bool or null", "waiting files can be read by their recipient alone" },
	{ "waiting", "number", "files in the inbox" },
	{ "queue", "number", "sealed, and not gone out yet" },
	{ "messages", "number", "that are kept" },
	{ "contacts", "number", "that are known" },
	{ "erasing", "number", "rows whose bytes aren't overwritten yet" },
	{ "cloned", "bool", "a copy of it is in use elsewhere" },
	{ "clock_confirmed", "bool", "nothing waits for the time to be confirmed" },
	{ "hidden", "number", "messages that wait for that" },
	{ "control", "string", "what other processes may have done" },
	{ "watch", "string", "who watches the terminal: clear, recorded, unknown" },
	{ "watch_findings", "array", "sentences on that" },
	{ "process", "object", "what stands around the process: on, off or not available" },
	{ "versions", "object", "of the libraries" },
	{ "A row of the journal", NULL, "journal" },
	{ "number", "number", "1, 2, 3" },
	{ "at", "time", "when" },
	{ "what", "string", "what happened" },
	{ "detail", "string or null", "method, fingerprint, code" },
	{ "A setting", NULL, "settings" },
	{ "value", "string", "as it is" },
	{ "initial", "string", "as it would be" },
	{ "source", "string", "default, file, command line or policy" },
	{ "takes", "string", "what it may be" },
	{ "explanation", "string", "what it does" },
	{ "The clock", NULL, "clock" },
	{ "time", "time", "that deadlines are counted by" },
	{ "confirmed", "bool", "nothing waits" },
	{ "step_seconds", "number", "how far the clock went forward" },
	{ "synchronised", "bool", "the system says that its clock is" },
	{ "What is being erased", NULL, "erase --verify" },
	{ "due", "number", "messages past their time" },
	{ "keys", "number", "past their time, in the key vault" },
};

void manual_json(FILE *out, const char *version)
{
	fprintf(out, ".TH SOTTO-JSON 5 \"\" \"sotto %s\" \"File Formats\"\n", version);
	fputs(".SH NAME\nsotto-json \\- what sotto prints with \\-\\-json\n.SH DESCRIPTION\n"
	      "With \\fB\\-\\-json\\fR a verb prints one object a line on standard output, and "
	      "nothing else. Fields are added by later versions, and none goes away. A time is "
	      "RFC 3339 in UTC.\n",
	      out);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i].type) {
			fputs(".TP\n.B ", out);
			roff_text(out, fields[i].name);
			fprintf(out, "\n(%s) ", fields[i].type);
			roff_text(out, fields[i].about);
			fputs(".\n", out);
		} else {
			fputs(".SH \"", out);
			roff_text(out, fields[i].name);
			fputs("\"\nPrinted by: ", out);
			roff_text(out, fields[i].about);
			fputs(".\n", out);
		}
	}
	fputs(".SH SEE ALSO\n.BR sotto (1)\n", out);
}

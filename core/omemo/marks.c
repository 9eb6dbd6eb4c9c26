#include "core/omemo/marks.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/model/message.h"
#include "core/xml/stanza.h"

#define CLIENT	 "jabber:client"
#define RECEIPTS "urn:xmpp:receipts"
#define MARKERS	 "urn:xmpp:chat-markers:0"
#define STATES	 "http://jabber.org/protocol/chatstates"
#define HINTS	 "urn:xmpp:hints"

/* The first row of a kind is the one that is written. */
static const struct {
	enum talk_what what;
	const char *name;
	const char *namespace;
} rows[] = {
	{ TALK_RECEIVED, "received", RECEIPTS }, { TALK_DISPLAYED, "displayed", MARKERS },
	{ TALK_RECEIVED, "received", MARKERS },	 { TALK_DISPLAYED, "acknowledged", MARKERS },
	{ TALK_COMPOSING, "composing", STATES }, { TALK_PAUSED, "paused", STATES },
	{ TALK_PAUSED, "active", STATES },	 { TALK_PAUSED, "inactive", STATES },
	{ TALK_PAUSED, "gone", STATES },
};

GBytes *marks_encode(enum talk_what what, const char *to, const char *id)
{
	struct stanza *root = stanza_new("message", CLIENT);
	g_autofree char *own_id = message_new_id();
	struct stanza *mark;
	GBytes *bytes;
	size_t size = 0;
	unsigned i = 0;
	char *text;

	while (i + 1 < G_N_ELEMENTS(rows) && rows[i].what != what)
		i++;
	stanza_set(root, "type", "chat");
	stanza_set(root, "to", to);
	stanza_set(root, "id", own_id);
	mark = stanza_add(root, rows[i].name, rows[i].namespace);
	if (id)
		stanza_set(mark, "id", id);
	/* What is about a message is kept for those who are away, what is about now isn't. */
	stanza_add(root, id ? "store" : "no-store", HINTS);
	text = stanza_encode(root, &size, NULL);
	bytes = g_bytes_new(text, size);
	plain_free(text);
	stanza_free(root);
	return bytes;
}

bool marks_is_id(const char *id)
{
	size_t bytes = 0;

	for (; id && id[bytes]; bytes++)
		if (bytes == MESSAGE_ID_MAX || !g_ascii_isprint(id[bytes]))
			return false;
	return bytes > 0;
}

bool marks_decode(const struct stanza *message, bool is_live, struct talk *talk)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct stanza *mark = stanza_child(message, rows[i].name, rows[i].namespace);
		bool is_state = rows[i].what == TALK_COMPOSING || rows[i].what == TALK_PAUSED;

		if (!mark || (is_state && !is_live) ||
		    (!is_state && !marks_is_id(stanza_get(mark, "id"))))
			continue;
		talk->what = rows[i].what;
		talk->id = is_state ? NULL : stanza_get(mark, "id");
		return true;
	}
	return false;
}

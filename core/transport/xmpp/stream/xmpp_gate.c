#include "core/transport/xmpp/stream/xmpp_gate.h"

#include <stdbool.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/omemo/envelope.h"
#include "core/omemo/namespaces.h"
#include "core/xml/stanza.h"

#define BIND  "urn:ietf:params:xml:ns:xmpp-bind"
#define MUC   "http://jabber.org/protocol/muc"

/* An element by name and namespace; a NULL name: any. */
struct element {
	const char *name;
	const char *namespace;
};

static const struct element in_message[] = {
	{ "encrypted", NS_OMEMO },
	{ "extension", "urn:sotto:extension:1" },
	{ "encryption", "urn:xmpp:eme:0" },
	{ "store", "urn:xmpp:hints" },
	{ "origin-id", "urn:xmpp:sid:0" },
	{ "body", "jabber:client" },
	{ "replace", "urn:xmpp:message-correct:0" },
	{ "request", "urn:xmpp:receipts" },
	{ "markable", "urn:xmpp:chat-markers:0" },
};

/* For other clients, where it was switched on: one of these alone, and whether it is kept. */
static const struct element in_mark[] = {
	{ "received", "urn:xmpp:receipts" },
	{ "displayed", "urn:xmpp:chat-markers:0" },
	{ "composing", "http://jabber.org/protocol/chatstates" },
	{ "paused", "http://jabber.org/protocol/chatstates" },
	{ "store", "urn:xmpp:hints" },
	{ "no-store", "urn:xmpp:hints" },
};

/* Asking somebody into a room: addresses, and no words. */
static const struct element in_invitation[] = {
	{ "x", MUC "#user" },
};

static const struct element in_invitation_x[] = {
	{ "invite", MUC "#user" },
};

static const struct element in_iq[] = {
	{ "pubsub", "http://jabber.org/protocol/pubsub" },
	{ "pubsub", "http://jabber.org/protocol/pubsub#owner" },
	{ "enable", "urn:xmpp:carbons:2" },
	{ "query", "urn:xmpp:mam:2" },
	{ "query", "http://jabber.org/protocol/disco#info" },
	{ "query", "http://jabber.org/protocol/disco#items" },
	{ "query", MUC "#admin" },
	{ "query", MUC "#owner" },
	{ "query", "jabber:iq:roster" },
	{ "query", "jabber:iq:privacy" },
	{ "block", "urn:xmpp:blocking" },
	{ "unblock", "urn:xmpp:blocking" },
	{ "ping", "urn:xmpp:ping" },
	{ "time", "urn:xmpp:time" },
	{ "request", "urn:xmpp:http:upload:0" },
	{ "error", "jabber:client" },
};

static const struct element in_presence[] = {
	{ "c", "http://jabber.org/protocol/caps" },
	{ "show", "jabber:client" },
	{ "x", MUC },
};

static const struct element in_presence_x[] = {
	{ "history", MUC },
};

static const struct element at_login[] = {
	{ "auth", "urn:ietf:params:xml:ns:xmpp-sasl" },
	{ "response", "urn:ietf:params:xml:ns:xmpp-sasl" },
	{ "enable", "urn:xmpp:sm:3" },
};

static const struct element in_session[] = {
	{ "r", "urn:xmpp:sm:3" },
	{ "a", "urn:xmpp:sm:3" },
	{ "active", "urn:xmpp:csi:0" },
	{ "inactive", "urn:xmpp:csi:0" },
};

static bool is_one_of(const struct stanza *element, const struct element *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (stanza_is(element, rows[i].name, rows[i].namespace))
			return true;
	return false;
}

static bool has_text(const struct stanza *element)
{
	char *text = stanza_text(element);
	bool has = *text != '\0';

	plain_free(text);
	return has;
}

static bool holds_only(const struct stanza *root, const struct element *rows, size_t count)
{
	if (has_text(root))
		return false;
	for (const struct stanza *at = stanza_first(root); at; at = stanza_next(at))
		if (!is_one_of(at, rows, count))
			return false;
	return true;
}

/* Of bodies only the fixed words, and those only beside something sealed. */
static bool is_sealed(const struct stanza *message)
{
	bool ok = stanza_child(message, "encrypted", NS_OMEMO) != NULL;

	for (const struct stanza *at = stanza_first(message); at; at = stanza_next(at)) {
		char *text;

		if (!stanza_is(at, "body", "jabber:client"))
			continue;
		text = stanza_text(at);
		ok = ok && strcmp(text, ENVELOPE_FALLBACK) == 0;
		plain_free(text);
	}
	return ok;
}

static bool is_empty(const struct stanza *element)
{
	return !stanza_first(element) && !has_text(element);
}

/* Each <x/> in ROOT holds only the empty elements of ROWS. */
static bool is_bare(const struct stanza *root, const struct element *rows, size_t count)
{
	for (const struct stanza *x = stanza_first(root); x; x = stanza_next(x)) {
		if (strcmp(stanza_name(x), "x") != 0)
			continue;
		if (!holds_only(x, rows, count))
			return false;
		for (const struct stanza *at = stanza_first(x); at; at = stanza_next(at))
			if (!is_empty(at))
				return false;
	}
	return true;
}

static bool is_invitation(const struct stanza *message)
{
	return stanza_first(message) &&
	       holds_only(message, in_invitation, G_N_ELEMENTS(in_invitation)) &&
	       is_bare(message, in_invitation_x, G_N_ELEMENTS(in_invitation_x));
}

/* What stands beside something sealed holds nothing itself. */
static bool has_bare_asides(const struct stanza *message)
{
	for (const struct stanza *at = stanza_first(message); at; at = stanza_next(at)) {
		bool is_aside = strcmp(stanza_name(at), "replace") == 0 ||
				strcmp(stanza_name(at), "request") == 0 ||
				strcmp(stanza_name(at), "markable") == 0;

		if (is_aside && !is_empty(at))
			return false;
	}
	return true;
}

/* A mark, and where it is to be kept; neither holds anything. */
static bool is_mark(const struct stanza *message)
{
	const struct stanza *first = stanza_first(message);
	const struct stanza *second = first ? stanza_next(first) : NULL;

	return second && !stanza_next(second) &&
	       holds_only(message, in_mark, G_N_ELEMENTS(in_mark)) && is_empty(first) &&
	       is_empty(second) && g_str_has_suffix(stanza_name(second), "store") &&
	       !g_str_has_suffix(stanza_name(first), "store");
}

/* The list of contacts lies in the clear on the server: no name of anybody goes there. */
static bool is_nameless(const struct stanza *iq)
{
	const struct stanza *query = stanza_child(iq, "query", "jabber:iq:roster");

	for (const struct stanza *at = query ? stanza_first(query) : NULL; at;
	     at = stanza_next(at)) {
		if (stanza_get(at, "name") || !is_empty(at))
			return false;
	}
	return true;
}

/* Of presence one word: that nobody looks. */
static bool shows_little(const struct stanza *presence)
{
	const struct stanza *show = stanza_child(presence, "show", "jabber:client");
	char *text = show ? stanza_text(show) : NULL;
	bool ok = !text || (strcmp(text, "away") == 0 && !stanza_first(show));

	plain_free(text);
	return ok;
}

static bool may_pass(const struct stanza *root, enum gate_stage stage)
{
	bool is_bind = stanza_is(root, "iq", "jabber:client") && stanza_child(root, "bind", BIND);

	if (stage == GATE_CLEAR)
		return stanza_is(root, "starttls", "urn:ietf:params:xml:ns:xmpp-tls") &&
		       holds_only(root, NULL, 0);
	if (stage == GATE_LOGIN)
		return is_bind || is_one_of(root, at_login, G_N_ELEMENTS(at_login));
	if (stanza_is(root, "message", "jabber:client"))
		return is_invitation(root) || is_mark(root) ||
		       (holds_only(root, in_message, G_N_ELEMENTS(in_message)) &&
			has_bare_asides(root) && is_sealed(root));
	if (stanza_is(root, "iq", "jabber:client"))
		return holds_only(root, in_iq, G_N_ELEMENTS(in_iq)) && is_nameless(root);
	if (stanza_is(root, "presence", "jabber:client"))
		return holds_only(root, in_presence, G_N_ELEMENTS(in_presence)) &&
		       shows_little(root) &&
		       is_bare(root, in_presence_x, G_N_ELEMENTS(in_presence_x));
	return is_one_of(root, in_session, G_N_ELEMENTS(in_session)) && holds_only(root, NULL, 0);
}

gboolean gate_check(GBytes *bytes, enum gate_stage stage, GError **error)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	struct stanza *root = stanza_decode(data, size, error);
	bool ok;

	if (!root)
		return FALSE;
	ok = may_pass(root, stage);
	if (!ok)
		error_set(error, ERROR_POLICY,
			  "Something that isn't sealed was about to leave (<%s/>) and was held "
			  "back. That is a mistake in sotto: please report it.",
			  stanza_name(root));
	stanza_free(root);
	return ok;
}

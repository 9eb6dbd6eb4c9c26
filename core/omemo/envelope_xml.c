#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/omemo/envelope.h"
#include "core/omemo/namespaces.h"
#include "core/xml/stanza.h"

#define CLIENT	   "jabber:client"
#define EXTENSION  "urn:sotto:extension:1"
#define ENCRYPTION "urn:xmpp:eme:0"
#define HINTS	   "urn:xmpp:hints"
#define CORRECT	   "urn:xmpp:message-correct:0"
#define RECEIPTS   "urn:xmpp:receipts"
#define MARKERS	   "urn:xmpp:chat-markers:0"
#define IDS	   "urn:xmpp:sid:0"

/* -- to XML ----------------------------------------------------------------------------------- */

static void add_base64(struct stanza *parent, const char *name, const char *namespace,
		       GBytes *bytes)
{
	if (bytes)
		stanza_add_base64(stanza_add(parent, name, namespace),
				  g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void write_header(struct stanza *header, const struct envelope *envelope)
{
	stanza_set_number(header, "sid", envelope->device);
	for (size_t i = 0; i < envelope->key_count; i++) {
		const struct envelope_key *key = &envelope->keys[i];
		struct stanza *element = stanza_add(header, "key", NULL);

		stanza_set_number(element, "rid", key->device);
		if (key->is_prekey)
			stanza_set(element, "prekey", "true");
		stanza_add_base64(element, g_bytes_get_data(key->sealed, NULL),
				  g_bytes_get_size(key->sealed));
	}
	add_base64(header, "iv", NULL, envelope->iv);
}

static void write_asides(struct stanza *root, const struct envelope *envelope)
{
	if (envelope->replaces)
		stanza_set(stanza_add(root, "replace", CORRECT), "id", envelope->replaces);
	if (envelope->wants_receipt)
		stanza_add(root, "request", RECEIPTS);
	if (envelope->wants_marker)
		stanza_add(root, "markable", MARKERS);
}

GBytes *envelope_encode(const struct envelope *envelope, GError **error)
{
	struct stanza *root = stanza_new("message", CLIENT);
	struct stanza *encrypted, *encryption;
	GBytes *encoded;
	size_t bytes = 0;
	char *text;

	stanza_set(root, "type", envelope->is_groupchat ? "groupchat" : "chat");
	stanza_set(root, "from", envelope->from);
	stanza_set(root, "to", envelope->to);
	stanza_set(root, "id", envelope->id);
	encrypted = stanza_add(root, "encrypted", NS_OMEMO);
	write_header(stanza_add(encrypted, "header", NULL), envelope);
	add_base64(encrypted, "payload", NULL, envelope->payload);
	add_base64(root, "extension", EXTENSION, envelope->extension);
	encryption = stanza_add(root, "encryption", ENCRYPTION);
	stanza_set(encryption, "namespace", NS_OMEMO);
	stanza_set(encryption, "name", "OMEMO");
	stanza_add(root, "store", HINTS);
	write_asides(root, envelope);
	/* Not every room sends our own id back, but this they do. */
	if (envelope->is_groupchat)
		stanza_set(stanza_add(root, "origin-id", IDS), "id", envelope->id);
	if (!envelope->is_silent && (envelope->payload || envelope->extension))
		stanza_add_text(stanza_add(root, "body", NULL), ENVELOPE_FALLBACK);
	text = stanza_encode(root, &bytes, error);
	encoded = text ? g_bytes_new(text, bytes) : NULL;
	plain_free(text);
	stanza_free(root);
	return encoded;
}

/* -- from XML --------------------------------------------------------------------------------- */

static gboolean fail(GError **error, const char *why)
{
	error_set(error, ERROR_FORMAT, "What came can't be read as a message: %s.", why);
	return FALSE;
}

/* Servers write jabber:client; on its own a stanza may come without. */
static bool is_message(const struct stanza *root)
{
	return stanza_is(root, "message", CLIENT) || stanza_is(root, "message", "");
}

static gboolean read_address(const struct stanza *root, const char *name, char **address,
			     GError **error)
{
	const char *text = stanza_get(root, name);

	if (!text)
		return TRUE;
	*address = contact_bare_address(text);
	return *address ? TRUE : fail(error, "it has an address that is none");
}

static void read_asides(const struct stanza *root, struct envelope *envelope)
{
	const struct stanza *replace = stanza_child(root, "replace", CORRECT);
	const char *id = replace ? stanza_get(replace, "id") : NULL;

	if (id && *id && strlen(id) <= ENVELOPE_ID_MAX)
		envelope->replaces = g_strdup(id);
	envelope->wants_receipt = stanza_child(root, "request", RECEIPTS) != NULL;
	envelope->wants_marker = stanza_child(root, "markable", MARKERS) != NULL;
}

static gboolean read_message(const struct stanza *root, struct envelope *envelope, GError **error)
{
	const char *type = stanza_get(root, "type");
	const char *id = stanza_get(root, "id");

	if (!is_message(root))
		return fail(error, "it isn't a <message/>");
	if (type && strcmp(type, "error") == 0)
		return fail(error, "it is an error that came back");
	if (id && strlen(id) <= ENVELOPE_ID_MAX)
		envelope->id = g_strdup(id);
	read_asides(root, envelope);
	return read_address(root, "from", &envelope->from, error) &&
	       read_address(root, "to", &envelope->to, error);
}

/* FALSE when it isn't a key for any device. */
static gboolean read_key(const struct stanza *element, struct envelope_key *key)
{
	const char *prekey = stanza_get(element, "prekey");
	int64_t device;

	if (!stanza_get_number(element, "rid", 1, INT32_MAX, &device))
		return FALSE;
	key->device = (uint32_t)device;
	key->is_prekey = prekey && (strcmp(prekey, "1") == 0 || strcmp(prekey, "true") == 0);
	key->sealed = stanza_base64(element, ENVELOPE_SEALED_KEY_MAX, NULL);
	return key->sealed != NULL;
}

static gboolean read_keys(const struct stanza *header, struct envelope *envelope, GError **error)
{
	size_t count = 0;

	for (const struct stanza *at = stanza_first(header); at; at = stanza_next(at))
		count += stanza_is(at, "key", NS_OMEMO);
	if (count > ENVELOPE_KEYS_MAX) {
		error_set(error, ERROR_LIMIT, "A message holds more than %d keys.",
			  ENVELOPE_KEYS_MAX);
		return FALSE;
	}
	envelope->keys = g_new0(struct envelope_key, count);
	for (const struct stanza *at = stanza_first(header); at; at = stanza_next(at))
		if (stanza_is(at, "key", NS_OMEMO) &&
		    read_key(at, &envelope->keys[envelope->key_count]))
			envelope->key_count++;
	return TRUE;
}

/* ELEMENT may be missing; without any bytes it counts as missing. */
static gboolean read_bytes(const struct stanza *element, size_t max, GBytes **bytes, GError **error)
{
	if (!element)
		return TRUE;
	*bytes = stanza_base64(element, max, error);
	if (!*bytes)
		return FALSE;
	if (!g_bytes_get_size(*bytes))
		g_clear_pointer(bytes, g_bytes_unref);
	return TRUE;
}

static gboolean read_encrypted(const struct stanza *root, struct envelope *envelope, GError **error)
{
	const struct stanza *encrypted = stanza_child(root, "encrypted", NS_OMEMO);
	const struct stanza *header =
		encrypted ? stanza_child(encrypted, "header", NS_OMEMO) : NULL;
	int64_t device;

	if (!header)
		return fail(error, "nothing in it is sealed with OMEMO");
	if (!stanza_get_number(header, "sid", 1, INT32_MAX, &device))
		return fail(error, "it doesn't say which device sealed it");
	envelope->device = (uint32_t)device;
	if (!read_keys(header, envelope, error) ||
	    !read_bytes(stanza_child(header, "iv", NS_OMEMO), ENVELOPE_IV_MAX, &envelope->iv,
			error) ||
	    !read_bytes(stanza_child(encrypted, "payload", NS_OMEMO), STANZA_BYTES_MAX,
			&envelope->payload, error) ||
	    !read_bytes(stanza_child(root, "extension", EXTENSION), STANZA_BYTES_MAX,
			&envelope->extension, error))
		return FALSE;
	if (!envelope->iv && (envelope->payload || envelope->extension))
		return fail(error, "it has no IV");
	return TRUE;
}

gboolean envelope_decode(const void *data, size_t bytes, struct envelope *envelope, GError **error)
{
	struct stanza *root = stanza_decode(data, bytes, error);
	gboolean ok;

	memset(envelope, 0, sizeof(*envelope));
	if (!root)
		return FALSE;
	ok = read_message(root, envelope, error) && read_encrypted(root, envelope, error);
	if (!ok)
		envelope_clear(envelope);
	stanza_free(root);
	return ok;
}

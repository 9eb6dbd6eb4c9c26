#include "core/transport/xmpp/upload/xmpp_slot.h"

#include <stdbool.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"

#define UPLOAD "urn:xmpp:http:upload:0"
#define INFO   "http://jabber.org/protocol/disco#info"
#define FORM   "jabber:x:data"

enum { URL_MAX = 2048 };

static int64_t read_most(const struct stanza *form)
{
	guint64 most = 0;

	for (const struct stanza *at = stanza_first(form); at; at = stanza_next(at)) {
		const struct stanza *value = stanza_child(at, "value", FORM);
		char *text;

		if (!value || g_strcmp0(stanza_get(at, "var"), "max-file-size") != 0)
			continue;
		text = stanza_text(value);
		if (!g_ascii_string_to_unsigned(text, 10, 0, INT64_MAX, &most, NULL))
			most = 0;
		plain_free(text);
	}
	return (int64_t)most;
}

gboolean upload_is_service(const struct stanza *iq, int64_t *most)
{
	const struct stanza *query = stanza_child(iq, "query", INFO);
	gboolean is = FALSE;

	*most = 0;
	for (const struct stanza *at = query ? stanza_first(query) : NULL; at;
	     at = stanza_next(at)) {
		is |= stanza_is(at, "feature", INFO) &&
		      g_strcmp0(stanza_get(at, "var"), UPLOAD) == 0;
		if (stanza_is(at, "x", FORM))
			*most = MAX(*most, read_most(at));
	}
	return is;
}

static bool is_url(const char *url)
{
	return url && strlen(url) <= URL_MAX && g_str_has_prefix(url, "https://") &&
	       !strpbrk(url, " \r\n\"<>#");
}

static const char *allowed_name(const char *name)
{
	static const char *const names[] = { "Authorization", "Cookie", "Expires" };

	for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(name, names[i]) == 0)
			return names[i];
	return NULL;
}

/* Others aren't sent, and of each name the first; a value that isn't one line is no value. */
static void read_headers(const struct stanza *put, struct upload_slot *slot)
{
	for (const struct stanza *at = stanza_first(put); at; at = stanza_next(at)) {
		const char *name = allowed_name(stanza_get(at, "name"));
		char *value;

		if (!name || !stanza_is(at, "header", UPLOAD) ||
		    slot->header_count == UPLOAD_HEADERS_MAX)
			continue;
		value = stanza_text(at);
		if (strlen(value) <= UPLOAD_HEADER_BYTES && !strpbrk(value, "\r\n"))
			slot->headers[slot->header_count++] =
				(struct http_header){ g_strdup(name), g_strdup(value) };
		plain_free(value);
	}
}

gboolean upload_read_slot(const struct stanza *iq, struct upload_slot *slot, GError **error)
{
	const struct stanza *element = stanza_child(iq, "slot", UPLOAD);
	const struct stanza *put = element ? stanza_child(element, "put", UPLOAD) : NULL;
	const struct stanza *get = element ? stanza_child(element, "get", UPLOAD) : NULL;

	memset(slot, 0, sizeof(*slot));
	if (!put || !get || !is_url(stanza_get(put, "url")) || !is_url(stanza_get(get, "url"))) {
		error_set(error, ERROR_FORMAT,
			  "The upload service gave no https place for the file, so it isn't sent.");
		return FALSE;
	}
	slot->put = g_strdup(stanza_get(put, "url"));
	slot->get = g_strdup(stanza_get(get, "url"));
	read_headers(put, slot);
	return TRUE;
}

void upload_slot_clear(struct upload_slot *slot)
{
	g_free(slot->put);
	g_free(slot->get);
	for (size_t i = 0; i < slot->header_count; i++) {
		g_free(slot->headers[i].name);
		g_free(slot->headers[i].value);
	}
	memset(slot, 0, sizeof(*slot));
}

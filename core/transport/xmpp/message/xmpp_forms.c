#include "core/transport/xmpp/message/xmpp_forms.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"

#define CLIENT	"jabber:client"
#define PUBSUB	"http://jabber.org/protocol/pubsub"
#define OWNER	PUBSUB "#owner"
#define EVENT	PUBSUB "#event"
#define FORM	"jabber:x:data"
#define ARCHIVE "urn:xmpp:mam:2"
#define RESULTS "http://jabber.org/protocol/rsm"
#define FORWARD "urn:xmpp:forward:0"
#define DELAY	"urn:xmpp:delay"
#define CARBONS "urn:xmpp:carbons:2"
#define IDS	"urn:xmpp:sid:0"

/* Kept, and for whom; TYPE says what the form is for. */
static char *access_form(const char *type, enum forms_access access)
{
	g_autofree char *many = g_strdup_printf(
		"<field var='pubsub#max_items'><value>%d</value></field>", FORMS_ITEMS_MAX);

	return g_strdup_printf("<x xmlns='" FORM "' type='submit'>"
			       "<field var='FORM_TYPE' type='hidden'><value>%s</value></field>"
			       "<field var='pubsub#access_model'><value>%s</value></field>"
			       "<field var='pubsub#persist_items'><value>true</value></field>"
			       "%s</x>",
			       type, access == FORMS_OWN ? "whitelist" : "open",
			       access == FORMS_MANY ? many : "");
}

/* -- published keys --------------------------------------------------------------------------- */

char *forms_bundle_node(uint32_t device)
{
	return g_strdup_printf(NS_OMEMO ".bundles:%u", device);
}

char *forms_mark_node(uint32_t device)
{
	return g_strdup_printf(FORMS_MARK ":%u", device);
}

char *forms_publish_item(const char *node, const char *item, GBytes *payload,
			 enum forms_access access)
{
	g_autofree char *form = access_form(PUBSUB "#publish-options", access);
	const char *before = access != FORMS_ANY ? "<publish-options>" : "";
	const char *behind = access != FORMS_ANY ? "</publish-options>" : "";
	gsize size;
	const char *data = g_bytes_get_data(payload, &size);

	return g_strdup_printf("<pubsub xmlns='" PUBSUB "'><publish node='%s'><item id='%s'>"
			       "%.*s</item></publish>%s%s%s</pubsub>",
			       node, item, (int)size, data, before,
			       access != FORMS_ANY ? form : "", behind);
}

char *forms_publish(const char *node, GBytes *payload, enum forms_access access)
{
	return forms_publish_item(node, "current", payload, access);
}

char *forms_configure(const char *node, enum forms_access access)
{
	g_autofree char *form = access_form(PUBSUB "#node_config", access);

	return g_strdup_printf("<pubsub xmlns='" OWNER "'><configure node='%s'>%s</configure>"
			       "</pubsub>", node, form);
}

char *forms_retract(const char *node, const char *item)
{
	return g_strdup_printf("<pubsub xmlns='" PUBSUB "'><retract node='%s'><item id='%s'/>"
			       "</retract></pubsub>",
			       node, item);
}

char *forms_one(const char *node, const char *item)
{
	return g_strdup_printf("<pubsub xmlns='" PUBSUB "'><items node='%s'><item id='%s'/>"
			       "</items></pubsub>",
			       node, item);
}

char *forms_delete(const char *node)
{
	return g_strdup_printf("<pubsub xmlns='" OWNER "'><delete node='%s'/></pubsub>", node);
}

char *forms_newest(const char *node)
{
	return g_strdup_printf("<pubsub xmlns='" PUBSUB "'><items node='%s' max_items='1'/>"
			       "</pubsub>",
			       node);
}

/* FOUND, which may be NULL, as bytes. */
static GBytes *whole(const struct stanza *found)
{
	size_t size = 0;
	char *text = found ? stanza_encode(found, &size, NULL) : NULL;
	GBytes *bytes = text ? g_bytes_new(text, size) : NULL;

	plain_free(text);
	return bytes;
}

/* Of several items the last one is the newest (XEP-0060 section 6.5.7). */
static GBytes *newest(const struct stanza *items, const char *namespace, const char *name)
{
	const struct stanza *found = NULL;

	for (const struct stanza *at = stanza_first(items); at; at = stanza_next(at))
		if (stanza_is(at, "item", namespace))
			found = at;
	return whole(found ? stanza_child(found, name, NS_OMEMO) : NULL);
}

static GBytes *items_of(const struct stanza *parent, const char *namespace, const char *node,
			const char *name)
{
	const struct stanza *items = parent ? stanza_child(parent, "items", namespace) : NULL;

	if (!items || g_strcmp0(stanza_get(items, "node"), node) != 0)
		return NULL;
	return newest(items, namespace, name);
}

GBytes *forms_item(const struct stanza *iq, const char *node, const char *name)
{
	return items_of(stanza_child(iq, "pubsub", PUBSUB), PUBSUB, node, name);
}

/* A server may give more items than it was asked for. */
GBytes *forms_word(const struct stanza *iq, uint32_t device)
{
	const struct stanza *pubsub = stanza_child(iq, "pubsub", PUBSUB);
	const struct stanza *items = pubsub ? stanza_child(pubsub, "items", PUBSUB) : NULL;
	g_autofree char *id = g_strdup_printf("%u", device);

	if (!items || g_strcmp0(stanza_get(items, "node"), FORM_WORD_SPACE) != 0)
		return NULL;
	for (const struct stanza *at = stanza_first(items); at; at = stanza_next(at))
		if (stanza_is(at, "item", PUBSUB) && g_strcmp0(stanza_get(at, "id"), id) == 0)
			return whole(stanza_child(at, FORM_WORD_NAME, FORM_WORD_SPACE));
	return NULL;
}

GBytes *forms_event(const struct stanza *message, const char *node, const char *name)
{
	return items_of(stanza_child(message, "event", EVENT), EVENT, node, name);
}

/* -- what we are ------------------------ */

#define CAPABILITIES "http://jabber.org/protocol/caps"
#define INFO	     "http://jabber.org/protocol/disco#info"
#define KIND	     "client/console//"
#define NODE	     "urn:sotto:1"
#define ROOMS	     "urn:xmpp:bookmarks:1"

char *forms_presence(uint32_t device)
{
	/* XEP-0115 section 5.1: the kind, then the abilities, sorted. */
	g_autofree char *mark = forms_mark_node(device);
	g_autofree char *text =
		g_strdup_printf(KIND "<" FORMS_DEVICES "+notify<" INFO "<%s+notify<" ROOMS
				     "+notify<",
				mark);
	uint8_t digest[CRYPTO_DIGEST_MAX];
	g_autofree char *version = NULL;

	crypto_digest(CRYPTO_SHA1, text, strlen(text), digest);
	version = g_base64_encode(digest, crypto_digest_bytes(CRYPTO_SHA1));
	return g_strdup_printf("<presence xmlns='" CLIENT "'><c xmlns='" CAPABILITIES
			       "' hash='sha-1' node='" NODE "' ver='%s'/></presence>",
			       version);
}

char *forms_abilities(uint32_t device, const char *node)
{
	g_autofree char *mark = forms_mark_node(device);
	g_autofree char *escaped = node ? g_markup_escape_text(node, -1) : NULL;

	return g_strdup_printf("<query xmlns='" INFO "'%s%s%s><identity category='client' "
			       "type='console'/><feature var='" FORMS_DEVICES "+notify'/>"
			       "<feature var='" INFO "'/><feature var='%s+notify'/>"
			       "<feature var='" ROOMS "+notify'/></query>",
			       node ? " node='" : "", node ? escaped : "", node ? "'" : "", mark);
}

/* -- the archive ------------------------------------------------------------------------------ */

char *forms_archive(const char *query, const char *after, int64_t start)
{
	g_autoptr(GDateTime) since = g_date_time_new_from_unix_utc(start / 1000);
	g_autofree char *stamp = since ? g_date_time_format(since, "%Y-%m-%dT%H:%M:%SZ") : NULL;
	g_autofree char *escaped = after ? g_markup_escape_text(after, -1) : NULL;
	g_autofree char *from =
		after || !stamp ?
			NULL :
			g_strdup_printf("<x xmlns='" FORM "' type='submit'>"
					"<field var='FORM_TYPE' type='hidden'>"
					"<value>" ARCHIVE "</value></field>"
					"<field var='start'><value>%s</value></field></x>",
					stamp);

	return g_strdup_printf("<query xmlns='" ARCHIVE "' queryid='%s'>%s<set xmlns='" RESULTS
			       "'><max>%d</max>%s%s%s</set></query>",
			       query, from ? from : "", FORMS_PAGE, after ? "<after>" : "",
			       after ? escaped : "", after ? "</after>" : "");
}

bool forms_archive_end(const struct stanza *iq, const char *after, char **last)
{
	const struct stanza *end = stanza_child(iq, "fin", ARCHIVE);
	const struct stanza *set = end ? stanza_child(end, "set", RESULTS) : NULL;
	const struct stanza *element = set ? stanza_child(set, "last", RESULTS) : NULL;
	const char *complete = end ? stanza_get(end, "complete") : NULL;
	char *text = element ? stanza_text(element) : NULL;

	*last = text && *text ? g_strdup(text) : NULL;
	plain_free(text);
	/* A page that ends nowhere can't be gone on from, nor one that ends where it began. */
	return !*last || g_strcmp0(*last, after) == 0 ||
	       (complete && (strcmp(complete, "true") == 0 || strcmp(complete, "1") == 0));
}

bool forms_archive_missing(const struct stanza *iq)
{
	static const char *const conditions[] = { "service-unavailable",
						  "feature-not-implemented" };
	const struct stanza *error = stanza_child(iq, "error", CLIENT);

	for (size_t i = 0; error && i < G_N_ELEMENTS(conditions); i++)
		if (stanza_child(error, conditions[i], "urn:ietf:params:xml:ns:xmpp-stanzas"))
			return true;
	return false;
}

int64_t forms_delay(const struct stanza *message)
{
	const struct stanza *delay = stanza_child(message, "delay", DELAY);
	const char *stamp = delay ? stanza_get(delay, "stamp") : NULL;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = stamp ? g_date_time_new_from_iso8601(stamp, utc) : NULL;

	return time ? g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000 :
		      0;
}

static bool unwrap(const struct stanza *around, struct forms_inner *inner)
{
	const struct stanza *forwarded = around ? stanza_child(around, "forwarded", FORWARD) : NULL;

	inner->message = forwarded ? stanza_child(forwarded, "message", CLIENT) : NULL;
	inner->stamp = forwarded ? forms_delay(forwarded) : 0;
	return inner->message != NULL;
}

bool forms_archived(const struct stanza *message, const char *query, struct forms_inner *inner)
{
	const struct stanza *result = stanza_child(message, "result", ARCHIVE);

	memset(inner, 0, sizeof(*inner));
	if (!result || !query || g_strcmp0(stanza_get(result, "queryid"), query) != 0)
		return false;
	inner->id = stanza_get(result, "id");
	return unwrap(result, inner);
}

bool forms_carbon(const struct stanza *message, struct forms_inner *inner)
{
	const struct stanza *copy = stanza_child(message, "received", CARBONS);

	memset(inner, 0, sizeof(*inner));
	if (!copy)
		copy = stanza_child(message, "sent", CARBONS);
	return unwrap(copy, inner);
}

const char *forms_archive_id(const struct stanza *message, const char *address)
{
	for (const struct stanza *at = stanza_first(message); at; at = stanza_next(at)) {
		if (stanza_is(at, "stanza-id", IDS) &&
		    g_strcmp0(stanza_get(at, "by"), address) == 0)
			return stanza_get(at, "id");
	}
	return NULL;
}

static char *text_of(const struct stanza *parent, const char *name)
{
	const struct stanza *child = parent ? stanza_child(parent, name, NS_OMEMO) : NULL;

	return child ? stanza_text(child) : NULL;
}

GBytes *forms_cut(const struct stanza *message)
{
	const struct stanza *sealed = stanza_child(message, "encrypted", NS_OMEMO);
	const struct stanza *header =
		sealed ? stanza_child(sealed, "header", NS_OMEMO) : NULL;
	const char *id = stanza_get(message, "id"), *from = stanza_get(message, "from");
	const char *sid = header ? stanza_get(header, "sid") : NULL;
	char *iv = text_of(header, "iv");
	char *text = g_strdup_printf("cut|%.*s|%s|%s|%s", from ? (int)strcspn(from, "/") : 0,
				     from ? from : "", id ? id : "", sid ? sid : "", iv ? iv : "");

	plain_free(iv);
	return g_bytes_new_take(text, strlen(text));
}

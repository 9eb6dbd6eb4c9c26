#include "core/transport/xmpp/message/xmpp_keys.h"

#include <string.h>
#include "core/base/error.h"
#include "core/omemo/bundle.h"
#include "core/omemo/form_word.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/xml/stanza.h"

#define PUBSUB_ERRORS "http://jabber.org/protocol/pubsub#errors"

struct keys {
	struct session *session;
	char *address;
	unsigned put_back;
	unsigned busy;
};

/* One node being published: on condition, else configured and published plainly. */
struct putting {
	struct keys *keys;
	char *node;
	char *item; /* NULL: the node has one */
	GBytes *payload;
	transport_done done;
	void *user;
};

struct keys *keys_new(struct session *session, const char *address)
{
	struct keys *keys = g_new0(struct keys, 1);

	keys->session = session;
	keys->address = g_strdup(address);
	return keys;
}

void keys_free(struct keys *keys)
{
	if (!keys)
		return;
	g_free(keys->address);
	g_free(keys);
}

bool keys_is_busy(const struct keys *keys)
{
	return keys->busy > 0;
}

static bool is_result(const struct stanza *iq)
{
	return iq && g_strcmp0(stanza_get(iq, "type"), "result") == 0;
}

/* -- one node --------------------------------------------------------------------------------- */

static void putting_end(struct putting *putting, const struct stanza *iq)
{
	g_autoptr(GError) error = NULL;

	if (!iq)
		error_set(&error, ERROR_UNREACHABLE,
			  "The connection ended before the own keys were published.");
	else if (!is_result(iq))
		error_set(&error, ERROR_FAILED,
			  "The server doesn't let the own keys be published (%s); nobody can begin "
			  "to write to this device.",
			  session_condition(iq));
	putting->done(putting->user, error);
	g_free(putting->node);
	g_free(putting->item);
	g_bytes_unref(putting->payload);
	g_free(putting);
}

static enum forms_access access_of(const struct putting *putting)
{
	return putting->item ? FORMS_MANY : FORMS_OPEN;
}

static char *publish_form(const struct putting *putting, enum forms_access access)
{
	return putting->item ? forms_publish_item(putting->node, putting->item, putting->payload,
						  access)
			     : forms_publish(putting->node, putting->payload, access);
}

static void published_plainly(void *user, const struct stanza *iq)
{
	putting_end(user, iq);
}

static void publish_plainly(void *user, const struct stanza *iq)
{
	struct putting *putting = user;
	g_autofree char *form = NULL;

	/* A node that isn't there yet can't be configured; publishing is what counts. */
	if (!iq) {
		putting_end(putting, NULL);
		return;
	}
	form = publish_form(putting, FORMS_ANY);
	session_ask(putting->keys->session, "set", NULL, form, published_plainly, putting);
}

static void published(void *user, const struct stanza *iq)
{
	struct putting *putting = user;
	g_autofree char *form = NULL;

	if (!iq || is_result(iq)) {
		putting_end(putting, iq);
		return;
	}
	/* precondition-not-met, or a server that knows no conditions (XEP-0060 section 7.1.5). */
	form = forms_configure(putting->node, access_of(putting));
	session_ask(putting->keys->session, "set", NULL, form, publish_plainly, putting);
}

static void put_item(struct keys *keys, char *node, char *item, GBytes *payload,
		     transport_done done, void *user)
{
	struct putting *putting = g_new0(struct putting, 1);
	g_autofree char *form = NULL;

	putting->keys = keys;
	putting->node = node;
	putting->item = item;
	putting->payload = payload;
	putting->done = done;
	putting->user = user;
	form = publish_form(putting, access_of(putting));
	session_ask(keys->session, "set", NULL, form, published, putting);
}

static void put_node(struct keys *keys, char *node, GBytes *payload, transport_done done,
		     void *user)
{
	put_item(keys, node, NULL, payload, done, user);
}

/* -- reading ---------------------------------------------------------------------------------- */

struct reading {
	struct keys *keys;
	char *address;
	uint32_t device;
	transport_listed listed;
	transport_fetched fetched;
	void *user;
	struct bundle bundle; /* read, while its device's word is asked for */
};

static struct reading *reading_new(struct keys *keys, const char *address, void *user)
{
	struct reading *reading = g_new0(struct reading, 1);

	reading->keys = keys;
	reading->address = g_strdup(address);
	reading->user = user;
	return reading;
}

static void reading_free(struct reading *reading)
{
	g_free(reading->address);
	bundle_clear(&reading->bundle);
	g_free(reading);
}

/* Why nothing could be read. */
static void explain(const struct reading *reading, const struct stanza *iq, GError **error)
{
	const char *who = reading->address;

	if (!iq)
		error_set(error, ERROR_UNREACHABLE,
			  "The connection ended before the keys of %s "
			  "were read.",
			  who);
	else if ((is_result(iq) || session_is_error(iq, "item-not-found", NULL)) &&
		 strcmp(who, reading->keys->address) == 0)
		error_set(error, ERROR_NO_CONTACT, "The own account has published no keys yet.");
	else if (is_result(iq) || session_is_error(iq, "item-not-found", NULL))
		error_set(error, ERROR_NO_DEVICES,
			  "%s has published no keys, so nothing can be sealed for them. They need "
			  "sotto, or another client with OMEMO.",
			  who);
	/* Prosody says the same of what isn't there to whom it doesn't know. */
	else if (session_is_error(iq, "forbidden", NULL) ||
		 session_is_error(iq, "not-authorized", NULL) ||
		 session_is_error(iq, "closed-node", PUBSUB_ERRORS) ||
		 session_is_error(iq, "presence-subscription-required", PUBSUB_ERRORS))
		error_set(error, ERROR_NO_DEVICES,
			  "The server gives no keys of %s: they have published none yet (they need "
			  "sotto, or another client with OMEMO), or let only their contacts read "
			  "them; then ask them to add you.",
			  who);
	else
		error_set(error, ERROR_NO_DEVICES, "The keys of %s can't be read: %s.", who,
			  session_condition(iq));
}

static void list_read(void *user, const struct stanza *iq)
{
	struct reading *reading = user;
	g_autoptr(GBytes) bytes = is_result(iq) ? forms_item(iq, FORMS_DEVICES, "list") : NULL;
	g_autofree uint32_t *ids = NULL;
	g_autoptr(GError) error = NULL, why = NULL;
	size_t count = 0;

	if (!bytes)
		explain(reading, iq, &error);
	else if (!device_list_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &ids,
				     &count, &why)) {
		/* Nonsense is no reason to stop writing to those that are known. */
		count = 0;
		error_set(&error, ERROR_NO_DEVICES, "The device list of %s can't be read: %s",
			  reading->address, why->message);
	}
	reading->listed(reading->user, ids, count, 0, error);
	reading_free(reading);
}

void keys_list(struct keys *keys, const char *address, transport_listed listed, void *user)
{
	struct reading *reading = reading_new(keys, address, user);
	g_autofree char *form = forms_newest(FORMS_DEVICES);

	reading->listed = listed;
	session_ask(keys->session, "get", address, form, list_read, reading);
}

/* Other clients have no word, nor have sottos of before; one that can't be read is none. */
static void word_read(void *user, const struct stanza *iq)
{
	struct reading *reading = user;
	struct bundle *bundle = &reading->bundle;
	g_autoptr(GBytes) bytes = is_result(iq) ? forms_word(iq, bundle->device) : NULL;
	g_autoptr(GError) error = NULL;

	if (!iq)
		explain(reading, NULL, &error);
	bundle->has_form = bytes && form_word_decode(g_bytes_get_data(bytes, NULL),
						     g_bytes_get_size(bytes), &bundle->form, NULL);
	reading->fetched(reading->user, error ? NULL : bundle, error);
	reading_free(reading);
}

static void bundle_read(void *user, const struct stanza *iq)
{
	struct reading *reading = user;
	g_autofree char *node = forms_bundle_node(reading->device);
	g_autofree char *item = g_strdup_printf("%u", reading->device);
	g_autofree char *form = forms_one(FORM_WORD_SPACE, item);
	g_autoptr(GBytes) bytes = is_result(iq) ? forms_item(iq, node, "bundle") : NULL;
	g_autoptr(GError) error = NULL;

	if (!bytes)
		explain(reading, iq, &error);
	else if (bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
			       reading->device, &reading->bundle, &error)) {
		session_ask(reading->keys->session, "get", reading->address, form, word_read,
			    reading);
		return;
	}
	reading->fetched(reading->user, NULL, error);
	reading_free(reading);
}

void keys_fetch(struct keys *keys, const char *address, uint32_t device, transport_fetched fetched,
		void *user)
{
	struct reading *reading = reading_new(keys, address, user);
	g_autofree char *node = forms_bundle_node(device), *form = forms_newest(node);

	reading->device = device;
	reading->fetched = fetched;
	session_ask(keys->session, "get", address, form, bundle_read, reading);
}

/* -- the own place on the list ---------------------------------------------------------------- */

struct place {
	struct keys *keys;
	uint32_t device;
	bool is_wanted; /* on the list; false: off it */
	GBytes *form;	/* the device's word, to be published; or NULL */
	transport_done done;
	void *user;
};

static void place_end(void *user, const GError *error)
{
	struct place *place = user;

	place->keys->busy--;
	place->done(place->user, error);
	g_clear_pointer(&place->form, g_bytes_unref);
	g_free(place);
}

static void change_list(struct place *place, const uint32_t *ids, size_t count)
{
	g_autoptr(GArray) fresh = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GError) error = NULL;
	bool is_there = false;
	GBytes *bytes;

	for (size_t i = 0; i < count; i++) {
		is_there |= ids[i] == place->device;
		if (ids[i] != place->device)
			g_array_append_val(fresh, ids[i]);
	}
	if (is_there == place->is_wanted) {
		place_end(place, NULL);
		return;
	}
	if (place->is_wanted && place->keys->put_back++ == KEYS_PUT_BACK_MAX) {
		error_set(&error, ERROR_FAILED,
			  "Another client keeps taking this device off the account's list; look at "
			  "which ones are logged in.");
		place_end(place, error);
		return;
	}
	if (place->is_wanted)
		g_array_append_val(fresh, place->device);
	bytes = device_list_encode((const uint32_t *)(const void *)fresh->data, fresh->len, &error);
	if (bytes)
		put_node(place->keys, g_strdup(FORMS_DEVICES), bytes, place_end, place);
	else
		place_end(place, error);
}

static void own_list_read(void *user, const uint32_t *ids, size_t count, uint32_t owner,
			  const GError *error)
{
	(void)owner;
	/* No list yet is the same as an empty one; one that can't be read isn't. */
	if (!error || error_is(error, ERROR_NO_CONTACT))
		change_list(user, ids, count);
	else
		place_end(user, error);
}

static void take_place(struct place *place)
{
	keys_list(place->keys, place->keys->address, own_list_read, place);
}

/* A server that takes no word is no reason to be out of reach: then it is as with other clients. */
static void word_put(void *user, const GError *error)
{
	if (error && error_is(error, ERROR_UNREACHABLE))
		place_end(user, error);
	else
		take_place(user);
}

static void bundle_put(void *user, const GError *error)
{
	struct place *place = user;

	if (error)
		place_end(place, error);
	else if (place->form)
		put_item(place->keys, g_strdup(FORM_WORD_SPACE),
			 g_strdup_printf("%u", place->device), g_bytes_ref(place->form), word_put,
			 place);
	else
		take_place(place);
}

static struct place *place_new(struct keys *keys, uint32_t device, bool is_wanted,
			       transport_done done, void *user)
{
	struct place *place = g_new0(struct place, 1);

	place->keys = keys;
	place->device = device;
	place->is_wanted = is_wanted;
	place->done = done;
	place->user = user;
	keys->busy++;
	return place;
}

/* The keys first: a device that is listed without keys can't be written to. */
void keys_publish(struct keys *keys, const struct bundle *bundle, transport_done done, void *user)
{
	struct bundle bare = *bundle;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) form = NULL;
	struct place *place;
	GBytes *bytes;

	/* Over PEP the node's name carries the id, the label is nobody's business, and the word has
	 * a node of its own. */
	bare.device = 0;
	bare.label = NULL;
	bare.has_form = false;
	if (bundle->has_form && !(form = form_word_encode(&bundle->form, &error))) {
		done(user, error);
		return;
	}
	bytes = bundle_encode(&bare, &error);
	if (!bytes) {
		done(user, error);
		return;
	}
	place = place_new(keys, bundle->device, true, done, user);
	place->form = g_steal_pointer(&form);
	put_node(keys, forms_bundle_node(bundle->device), bytes, bundle_put, place);
}

static void word_retracted(void *user, const struct stanza *iq)
{
	(void)iq;
	take_place(user);
}

static void node_deleted(void *user, const struct stanza *iq)
{
	struct place *place = user;
	g_autofree char *item = g_strdup_printf("%u", place->device);
	g_autofree char *form = forms_retract(FORM_WORD_SPACE, item);

	(void)iq;
	session_ask(place->keys->session, "set", NULL, form, word_retracted, place);
}

void keys_withdraw(struct keys *keys, uint32_t device, transport_done done, void *user)
{
	g_autofree char *node = forms_bundle_node(device), *form = forms_delete(node);

	session_ask(keys->session, "set", NULL, form, node_deleted,
		    place_new(keys, device, false, done, user));
}

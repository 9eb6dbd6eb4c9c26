#include "tests/support/fake_carrier.h"

#include <string.h>
#include "core/omemo/bundle.h"
#include "core/port/transport_marks.h"

struct element {
	uint64_t token;
	char *from;
	char *to;
	uint32_t device;
	GBytes *bytes;
};

struct published {
	char *address;
	struct bundle bundle;
	struct bundle once; /* given by the next fetch; device 0: none */
	bool is_bare;	    /* listed without a bundle */
};

/* A question that isn't answered yet. */
struct held {
	struct transport *transport;
	char *address;
	transport_listed listed;
	void *user;
};

struct hub {
	GQueue held; /* struct held *, newest first */
	bool holds;
	GPtrArray *carriers;  /* struct fake_carrier *, those that are started */
	bool has_uids;
	GPtrArray *elements;  /* struct element * */
	GPtrArray *published; /* struct published * */
	GPtrArray *taken;     /* GBytes * */
	GPtrArray *looked_at; /* what hub_waiting gave last */
	enum error refusal;
	void (*watch)(void *user, const char *from, const char *to, uint32_t device);
	void *watch_user;
	uint64_t next;
	GPtrArray *marks; /* struct kept *; NULL: none are kept */
	bool marks_in_blocks;
	bool is_cut;
};

/* A mark, and the transport that holds it. */
struct kept {
	char *address;
	uint32_t device;
	GBytes *bytes;
	struct transport *holder;
};

struct fake_carrier {
	struct transport base;
	struct hub *hub;
	char *address;
	uint32_t device;
	struct transport_listener listener;
	void *user;
	bool is_started;
};

static void kept_free(void *data)
{
	struct kept *kept = data;

	g_clear_pointer(&kept->bytes, g_bytes_unref);
	g_free(kept->address);
	g_free(kept);
}

static void element_free(void *data)
{
	struct element *element = data;

	g_free(element->from);
	g_free(element->to);
	g_bytes_unref(element->bytes);
	g_free(element);
}

static void published_free(void *data)
{
	struct published *published = data;

	g_free(published->address);
	bundle_clear(&published->bundle);
	bundle_clear(&published->once);
	g_free(published);
}

struct hub *hub_new(void)
{
	struct hub *hub = g_new0(struct hub, 1);

	hub->carriers = g_ptr_array_new();
	hub->elements = g_ptr_array_new_with_free_func(element_free);
	hub->published = g_ptr_array_new_with_free_func(published_free);
	hub->taken = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	hub->looked_at = g_ptr_array_new();
	hub->refusal = ERROR_COUNT;
	return hub;
}

void hub_free(struct hub *hub)
{
	g_ptr_array_unref(hub->carriers);
	g_ptr_array_unref(hub->elements);
	g_ptr_array_unref(hub->published);
	g_ptr_array_unref(hub->taken);
	g_ptr_array_unref(hub->looked_at);
	g_clear_pointer(&hub->marks, g_ptr_array_unref);
	g_free(hub);
}

void hub_use_uids(struct hub *hub)
{
	hub->has_uids = true;
}

uint32_t hub_uid(const char *address)
{
	return 20000 + g_str_hash(address) % 10000;
}

void hub_refuse(struct hub *hub, enum error code)
{
	hub->refusal = code;
}

GPtrArray *hub_waiting(struct hub *hub, const char *address)
{
	g_ptr_array_set_size(hub->looked_at, 0);
	for (guint i = 0; i < hub->elements->len; i++) {
		struct element *element = hub->elements->pdata[i];

		if (strcmp(element->to, address) == 0)
			g_ptr_array_add(hub->looked_at, element->bytes);
	}
	return hub->looked_at;
}

GPtrArray *hub_taken(struct hub *hub)
{
	return hub->taken;
}

void hub_inject(struct hub *hub, const char *from, const char *address, uint32_t device,
		GBytes *bytes)
{
	struct element *element = g_new0(struct element, 1);

	element->token = ++hub->next;
	element->from = g_strdup(from);
	element->to = g_strdup(address);
	element->device = device;
	element->bytes = g_bytes_ref(bytes);
	g_ptr_array_add(hub->elements, element);
}

void hub_replace(struct hub *hub, const char *address, unsigned index, GBytes *bytes)
{
	for (guint i = 0; i < hub->elements->len; i++) {
		struct element *element = hub->elements->pdata[i];

		if (strcmp(element->to, address) != 0 || index-- > 0)
			continue;
		g_bytes_unref(element->bytes);
		element->bytes = g_bytes_ref(bytes);
		return;
	}
}

static struct published *find_published(struct hub *hub, const char *address, uint32_t device)
{
	for (guint i = 0; i < hub->published->len; i++) {
		struct published *published = hub->published->pdata[i];

		if (published->bundle.device == device && strcmp(published->address, address) == 0)
			return published;
	}
	return NULL;
}

static struct published *make_published(struct hub *hub, const char *address, uint32_t device)
{
	struct published *published = find_published(hub, address, device);

	if (published)
		return published;
	published = g_new0(struct published, 1);
	published->address = g_strdup(address);
	published->bundle.device = device;
	g_ptr_array_add(hub->published, published);
	return published;
}

static void put_bundle(struct bundle *place, const struct bundle *bundle)
{
	bundle_clear(place);
	bundle_copy(place, bundle);
}

void hub_publish(struct hub *hub, const char *address, const struct bundle *bundle)
{
	struct published *published = make_published(hub, address, bundle->device);

	put_bundle(&published->bundle, bundle);
	published->is_bare = false;
}

void hub_list(struct hub *hub, const char *address, uint32_t device)
{
	make_published(hub, address, device)->is_bare = true;
}

void hub_give_once(struct hub *hub, const char *address, const struct bundle *bundle)
{
	put_bundle(&make_published(hub, address, bundle->device)->once, bundle);
}

static const struct bundle *shown(const struct published *published)
{
	if (!published || (published->is_bare && !published->once.device))
		return NULL;
	return published->once.device ? &published->once : &published->bundle;
}

const struct bundle *hub_bundle(struct hub *hub, const char *address, uint32_t device)
{
	const struct published *published = find_published(hub, address, device);

	return published && !published->is_bare ? &published->bundle : NULL;
}

bool hub_shows(struct hub *hub, const char *address, uint32_t device,
	       uint8_t key[static CONTACT_KEY_BYTES])
{
	const struct bundle *bundle = shown(find_published(hub, address, device));

	if (bundle)
		memcpy(key, bundle->identity, CONTACT_KEY_BYTES);
	return bundle != NULL;
}

void hub_watch(struct hub *hub,
	       void (*taken)(void *user, const char *from, const char *to, uint32_t device),
	       void *user)
{
	hub->watch = taken;
	hub->watch_user = user;
}

void hub_unlist(struct hub *hub, const char *address, uint32_t device)
{
	g_ptr_array_remove(hub->published, find_published(hub, address, device));
}

/* -- the port
 * ------------------------------------------------------------------------------------------- */

static struct fake_carrier *self(struct transport *transport)
{
	return (struct fake_carrier *)transport;
}

static void carrier_free(struct transport *transport)
{
	g_free(self(transport)->address);
	g_free(transport);
}

void hub_announce(struct hub *hub, const char *to, const char *address)
{
	for (guint i = 0; i < hub->carriers->len; i++) {
		struct fake_carrier *carrier = hub->carriers->pdata[i];

		if (strcmp(carrier->address, to) == 0)
			carrier->listener.devices(carrier->user, address, NULL, 0);
	}
}

static gboolean carrier_start(struct transport *transport,
			      const struct transport_listener *listener, void *user,
			      GMainContext *context, bool is_live, GError **error)
{
	(void)context;
	(void)is_live;
	(void)error;
	self(transport)->listener = *listener;
	self(transport)->user = user;
	self(transport)->is_started = true;
	g_ptr_array_add(self(transport)->hub->carriers, transport);
	return TRUE;
}

static void carrier_go_live(struct transport *transport)
{
	(void)transport;
}

static void carrier_stop(struct transport *transport)
{
	GPtrArray *marks = self(transport)->hub->marks;

	self(transport)->is_started = false;
	g_ptr_array_remove(self(transport)->hub->carriers, transport);
	for (guint i = 0; marks && i < marks->len; i++) {
		struct kept *kept = marks->pdata[i];

		if (kept->holder == transport)
			kept->holder = NULL;
	}
}

static enum transport_state carrier_state(struct transport *transport)
{
	return self(transport)->is_started ? TRANSPORT_ONLINE : TRANSPORT_OFFLINE;
}

static void carrier_publish(struct transport *transport, const struct bundle *bundle,
			    transport_done done, void *user)
{
	hub_publish(self(transport)->hub, self(transport)->address, bundle);
	done(user, NULL);
}

static void carrier_withdraw(struct transport *transport, uint32_t device, transport_done done,
			     void *user)
{
	hub_unlist(self(transport)->hub, self(transport)->address, device);
	done(user, NULL);
}

static void carrier_list(struct transport *transport, const char *address, transport_listed listed,
			 void *user)
{
	struct hub *hub = self(transport)->hub;
	struct held *held;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GError) error = NULL;

	if (hub->holds) {
		held = g_new0(struct held, 1);
		*held = (struct held){ transport, g_strdup(address), listed, user };
		g_queue_push_head(&hub->held, held);
		return;
	}
	for (guint i = 0; i < hub->published->len; i++) {
		struct published *published = hub->published->pdata[i];

		if (strcmp(published->address, address) == 0)
			g_array_append_val(ids, published->bundle.device);
	}
	if (!ids->len)
		error_set(&error, ERROR_NO_CONTACT, "There is no %s here.", address);
	listed(user, (uint32_t *)(void *)ids->data, ids->len,
	       hub->has_uids ? hub_uid(address) : 1000, error);
}

void hub_hold_lists(struct hub *hub, bool hold)
{
	struct held *held;

	hub->holds = hold;
	while (!hold && (held = g_queue_pop_head(&hub->held))) {
		carrier_list(held->transport, held->address, held->listed, held->user);
		g_free(held->address);
		g_free(held);
	}
}

static void carrier_fetch(struct transport *transport, const char *address, uint32_t device,
			  transport_fetched fetched, void *user)
{
	struct published *published = find_published(self(transport)->hub, address, device);
	const struct bundle *bundle = shown(published);
	struct bundle given = { 0 };
	g_autoptr(GError) error = NULL;

	if (bundle) {
		bundle_copy(&given, bundle);
		bundle_clear(&published->once);
	} else {
		error_set(&error, ERROR_NO_DEVICES, "%s has no device %u.", address, device);
	}
	fetched(user, bundle ? &given : NULL, error);
	bundle_clear(&given);
}

static void carrier_send(struct transport *transport, const char *address, uint32_t device,
			 GBytes *bytes, transport_done done, void *user)
{
	struct fake_carrier *carrier = self(transport);
	g_autoptr(GError) error = NULL;

	if (carrier->hub->refusal != ERROR_COUNT) {
		error_set_plain(&error, carrier->hub->refusal);
	} else {
		hub_inject(carrier->hub, carrier->address, address, device, bytes);
		g_ptr_array_add(carrier->hub->taken, g_bytes_ref(bytes));
		if (carrier->hub->watch)
			carrier->hub->watch(carrier->hub->watch_user, carrier->address, address,
					    device);
	}
	done(user, error);
}

static void carrier_fetch_now(struct transport *transport, transport_done done, void *user)
{
	struct fake_carrier *carrier = self(transport);
	g_autoptr(GArray) parcels = g_array_new(FALSE, TRUE, sizeof(struct parcel));
	g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < carrier->hub->elements->len; i++) {
		struct element *element = carrier->hub->elements->pdata[i];
		struct parcel parcel = { .bytes = element->bytes, .token = element->token,
					 .from = element->from };

		if (carrier->hub->has_uids) {
			parcel.from = NULL;
			parcel.uid = hub_uid(element->from);
		}

		if (strcmp(element->to, carrier->address) != 0 ||
		    (element->device && element->device != carrier->device))
			continue;
		g_ptr_array_add(held, g_bytes_ref(element->bytes));
		g_array_append_val(parcels, parcel);
	}
	if (parcels->len)
		carrier->listener.arrived(carrier->user, (struct parcel *)(void *)parcels->data,
					  parcels->len);
	done(user, NULL);
}

static void carrier_ack(struct transport *transport, const uint64_t *tokens, size_t count)
{
	GPtrArray *elements = self(transport)->hub->elements;

	for (size_t t = 0; t < count; t++) {
		for (guint i = 0; i < elements->len; i++) {
			struct element *element = elements->pdata[i];

			if (element->token != tokens[t])
				continue;
			g_ptr_array_remove_index(elements, i);
			break;
		}
	}
}

static bool carrier_vouches(struct transport *transport, const struct parcel *parcel,
			    const char *address)
{
	if (self(transport)->hub->has_uids)
		return parcel->uid == hub_uid(address);
	return parcel->from && strcmp(parcel->from, address) == 0;
}

/* They are there still. */
static void carrier_leave(struct transport *transport, const uint64_t *tokens, size_t count)
{
	(void)transport;
	(void)tokens;
	(void)count;
}

/* -- marks ------------------------------------------------------------------------------------ */

void hub_keep_marks(struct hub *hub, bool in_blocks)
{
	hub->marks_in_blocks = in_blocks;
	if (!hub->marks)
		hub->marks = g_ptr_array_new_with_free_func(kept_free);
}

void hub_cut_marks(struct hub *hub, bool cut_off)
{
	hub->is_cut = cut_off;
}

static struct kept *find_kept(struct hub *hub, const char *address, uint32_t device)
{
	struct kept *kept;

	for (guint i = 0; i < hub->marks->len; i++) {
		kept = hub->marks->pdata[i];
		if (kept->device == device && strcmp(kept->address, address) == 0)
			return kept;
	}
	kept = g_new0(struct kept, 1);
	kept->address = g_strdup(address);
	kept->device = device;
	g_ptr_array_add(hub->marks, kept);
	return kept;
}

GBytes **hub_mark(struct hub *hub, const char *address, uint32_t device)
{
	return &find_kept(hub, address, device)->bytes;
}

static void carrier_mark_get(struct transport *transport, transport_kept kept, void *user)
{
	struct fake_carrier *carrier = self(transport);
	struct kept *row = find_kept(carrier->hub, carrier->address, carrier->device);
	g_autoptr(GBytes) bytes = row->bytes ? g_bytes_ref(row->bytes) : NULL;
	g_autoptr(GError) error = NULL;

	if (carrier->hub->is_cut) {
		error_set_plain(&error, ERROR_UNREACHABLE);
		kept(user, NULL, false, error);
		return;
	}
	if (!row->holder)
		row->holder = transport;
	kept(user, bytes, row->holder != transport, NULL);
}

static void carrier_mark_put(struct transport *transport, uint32_t device, GBytes *bytes,
			     transport_done done, void *user)
{
	struct fake_carrier *carrier = self(transport);
	GBytes **place = hub_mark(carrier->hub, carrier->address, device);

	g_clear_pointer(place, g_bytes_unref);
	*place = g_bytes_ref(bytes);
	done(user, NULL);
}

static const struct transport_marks kinds_of_marks[] = {
	{ .block = 1, .get = carrier_mark_get, .put = carrier_mark_put },
	{ .block = 4, .get = carrier_mark_get, .put = carrier_mark_put },
};

#define OPS(keeps)                                                                                 \
	{ .name = "spool", .per_device = true, .marks = (keeps), .free = carrier_free,             \
	  .start = carrier_start, .go_live = carrier_go_live, .stop = carrier_stop,                \
	  .state = carrier_state,                                                                  \
	  .publish = carrier_publish, .withdraw = carrier_withdraw, .list = carrier_list,          \
	  .fetch = carrier_fetch, .send = carrier_send, .fetch_now = carrier_fetch_now,            \
	  .ack = carrier_ack, .leave = carrier_leave, .vouches = carrier_vouches }

static const struct transport_ops carrier_ops[] = { OPS(NULL), OPS(&kinds_of_marks[0]),
						   OPS(&kinds_of_marks[1]) };

struct transport *fake_carrier_new(struct hub *hub, const char *address, uint32_t device)
{
	struct fake_carrier *carrier = g_new0(struct fake_carrier, 1);

	carrier->base.ops = &carrier_ops[!hub->marks ? 0 : hub->marks_in_blocks ? 2 : 1];
	carrier->hub = hub;
	carrier->address = g_strdup(address);
	carrier->device = device;
	return &carrier->base;
}

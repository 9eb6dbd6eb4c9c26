#include "core/transport/xmpp/message/xmpp_arrivals.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/omemo/bundle.h"
#include "core/omemo/envelope.h"
#include "core/omemo/marks.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/message/xmpp_roster.h"
#include "core/transport/xmpp/message/xmpp_unshown.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

enum { TOLD_MAX = 100 /* senders of what isn't shown, on one connection */ };

/* One message, ready to be handed over. */
struct item {
	GBytes *bytes;
	char *from;
	char *room;
	char *mark; /* its id in the archive, or NULL */
	int64_t stamp;
	uint64_t token;
	bool is_archived;
	bool is_guessed;
	bool is_large;
	bool is_stored;
};

struct arrivals {
	char *address;
	struct arrivals_listener listener;
	void *user;
	GPtrArray *ready;   /* struct item *, to be handed over */
	GPtrArray *waiting; /* live ones, while the archive is read */
	GPtrArray *out;	    /* being handed over */
	guint next;	    /* of them, where the next word that it is stored is looked for */
	char *query;
	char *mark;	   /* of the newest live message that is stored */
	unsigned unmarked; /* messages since the last mark that was told */
	bool is_refused;   /* the core couldn't store something: no mark may pass that */
	struct news *news; /* small words, to be handed over */
	GHashTable *told;  /* what was said of what isn't shown, behind whom it is about */
};

static void item_free(void *data)
{
	struct item *item = data;

	g_bytes_unref(item->bytes);
	g_free(item->from);
	g_free(item->room);
	g_free(item->mark);
	g_free(item);
}

struct arrivals *arrivals_new(const char *address, const struct arrivals_listener *listener,
			      void *user)
{
	struct arrivals *arrivals = g_new0(struct arrivals, 1);

	arrivals->address = g_strdup(address);
	arrivals->listener = *listener;
	arrivals->user = user;
	arrivals->ready = g_ptr_array_new_with_free_func(item_free);
	arrivals->waiting = g_ptr_array_new_with_free_func(item_free);
	arrivals->news = news_new();
	arrivals->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return arrivals;
}

void arrivals_free(struct arrivals *arrivals)
{
	if (!arrivals)
		return;
	g_ptr_array_unref(arrivals->ready);
	g_ptr_array_unref(arrivals->waiting);
	news_free(arrivals->news);
	g_hash_table_unref(arrivals->told);
	g_free(arrivals->query);
	g_free(arrivals->mark);
	g_free(arrivals->address);
	g_free(arrivals);
}

/* -- one message ------------------------------------------------------------------------------ */

/*
 * What isn't shown is said once for each address, reason and connection, and not of too many; then
 * that there is more.
 */
static void tell_once(struct arrivals *arrivals, const char *who, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static void tell_once(struct arrivals *arrivals, const char *who, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;
	guint count = g_hash_table_size(arrivals->told);

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	if (count > TOLD_MAX || !g_hash_table_add(arrivals->told, g_strconcat(who, sentence, NULL)))
		return;
	arrivals->listener.notice(arrivals->user,
				  count < TOLD_MAX ?
					  sentence :
					  "More people sent what isn't shown; they aren't named.");
}

static void tell_unsealed(struct arrivals *arrivals, const char *who)
{
	if (strcmp(who, arrivals->address) == 0)
		tell_once(arrivals, who,
			  "Another client of your account wrote something that isn't sealed; sotto "
			  "doesn't show such messages.");
	else
		tell_once(arrivals, who,
			  "%s sent something that isn't sealed. sotto doesn't show such messages; "
			  "ask them to turn OMEMO on.",
			  who);
}

/* TRUE: there was something, and it was said. */
static bool tell_unshown(struct arrivals *arrivals, const struct stanza *message, const char *who)
{
	enum unshown unshown = unshown_of(message);

	if (unshown == UNSHOWN_UNSEALED)
		tell_unsealed(arrivals, who);
	else if (unshown == UNSHOWN_SEALED)
		tell_once(arrivals, who,
			  "%s sent something that is sealed in a form that sotto doesn't read; ask "
			  "them for OMEMO as it was before version 2.",
			  who);
	else if (unshown == UNSHOWN_CALL)
		tell_once(arrivals, who, "%s tried to call you; sotto has no calls.", who);
	return unshown != UNSHOWN_NOTHING;
}

/* The message in the one form that it always has here; NULL when it isn't one. */
static GBytes *canonical(const struct stanza *message, GError **error)
{
	struct envelope envelope;
	size_t size = 0;
	char *text = stanza_encode(message, &size, error);
	GBytes *bytes = NULL;

	if (text && envelope_decode(text, size, &envelope, error)) {
		bytes = envelope_encode(&envelope, error);
		envelope_clear(&envelope);
	}
	plain_free(text);
	return bytes;
}

/* Conversations of two: of type chat or normal (RFC 6121 section 5.2.2). */
static bool is_conversation(const struct stanza *message)
{
	const char *type = stanza_get(message, "type");

	return !type || strcmp(type, "chat") == 0 || strcmp(type, "normal") == 0;
}

static void take_unsealed(struct arrivals *arrivals, const struct stanza *message,
			  const char *from, bool is_live)
{
	struct talk talk = { .address = from };

	tell_unshown(arrivals, message, from);
	if (strcmp(from, arrivals->address) != 0 && marks_decode(message, is_live, &talk))
		news_add(arrivals->news, &talk);
}

static bool is_in_a_room(const struct arrivals *arrivals, const char *address)
{
	g_autofree char *bare =
		address && strchr(address, '/') ? contact_bare_address(address) : NULL;

	return bare && arrivals->listener.is_room &&
	       arrivals->listener.is_room(arrivals->user, bare);
}

/* From, or to, somebody in a room alone, as a copy or out of the archive: those that come live go
 * another way. Rooms mark what they pass on (XEP-0045 section 7.5). */
static bool is_by_way_of_a_room(const struct arrivals *arrivals, const struct stanza *message)
{
	const char *from = stanza_get(message, "from");

	return is_in_a_room(arrivals, from) || is_in_a_room(arrivals, stanza_get(message, "to")) ||
	       (strchr(from, '/') &&
		stanza_child(message, "x", "http://jabber.org/protocol/muc#user") &&
		stanza_child(message, "encrypted", NS_OMEMO));
}

/* NULL when there is nothing in MESSAGE for the core. IS_LIVE: it comes now. */
static struct item *make_item(struct arrivals *arrivals, const struct stanza *message,
			      bool is_live)
{
	const char *text = stanza_get(message, "from");
	g_autofree char *from = text ? contact_bare_address(text) : NULL;
	g_autoptr(GError) error = NULL;
	struct item *item;
	GBytes *bytes;

	if (!from) {
		if (stanza_child(message, "encrypted", NS_OMEMO))
			tell_once(arrivals, "",
				  "Something that doesn't say who sent it was refused.");
		return NULL;
	}
	if (!is_conversation(message)) {
		if (stanza_child(message, "encrypted", NS_OMEMO))
			tell_once(arrivals, from,
				  "Something from %s was refused: it belongs to no conversation.",
				  from);
		else if (g_strcmp0(stanza_get(message, "type"), "error") != 0)
			tell_unshown(arrivals, message, from);
		return NULL;
	}
	if (is_by_way_of_a_room(arrivals, message)) {
		if (stanza_child(message, "encrypted", NS_OMEMO))
			tell_once(arrivals, from,
				  "Something from %s was refused: sotto takes no private "
				  "messages by way of a room.",
				  from);
		else
			tell_unshown(arrivals, message, from);
		return NULL;
	}
	if (!stanza_child(message, "encrypted", NS_OMEMO)) {
		if (arrivals->listener.unsealed && !stanza_is_cut(message) &&
		    arrivals->listener.unsealed(arrivals->user, message))
			return NULL;
		take_unsealed(arrivals, message, from, is_live);
		return NULL;
	}
	bytes = stanza_is_cut(message) ? forms_cut(message) : canonical(message, &error);
	if (!bytes) {
		tell_once(arrivals, from, "Something from %s was refused: it is malformed.", from);
		return NULL;
	}
	item = g_new0(struct item, 1);
	item->bytes = bytes;
	item->from = g_steal_pointer(&from);
	item->is_large = stanza_is_cut(message);
	return item;
}

/* -- what a stanza is ------------------------------------------------------------------------- */

static void take_devices(struct arrivals *arrivals, const char *from, GBytes *list)
{
	g_autofree uint32_t *ids = NULL;
	size_t count = 0;

	if (device_list_decode(g_bytes_get_data(list, NULL), g_bytes_get_size(list), &ids, &count,
			       NULL))
		arrivals->listener.devices(arrivals->user, from, ids, count);
}

/* Our own account's word: servers leave `from` out, or put the bare address there. */
static bool is_own_word(const struct arrivals *arrivals, const struct stanza *message)
{
	const char *from = stanza_get(message, "from");

	return !from || strcmp(from, arrivals->address) == 0;
}

static void push(struct arrivals *arrivals, struct item *item, uint64_t token)
{
	item->token = token;
	if (arrivals->query && !item->is_archived)
		g_ptr_array_add(arrivals->waiting, item);
	else
		g_ptr_array_add(arrivals->ready, item);
}

void arrivals_put(struct arrivals *arrivals, const struct parcel *parcel)
{
	struct item *item = g_new0(struct item, 1);

	item->bytes = g_bytes_ref(parcel->bytes);
	item->from = g_strdup(parcel->from);
	item->room = g_strdup(parcel->room);
	item->stamp = parcel->stamp;
	item->is_archived = parcel->is_archived;
	item->is_guessed = parcel->is_guessed;
	item->is_large = parcel->is_large;
	push(arrivals, item, parcel->token);
}

bool arrivals_is_whole(const struct arrivals *arrivals)
{
	return !arrivals->is_refused && !arrivals->query && !arrivals->out &&
	       arrivals->ready->len == 0;
}

static struct item *open_stanza(struct arrivals *arrivals, const struct stanza *message)
{
	struct forms_inner inner;
	struct item *item;
	bool is_own = is_own_word(arrivals, message);

	if (is_own && forms_archived(message, arrivals->query, &inner)) {
		item = make_item(arrivals, inner.message, false);
		if (item) {
			item->is_archived = true;
			item->stamp = inner.stamp;
		}
		return item;
	}
	if (is_own && forms_carbon(message, &inner)) {
		item = make_item(arrivals, inner.message, !inner.stamp);
		if (item)
			item->stamp = inner.stamp;
		return item;
	}
	item = make_item(arrivals, message, !forms_delay(message));
	if (item) {
		item->stamp = forms_delay(message);
		item->mark = g_strdup(forms_archive_id(message, arrivals->address));
	}
	return item;
}

/* Something of ours came back: whether it is worth a word, the core knows. */
static void take_bounce(struct arrivals *arrivals, const struct stanza *message)
{
	const char *from = stanza_get(message, "from"), *id = stanza_get(message, "id");
	g_autofree char *bare = from ? contact_bare_address(from) : NULL;
	const struct talk talk = { .what = TALK_BOUNCED,
				   .address = bare,
				   .id = marks_is_id(id) ? id : NULL,
				   .text = session_condition(message) };

	if (bare)
		news_add(arrivals->news, &talk);
}

void arrivals_take(struct arrivals *arrivals, const struct stanza *message, uint64_t token)
{
	const char *from = stanza_get(message, "from");
	/* A list that isn't whole is none. */
	g_autoptr(GBytes) list =
		stanza_is_cut(message) ? NULL : forms_event(message, FORMS_DEVICES, "list");
	struct item *item = NULL;

	if (g_strcmp0(stanza_get(message, "type"), "error") == 0) {
		take_bounce(arrivals, message);
	} else if (list) {
		g_autofree char *bare = from ? contact_bare_address(from) : NULL;

		/* It counts only from the bare address that it describes. */
		if (is_own_word(arrivals, message))
			take_devices(arrivals, arrivals->address, list);
		else if (bare && !strchr(from, '/'))
			take_devices(arrivals, bare, list);
	} else {
		item = open_stanza(arrivals, message);
	}
	if (item)
		push(arrivals, item, token);
	else
		arrivals->listener.settled(arrivals->user, token);
}

/* -- handing over ----------------------------------------------------------------------------- */

void arrivals_mark(struct arrivals *arrivals, const char *mark)
{
	if (arrivals->is_refused)
		return;
	arrivals->unmarked = 0;
	arrivals->listener.marked(arrivals->user, mark);
}

static void note_stored(struct arrivals *arrivals, const struct item *item)
{
	if (!item->is_stored) {
		arrivals->is_refused = true;
		return;
	}
	if (item->mark && !item->is_archived) {
		g_free(arrivals->mark);
		arrivals->mark = g_strdup(item->mark);
	}
	arrivals->unmarked++;
}

static void hand_over(struct arrivals *arrivals, guint first, guint count)
{
	g_autofree struct parcel *parcels = g_new0(struct parcel, count);

	for (guint i = 0; i < count; i++) {
		const struct item *item = arrivals->out->pdata[first + i];

		parcels[i] = (struct parcel){ .bytes = item->bytes,
					      .token = item->token,
					      .from = item->from,
					      .room = item->room,
					      .stamp = item->stamp,
					      .is_guessed = item->is_guessed,
					      .is_large = item->is_large,
					      .is_archived = item->is_archived };
	}
	arrivals->listener.arrived(arrivals->user, parcels, count);
}

static void flush_news(struct arrivals *arrivals)
{
	struct news *news = arrivals->news;
	size_t count;
	const struct talk *rows = news_rows(news, &count);

	if (count == 0)
		return;
	arrivals->news = news_new();
	arrivals->listener.talk(arrivals->user, rows, count);
	news_free(news);
}

void arrivals_flush(struct arrivals *arrivals)
{
	flush_news(arrivals);
	/* What is taken in may send something; what comes of that waits its turn. */
	if (arrivals->out || arrivals->ready->len == 0)
		return;
	arrivals->out = arrivals->ready;
	arrivals->next = 0;
	arrivals->ready = g_ptr_array_new_with_free_func(item_free);
	for (guint first = 0; first < arrivals->out->len; first += TRANSPORT_BATCH)
		hand_over(arrivals, first, MIN(arrivals->out->len - first, TRANSPORT_BATCH));
	for (guint i = 0; i < arrivals->out->len; i++)
		note_stored(arrivals, arrivals->out->pdata[i]);
	g_clear_pointer(&arrivals->out, g_ptr_array_unref);
	if (arrivals->mark && !arrivals->query && arrivals->unmarked >= ARRIVALS_MARK_EVERY)
		arrivals_mark(arrivals, arrivals->mark);
}

void arrivals_drained(struct arrivals *arrivals)
{
	/* A commit for each few of a page would cost more than what is in them. */
	if (!arrivals->query || arrivals->ready->len >= TRANSPORT_BATCH)
		arrivals_flush(arrivals);
}

void arrivals_stored(struct arrivals *arrivals, uint64_t token)
{
	guint count = arrivals->out ? arrivals->out->len : 0;

	/* They come back in the order in which they went, nearly always. */
	for (guint i = 0; i < count; i++) {
		guint at = (arrivals->next + i) % count;
		struct item *item = arrivals->out->pdata[at];

		if (item->token != token || item->is_stored)
			continue;
		item->is_stored = true;
		arrivals->next = at + 1;
		arrivals->listener.settled(arrivals->user, token);
		return;
	}
}

void arrivals_hold(struct arrivals *arrivals, const char *query)
{
	g_free(arrivals->query);
	arrivals->query = g_strdup(query);
}

void arrivals_release(struct arrivals *arrivals, const char *last)
{
	arrivals_flush(arrivals);
	g_clear_pointer(&arrivals->query, g_free);
	if (last)
		arrivals_mark(arrivals, last);
	g_ptr_array_extend_and_steal(arrivals->ready, arrivals->waiting);
	arrivals->waiting = g_ptr_array_new_with_free_func(item_free);
	arrivals_flush(arrivals);
}

/* What is said in a room, on its way to the core; and its archive. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/omemo/envelope.h"
#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

enum {
	HELD_MAX = 2000,
	ECHOES_MAX = 10000,
	TOLD_MAX = 100,	/* names and reasons of what isn't shown, on one connection */
	MARK_EVERY = 32,
	CLOCK_SLACK_MS = 60000,
};

/* A live message that waits for what was said before it. */
struct held {
	GBytes *bytes;
	char *from;
	char *mark;
	bool is_guessed;
	bool is_large; /* BYTES only tell it from others */
	bool is_raw; /* BYTES as they came: its author can be guessed once members are known */
	int64_t stamp;
	uint64_t token;
};

void held_free(void *data)
{
	struct held *held = data;

	g_bytes_unref(held->bytes);
	g_free(held->from);
	g_free(held->mark);
	g_free(held);
}

static void settle(const struct entry *entry, uint64_t token)
{
	entry->rooms->parts.settled(entry->rooms->parts.user, token);
}

/* -- handing over ----------------------------------------------------------------------------- */

static void put(struct entry *entry, const struct held *held, bool is_archived)
{
	const struct parcel parcel = {
		.bytes = held->bytes,
		.token = held->token,
		.from = held->from,
		.room = room_address(entry->room),
		.stamp = held->stamp,
		.is_guessed = held->is_guessed,
		.is_large = held->is_large,
		.is_archived = is_archived,
	};

	arrivals_put(entry->rooms->arrivals, &parcel);
	if (is_archived || !held->mark)
		return;
	g_free(entry->fresh);
	entry->fresh = g_strdup(held->mark);
	entry->unmarked++;
}

void rooms_drop_held(struct entry *entry)
{
	g_autoptr(GPtrArray) all = entry->held;

	entry->held = g_ptr_array_new_with_free_func(held_free);
	if (all->len)
		rooms_notice(entry->rooms,
			     "What came from %s was refused: who can read there and who wrote "
			     "isn't certain.",
			     room_address(entry->room));
	for (guint i = 0; i < all->len; i++)
		settle(entry, ((struct held *)all->pdata[i])->token);
}

static void tell_mark(struct entry *entry, const char *mark)
{
	struct rooms *rooms = entry->rooms;

	entry->unmarked = 0;
	if (mark != entry->mark) {
		g_free(entry->mark);
		entry->mark = g_strdup(mark);
	}
	if (rooms->listener.marked)
		rooms->listener.marked(rooms->user, room_address(entry->room), mark);
}

void rooms_drained(struct rooms *rooms)
{
	GHashTableIter iter;
	gpointer value;

	if (!rooms->session || !arrivals_is_whole(rooms->arrivals))
		return;
	g_hash_table_iter_init(&iter, rooms->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct entry *entry = value;

		if (entry->unmarked >= MARK_EVERY && rooms_is_ready(entry))
			tell_mark(entry, entry->fresh);
	}
}

/* -- one message ------------------------------------------------------------------------------ */

static bool is_for(const struct envelope *envelope, uint32_t device)
{
	for (size_t i = 0; i < envelope->key_count; i++)
		if (envelope->keys[i].device == device)
			return true;
	return false;
}

/* Rooms may give a message another id, but keep what its sender put into it. */
static const char *own_id_of(const struct stanza *message)
{
	const struct stanza *origin = stanza_child(message, "origin-id", "urn:xmpp:sid:0");
	const char *id = origin ? stanza_get(origin, "id") : stanza_get(message, "id");

	return id ? id : "";
}

/*
 * MESSAGE by AUTHOR in the one form that it always has here. NULL when there is nothing in it for
 * the core; *OWN_ID is its id when this device sent it.
 */
static GBytes *canonical(struct entry *entry, const struct stanza *message, const char *author,
			 bool is_archived, char **own_id, GError **error)
{
	const struct account *account = entry->rooms->account;
	struct envelope envelope;
	size_t size = 0;
	char *text = stanza_encode(message, &size, error);
	GBytes *bytes = NULL;
	bool ok = text && envelope_decode(text, size, &envelope, error);

	*own_id = NULL;
	plain_free(text);
	if (!ok)
		return NULL;
	if (strcmp(author, account->address) == 0 && envelope.device == account->device) {
		*own_id = g_strdup(own_id_of(message));
	} else if (!is_archived || entry->was_here || is_for(&envelope, account->device)) {
		/* What was said before we were let in wasn't meant for us; what was later is. */
		g_free(envelope.from);
		g_free(envelope.to);
		envelope.from = g_strdup(author);
		envelope.to = g_strdup(room_address(entry->room));
		bytes = envelope_encode(&envelope, error);
	}
	envelope_clear(&envelope);
	return bytes;
}

/* What this device sent isn't opened, it is ticked off. */
static void take_own(struct entry *entry, const char *id)
{
	if (!*id)
		return;
	if (g_hash_table_size(entry->echoes) >= ECHOES_MAX)
		g_hash_table_remove_all(entry->echoes);
	g_hash_table_add(entry->echoes, g_strdup(id));
	rooms_post_came(entry, id);
}

/* Once for each name, reason and connection, and not of too many; then that there is more. */
static bool may_tell(struct entry *entry, const char *nick, const char *why)
{
	const guint count = g_hash_table_size(entry->told);

	if (count > TOLD_MAX || !g_hash_table_add(entry->told, g_strconcat(nick, "/", why, NULL)))
		return false;
	if (count == TOLD_MAX)
		rooms_notice(entry->rooms, "More in %s was refused; it isn't named.",
			     room_address(entry->room));
	return count < TOLD_MAX;
}

void rooms_doubt_occupant(struct entry *entry, const char *nick)
{
	char *shown;

	if (!may_tell(entry, nick, "doubt"))
		return;
	shown = room_shown(nick);
	rooms_notice(entry->rooms,
		     "%s says different things of who \"%s\" is; what comes from there is refused.",
		     room_address(entry->room), shown);
	plain_free(shown);
}

static void refuse(struct entry *entry, const char *nick, const char *why)
{
	char *shown;

	if (!may_tell(entry, nick, why))
		return;
	shown = room_shown(nick);
	rooms_notice(entry->rooms, "Something from \"%s\" in %s was refused: %s", shown,
		     room_address(entry->room), why);
	plain_free(shown);
}

/* NULL when there is nothing to hand over; what there is to say of it was said. */
static struct held *open_message(struct entry *entry, const struct stanza *message,
				 const char *author, bool is_archived)
{
	const char *from = stanza_get(message, "from");
	const char *nick = from && strchr(from, '/') ? strchr(from, '/') + 1 : "";
	g_autoptr(GError) error = NULL;
	g_autofree char *own_id = NULL;
	struct held *held;
	GBytes *bytes;

	if (!stanza_child(message, "encrypted", NS_OMEMO)) {
		if (stanza_child(message, "body", "jabber:client"))
			refuse(entry, nick, "it isn't sealed; ask them to turn OMEMO on.");
		return NULL;
	}
	if (!author) {
		refuse(entry, nick, "the room doesn't say who that is.");
		return NULL;
	}
	bytes = stanza_is_cut(message) ?
			forms_cut(message) :
			canonical(entry, message, author, is_archived, &own_id, &error);
	if (error)
		refuse(entry, nick, "it is malformed.");
	if (own_id)
		take_own(entry, own_id);
	if (!bytes)
		return NULL;
	held = g_new0(struct held, 1);
	held->bytes = bytes;
	held->from = g_strdup(author);
	held->is_large = stanza_is_cut(message);
	held->stamp = forms_delay(message);
	held->mark = g_strdup(forms_archive_id(message, room_address(entry->room)));
	return held;
}

/* What was said before we came, by somebody who isn't there: to be looked at when all is known. */
static struct held *keep_raw(const struct stanza *message)
{
	size_t size = 0;
	char *text = stanza_encode(message, &size, NULL);
	struct held *held = NULL;

	if (text) {
		held = g_new0(struct held, 1);
		held->bytes = g_bytes_new(text, size);
		held->is_raw = true;
	}
	plain_free(text);
	return held;
}

static void put_raw(struct entry *entry, const struct held *raw)
{
	gsize size;
	const void *data = g_bytes_get_data(raw->bytes, &size);
	struct stanza *message = stanza_decode(data, size, NULL);
	const char *nick = message ? strchr(stanza_get(message, "from"), '/') + 1 : NULL;
	struct held *held =
		message ? open_message(entry, message, room_guess(entry->room, nick), true) : NULL;

	stanza_free(message);
	if (!held) {
		settle(entry, raw->token);
		return;
	}
	held->token = raw->token;
	held->is_guessed = true;
	put(entry, held, true);
	held_free(held);
}

static void put_held(struct entry *entry)
{
	g_autoptr(GPtrArray) all = entry->held;

	entry->held = g_ptr_array_new_with_free_func(held_free);
	for (guint i = 0; i < all->len; i++) {
		const struct held *held = all->pdata[i];

		if (held->is_raw)
			put_raw(entry, held);
		else
			put(entry, held, false);
	}
}

static void take_live(struct entry *entry, const struct stanza *message, uint64_t token)
{
	const char *nick = strchr(stanza_get(message, "from"), '/') + 1;
	const char *author = room_author(entry->room, nick);
	bool is_former = forms_delay(message) != 0, is_ready = rooms_is_ready(entry);
	struct held *held = NULL;

	if (is_former && !author && !is_ready && !stanza_is_cut(message))
		held = keep_raw(message);
	else if (room_is_inside(entry->room) || room_state(entry->room) == ROOM_ENTERING)
		held = open_message(entry, message, author, is_former);
	else if (stanza_child(message, "encrypted", NS_OMEMO))
		refuse(entry, nick, "you aren't in that room.");
	if (!held) {
		settle(entry, token);
		return;
	}
	held->token = token;
	/* Who has that name now needn't be who had it then. */
	held->is_guessed = is_former;
	if (is_ready) {
		put(entry, held, false);
		held_free(held);
	} else if (entry->held->len < HELD_MAX) {
		g_ptr_array_add(entry->held, held);
	} else {
		/* The archive has it, and it wasn't counted. */
		held_free(held);
	}
}

/* -- the archive ------------------------------------------------------------------------------ */

static void take_archived(struct entry *entry, const struct forms_inner *inner, uint64_t token)
{
	struct room_item item;
	enum room_said said = room_forms_person(inner->message, &item);
	const char *from = stanza_get(inner->message, "from");
	g_autofree char *author = said == ROOM_SAID_ONE ? item.address : NULL;
	g_autofree char *room = from ? contact_bare_address(from) : NULL;
	struct held *held = NULL;

	/* The room keeps with each message who wrote it (XEP-0313 section 5.1.2). */
	if (g_strcmp0(room, room_address(entry->room)) == 0)
		held = open_message(entry, inner->message, author, true);
	if (!held) {
		settle(entry, token);
		return;
	}
	held->token = token;
	held->stamp = inner->stamp;
	put(entry, held, true);
	held_free(held);
}

static void ask_archive(struct entry *entry);

void rooms_caught_up(struct entry *entry)
{
	g_clear_pointer(&entry->query, g_free);
	arrivals_flush(entry->rooms->arrivals);
	put_held(entry);
	rooms_settle(entry);
}

static void archive_read(void *user, const struct stanza *iq)
{
	struct entry *entry = user;
	g_autofree char *last = NULL;
	bool is_end;

	if (!iq || !entry->query)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "error") == 0) {
		/* A mark that the archive no longer knows: all since the beginning. */
		if (entry->mark && session_is_error(iq, "item-not-found", NULL)) {
			g_clear_pointer(&entry->mark, g_free);
			ask_archive(entry);
			return;
		}
		if (!forms_archive_missing(iq))
			rooms_notice(entry->rooms,
				     "The archive of %s can't be read (%s): what was said while "
				     "you were away may be missing.",
				     room_address(entry->room), session_condition(iq));
		rooms_caught_up(entry);
		return;
	}
	arrivals_flush(entry->rooms->arrivals);
	is_end = forms_archive_end(iq, entry->mark, &last);
	if (last && arrivals_is_whole(entry->rooms->arrivals)) {
		tell_mark(entry, last);
	} else if (last) {
		g_free(entry->mark);
		entry->mark = g_strdup(last);
	}
	if (is_end)
		rooms_caught_up(entry);
	else
		ask_archive(entry);
}

static void ask_archive(struct entry *entry)
{
	g_autofree char *form = forms_archive(entry->query, entry->mark,
					      entry->since ? entry->since - CLOCK_SLACK_MS : 0);

	session_ask(entry->rooms->session, "set", room_address(entry->room), form, archive_read,
		    entry);
}

void rooms_catch_up(struct entry *entry)
{
	entry->query = g_strdup("room-catch-up");
	entry->was_here = entry->mark != NULL;
	ask_archive(entry);
}

/* -- from the room ---------------------------------------------------------------------------- */

static void take_word(struct entry *entry, const struct stanza *message)
{
	bool was_ready = rooms_is_ready(entry);
	unsigned news = room_take_message(entry->room, message);

	if (news & ROOM_NEWS_ENDED) {
		rooms_exit(entry);
		rooms_settle_ended(entry);
	} else if (news & ROOM_NEWS_CHANGED) {
		if (room_is_inside(entry->room) && !entry->make)
			rooms_look_again(entry);
	} else if ((news & ROOM_NEWS_STALE) && was_ready) {
		rooms_ask_lists(entry);
	} else if ((news & ROOM_NEWS_PEOPLE) && was_ready) {
		rooms_tell_changed(entry);
	}
}

void rooms_take_message(struct entry *entry, const struct stanza *message, uint64_t token)
{
	const char *from = stanza_get(message, "from"), *type = stanza_get(message, "type");
	struct forms_inner inner;

	if (g_strcmp0(type, "error") == 0) {
		rooms_post_bounced(entry, message);
	} else if (!strchr(from, '/')) {
		if (forms_archived(message, entry->query, &inner)) {
			take_archived(entry, &inner, token);
			return;
		}
		if (!stanza_is_cut(message))
			take_word(entry, message);
	} else if (g_strcmp0(type, "groupchat") == 0) {
		take_live(entry, message, token);
		return;
	} else if (stanza_child(message, "encrypted", NS_OMEMO) ||
		   stanza_child(message, "body", "jabber:client")) {
		refuse(entry, strchr(from, '/') + 1,
		       "sotto takes no private messages by way of a room.");
	}
	settle(entry, token);
}

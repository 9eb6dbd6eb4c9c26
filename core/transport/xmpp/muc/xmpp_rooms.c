#include "core/transport/xmpp/muc/xmpp_rooms.h"

#include <string.h>
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"
#include "core/xml/stanza.h"

static void entry_free(void *data)
{
	struct entry *entry = data;

	rooms_clear_source(&entry->retry);
	rooms_clear_source(&entry->deadline);
	room_free(entry->room);
	g_ptr_array_unref(entry->held);
	g_hash_table_unref(entry->echoes);
	g_hash_table_unref(entry->told);
	g_free(entry->query);
	g_free(entry->mark);
	g_free(entry->fresh);
	g_free(entry);
}

struct rooms *rooms_new(const struct account *account, const struct rooms_parts *parts)
{
	struct rooms *rooms = g_new0(struct rooms, 1);

	rooms->account = account;
	rooms->parts = *parts;
	rooms->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
	rooms->makes = g_ptr_array_new_with_free_func(make_free);
	return rooms;
}

void rooms_free(struct rooms *rooms)
{
	if (!rooms)
		return;
	g_hash_table_unref(rooms->entries);
	g_ptr_array_unref(rooms->makes);
	g_free(rooms);
}

void rooms_listen(struct rooms *rooms, const struct rooms_listener *listener, void *user)
{
	rooms->listener = *listener;
	rooms->user = user;
}

void rooms_keep(struct rooms *rooms, const char *address, const char *mark, int64_t since)
{
	struct entry *entry = rooms_entry(rooms, address);

	entry->is_kept = true;
	entry->since = since;
	g_free(entry->mark);
	entry->mark = g_strdup(mark);
}

/* -- what comes ------------------------------------------------------------------------------- */

static void take_presence(struct entry *entry, const struct stanza *presence)
{
	bool was_ready = rooms_is_ready(entry), was_inside = room_is_inside(entry->room);
	unsigned news = room_take_presence(entry->room, presence);

	if (news & ROOM_NEWS_DOUBT)
		rooms_doubt_occupant(entry, strchr(stanza_get(presence, "from"), '/') + 1);
	if (news & ROOM_NEWS_NICK) {
		room_next_nick(entry->room);
		rooms_put_presence(entry);
	} else if (news & ROOM_NEWS_ENDED) {
		if (room_state(entry->room) == ROOM_UNSAFE)
			rooms_exit(entry);
		/* Who was put out comes back when they want to, not by themselves; nor does who
		 * would only be turned away again each time. */
		if (room_state(entry->room) == ROOM_GONE &&
		    (was_inside || room_is_shut(entry->room))) {
			entry->is_kept = false;
			rooms_drop_mark(entry);
		}
		if (room_state(entry->room) == ROOM_OUT)
			rooms_settle(entry);
		else
			rooms_settle_ended(entry);
	} else if (news & ROOM_NEWS_ENTERED) {
		if (entry->make)
			rooms_made_entered(entry, news & ROOM_NEWS_MADE);
		else
			rooms_ask_lists(entry);
	} else if ((news & ROOM_NEWS_STALE) && was_ready) {
		rooms_ask_lists(entry);
	} else if ((news & ROOM_NEWS_PEOPLE) && was_ready) {
		rooms_tell_changed(entry);
	}
}

bool rooms_take(struct rooms *rooms, const struct stanza *stanza, uint64_t token)
{
	const char *from = stanza_get(stanza, "from");
	g_autofree char *bare = from ? contact_bare_address(from) : NULL;
	struct entry *entry = bare ? rooms_find(rooms, bare) : NULL;
	bool is_message = stanza_is(stanza, "message", "jabber:client");
	bool is_own = !from || g_strcmp0(from, rooms->account->address) == 0;

	bool is_whole = !stanza_is_cut(stanza);

	if (is_message && is_own && is_whole && rooms_take_marks(rooms, stanza)) {
		rooms->parts.settled(rooms->parts.user, token);
		return true;
	}
	if (is_message && is_whole && rooms_take_invitation(rooms, stanza)) {
		rooms->parts.settled(rooms->parts.user, token);
		return true;
	}
	if (is_message && entry) {
		rooms_take_message(entry, stanza, token);
		return true;
	}
	if (!stanza_is(stanza, "presence", "jabber:client") || !entry)
		return false;
	take_presence(entry, stanza);
	rooms->parts.settled(rooms->parts.user, token);
	return true;
}

/* -- up and down ------------------------------------------------------------------------------ */

void rooms_wait(struct rooms *rooms)
{
	rooms->is_waiting = true;
}

static GPtrArray *all_entries(const struct rooms *rooms)
{
	GPtrArray *entries = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, rooms->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(entries, value);
	return entries;
}

void rooms_up(struct rooms *rooms, struct session *session, struct arrivals *arrivals,
	      GMainContext *context, int64_t since)
{
	g_autoptr(GPtrArray) entries = all_entries(rooms);
	GQueue orders = rooms->orders;
	struct order *order;

	rooms->session = session;
	rooms->arrivals = arrivals;
	rooms->context = context;
	rooms->since = since;
	rooms->is_waiting = false;
	rooms->has_marks = false;
	rooms_read_marks(rooms);
	for (guint i = 0; i < entries->len; i++) {
		struct entry *entry = entries->pdata[i];

		if (entry->is_kept && room_state(entry->room) != ROOM_GONE)
			rooms_enter(entry);
	}
	g_queue_init(&rooms->orders);
	while ((order = g_queue_pop_head(&orders)))
		rooms_order(rooms, order);
}

static void end_entry(struct entry *entry, const GError *error)
{
	GQueue orders = entry->orders;
	struct order *order;

	room_end(entry->room);
	entry->is_waiting = entry->is_open = entry->is_looking = false;
	g_clear_pointer(&entry->query, g_free);
	/* Nobody counted these: the server gives them again. */
	g_ptr_array_set_size(entry->held, 0);
	g_hash_table_remove_all(entry->told);
	rooms_clear_source(&entry->retry);
	rooms_clear_source(&entry->deadline);
	rooms_posts_end(entry, error);
	g_queue_init(&entry->orders);
	while ((order = g_queue_pop_head(&orders)))
		order_answer(order, NULL, error);
}

void rooms_down(struct rooms *rooms, const GError *error)
{
	g_autoptr(GPtrArray) entries = all_entries(rooms);
	GQueue orders = rooms->orders, lists = rooms->lists;
	struct order *order;

	rooms->session = NULL;
	rooms->arrivals = NULL;
	rooms->is_waiting = false;
	g_queue_init(&rooms->orders);
	g_queue_init(&rooms->lists);
	rooms_makes_end(rooms, error);
	for (guint i = 0; i < entries->len; i++)
		end_entry(entries->pdata[i], error);
	while ((order = g_queue_pop_head(&orders)) || (order = g_queue_pop_head(&lists)))
		order_answer(order, NULL, error);
}

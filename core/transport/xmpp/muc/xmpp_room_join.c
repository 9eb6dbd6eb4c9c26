/* Entering a room: what it says of itself, its lists, its archive; and what waits for that. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/account.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

enum {
	PATIENCE_S = 30, /* for a room to let us in, or to send back what we sent */
	RETRY_S = 30,	 /* before a room that let us down is tried again */
};

void rooms_clear_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

struct entry *rooms_entry(struct rooms *rooms, const char *address)
{
	struct entry *entry = rooms_find(rooms, address);

	if (entry)
		return entry;
	entry = g_new0(struct entry, 1);
	entry->rooms = rooms;
	entry->room = room_new(address, rooms->account->address);
	entry->held = g_ptr_array_new_with_free_func(held_free);
	entry->echoes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	entry->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	entry->since = rooms->since;
	g_hash_table_insert(rooms->entries, (char *)room_address(entry->room), entry);
	return entry;
}

static bool is_settling(const struct entry *entry)
{
	return room_state(entry->room) == ROOM_ENTERING || entry->query || entry->is_waiting;
}

bool rooms_is_busy(const struct rooms *rooms)
{
	GHashTableIter iter;
	gpointer value;

	if (!rooms->session)
		return false;
	if (!rooms->has_marks || rooms_is_making(rooms))
		return true;
	g_hash_table_iter_init(&iter, rooms->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (is_settling(value))
			return true;
	return false;
}

void rooms_check_idle(struct rooms *rooms)
{
	if (!rooms->session || rooms_is_busy(rooms))
		return;
	rooms_answer_lists(rooms);
	rooms->parts.idle(rooms->parts.user);
}

static gboolean run_out(void *user)
{
	struct entry *entry = user;
	g_autofree char *why = g_strdup_printf("%s doesn't answer; try again later.",
					       room_address(entry->room));
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&entry->deadline, g_source_unref);
	/* It isn't the room that is waited for. */
	if (entry->is_waiting) {
		rooms_watch(entry);
	} else if (is_settling(entry)) {
		rooms_exit(entry);
		room_fail(entry->room, ROOM_OUT, why);
		rooms_settle(entry);
	} else if (!g_queue_is_empty(&entry->posts)) {
		error_set(&error, ERROR_UNREACHABLE, "%s", why);
		rooms_posts_end(entry, error);
	}
	return G_SOURCE_REMOVE;
}

/* Anew with each thing that is waited for. */
void rooms_watch(struct entry *entry)
{
	rooms_clear_source(&entry->deadline);
	entry->deadline = g_timeout_source_new_seconds(PATIENCE_S);
	g_source_set_callback(entry->deadline, run_out, entry, NULL);
	g_source_attach(entry->deadline, entry->rooms->context);
}

static gboolean try_again(void *user)
{
	struct entry *entry = user;

	g_clear_pointer(&entry->retry, g_source_unref);
	rooms_enter(entry);
	return G_SOURCE_REMOVE;
}

/* A room that is going down, or doesn't answer, may be there again later. */
static void plan_retry(struct entry *entry)
{
	bool is_wanted = (entry->is_kept || entry->is_bookmarked) && room_why(entry->room);

	if (!is_wanted || room_state(entry->room) != ROOM_OUT || entry->retry ||
	    !entry->rooms->session)
		return;
	entry->retry = g_timeout_source_new_seconds(RETRY_S);
	g_source_set_callback(entry->retry, try_again, entry, NULL);
	g_source_attach(entry->retry, entry->rooms->context);
}

/* IS_TOLD: the user is told why it ended, once that is kept. */
static void settle(struct entry *entry, bool is_told)
{
	bool is_ready = rooms_is_ready(entry);
	GQueue orders = entry->orders;
	g_autoptr(GError) error = NULL;
	struct order *order;

	if (!is_ready) {
		rooms_set_error(entry, &error);
		g_clear_pointer(&entry->query, g_free);
		entry->is_waiting = entry->is_open = false;
		rooms_drop_held(entry);
		rooms_posts_end(entry, error);
	}
	if (is_told) {
		rooms_tell_changed(entry);
		rooms_notice(entry->rooms, "%s", room_why(entry->room));
	}
	g_queue_init(&entry->orders);
	if (entry->make)
		rooms_made(entry, error);
	while ((order = g_queue_pop_head(&orders))) {
		if (is_ready && order->kind == ORDER_JOIN && !entry->is_bookmarked)
			rooms_put_mark(entry);
		order_answer(order, entry, error);
	}
	if (is_ready) {
		rooms_post_all(entry);
		rooms_watch(entry);
	}
	plan_retry(entry);
	rooms_tell_changed(entry);
	rooms_check_idle(entry->rooms);
}

void rooms_settle(struct entry *entry)
{
	settle(entry, false);
}

void rooms_settle_ended(struct entry *entry)
{
	settle(entry, true);
}

/* All that has to be known before it counts as entered has come. */
static void entered(struct entry *entry)
{
	if (room_state(entry->room) != ROOM_READY)
		return;
	entry->listed_at = g_get_monotonic_time();
	if (entry->query || entry->is_waiting)
		return;
	if (entry->is_open) {
		rooms_caught_up(entry);
		return;
	}
	entry->is_waiting = true;
	if (entry->rooms->listener.changed)
		rooms_tell_changed(entry);
	else
		rooms_open(entry->rooms, room_address(entry->room));
}

void rooms_open(struct rooms *rooms, const char *address)
{
	struct entry *entry = rooms_find(rooms, address);

	if (!entry || !entry->is_waiting)
		return;
	entry->is_waiting = false;
	/* Its people changed meanwhile: they have to be met too. */
	if (room_state(entry->room) != ROOM_READY)
		return;
	entry->is_open = true;
	if (room_has_archive(entry->room) && !entry->make)
		rooms_catch_up(entry);
	else
		rooms_caught_up(entry);
}

static void take_list(struct entry *entry, enum affiliation affiliation, const struct stanza *iq)
{
	enum room_state state = room_state(entry->room);

	if (!iq || entry->is_looking || (state != ROOM_ENTERING && state != ROOM_READY))
		return;
	if (room_take_list(entry->room, affiliation, iq)) {
		entered(entry);
	} else if (room_state(entry->room) == ROOM_UNSAFE) {
		rooms_exit(entry);
		rooms_settle(entry);
	}
}

static void members_came(void *user, const struct stanza *iq)
{
	take_list(user, AFFILIATION_MEMBER, iq);
}

static void admins_came(void *user, const struct stanza *iq)
{
	take_list(user, AFFILIATION_ADMIN, iq);
}

static void owners_came(void *user, const struct stanza *iq)
{
	take_list(user, AFFILIATION_OWNER, iq);
}

void rooms_ask_lists(struct entry *entry)
{
	static const struct {
		enum affiliation affiliation;
		session_answered answered;
	} lists[] = { { AFFILIATION_MEMBER, members_came },
		      { AFFILIATION_ADMIN, admins_came },
		      { AFFILIATION_OWNER, owners_came } };

	room_forget_lists(entry->room);
	rooms_watch(entry);
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *form = room_forms_list(lists[i].affiliation);

		session_ask(entry->rooms->session, "get", room_address(entry->room), form,
			    lists[i].answered, entry);
	}
}

void rooms_put_presence(struct entry *entry)
{
	/* Where there is an archive, it is asked instead: it tells who the authors were. */
	int64_t since = room_has_archive(entry->room) || entry->make ? 0 : entry->since;

	entry->rooms->parts.put(entry->rooms->parts.user,
				room_forms_enter(room_address(entry->room),
						 room_nick(entry->room), since));
}

static void info_came(void *user, const struct stanza *iq)
{
	struct entry *entry = user;

	entry->is_looking = false;
	if (!iq || room_state(entry->room) != ROOM_ENTERING)
		return;
	if (!room_take_info(entry->room, iq)) {
		rooms_exit(entry);
		rooms_settle(entry);
	} else if (room_is_inside(entry->room)) {
		rooms_ask_lists(entry);
	} else {
		rooms_put_presence(entry);
	}
}

void rooms_look_again(struct entry *entry)
{
	g_autofree char *form = room_forms_info();

	entry->is_looking = true;
	room_doubt(entry->room);
	rooms_watch(entry);
	session_ask(entry->rooms->session, "get", room_address(entry->room), form, info_came,
		    entry);
}

void rooms_enter(struct entry *entry)
{
	enum room_state state = room_state(entry->room);
	g_autofree char *form = NULL;

	if (!entry->rooms->session || state == ROOM_ENTERING || state == ROOM_READY)
		return;
	room_begin(entry->room);
	entry->is_waiting = entry->is_open = false;
	rooms_watch(entry);
	if (entry->make) {
		rooms_put_presence(entry);
		return;
	}
	form = room_forms_info();
	session_ask(entry->rooms->session, "get", room_address(entry->room), form, info_came,
		    entry);
}

#include "core/transport/xmpp_rooms.h"

#include <string.h>
#include "core/account.h"
#include "core/contact.h"
#include "core/error.h"
#include "core/stanza.h"
#include "core/transport/xmpp_room_forms.h"
#include "core/transport/xmpp_rooms_inside.h"
#include "core/transport/xmpp_session.h"

enum {
	PATIENCE_S = 30, /* for a room to let us in, or to send back what we sent */
	RETRY_S = 30,	 /* before a room that let us down is tried again */
};

static void clear_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static void entry_free(void *data)
{
	struct entry *entry = data;

	clear_source(&entry->retry);
	clear_source(&entry->deadline);
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

struct entry *rooms_find(const struct rooms *rooms, const char *address)
{
	return g_hash_table_lookup(rooms->entries, address);
}

bool rooms_has(const struct rooms *rooms, const char *address)
{
	return rooms_find(rooms, address) != NULL;
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

void rooms_keep(struct rooms *rooms, const char *address, const char *mark, int64_t since)
{
	struct entry *entry = rooms_entry(rooms, address);

	entry->is_kept = true;
	entry->since = since;
	g_free(entry->mark);
	entry->mark = g_strdup(mark);
}

/* -- telling ---------------------------------------------------------------------------------- */

void rooms_notice(struct rooms *rooms, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	rooms->parts.notice(rooms->parts.user, sentence);
}

void rooms_view(const struct entry *entry, struct room_view *view, GArray **people)
{
	*people = room_people(entry->room);
	*view = (struct room_view){
		.address = room_address(entry->room),
		.state = room_state(entry->room),
		.why = room_why(entry->room),
		.nick = room_nick(entry->room),
		.is_bookmarked = entry->is_bookmarked,
		.is_waiting = entry->is_waiting,
		.people = (const struct room_person *)(const void *)(*people)->data,
		.count = (*people)->len,
	};
}

void rooms_tell_changed(struct entry *entry)
{
	struct rooms *rooms = entry->rooms;
	g_autoptr(GArray) people = NULL;
	struct room_view view;

	if (!rooms->listener.changed)
		return;
	rooms_view(entry, &view, &people);
	rooms->listener.changed(rooms->user, &view);
}

void rooms_set_error(const struct entry *entry, GError **error)
{
	enum room_state state = room_state(entry->room);
	const char *why = room_why(entry->room);
	g_autofree char *plain = g_strdup_printf("%s isn't entered.", room_address(entry->room));

	error_set(error,
		  state == ROOM_UNSAFE || state == ROOM_GONE ? ERROR_POLICY : ERROR_UNREACHABLE,
		  "%s", why ? why : plain);
}

/* -- all rooms at once ------------------------------------------------------------------------ */

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

/* -- entering --------------------------------------------------------------------------------- */

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
	clear_source(&entry->deadline);
	entry->deadline = g_timeout_source_new_seconds(PATIENCE_S);
	g_source_set_callback(entry->deadline, run_out, entry, NULL);
	g_source_attach(entry->deadline, entry->rooms->context);
}

bool rooms_is_ready(const struct entry *entry)
{
	return entry->rooms->session && room_state(entry->room) == ROOM_READY && !entry->query &&
	       entry->is_open;
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

static void put_presence(struct entry *entry)
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
		put_presence(entry);
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
		put_presence(entry);
		return;
	}
	form = room_forms_info();
	session_ask(entry->rooms->session, "get", room_address(entry->room), form, info_came,
		    entry);
}

void rooms_exit(struct entry *entry)
{
	if (entry->rooms->session)
		entry->rooms->parts.put(entry->rooms->parts.user,
					room_forms_exit(room_address(entry->room),
							room_nick(entry->room)));
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
		put_presence(entry);
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
		settle(entry, room_state(entry->room) != ROOM_OUT);
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
	clear_source(&entry->retry);
	clear_source(&entry->deadline);
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

/* What is asked of the rooms, and its answers. */
#include "core/transport/xmpp_rooms_inside.h"

#include "core/error.h"

enum { LISTS_S = 30 /* how old the lists may be when something is sealed for their people */ };

static void order_free(struct order *order)
{
	g_free(order->room);
	g_free(order->address);
	g_strfreev(order->members);
	g_free(order);
}

void order_answer(struct order *order, const struct entry *entry, const GError *error)
{
	g_autoptr(GArray) people = NULL;
	struct room_view view;

	if (order->listed) {
		order->listed(order->user, NULL, 0, error);
	} else if (!entry) {
		order->answered(order->user, NULL, error);
	} else {
		rooms_view(entry, &view, &people);
		order->answered(order->user, &view, error);
	}
	order_free(order);
}

static void answer_list(struct rooms *rooms, struct order *order)
{
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct room_view));
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, rooms->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct entry *entry = value;
		struct room_view view;
		GArray *people;

		if (!entry->is_kept && !entry->is_bookmarked && !room_is_inside(entry->room))
			continue;
		rooms_view(entry, &view, &people);
		g_ptr_array_add(kept, people);
		g_array_append_val(views, view);
	}
	order->listed(order->user, (const struct room_view *)(const void *)views->data, views->len,
		      NULL);
	order_free(order);
}

void rooms_answer_lists(struct rooms *rooms)
{
	GQueue lists = rooms->lists;
	struct order *order;

	g_queue_init(&rooms->lists);
	while ((order = g_queue_pop_head(&lists)))
		answer_list(rooms, order);
}

static void perform_ready(struct rooms *rooms, struct order *order)
{
	struct entry *entry = rooms_entry(rooms, order->room);
	gint64 age = g_get_monotonic_time() - entry->listed_at;

	if (order->kind == ORDER_JOIN)
		entry->is_kept = true;
	if (rooms_is_ready(entry) && age < LISTS_S * G_USEC_PER_SEC) {
		if (order->kind == ORDER_JOIN && !entry->is_bookmarked)
			rooms_put_mark(entry);
		order_answer(order, entry, NULL);
		return;
	}
	g_queue_push_tail(&entry->orders, order);
	if (rooms_is_ready(entry)) {
		rooms_watch(entry);
		rooms_ask_lists(entry);
	} else {
		rooms_enter(entry);
	}
}

static void perform(struct rooms *rooms, struct order *order)
{
	switch (order->kind) {
	case ORDER_CREATE:
		rooms_make(rooms, order);
		break;
	case ORDER_JOIN:
	case ORDER_READY:
		perform_ready(rooms, order);
		break;
	case ORDER_LEAVE:
		rooms_leave(rooms, order);
		break;
	case ORDER_AFFILIATE:
		rooms_affiliate(rooms, order);
		break;
	case ORDER_LIST:
		g_queue_push_tail(&rooms->lists, order);
		rooms_check_idle(rooms);
		break;
	}
}

void rooms_order(struct rooms *rooms, struct order *order)
{
	g_autoptr(GError) error = NULL;

	if (rooms->session) {
		perform(rooms, order);
	} else if (rooms->is_waiting) {
		g_queue_push_tail(&rooms->orders, order);
	} else {
		error_set(&error, ERROR_UNREACHABLE, "There is no connection to the server.");
		order_answer(order, NULL, error);
	}
}

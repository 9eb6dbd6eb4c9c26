/* What is asked of the rooms, and its answers. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include "core/base/error.h"

enum { LISTS_S = 30 /* how old the lists may be when something is sealed for their people */ };

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

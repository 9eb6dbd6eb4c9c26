/* What is answered to an order. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

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

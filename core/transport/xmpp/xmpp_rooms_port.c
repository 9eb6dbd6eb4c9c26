/* The port for rooms, on this carrier: orders for xmpp_rooms. */
#include "core/transport/xmpp/muc/xmpp_rooms.h"

#include "core/transport/xmpp/xmpp_inside.h"

static struct rooms *rooms_of(struct transport *transport)
{
	return ((struct xmpp *)transport)->rooms;
}

static struct order *order_new(enum order_kind kind, const char *room, room_answered answered,
			       void *user)
{
	struct order *order = g_new0(struct order, 1);

	order->kind = kind;
	order->room = g_strdup(room);
	order->answered = answered;
	order->user = user;
	return order;
}

static void port_listen(struct transport *transport, const struct rooms_listener *listener,
			void *user)
{
	rooms_listen(rooms_of(transport), listener, user);
}

static void port_keep(struct transport *transport, const char *room, const char *mark,
		      int64_t since)
{
	rooms_keep(rooms_of(transport), room, mark, since);
}

static void port_create(struct transport *transport, const char *name, const char *const *members,
			room_answered answered, void *user)
{
	struct order *order = order_new(ORDER_CREATE, name, answered, user);

	order->members = g_strdupv((char **)members);
	rooms_order(rooms_of(transport), order);
}

static void port_join(struct transport *transport, const char *room, room_answered answered,
		      void *user)
{
	rooms_order(rooms_of(transport), order_new(ORDER_JOIN, room, answered, user));
}

static void port_open(struct transport *transport, const char *room)
{
	rooms_open(rooms_of(transport), room);
}

static void port_ready(struct transport *transport, const char *room, room_answered answered,
		       void *user)
{
	rooms_order(rooms_of(transport), order_new(ORDER_READY, room, answered, user));
}

static void port_leave(struct transport *transport, const char *room, room_answered answered,
		       void *user)
{
	rooms_order(rooms_of(transport), order_new(ORDER_LEAVE, room, answered, user));
}

static void port_affiliate(struct transport *transport, const char *room, const char *address,
			   enum affiliation affiliation, room_answered answered, void *user)
{
	struct order *order = order_new(ORDER_AFFILIATE, room, answered, user);

	order->address = g_strdup(address);
	order->affiliation = affiliation;
	rooms_order(rooms_of(transport), order);
}

static void port_list(struct transport *transport, rooms_listed listed, void *user)
{
	struct order *order = order_new(ORDER_LIST, NULL, NULL, user);

	order->listed = listed;
	rooms_order(rooms_of(transport), order);
}

const struct transport_rooms xmpp_rooms_port = {
	.listen = port_listen,
	.keep = port_keep,
	.create = port_create,
	.join = port_join,
	.open = port_open,
	.ready = port_ready,
	.leave = port_leave,
	.affiliate = port_affiliate,
	.list = port_list,
};

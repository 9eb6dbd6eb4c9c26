#include "core/transport/xmpp/stream/xmpp_wire.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include "core/transport/xmpp/stream/xmpp_wire_inside.h"

struct wire *wire_new(const struct wire_place *place, GMainContext *context, wire_func func,
		      wire_drained drained, void *user)
{
	struct wire *wire = g_atomic_rc_box_new0(struct wire);

	wire->domain = g_strdup(place->domain);
	wire->host = g_strdup(place->host);
	wire->port = place->port;
	wire->is_direct = place->is_direct;
	wire->first = place->first;
	wire->ca_file = g_strdup(place->ca_file);
	wire->pin = g_strdup(place->pin);
	wire->context = context ? g_main_context_ref(context) : NULL;
	wire->func = func;
	wire->drained = drained;
	wire->user = user;
	wire->requests = g_async_queue_new_full(wire_request_free);
	wire->events = g_async_queue_new_full(wire_event_free);
	wire->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wire->socket = -1;
	g_mutex_init(&wire->lock);
	g_cond_init(&wire->ended);
	g_thread_unref(g_thread_new("xmpp", wire_run, g_atomic_rc_box_acquire(wire)));
	return wire;
}

static void ask(struct wire *wire, enum wire_ask what, GBytes *bytes)
{
	struct wire_request *request = g_new0(struct wire_request, 1);

	request->ask = what;
	request->bytes = bytes ? g_bytes_ref(bytes) : NULL;
	g_async_queue_push(wire->requests, request);
	wire_wake(wire);
}

void wire_open(struct wire *wire)
{
	ask(wire, ASK_OPEN, NULL);
}

void wire_secure(struct wire *wire)
{
	ask(wire, ASK_SECURE, NULL);
}

void wire_send(struct wire *wire, GBytes *bytes)
{
	ask(wire, ASK_SEND, bytes);
}

void wire_cut(struct wire *wire, const char *why)
{
	g_mutex_lock(&wire->lock);
	if (!wire->cut)
		wire->cut = g_strdup(why);
	if (wire->socket >= 0)
		shutdown(wire->socket, SHUT_RDWR);
	g_mutex_unlock(&wire->lock);
	wire_wake(wire);
}

void wire_close(struct wire *wire)
{
	gint64 deadline = g_get_monotonic_time() + WIRE_GOODBYE_MS * 1000;
	bool is_connected;

	if (!wire)
		return;
	wire->is_closed = true;
	ask(wire, ASK_CLOSE, NULL);
	g_mutex_lock(&wire->lock);
	is_connected = wire->socket >= 0;
	while (is_connected && !wire->is_ended &&
	       g_cond_wait_until(&wire->ended, &wire->lock, deadline))
		;
	g_mutex_unlock(&wire->lock);
	wire_cut(wire, "The connection was closed.");
	wire_unref(wire);
}

#include <unistd.h>
#include "core/model/certificate.h"
#include "core/transport/xmpp/stream/xmpp_wire_inside.h"

enum { TURN_US = 10000 /* how long events are taken in one go */ };

void wire_request_free(void *data)
{
	struct wire_request *request = data;

	g_clear_pointer(&request->bytes, g_bytes_unref);
	g_free(request);
}

void wire_event_free(void *data)
{
	struct wire_event *event = data;

	g_clear_pointer(&event->bytes, g_bytes_unref);
	g_clear_error(&event->error);
	certificate_free(event->refused);
	g_free(event);
}

static void wire_clear(void *data)
{
	struct wire *wire = data;

	g_free(wire->domain);
	g_free(wire->host);
	g_free(wire->ca_file);
	g_free(wire->pin);
	g_free(wire->cut);
	g_async_queue_unref(wire->requests);
	g_async_queue_unref(wire->events);
	if (wire->context)
		g_main_context_unref(wire->context);
	if (wire->socket >= 0)
		close(wire->socket);
	close(wire->wake);
	g_mutex_clear(&wire->lock);
	g_cond_clear(&wire->ended);
}

void wire_unref(void *wire)
{
	g_atomic_rc_box_release_full(wire, wire_clear);
}

void wire_wake(struct wire *wire)
{
	const uint64_t one = 1;

	/* It can only fail by being full, and then the thread is awake anyway. */
	if (write(wire->wake, &one, sizeof(one)) < 0)
		return;
}

static gboolean deliver(void *user)
{
	struct wire *wire = user;
	int64_t end = g_get_monotonic_time() + TURN_US;
	struct wire_event *event;
	bool is_more = true;

	/* In turns, so that a server which never stops doesn't keep everything else waiting. */
	while (is_more && g_get_monotonic_time() < end) {
		event = wire->is_closed ? NULL : g_async_queue_try_pop(wire->events);
		is_more = event != NULL;
		if (event) {
			wire->func(wire->user, event);
			wire_event_free(event);
		}
	}
	if (!wire->is_closed)
		wire->drained(wire->user);
	wire_wake(wire);
	g_mutex_lock(&wire->lock);
	is_more = !wire->is_closed && g_async_queue_length(wire->events) > 0;
	wire->has_source = is_more;
	g_mutex_unlock(&wire->lock);
	return is_more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void tell(struct wire *wire, const struct wire_event *what)
{
	struct wire_event *event = g_memdup2(what, sizeof(*what));
	bool needs_source;
	GSource *source;

	g_async_queue_push(wire->events, event);
	g_mutex_lock(&wire->lock);
	needs_source = !wire->has_source;
	wire->has_source = true;
	g_mutex_unlock(&wire->lock);
	if (!needs_source)
		return;
	source = g_idle_source_new();
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, deliver, g_atomic_rc_box_acquire(wire), wire_unref);
	g_source_attach(source, wire->context);
	g_source_unref(source);
}

void wire_tell(struct wire *wire, enum wire_event_type type, GBytes *bytes)
{
	const struct wire_event event = { .type = type, .bytes = bytes };

	tell(wire, &event);
}

void wire_tell_down(struct wire *wire, struct certificate *refused, GError *error)
{
	const struct wire_event event = { .type = WIRE_DOWN, .error = error, .refused = refused };

	tell(wire, &event);
}

/* engine: who listens to it, and what can be seen of it. */
#include "core/engine/engine_state.h"

#include "core/base/error.h"

void engine_listen(struct engine *engine, event_func listener, void *user)
{
	struct listener row = { listener, user };

	if (listener)
		g_array_append_val(engine->listeners, row);
}

void engine_unlisten(struct engine *engine, event_func listener, void *user)
{
	for (guint i = 0; i < engine->listeners->len; i++) {
		struct listener *row = &g_array_index(engine->listeners, struct listener, i);

		if (row->func == listener && row->user == user) {
			g_array_remove_index(engine->listeners, i);
			return;
		}
	}
}

void engine_emit_all(const struct event *event, void *user)
{
	struct engine *engine = user;

	/* Backwards, because a listener may take itself off. */
	for (guint i = engine->listeners->len; i > 0; i--) {
		struct listener row;

		if (i > engine->listeners->len)
			continue;
		row = g_array_index(engine->listeners, struct listener, i - 1);
		row.func(event, row.user);
	}
}

void engine_emit(struct engine *engine, const struct event *event)
{
	engine_emit_all(event, engine);
}

struct living *engine_living(struct engine *engine, GError **error)
{
	if (!engine->living)
		error_set_plain(error, ERROR_LOCKED);
	return engine->living;
}

bool engine_is_open(const struct engine *engine)
{
	return engine->living != NULL;
}

struct cancel *engine_cancel(const struct engine *engine)
{
	return engine->parts.cancel;
}

const struct account *engine_account(const struct engine *engine)
{
	return engine->living ? engine->living->account : NULL;
}

enum transport_state engine_carrier(const struct engine *engine, const char **why)
{
	*why = engine->why;
	return engine->carrier;
}

#include "core/engine/engine_wait.h"

#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/messages/delivery.h"

struct waiting {
	struct engine *engine;
	engine_sent sent;
	engine_done done;
	void *user;
	GSource *timer;
	char *address; /* whom a message is for; else NULL */
	bool is_answered;
	bool is_due;  /* its deadline is being looked after, */
	bool is_over; /* and it has ended meanwhile */
};

static void waiting_end(struct waiting *waiting)
{
	waiting->is_over = true;
	if (waiting->is_due)
		return;
	g_free(waiting->address);
	g_free(waiting);
}

static void answer(struct waiting *waiting, const struct message *message, const GError *error)
{
	if (waiting->is_answered)
		return;
	waiting->is_answered = true;
	if (waiting->timer) {
		g_source_destroy(waiting->timer);
		g_clear_pointer(&waiting->timer, g_source_unref);
	}
	if (waiting->sent)
		waiting->sent(waiting->user, message, error);
	else
		waiting->done(waiting->user, error);
}

static gboolean deadline(void *user)
{
	struct waiting *waiting = user;
	g_autoptr(GError) error = NULL;

	waiting->is_due = true;
	/* What isn't sealed yet could wait for nothing. */
	if (waiting->address && waiting->engine->living)
		delivery_hurry(waiting->engine->living, waiting->address, waiting);
	error_set(
		&error, ERROR_UNREACHABLE,
		"The carrier didn't answer in time; what was sealed is queued and goes out later.");
	answer(waiting, NULL, error);
	waiting->is_due = false;
	if (waiting->is_over)
		waiting_end(waiting);
	return G_SOURCE_REMOVE;
}

static struct waiting *waiting_new(struct engine *engine, unsigned wait_ms)
{
	struct waiting *waiting = g_new0(struct waiting, 1);

	waiting->engine = engine;
	waiting->timer = g_timeout_source_new(wait_ms);
	g_source_set_callback(waiting->timer, deadline, waiting, NULL);
	g_source_attach(waiting->timer, engine->parts.context);
	return waiting;
}

void engine_answer_sent(void *user, const struct message *message, const GError *error)
{
	struct waiting *waiting = user;

	answer(waiting, message, error);
	waiting_end(waiting);
}

struct waiting *engine_wait(struct engine *engine, unsigned wait_ms, engine_done done, void *user)
{
	struct waiting *waiting = waiting_new(engine, wait_ms);

	waiting->done = done;
	waiting->user = user;
	return waiting;
}

struct waiting *engine_wait_sent(struct engine *engine, unsigned wait_ms, const char *address,
				 engine_sent done, void *user)
{
	struct waiting *waiting = waiting_new(engine, wait_ms);

	waiting->sent = done;
	waiting->user = user;
	waiting->address = g_strdup(address);
	return waiting;
}

struct engine *engine_of(const struct waiting *waiting)
{
	return waiting->engine;
}

void engine_answer(void *user, const GError *error)
{
	struct waiting *waiting = user;

	answer(waiting, NULL, error);
	waiting_end(waiting);
}

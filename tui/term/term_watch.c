/* Keys as they come, and waiting for one. */
#include "tui/term/term.h"

#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include "tui/term/input.h"
#include "tui/term/term_inside.h"

struct watch {
	GSource source;
	struct reader *reader;
	void *tag;
};

static void set_time(GSource *source, int ms)
{
	g_source_set_ready_time(source, ms < 0 ? -1 : g_get_monotonic_time() + ms * (gint64)1000);
}

static gboolean watch_dispatch(GSource *source, GSourceFunc callback, gpointer user)
{
	struct watch *watch = (struct watch *)source;
	struct reader *reader = watch->reader;
	GIOCondition ready = g_source_query_unix_fd(source, watch->tag);
	struct key key = {.code = KC_NONE};

	(void)callback;
	(void)user;
	if (!ready) {
		input_flush(reader->input);
	} else if (!reader_read(reader)) {
		reader->func(&key, reader->user);
		return G_SOURCE_REMOVE;
	}
	while (!g_source_is_destroyed(source) && reader_next(reader, &key))
		reader->func(&key, reader->user);
	if (g_source_is_destroyed(source))
		return G_SOURCE_REMOVE;
	set_time(source, input_wait_ms(reader->input));
	if (reader->done)
		reader->done(reader->user);
	return G_SOURCE_CONTINUE;
}

static gboolean on_resize(gpointer user)
{
	static const struct key key = {.code = KC_RESIZE};
	struct term *term = user;
	struct reader *reader = term_reader(term);

	if (!term_resize(term))
		return G_SOURCE_CONTINUE;
	reader->func(&key, reader->user);
	if (reader->watch && reader->done)
		reader->done(reader->user);
	return G_SOURCE_CONTINUE;
}

void term_watch(struct term *term, term_key_func func, void (*done)(void *user), void *user)
{
	static GSourceFuncs funcs = {.dispatch = watch_dispatch};
	struct reader *reader = term_reader(term);
	GMainContext *context = g_main_context_get_thread_default();
	struct watch *watch;

	term_unwatch(term);
	reader->func = func;
	reader->done = done;
	reader->user = user;
	reader->watch = g_source_new(&funcs, sizeof(struct watch));
	watch = (struct watch *)reader->watch;
	watch->reader = reader;
	watch->tag = g_source_add_unix_fd(reader->watch, reader->in,
					  G_IO_IN | G_IO_HUP | G_IO_ERR);
	g_source_attach(reader->watch, context);
	reader->resize = g_unix_signal_source_new(SIGWINCH);
	g_source_set_callback(reader->resize, on_resize, term, NULL);
	g_source_attach(reader->resize, context);
}

void term_unwatch(struct term *term)
{
	reader_unwatch(term_reader(term));
}

bool term_read(struct term *term, struct key *key, int timeout_ms)
{
	struct reader *reader = term_reader(term);
	struct pollfd fd = {.fd = reader->in, .events = POLLIN};

	while (!reader_next(reader, key)) {
		int wait = input_wait_ms(reader->input);
		int ready = poll(&fd, 1, wait < 0 ? timeout_ms : wait);

		if (ready < 0)
			return false;
		if (ready == 0 && wait < 0)
			return false;
		if (ready == 0)
			input_flush(reader->input);
		else if (!reader_read(reader))
			return false;
	}
	return true;
}

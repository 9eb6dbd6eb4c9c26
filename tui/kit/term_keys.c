#include "tui/kit/term.h"
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include "core/outlet.h"
#include "core/secret.h"
#include "tui/kit/input.h"
#include "tui/kit/term_inside.h"

enum { READ_BYTES = 4096 };

/* Take what the terminal has to say; only when it has: this blocks. FALSE: it hung up. */
static bool read_bytes(struct reader *reader)
{
	char bytes[READ_BYTES];
	ssize_t count = read(reader->in, bytes, sizeof(bytes));

	if (count > 0)
		input_feed(reader->input, bytes, (size_t)count);
	wipe(bytes, sizeof(bytes));
	return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

static bool next_key(struct reader *reader, struct key *key)
{
	do {
		if (!input_next(reader->input, key))
			return false;
		reader->has_alt |= key->code == KC_ALT;
	} while (key->code == KC_ALT);
	if (key->code == KC_FOCUS_IN || key->code == KC_FOCUS_OUT)
		reader->has_focus = true;
	return true;
}

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
	} else if (!read_bytes(reader)) {
		reader->func(&key, reader->user);
		return G_SOURCE_REMOVE;
	}
	while (!g_source_is_destroyed(source) && next_key(reader, &key))
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

static void end_source(GSource *source)
{
	g_source_destroy(source);
	g_source_unref(source);
}

static void unwatch(struct reader *reader)
{
	g_clear_pointer(&reader->watch, end_source);
	g_clear_pointer(&reader->resize, end_source);
}

void term_unwatch(struct term *term)
{
	unwatch(term_reader(term));
}

bool term_read(struct term *term, struct key *key, int timeout_ms)
{
	struct reader *reader = term_reader(term);
	struct pollfd fd = {.fd = reader->in, .events = POLLIN};

	while (!next_key(reader, key)) {
		int wait = input_wait_ms(reader->input);
		int ready = poll(&fd, 1, wait < 0 ? timeout_ms : wait);

		if (ready < 0)
			return false;
		if (ready == 0 && wait < 0)
			return false;
		if (ready == 0)
			input_flush(reader->input);
		else if (!read_bytes(reader))
			return false;
	}
	return true;
}

void reader_init(struct reader *reader, int in)
{
	struct termios modes;

	reader->in = outlet_open_anew(in, O_RDONLY);
	reader->is_own = reader->in >= 0;
	if (!reader->is_own)
		reader->in = in;
	if (tcgetattr(in, &modes) != 0)
		modes.c_cc[VERASE] = 0;
	reader->input = input_new((char)modes.c_cc[VERASE]);
}

void reader_clear(struct reader *reader)
{
	unwatch(reader);
	g_clear_pointer(&reader->input, input_free);
	if (reader->is_own)
		close(reader->in);
	reader->is_own = false;
}

/* control, the client: nothing else to do, but no longer than it was told. */
#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "tui/cli/control.h"
#include "tui/cli/control_frame.h"
#include "tui/cli/front.h"
#include "tui/cli/interrupt.h"
#include "tui/confine/helper.h"
#include "tui/confine/landing.h"

enum { CONTROL_TICK_MS = 250 /* how exact the bounds are */ };

struct asking {
	GMainLoop *loop;
	GSocket *socket;
	GByteArray *in;
	struct printer *printer;
	const struct call *call;
	struct landing *landing; /* of the file that comes */
	GError *landing_error;
	enum control_answer answer;
	int exit_code;
	gint64 asked_at; /* us, monotonic: the request; whether the holder is there; and its last
			    answer */
	gint64 pinged_at;
	gint64 heard_at;
	bool answers;	/* it says that it is there when it is asked */
	bool is_late;
	bool is_closed; /* by the holder */
	bool has_begun;
	bool has_file;
	bool is_cancelled;
	int number;	/* the signal that did it */
	unsigned lines; /* printed */
};

/* FALSE: the holder has taken none of it for WAIT_MS, or is gone. */
static gboolean send_all(GSocket *socket, const GByteArray *bytes, unsigned wait_ms)
{
	for (guint sent = 0; sent < bytes->len;) {
		g_autoptr(GError) error = NULL;
		gssize count = g_socket_send_with_blocking(socket, (const char *)bytes->data + sent,
							   bytes->len - sent, FALSE, NULL, &error);

		if (count > 0)
			sent += (guint)count;
		else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
			 !g_socket_condition_timed_wait(socket, G_IO_OUT, wait_ms * (gint64)1000,
							NULL, NULL))
			return FALSE;
	}
	return TRUE;
}

static void send_frame(struct asking *asking, char type)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	frame_append(out, type, NULL, 0);
	if (send_all(asking->socket, out, CONTROL_LAST_MS))
		return;
	asking->is_closed = true;
	g_main_loop_quit(asking->loop);
}

static void flushed(void *user, bool ok)
{
	struct asking *asking = user;

	if (ok)
		send_frame(asking, 'K');
	else
		g_main_loop_quit(asking->loop);
}

/* -- a file that comes: written where the user said ------------------------------------------ */

static void file_begins(struct asking *asking, const char *name)
{
	g_autofree char *safe = file_safe_name(name);

	/* Only what was asked for is written, and once. */
	if (asking->has_file || !asking->call->verb->writes_in || !asking->call->arg_count)
		return;
	asking->has_file = true;
	asking->landing = landing_new(asking->call->args[asking->call->arg_count - 1], safe,
				      &asking->landing_error);
}

static void file_part(struct asking *asking, const char *data, size_t bytes)
{
	while (asking->landing && bytes) {
		ssize_t wrote = write(landing_fd(asking->landing), data, bytes);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0) {
			error_set_errno(&asking->landing_error, errno, "can't write the file");
			g_clear_pointer(&asking->landing, landing_free);
			return;
		}
		data += wrote;
		bytes -= (size_t)wrote;
	}
}

static void file_ends(struct asking *asking)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autofree char *path = NULL;
	bool ok = false;

	if (asking->landing && fsync(landing_fd(asking->landing)) != 0)
		error_set_errno(&asking->landing_error, errno, "can't write the file");
	else if (asking->landing)
		ok = landing_finish(asking->landing, &asking->landing_error);
	if (ok)
		path = g_canonicalize_filename(landing_path(asking->landing), NULL);
	g_string_append_c(answer, ok ? 1 : 0);
	g_string_append(answer, ok		       ? path
				: asking->landing_error ? asking->landing_error->message
							: "No file was begun.");
	frame_append(out, 'P', answer->str, answer->len);
	if (!send_all(asking->socket, out, CONTROL_LAST_MS))
		g_main_loop_quit(asking->loop);
}

static void take_frame(struct asking *asking, char type, GBytes *payload)
{
	gsize bytes;
	const char *data = g_bytes_get_data(payload, &bytes);
	char *line = plain_ndup(data, bytes);

	switch (type) {
	case 'B':
		asking->has_begun = true;
		break;
	case 'Y':
		asking->answers = true;
		break;
	case 'L':
		asking->lines++;
		asking->printer->line(asking->printer, line);
		break;
	case 'E':
		asking->printer->complain(asking->printer, line);
		break;
	case 'F':
		asking->printer->flush(asking->printer, flushed, asking);
		break;
	case 'N':
		file_begins(asking, line);
		break;
	case 'D':
		file_part(asking, data, bytes);
		break;
	case 'Z':
		file_ends(asking);
		break;
	case 'S':
		asking->answer = CONTROL_LOCKED;
		g_main_loop_quit(asking->loop);
		break;
	case 'Q':
		asking->answer = CONTROL_DONE;
		asking->exit_code = bytes ? (guint8)data[0] : 1;
		g_main_loop_quit(asking->loop);
		break;
	default:
		break;
	}
	plain_free(line);
}

static gboolean readable(GSocket *socket, GIOCondition condition, void *user)
{
	struct asking *asking = user;
	char chunk[4096], type;
	GBytes *payload;
	bool is_bad = false;
	gssize bytes = g_socket_receive(socket, chunk, sizeof(chunk), NULL, NULL);

	(void)condition;
	if (bytes > 0) {
		asking->heard_at = g_get_monotonic_time();
		g_byte_array_append(asking->in, (const guint8 *)chunk, (guint)bytes);
		wipe(chunk, sizeof(chunk));
		while (frame_take(asking->in, CONTROL_FRAME_MAX, &type, &payload, &is_bad)) {
			take_frame(asking, type, payload);
			g_bytes_unref(payload);
		}
	}
	if (bytes <= 0 || is_bad) {
		asking->is_closed = true;
		g_main_loop_quit(asking->loop);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

static gboolean last_call(void *user)
{
	g_main_loop_quit(((struct asking *)user)->loop);
	return G_SOURCE_REMOVE;
}

static void attach(struct asking *asking, GSource *source, GSourceFunc func)
{
	g_source_set_callback(source, func, asking, NULL);
	g_source_attach(source, g_main_loop_get_context(asking->loop));
	g_source_unref(source);
}

/* Once politely, so that what was printed is marked; soon at once. */
static void interrupted(void *user)
{
	struct asking *asking = user;

	asking->is_cancelled = true;
	if (!asking->has_begun) {
		g_main_loop_quit(asking->loop);
		return;
	}
	attach(asking, g_timeout_source_new(CONTROL_LAST_MS), last_call);
	send_frame(asking, 'X');
}

/* -- a holder that doesn't answer ------------------------------------------------------------ */

static unsigned patience(const struct call *call)
{
	return call->verb->lasts_ms ? call->verb->lasts_ms / 2
				    : MAX(call->wait_ms, CONTROL_LAST_MS);
}

static void give_up(struct asking *asking)
{
	asking->is_late = true;
	g_main_loop_quit(asking->loop);
}

static gboolean look_at_time(void *user)
{
	struct asking *asking = user;
	const struct call *call = asking->call;
	bool is_live = call->verb->wants_live && call->verb->wants_live(call);
	gint64 now = g_get_monotonic_time(), wait = (gint64)patience(call) * 1000;

	if (!asking->has_begun) {
		if (now - asking->asked_at >= wait)
			give_up(asking);
		return G_SOURCE_CONTINUE;
	}
	if (call->is_wait_given && !is_live &&
	    now - asking->asked_at >= wait + (gint64)CONTROL_LATE_MS * 1000)
		give_up(asking);
	else if (asking->answers && asking->pinged_at > asking->heard_at &&
		 now - asking->pinged_at >= wait)
		give_up(asking);
	else if (asking->answers && asking->pinged_at <= asking->heard_at &&
		 now - asking->heard_at >= (gint64)CONTROL_ASK_MS * 1000) {
		asking->pinged_at = now;
		send_frame(asking, 'Y');
	}
	return G_SOURCE_CONTINUE;
}

static void say_late(struct asking *asking)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strdup_printf(
		asking->has_begun
			? "The process that holds the profile has begun, but hasn't answered for "
			  "%u s; it may still do it."
			: "The profile is in use by a process that hasn't answered for %u s; it "
			  "may be stopped, or wait for a passphrase. Nothing was done through "
			  "it.",
		patience(asking->call) / 1000);

	asking->printer->complain(asking->printer, text);
	asking->answer = CONTROL_STOPPED;
	error_set(&error, asking->has_begun ? ERROR_FAILED : ERROR_IN_USE, "%s", text);
	asking->exit_code = error_exit_code(error);
}

static GSocket *connect_to(struct helper *helper, const char *folder)
{
	int fd = helper_connect(helper, folder);
	GSocket *socket = fd < 0 ? NULL : g_socket_new_from_fd(fd, NULL);

	if (!socket && fd >= 0)
		close(fd);
	return socket;
}

/* What the verb sends, in parts; -1: nothing. The holder may not open it itself. */
static gboolean send_file(GSocket *socket, int fd, unsigned wait_ms)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	char *part = plain_new(CONTROL_PART_BYTES);
	ssize_t bytes = 0;
	gboolean ok = fd < 0 || lseek(fd, 0, SEEK_SET) == 0;

	while (fd >= 0 && ok && (bytes = read(fd, part, CONTROL_PART_BYTES)) > 0) {
		g_byte_array_set_size(out, 0);
		frame_append(out, 'H', part, (size_t)bytes);
		ok = send_all(socket, out, wait_ms);
	}
	/* A file of no bytes is one as well. */
	if (ok && fd >= 0 && out->len == 0) {
		frame_append(out, 'H', NULL, 0);
		ok = send_all(socket, out, wait_ms);
	}
	wipe(out->data, out->len);
	plain_free(part);
	return ok && bytes == 0;
}

static gboolean send_request(GSocket *socket, const struct call *call, char **words)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) joined = g_byte_array_new();
	g_autofree char *wait = g_strdup_printf("%u", call->wait_ms / 1000);
	gboolean ok;

	for (; *words; words++)
		g_byte_array_append(joined, (const guint8 *)*words, (guint)strlen(*words) + 1);
	frame_append(out, 'A', joined->data, joined->len);
	if (call->is_json)
		frame_append(out, 'J', NULL, 0);
	if (call->input)
		frame_append(out, 'I', call->input, call->input_bytes);
	if (call->is_wait_given)
		frame_append(out, 'W', wait, strlen(wait));
	ok = send_all(socket, out, patience(call)) &&
	     send_file(socket, call->input_fd, patience(call));
	wipe(out->data, out->len);
	wipe(joined->data, joined->len);
	g_byte_array_set_size(out, 0);
	frame_append(out, call->is_question ? 'U' : 'G', NULL, 0);
	return ok && send_all(socket, out, patience(call));
}

/* With the signals taken. */
static void run_loop(struct asking *asking)
{
	GMainContext *context = g_main_loop_get_context(asking->loop);
	struct interrupt *interrupt;

	g_main_context_push_thread_default(context);
	interrupt = interrupt_start(NULL, interrupted, asking);
	g_main_loop_run(asking->loop);
	asking->number = interrupt_stop(interrupt);
	g_main_context_pop_thread_default(context);
}

static void wait_for_end(struct asking *asking)
{
	GSource *input = g_socket_create_source(asking->socket, G_IO_IN | G_IO_HUP, NULL);

	/* They go with the context. */
	attach(asking, input, G_SOURCE_FUNC(readable));
	attach(asking, g_timeout_source_new(MIN(CONTROL_TICK_MS, patience(asking->call) / 4)),
	       look_at_time);
	asking->asked_at = g_get_monotonic_time();
	run_loop(asking);
}

struct knocking {
	struct asking *asking;
	const char *folder;
	gint64 end;
};

static gboolean knock(void *user)
{
	struct knocking *knocking = user;
	struct asking *asking = knocking->asking;

	asking->socket = connect_to(asking->call->front->helper, knocking->folder);
	asking->is_late = !asking->socket && errno == EAGAIN &&
			  g_get_monotonic_time() >= knocking->end;
	if (!asking->socket && errno == EAGAIN && !asking->is_late)
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(asking->loop);
	return G_SOURCE_REMOVE;
}

/* As many wait already as the holder has room for: it takes one of them, or is stopped. */
static void wait_for_room(struct asking *asking, const char *folder)
{
	gint64 wait = (gint64)patience(asking->call) * 1000;
	struct knocking knocking = { asking, folder, g_get_monotonic_time() + wait };
	GSource *source = g_timeout_source_new(MIN(CONTROL_TICK_MS, patience(asking->call) / 4));

	g_source_set_callback(source, knock, &knocking, NULL);
	g_source_attach(source, g_main_loop_get_context(asking->loop));
	run_loop(asking);
	g_source_destroy(source);
	g_source_unref(source);
}

static void explain_cancelled(struct asking *asking)
{
	bool is_over = asking->is_closed && asking->call->verb->goes_on &&
		       asking->call->verb->goes_on(asking->call, asking->lines);

	asking->answer = CONTROL_DONE;
	/* Both have had the signal, and an end is what it waited for. */
	asking->exit_code = asking->has_begun && is_over ? 0 : INTERRUPT_EXIT + asking->number;
	if (!asking->has_begun)
		asking->printer->complain(asking->printer,
					  "It was interrupted before the process that holds the "
					  "profile answered; nothing was done through it.");
	else if (!is_over)
		asking->printer->complain(asking->printer,
					  "It was interrupted before the process that holds the "
					  "profile answered; see `sotto history` for what was "
					  "done.");
}

/* Why there is no answer, and what counts then. */
static void explain(struct asking *asking)
{
	const struct verb *verb = asking->call->verb;

	if (asking->is_cancelled) {
		explain_cancelled(asking);
	} else if (asking->is_late) {
		say_late(asking);
	} else if (asking->has_begun && asking->is_closed && verb->goes_on &&
		   verb->goes_on(asking->call, asking->lines)) {
		asking->answer = CONTROL_ENDED;
	} else if (asking->has_begun) {
		/* It may have been done, so it isn't tried again. */
		asking->printer->complain(asking->printer,
					  "The process that holds the profile ended before it "
					  "answered; see `sotto history` for what was done.");
		asking->answer = CONTROL_DONE;
		asking->exit_code = 1;
	}
}

enum control_answer control_run(const char *folder, const struct call *call, char **words,
				int *exit_code)
{
	GMainContext *context = g_main_context_new();
	struct printer *printer = call->printer;
	struct asking asking = { .printer = printer, .call = call, .answer = CONTROL_NOBODY };

	asking.loop = g_main_loop_new(context, FALSE);
	asking.socket = connect_to(call->front->helper, folder);
	if (!asking.socket && errno == EAGAIN)
		wait_for_room(&asking, folder);
	if (asking.socket && !asking.is_cancelled && send_request(asking.socket, call, words)) {
		asking.in = g_byte_array_new();
		wait_for_end(&asking);
		g_byte_array_unref(asking.in);
	}
	g_main_loop_unref(asking.loop);
	if (asking.answer == CONTROL_NOBODY)
		explain(&asking);
	else if (asking.is_cancelled && asking.exit_code)
		asking.exit_code = INTERRUPT_EXIT + asking.number;
	landing_free(asking.landing);
	g_clear_error(&asking.landing_error);
	g_clear_object(&asking.socket);
	g_main_context_unref(context);
	*exit_code = asking.exit_code;
	return asking.answer;
}

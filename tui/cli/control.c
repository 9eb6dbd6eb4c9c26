/* control, the server: one struct client for each run on behalf of another process. */
#include "tui/cli/control_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_trust.h"
#include "tui/cli/control_frame.h"
#include "tui/cli/control_level.h"
#include "tui/cli/front.h"
#include "tui/cli/named.h"
#include "tui/confine/helper.h"

enum { CONTROL_BACKLOG_MAX = 16 * 1024 * 1024 /* unread answers; what is over is an error */ };

/* Refusals, and what a shell asks for at every Tab, are on record once in so long, lest they fill
 * the disk. */
enum { REFUSALS_MS = 60000 };

static void client_write(struct client *client);
static void file_end(struct client *client, bool ok, const char *text);
static void client_send(struct client *client, char type, const void *payload, size_t bytes);
static void client_complain(struct printer *printer, const char *line);

/* -- ending --------------------------------------------------------------------------------------
 */

static void client_maybe_free(struct client *client)
{
	struct control *control = client->control;

	if (!client->is_dead || client->pending || client->call)
		return;
	g_strfreev(client->words);
	plain_free(client->input);
	if (client->input_fd >= 0)
		close(client->input_fd);
	g_byte_array_unref(client->in);
	g_byte_array_unref(client->out);
	g_byte_array_unref(client->writing);
	g_object_unref(client->connection);
	g_object_unref(client->cancel);
	g_free(client);
	control_unuse(control);
}

static gboolean end_call(void *user)
{
	struct client *client = user;

	g_clear_pointer(&client->call, call_free);
	client->quiet_since = g_get_monotonic_time();
	client_maybe_free(client);
	return G_SOURCE_REMOVE;
}

/* A read is always under way, or its callback on the stack: that one frees. */
void client_die(struct client *client)
{
	void (*flushed)(void *user, bool ok) = client->flushed;

	if (client->is_dead)
		return;
	client->is_dead = true;
	g_ptr_array_remove(client->control->clients, client);
	g_cancellable_cancel(client->cancel);
	client->flushed = NULL;
	if (flushed)
		flushed(client->flushed_user, false);
	file_end(client, false, "The process that wanted the file has gone.");
	if (client->call && !client->call->is_ended && client->call->cancel)
		client->call->cancel(client->call);
}

static void call_ended(struct call *call, int exit_code, void *user)
{
	struct client *client = user;
	guint8 code = (guint8)exit_code;
	GSource *source = g_idle_source_new();

	(void)call;
	if (client->is_overrun) {
		client_complain(&client->printer, "The answer is too long to go through another "
						  "process; ask for less with --limit or --count.");
		code = code ? code : 1;
	}
	client_send(client, 'Q', &code, 1);
	/* The verb is still on the stack. */
	g_source_set_callback(source, end_call, client, NULL);
	g_source_attach(source, g_main_context_get_thread_default());
	g_source_unref(source);
}

/* -- printing -------------------------------------------------------------------------------------
 */

static void written(GObject *stream, GAsyncResult *result, void *user)
{
	struct client *client = user;
	gboolean ok = g_output_stream_write_all_finish(G_OUTPUT_STREAM(stream), result, NULL, NULL);

	client->pending--;
	wipe(client->writing->data, client->writing->len);
	g_byte_array_set_size(client->writing, 0);
	if (!ok)
		client_die(client);
	else if (!client->is_dead)
		client_write(client);
	client_maybe_free(client);
}

static void client_write(struct client *client)
{
	GOutputStream *stream;
	GByteArray *swap;

	if (client->is_dead || client->writing->len || !client->out->len)
		return;
	swap = client->writing;
	client->writing = client->out;
	client->out = swap;
	client->pending++;
	stream = g_io_stream_get_output_stream(G_IO_STREAM(client->connection));
	g_output_stream_write_all_async(stream, client->writing->data, client->writing->len,
					G_PRIORITY_DEFAULT, client->cancel, written, client);
}

static void client_send(struct client *client, char type, const void *payload, size_t bytes)
{
	if (client->is_dead)
		return;
	frame_append(client->out, type, payload, bytes);
	client_write(client);
}

static void client_line(struct printer *printer, const char *line)
{
	struct client *client = (struct client *)printer;

	/* A gap would go unseen: from the first line left out none is sent. */
	client->is_overrun |= client->out->len + strlen(line) > CONTROL_BACKLOG_MAX;
	if (!client->is_overrun)
		client_send(client, 'L', line, strlen(line));
}

static void client_complain(struct printer *printer, const char *line)
{
	client_send((struct client *)printer, 'E', line, strlen(line));
}

static void client_flush(struct printer *printer, void (*done)(void *user, bool ok), void *user)
{
	struct client *client = (struct client *)printer;

	if (client->is_dead || client->is_overrun) {
		done(user, false);
		return;
	}
	client->flushed = done;
	client->flushed_user = user;
	client_send(client, 'F', NULL, 0);
}

/* -- files ----------------------------------------------------------------------------------- */

static void file_end(struct client *client, bool ok, const char *text)
{
	void (*done)(void *user, bool ok, const char *text) = client->file.done;

	client->file.done = NULL;
	if (done)
		done(client->file.user, ok, text);
}

static void file_on(void *user, bool ok)
{
	struct client *client = user;
	guint8 *part = plain_new(CONTROL_PART_BYTES);
	ssize_t bytes = -1;

	if (ok && client->file.done)
		bytes = read(client->file.fd, part, CONTROL_PART_BYTES);
	if (bytes > 0) {
		client_send(client, 'D', part, (size_t)bytes);
		/* One part at a time: the other side may be slow. */
		client_flush(&client->printer, file_on, client);
	} else if (bytes == 0) {
		client_send(client, 'Z', NULL, 0);
	} else {
		file_end(client, false, "The file couldn't be handed over.");
	}
	plain_free(part);
}

static void client_file(struct printer *printer, int fd, const char *name,
			void (*done)(void *user, bool ok, const char *text), void *user)
{
	struct client *client = (struct client *)printer;

	client->file.fd = fd;
	client->file.done = done;
	client->file.user = user;
	client_send(client, 'N', name, strlen(name));
	file_on(client, lseek(fd, 0, SEEK_SET) == 0 && !client->is_dead);
}

/* Where it lies, or why it doesn't. */
static void file_landed(struct client *client, const char *data, size_t bytes)
{
	g_autofree char *text = bytes > 1 ? g_utf8_make_valid(data + 1, (gssize)bytes - 1) : NULL;

	file_end(client, bytes > 0 && data[0], text ? text : "");
}

static void take_part(struct client *client, const void *data, size_t bytes)
{
	if (client->input_fd < 0)
		client->input_fd = memfd_create("file", MFD_CLOEXEC);
	client->input_file_bytes += bytes;
	if (client->input_fd < 0 || client->input_file_bytes > CONTROL_FILE_MAX ||
	    write(client->input_fd, data, bytes) != (ssize_t)bytes)
		client_die(client);
}

/* -- running
 * --------------------------------------------------------------------------------------- */

static void refuse(struct client *client, const GError *error)
{
	guint8 code = (guint8)error_exit_code(error);

	client_send(client, 'B', NULL, 0);
	client_complain(&client->printer, error->message);
	client_send(client, 'Q', &code, 1);
}

static gboolean record(struct control *control, const struct call *call, bool is_refused,
		       GError **error)
{
	gint64 now = g_get_monotonic_time();

	bool is_often = call->verb->lasts_ms != 0;
	gint64 *last = is_refused ? &control->refused_at : &control->often_at;

	if ((is_refused || is_often) && *last && now - *last < (gint64)REFUSALS_MS * 1000)
		return TRUE;
	if (is_refused || is_often)
		*last = now;
	return engine_journal_control(control->engine, call->verb->name, is_refused, error);
}

/* Allowed, and on record; how it stands may be told although it can't be. */
static gboolean admit(struct control *control, const struct call *call, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (control_allows(&control->front, call, error)) {
		if (record(control, call, false, &local) || call->verb->reach == REACH_STATUS)
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&local));
	} else if (!record(control, call, true, &local)) {
		g_debug("a refusal isn't on record: %s", local->message);
	}
	return FALSE;
}

/* Whoever gave up while this process was stopped mustn't find it done later. */
static bool is_gone(struct client *client)
{
	GSocket *socket = g_socket_connection_get_socket(client->connection);
	struct pollfd polled = { .fd = g_socket_get_fd(socket), .events = POLLRDHUP };

	return poll(&polled, 1, 0) != 0;
}

static void set_wait(struct client *client, const char *data, size_t bytes)
{
	g_autofree char *text = g_strndup(data, bytes);
	gint64 seconds;

	if (g_ascii_string_to_signed(text, 10, 0, VERB_WAIT_MAX, &seconds, NULL))
		client->wait = (int)seconds;
}

/* Whoever holds the profile may have needed no carrier, or none that goes on watching. */
static gboolean connect_for(const struct control *control, const struct call *call, GError **error)
{
	bool is_live = call->verb->wants_live && call->verb->wants_live(call);

	return call->verb->need != NEED_CARRIER || call_is_local(call) ||
	       engine_is_connected(control->engine, is_live) ||
	       engine_connect(control->engine, is_live, error);
}

static void start_call(struct client *client, bool is_question)
{
	struct control *control = client->control;
	struct call *call;
	g_autoptr(GError) error = NULL;
	bool wants_help;

	if (!engine_is_open(control->engine)) {
		client_send(client, 'S', NULL, 0);
		return;
	}
	call = call_new(control->table, client->words, &wants_help, &error);
	if (call && (wants_help || !call->verb->is_shared))
		error_set(&error, ERROR_IN_USE, "That can't be done while the profile is in use.");
	if (call) {
		call->engine = control->engine;
		call->input = g_steal_pointer(&client->input);
		call->input_bytes = client->input_bytes;
		call->is_json |= client->is_json;
		call->is_question = is_question;
		call->is_wait_given = client->wait >= 0;
		if (call->is_wait_given)
			call->wait_ms = (unsigned)client->wait * 1000;
		call->input_fd = client->input_fd;
		client->input_fd = -1;
		if (call->input_fd >= 0 && lseek(call->input_fd, 0, SEEK_SET) != 0)
			g_debug("a file in memory can't be read from its beginning");
	}
	if (error || !call_check(call, &error) || !call_check_input(call, &error) ||
	    !admit(control, call, &error) || !connect_for(control, call, &error)) {
		refuse(client, error);
		call_free(call);
		return;
	}
	call->printer = &client->printer;
	call->front = &control->front;
	call->context = g_main_context_get_thread_default();
	call->ended = call_ended;
	call->ended_user = client;
	call->is_for_other = true;
	client->call = call;
	client->has_begun = true;
	client_send(client, 'B', NULL, 0);
	call_run(call);
}

static void take_words(struct client *client, GBytes *payload)
{
	gsize bytes;
	const char *data = g_bytes_get_data(payload, &bytes);
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	if (bytes == 0 || data[bytes - 1] != '\0' || client->words)
		return;
	for (const char *p = data; p < data + bytes; p += strlen(p) + 1)
		g_ptr_array_add(words, g_strdup(p));
	g_ptr_array_add(words, NULL);
	client->words = (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

static void take_frame(struct client *client, char type, GBytes *payload)
{
	void (*flushed)(void *user, bool ok) = client->flushed;
	gsize bytes;
	const void *data = g_bytes_get_data(payload, &bytes);

	if (type == 'A') {
		take_words(client, payload);
	} else if (type == 'J') {
		client->is_json = true;
	} else if (type == 'I' && !client->input) {
		client->input = plain_ndup(data, bytes);
		client->input_bytes = bytes;
	} else if (type == 'W') {
		set_wait(client, data, bytes);
	} else if (type == 'Y') {
		client_send(client, 'Y', NULL, 0);
	} else if ((type == 'G' || type == 'U') && client->words && !client->call) {
		if (is_gone(client))
			client_die(client);
		else
			start_call(client, type == 'U');
	} else if (type == 'H' && client->words && !client->call) {
		client->quiet_since = g_get_monotonic_time();
		take_part(client, data, bytes);
	} else if (type == 'P') {
		file_landed(client, data, bytes);
	} else if (type == 'K' && flushed) {
		client->flushed = NULL;
		flushed(client->flushed_user, true);
	} else if (type == 'X' && client->call && !client->call->is_ended && client->call->cancel) {
		client->call->cancel(client->call);
	}
}

static void read_more(struct client *client);

static void have_read(GObject *stream, GAsyncResult *result, void *user)
{
	struct client *client = user;
	gssize bytes = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, NULL);
	GBytes *payload;
	bool is_bad = false;
	char type;

	client->pending--;
	if (bytes > 0 && !client->is_dead) {
		g_byte_array_append(client->in, client->chunk, (guint)bytes);
		wipe(client->chunk, (size_t)bytes);
		while (!client->is_dead &&
		       frame_take(client->in, CONTROL_FRAME_MAX, &type, &payload, &is_bad)) {
			take_frame(client, type, payload);
			g_bytes_unref(payload);
		}
	}
	if (bytes <= 0 || is_bad)
		client_die(client);
	else if (!client->is_dead)
		read_more(client);
	client_maybe_free(client);
}

static void read_more(struct client *client)
{
	GInputStream *stream = g_io_stream_get_input_stream(G_IO_STREAM(client->connection));

	client->pending++;
	g_input_stream_read_async(stream, client->chunk, sizeof(client->chunk), G_PRIORITY_DEFAULT,
				  client->cancel, have_read, client);
}

void client_start(struct control *control, GSocketConnection *connection)
{
	struct client *client = g_new0(struct client, 1);

	client->printer = (struct printer){ client_line, client_complain, client_flush,
					    client_file };
	client->input_fd = client->wait = -1;
	client->control = control;
	client->quiet_since = g_get_monotonic_time();
	client->connection = g_object_ref(connection);
	client->cancel = g_cancellable_new();
	client->in = g_byte_array_new();
	client->out = g_byte_array_new();
	client->writing = g_byte_array_new();
	g_ptr_array_add(control->clients, client);
	control->uses++;
	client_send(client, 'Y', NULL, 0);
	read_more(client);
}

static bool is_live(const struct call *call)
{
	return call->verb->wants_live && call->verb->wants_live(call);
}

/* Whether something is under way that comes to its end. */
bool control_is_busy(const struct control *control)
{
	for (guint i = 0; i < control->clients->len; i++) {
		const struct client *client = control->clients->pdata[i];

		if (client->has_begun && !(client->call && is_live(client->call)))
			return true;
	}
	return false;
}

/* The last of its callbacks has come. */
void control_unuse(struct control *control)
{
	if (control->finishing && !control_is_busy(control))
		g_main_loop_quit(control->finishing);
	if (--control->uses)
		return;
	g_object_unref(control->listener);
	g_object_unref(control->cancel);
	g_ptr_array_unref(control->clients);
	g_free(control->path);
	g_free(control);
}

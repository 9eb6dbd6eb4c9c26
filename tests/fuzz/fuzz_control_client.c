/*
 * The control socket, the side of who asks: `file save` and `history` of a process that another
 * answers with anything.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tests/support/fuzz_place.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/control.h"
#include "tui/cli/front.h"
#include "tui/confine/control_socket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct verb *const table[] = { &verb_file_save, &verb_history, NULL };

static struct {
	int listening;
	GAsyncQueue *answers; /* GBytes: one for each that connects */
	char *folder;	      /* where the file may come to lie */
} holder;

/* Say it all, then hear them out. */
static gpointer serve(gpointer data)
{
	for (;;) {
		g_autoptr(GBytes) answer = g_async_queue_pop(holder.answers);
		int fd = accept(holder.listening, NULL, NULL);
		char chunk[4096];
		gsize bytes;
		const char *at = g_bytes_get_data(answer, &bytes);

		fuzz_must(fd >= 0);
		while (bytes > 0) {
			ssize_t sent = send(fd, at, bytes, MSG_NOSIGNAL);

			if (sent <= 0)
				break;
			at += sent;
			bytes -= (gsize)sent;
		}
		shutdown(fd, SHUT_WR);
		while (recv(fd, chunk, sizeof(chunk), 0) > 0)
			;
		close(fd);
	}
	return data;
}

static void start(void)
{
	holder.listening = control_socket_listen(fuzz_place());
	holder.answers = g_async_queue_new();
	holder.folder = g_build_filename(fuzz_place(), "landing", NULL);
	fuzz_must(holder.listening >= 0 && g_mkdir(holder.folder, 0700) == 0);
	g_thread_unref(g_thread_new("holder", serve, NULL));
}

static void take_line(struct printer *printer, const char *line)
{
	(void)printer;
	fuzz_must(line != NULL);
}

static void flush(struct printer *printer, void (*done)(void *user, bool ok), void *user)
{
	(void)printer;
	done(user, true);
}

/* How many files are in FOLDER; those whose name ends in no rest of one are removed. */
static unsigned count_files(const char *folder, bool is_removed)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	unsigned count = 0;
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		count++;
		if (is_removed)
			fuzz_must(g_unlink(path) == 0);
	}
	g_dir_close(dir);
	return count;
}

static void ask(char **words)
{
	struct printer printer = { take_line, take_line, flush, NULL };
	struct verb_front front = { .profile = "default" };
	bool wants_help = false;
	struct call *call = call_new(table, words, &wants_help, NULL);
	int exit_code = 0;

	fuzz_must(call != NULL);
	call->printer = &printer;
	call->front = &front;
	control_run(fuzz_place(), call, words, &exit_code);
	fuzz_must(exit_code >= 0 && exit_code <= 255);
	call_free(call);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *save[] = { (char *)"file", (char *)"save", (char *)"bob", (char *)"7", NULL, NULL };
	char *history[] = { (char *)"history", (char *)"bob", NULL };
	bool is_save = size && data[0] % 2;

	if (!holder.folder)
		start();
	save[4] = holder.folder;
	g_async_queue_push(holder.answers, g_bytes_new(data + (size > 0), size ? size - 1 : 0));
	ask(is_save ? save : history);
	/* The socket and the folder; and in it what was asked for, and whole or not at all. */
	fuzz_must(count_files(fuzz_place(), false) == 2);
	fuzz_must(count_files(holder.folder, true) <= (is_save ? 1u : 0u));
	return 0;
}

#include "tui/observe/watch_canary.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "tui/observe/watch_seen.h"
#include "tui/term/term_type.h"

enum {
	STEP_US = 1000,
	WRITE_US = 20000,
	FINISH_US =
		100000, /* more, rather than half a sequence, which would take a letter with it */
	SLACK = 5120,	/* what stdio holds back, and a bit */
	MOST = 8,	/* one byte recorded is at most so many: asciicast spells ESC \u001b */
	REST_US = 5000,	/* a file that didn't grow for so long rests */
	REST_WINDOWS = 6,
};

#define SEQUENCE "\033[0m"

/* Writing from the background would stop us, or mix with what is in front. */
static bool is_in_front(int fd)
{
	pid_t front = tcgetpgrp(fd);

	return front < 0 || front == getpgrp();
}

/* A description of our own: that it doesn't block is nobody else's business. */
static int open_again(int fd)
{
	char path[32];

	g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/* Whole sequences, or as many as the terminal takes. */
static bool write_out(int fd, size_t bytes)
{
	gint64 deadline = g_get_monotonic_time() + WRITE_US;
	g_autofree char *text = g_malloc(bytes);
	size_t done = 0, step = strlen(SEQUENCE);

	for (size_t i = 0; i < bytes; i++)
		text[i] = SEQUENCE[i % step];
	while (done < bytes) {
		struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
		ssize_t got = write(fd, text + done, bytes - done);

		if (got > 0)
			done += (size_t)got;
		else if (got < 0 && errno != EAGAIN && errno != EINTR)
			break;
		else if (g_get_monotonic_time() > deadline + (done % step ? FINISH_US : 0))
			break;
		else
			poll(&poll_fd, 1, STEP_US / 1000);
	}
	return done == bytes;
}

/* Wait until all of FILES that are ASKED about (NULL: one of any) have grown by about BYTES; which
 * have, in TAKEN. */
static void grows(GArray *files, const int64_t *before, int64_t bytes, const bool *asked,
		  bool *taken)
{
	gint64 deadline = g_get_monotonic_time() +
			  (asked ? WATCH_CANARY_AGAIN_US : WATCH_CANARY_US);
	bool is_over = false;

	while (!is_over && g_get_monotonic_time() < deadline) {
		bool are_all = true, is_one = false;

		g_usleep(STEP_US);
		for (guint i = 0; i < files->len; i++) {
			int64_t now = watch_file_bytes(&g_array_index(files, struct watch_file, i));
			int64_t growth = now - before[i];

			taken[i] = growth >= bytes - SLACK && growth <= MOST * bytes + SLACK;
			are_all = are_all && (!asked || !asked[i] || taken[i]);
			is_one = is_one || taken[i];
		}
		is_over = asked ? are_all : is_one;
	}
}

static bool try(int fd, GArray *files, size_t bytes, const bool *asked, bool *taken)
{
	g_autofree int64_t *before = g_new(int64_t, files->len);
	bool is_written;

	for (guint i = 0; i < files->len; i++)
		before[i] = watch_file_bytes(&g_array_index(files, struct watch_file, i));
	is_written = write_out(fd, bytes);
	if (is_written)
		grows(files, before, (int64_t)bytes, asked, taken);
	return is_written;
}

/* Wait until none of those that were TAKEN grows any more; what never rests is left as it is. */
static void rest(GArray *files, const bool *taken)
{
	g_autofree int64_t *last = g_new0(int64_t, files->len);
	bool is_growing = true;

	for (int window = 0; window < REST_WINDOWS && is_growing; window++) {
		is_growing = window == 0;
		for (guint i = 0; i < files->len; i++) {
			int64_t now = watch_file_bytes(&g_array_index(files, struct watch_file, i));

			is_growing = is_growing || (taken[i] && now != last[i]);
			last[i] = now;
		}
		if (is_growing)
			g_usleep(REST_US);
	}
}

/* Once more, with BYTES: TAKEN keeps those that grow this time too. False: nothing was written. */
static bool try_again(int fd, GArray *files, size_t bytes, bool *taken)
{
	g_autofree bool *again = g_new0(bool, files->len);
	bool is_written;

	rest(files, taken);
	is_written = try(fd, files, bytes, taken, again);
	for (guint i = 0; is_written && i < files->len; i++)
		taken[i] = taken[i] && again[i];
	return is_written;
}

static bool is_any(const bool *taken, guint count)
{
	for (guint i = 0; i < count; i++)
		if (taken[i])
			return true;
	return false;
}

bool watch_canary(int fd, GArray *files, bool *taken)
{
	static const size_t again[] = {WATCH_CANARY_AGAIN_BYTES, 16384, 9216, 20480};
	int terminal;
	bool is_written;

	memset(taken, 0, files->len * sizeof(*taken));
	if (!files->len || !term_type_has_sequences(g_getenv("TERM")) || !is_in_front(fd))
		return false;
	terminal = open_again(fd);
	if (terminal < 0)
		return false;
	is_written = try(terminal, files, WATCH_CANARY_BYTES, NULL, taken);
	for (size_t i = 0; i < G_N_ELEMENTS(again) && is_written; i++)
		is_written = is_any(taken, files->len) &&
			     try_again(terminal, files, again[i], taken);
	close(terminal);
	return true;
}

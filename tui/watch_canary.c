#include "tui/watch_canary.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "tui/kit/term_type.h"
#include "tui/watch_seen.h"

enum {
	STEP_US = 1000,
	WRITE_US = 20000,
	FINISH_US =
		100000, /* more, rather than half a sequence, which would take a letter with it */
	SLACK = 5120,	/* what stdio holds back, and a bit */
	MOST = 8,	/* one byte recorded is at most so many: asciicast spells ESC \u001b */
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

/* Wait until one of FILES has grown by about BYTES; which have, in TAKEN. */
static bool grows(GArray *files, const int64_t *before, int64_t bytes, bool *taken)
{
	gint64 deadline = g_get_monotonic_time() + WATCH_CANARY_US;
	bool is_any = false;

	do {
		g_usleep(STEP_US);
		for (guint i = 0; i < files->len; i++) {
			int64_t now = watch_file_bytes(&g_array_index(files, struct watch_file, i));
			int64_t growth = now - before[i];

			taken[i] = growth >= bytes - SLACK && growth <= MOST * bytes + SLACK;
			is_any = is_any || taken[i];
		}
	} while (!is_any && g_get_monotonic_time() < deadline);
	return is_any;
}

static bool try(int fd, GArray *files, size_t bytes, bool *taken)
{
	g_autofree int64_t *before = g_new(int64_t, files->len);

	for (guint i = 0; i < files->len; i++)
		before[i] = watch_file_bytes(&g_array_index(files, struct watch_file, i));
	return write_out(fd, bytes) && grows(files, before, (int64_t)bytes, taken);
}

bool watch_canary(int fd, GArray *files, bool *taken)
{
	g_autofree bool *again = g_new0(bool, MAX(1, files->len));
	int terminal;

	memset(taken, 0, files->len * sizeof(*taken));
	if (!files->len || !term_type_has_sequences(g_getenv("TERM")) || !is_in_front(fd))
		return false;
	terminal = open_again(fd);
	if (terminal < 0)
		return false;
	if (!try(terminal, files, WATCH_CANARY_BYTES, taken) ||
	    !try(terminal, files, WATCH_CANARY_AGAIN_BYTES, again))
		memset(taken, 0, files->len * sizeof(*taken));
	for (guint i = 0; i < files->len; i++)
		taken[i] = taken[i] && again[i];
	close(terminal);
	return true;
}

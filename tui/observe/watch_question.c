#include "tui/observe/watch_question.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/child.h"

/* Read FD to its end; false when that doesn't come in time. */
static gboolean read_all(int fd, gint64 deadline, GString *text)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;
		char buffer[4096];
		ssize_t got;

		if (left <= 0 || text->len > WATCH_ANSWER_BYTES)
			return FALSE;
		if (poll(&poll_fd, 1, (int)left) <= 0)
			continue;
		got = read(fd, buffer, sizeof(buffer));
		if (got == 0)
			return TRUE;
		if (got > 0)
			g_string_append_len(text, buffer, got);
		else if (errno != EINTR && errno != EAGAIN)
			return FALSE;
	}
}

/* Whether PID ended well, and in time: it may have said all, and not end. Else it is killed. */
static gboolean reap(GPid pid, gint64 deadline)
{
	int status = 0;

	if (child_wait(pid, deadline, &status))
		return WIFEXITED(status) && WEXITSTATUS(status) == 0;
	kill(pid, SIGKILL);
	(void)child_wait_end(pid);
	return FALSE;
}

char *watch_question(const char *const *argv)
{
	return watch_question_from(argv, -1, WATCH_QUESTION_MS);
}

char *watch_question_from(const char *const *argv, int fd, int ms)
{
	gint64 deadline = g_get_monotonic_time() + ms * G_TIME_SPAN_MILLISECOND;
	GString *text;
	gboolean is_done;
	GPid pid;
	int out;

	if (!g_spawn_async_with_pipes_and_fds(
		    NULL, argv, NULL,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
		    NULL, NULL, fd, -1, -1, NULL, NULL, 0, &pid, NULL, &out, NULL, NULL))
		return NULL;
	text = g_string_new(NULL);
	is_done = read_all(out, deadline, text);
	close(out);
	/* Whatever it said: it mustn't stay. */
	if (reap(pid, is_done ? deadline : 0) && is_done)
		return g_string_free(text, FALSE);
	g_string_free(text, TRUE);
	return NULL;
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/outlet.h"
#include "core/base/secret.h"

enum { MOST = 1024 * 1024, PATIENCE_MS = 20000 };

/* Two ends, of which one reads and the other is written to. */
struct line {
	int reader;
	int writer;
};

typedef void (*make_line)(struct line *line);

static void make_terminal(struct line *line)
{
	struct termios raw;

	assert_int_equal(openpty(&line->reader, &line->writer, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(line->writer, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(line->writer, TCSANOW, &raw), 0);
}

static void make_pipe(struct line *line)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	line->reader = ends[0];
	line->writer = ends[1];
}

static void make_socket(struct line *line)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	line->reader = ends[0];
	line->writer = ends[1];
}

static const make_line kinds[] = { make_terminal, make_pipe, make_socket };

static void close_line(const struct line *line)
{
	close(line->reader);
	close(line->writer);
}

static int flags_of(int fd)
{
	return fcntl(fd, F_GETFL);
}

/* Text in which every place is another one. */
static char *make_text(size_t bytes)
{
	char *text = g_malloc(bytes + 1);

	for (size_t i = 0; i < bytes; i++)
		text[i] = (char)('a' + (i + i / 26) % 26);
	text[bytes] = '\0';
	return text;
}

/* Read BYTES and compare; the main loop runs meanwhile. */
static void assert_comes(const struct line *line, const char *text, size_t bytes)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * 1000;
	g_autofree char *got = g_malloc(bytes);
	size_t done = 0;

	while (done < bytes) {
		struct pollfd polled = { .fd = line->reader, .events = POLLIN };
		ssize_t count;

		assert_true(g_get_monotonic_time() < deadline);
		g_main_context_iteration(NULL, FALSE);
		if (poll(&polled, 1, 1) != 1)
			continue;
		count = read(line->reader, got + done, bytes - done);
		assert_true(count > 0);
		done += (size_t)count;
	}
	assert_memory_equal(got, text, bytes);
}

static void count_taken(void *user)
{
	++*(unsigned *)user;
}

/* A reader that has stopped holds nobody up; when it goes on it gets all, in order. */
static void test_a_reader_that_stops(void **state)
{
	g_autofree char *text = make_text(MOST / 2);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct line line;
		struct outlet *outlet;
		unsigned taken = 0;
		int before;

		kinds[i](&line);
		before = flags_of(line.writer);
		outlet = outlet_new(line.writer, MOST);
		outlet_watch(outlet, count_taken, &taken);
		assert_true(outlet_add(outlet, text, MOST / 4));
		assert_true(outlet_waiting(outlet) > 0);
		assert_true(outlet_add(outlet, text + MOST / 4, MOST / 4));
		assert_int_equal(taken, 0);
		assert_comes(&line, text, MOST / 2);
		while (!taken)
			g_main_context_iteration(NULL, TRUE);
		assert_int_equal(outlet_waiting(outlet), 0);
		assert_int_equal(outlet_error(outlet), 0);
		assert_int_equal(flags_of(line.writer), before);
		outlet_free(outlet);
		assert_int_equal(flags_of(line.writer), before);
		close_line(&line);
	}
}

/* The control of the flags above: two numbers of one description do share them. */
static void test_flags_are_shared(void **state)
{
	struct line line;
	int copy;

	(void)state;
	make_terminal(&line);
	copy = dup(line.writer);
	assert_int_equal(fcntl(copy, F_SETFL, flags_of(copy) | O_NONBLOCK), 0);
	assert_true(flags_of(line.writer) & O_NONBLOCK);
	close(copy);
	close_line(&line);
}

static void test_no_more_than_its_bound(void **state)
{
	g_autofree char *text = make_text(MOST + 1);
	struct outlet *outlet;
	struct line line;

	(void)state;
	make_pipe(&line);
	outlet = outlet_new(line.writer, MOST);
	assert_false(outlet_add(outlet, text, MOST + 1));
	assert_int_equal(outlet_waiting(outlet), 0);
	assert_true(outlet_add(outlet, text, MOST));
	assert_false(outlet_add(outlet, text, MOST / 2));
	assert_comes(&line, text, MOST);
	assert_true(outlet_add(outlet, "end", 3));
	assert_comes(&line, "end", 3);
	outlet_free(outlet);
	close_line(&line);
}

static void test_waiting_ends(void **state)
{
	g_autofree char *text = make_text(MOST);
	gint64 since = g_get_monotonic_time();
	struct outlet *outlet;
	struct line line, stop;

	(void)state;
	make_terminal(&line);
	make_pipe(&stop);
	outlet = outlet_new(line.writer, MOST);
	assert_true(outlet_add(outlet, text, MOST));
	assert_false(outlet_wait(outlet, 0, 50, -1));
	assert_true(g_get_monotonic_time() - since >= 50 * 1000);
	/* Whoever has a reason to stop doesn't wait for the time. */
	assert_int_equal(write(stop.writer, "x", 1), 1);
	assert_false(outlet_wait(outlet, 0, -1, stop.reader));
	assert_true(outlet_wait(outlet, MOST, -1, stop.reader));
	assert_true(g_get_monotonic_time() - since < PATIENCE_MS * 1000);
	outlet_free(outlet);
	close_line(&line);
	close_line(&stop);
}

static bool is_read(const struct line *line, char what)
{
	struct pollfd polled = { .fd = line->reader, .events = POLLIN };
	char bytes[4096];
	bool has = false;

	while (poll(&polled, 1, 50) == 1) {
		ssize_t count = read(line->reader, bytes, sizeof(bytes));

		assert_true(count > 0);
		has |= memchr(bytes, what, (size_t)count) != NULL;
	}
	return has;
}

/* In a session whose terminal it is: dropped words don't come any more, later ones do. */
static int drop_in_session(const struct line *line, bool is_dropping)
{
	char *text = g_strnfill(MOST, 'A');
	struct outlet *outlet;

	setsid();
	if (ioctl(line->writer, TIOCSCTTY, 0) != 0)
		return 2;
	outlet = outlet_new(line->writer, MOST);
	if (!outlet_add(outlet, text, MOST) || !outlet_waiting(outlet))
		return 3;
	if (is_dropping && !outlet_drop(outlet))
		return 4;
	if (is_dropping && (outlet_waiting(outlet) || !outlet_add(outlet, "B", 1) ||
			    outlet_waiting(outlet)))
		return 5;
	return 0;
}

static void test_what_is_dropped_is_gone(void **state)
{
	(void)state;
	for (int is_dropping = 0; is_dropping < 2; is_dropping++) {
		struct line line;
		int status;
		pid_t child;

		make_terminal(&line);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(drop_in_session(&line, is_dropping));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_int_equal(is_read(&line, is_dropping ? 'B' : 'A'), true);
		close_line(&line);
	}
}

static void test_a_reader_that_has_gone(void **state)
{
	struct outlet *outlet;
	struct line line;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	make_pipe(&line);
	outlet = outlet_new(line.writer, MOST);
	close(line.reader);
	assert_false(outlet_add(outlet, "lost", 4));
	assert_int_equal(outlet_error(outlet), EPIPE);
	assert_false(outlet_wait(outlet, 0, -1, -1));
	outlet_free(outlet);
	close(line.writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reader_that_stops),
		cmocka_unit_test(test_flags_are_shared),
		cmocka_unit_test(test_no_more_than_its_bound),
		cmocka_unit_test(test_waiting_ends),
		cmocka_unit_test(test_what_is_dropped_is_gone),
		cmocka_unit_test(test_a_reader_that_has_gone),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

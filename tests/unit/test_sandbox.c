/* What the process gives up, tried in children of the test: each attempt works without it. */
#include "tui/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>

enum { WENT = 0, REFUSED = 1, NO_SANDBOX = 77, KILLED = 128 + SIGSYS };

struct attempt {
	int (*func)(const char *path); /* WENT or REFUSED */
	const char *path;
	const char *const *writable;
	bool is_open; /* the control: nothing is given up */
	bool has_network;
};

/* In a child: enter, try. */
static int try(const struct attempt *attempt)
{
	struct sandbox sandbox = { .writable = attempt->writable,
				   .has_network = attempt->has_network };
	struct guards guards = { { 0 } };
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (!attempt->is_open &&
		    (!sandbox_enter(&sandbox, &guards, NULL) ||
		     guards.states[GUARD_CALLS] != GUARD_ON ||
		     (attempt->writable && guards.states[GUARD_FILES] != GUARD_ON)))
			_exit(NO_SANDBOX);
		_exit(attempt->func(attempt->path));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The kernel of the machine may have neither. */
static void expect(struct attempt attempt, int wanted)
{
	int got;

	attempt.is_open = true;
	assert_int_equal(try(&attempt), WENT);
	attempt.is_open = false;
	got = try(&attempt);
	if (got == NO_SANDBOX)
		skip();
	assert_int_equal(got, wanted);
}

static int run_program(const char *path)
{
	(void)path;
	execl("/bin/true", "true", NULL);
	return REFUSED;
}

static int start_process(const char *path)
{
	pid_t child = fork();

	(void)path;
	if (child == 0)
		_exit(0);
	return child > 0 && waitpid(child, NULL, 0) == child ? WENT : REFUSED;
}

static int trace(const char *path)
{
	(void)path;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? WENT : REFUSED;
}

static int reach_out(const char *path)
{
	(void)path;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? WENT : REFUSED;
}

static int read_file(const char *path)
{
	return open(path, O_RDONLY) >= 0 ? WENT : REFUSED;
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	return fd >= 0 && write(fd, "x", 1) == 1 && unlink(path) == 0 ? WENT : REFUSED;
}

static void *work(void *data)
{
	return data;
}

static int start_thread(const char *path)
{
	GThread *thread = g_thread_new("x", work, (void *)path);

	return g_thread_join(thread) == path ? WENT : REFUSED;
}

static void test_calls(void **state)
{
	(void)state;
	expect((struct attempt){ .func = run_program }, KILLED);
	expect((struct attempt){ .func = trace }, KILLED);
	expect((struct attempt){ .func = start_process }, REFUSED);
	expect((struct attempt){ .func = reach_out }, REFUSED);
	expect((struct attempt){ .func = reach_out, .has_network = true }, WENT);
	expect((struct attempt){ .func = start_thread }, WENT);
}

static void test_files(void **state)
{
	g_autofree char *inside = g_dir_make_tmp("sotto-inside-XXXXXX", NULL);
	g_autofree char *outside = g_dir_make_tmp("sotto-outside-XXXXXX", NULL);
	g_autofree char *mine = g_build_filename(inside, "x", NULL);
	g_autofree char *other = g_build_filename(outside, "x", NULL);
	g_autofree char *secret = g_build_filename(outside, "secret", NULL);
	const char *const writable[] = { inside, "/nowhere", NULL };
	struct attempt attempt = { .writable = writable };

	(void)state;
	assert_true(g_file_set_contents(secret, "x", 1, NULL));
	attempt.func = make_file;
	attempt.path = mine;
	expect(attempt, WENT);
	attempt.path = other;
	expect(attempt, REFUSED);
	attempt.func = read_file;
	attempt.path = secret;
	expect(attempt, REFUSED);
	attempt.path = "/etc/passwd";
	expect(attempt, WENT);
	g_unlink(secret);
	g_rmdir(inside);
	g_rmdir(outside);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < GUARD_COUNT; i++) {
		assert_true(*guard_name(i) && *guard_about(i));
		assert_null(strchr(guard_name(i), ' '));
	}
	assert_string_equal(guard_state_name(GUARD_UNAVAILABLE), "not available");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Words in a buffer of a real tmux server, and out of it again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tui/confine/broker_copy.h"
#include "tui/observe/copy.h"

static const char *folder;

/* What `tmux WORDS...` prints; NULL: it failed. */
static char *tmux(const char *words)
{
	g_autofree char *line = g_strconcat("tmux -L copy -f /dev/null ", words, NULL);
	char *out = NULL;
	int status = 1;

	if (!g_spawn_command_line_sync(line, &out, NULL, &status, NULL) || status != 0)
		g_clear_pointer(&out, g_free);
	return out;
}

static void assert_buffer(const char *text)
{
	g_autofree char *now = tmux("save-buffer -b " COPY_BUFFER " -");

	if (g_strcmp0(now, text) != 0)
		fail_msg("\"%s\", not \"%s\"", now, text);
}

static void test_put_and_clear(void **state)
{
	struct broker_copy *copy = broker_copy_new(NULL, COPY_SECONDS);

	(void)state;
	assert_true(broker_copy_put(copy, "two\nlines \u00e4 $(rm) ; #{x} -n"));
	assert_buffer("two\nlines \u00e4 $(rm) ; #{x} -n");
	assert_true(broker_copy_put(copy, "-"));
	assert_buffer("-");
	broker_copy_clear(copy);
	assert_buffer(NULL);
	/* Nothing of ours is there: somebody else's stays. */
	g_free(tmux("set-buffer -b " COPY_BUFFER " theirs"));
	broker_copy_clear(copy);
	assert_buffer("theirs");
	broker_copy_free(copy);
}

static void test_not_ours_any_more(void **state)
{
	struct broker_copy *copy = broker_copy_new(NULL, COPY_SECONDS);

	(void)state;
	assert_true(broker_copy_put(copy, "ours"));
	g_free(tmux("set-buffer -b " COPY_BUFFER " theirs"));
	broker_copy_clear(copy);
	assert_buffer("theirs");
	broker_copy_free(copy);
	assert_buffer("theirs");
}

/* It goes with the broker. */
static void test_end(void **state)
{
	struct broker_copy *copy = broker_copy_new(NULL, COPY_SECONDS);
	g_autofree char *most = g_strnfill(COPY_BYTES_MAX, 'x');

	(void)state;
	assert_true(broker_copy_put(copy, most));
	assert_buffer(most);
	broker_copy_free(copy);
	assert_buffer(NULL);
}

static void test_due(void **state)
{
	gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
	struct broker_copy *copy = broker_copy_new(NULL, 1);
	g_autofree char *now = NULL;

	(void)state;
	assert_true(broker_copy_put(copy, "for a second"));
	assert_buffer("for a second");
	do {
		g_free(now);
		g_main_context_iteration(NULL, TRUE);
		now = tmux("save-buffer -b " COPY_BUFFER " -");
	} while (now && g_get_monotonic_time() < deadline);
	assert_null(now);
	broker_copy_free(copy);
}

/* Whoever put it there is killed, and nobody of ours is left. */
static void put_and_die(const char *text, unsigned seconds)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct broker_copy *copy = broker_copy_new(NULL, seconds);

		kill(getpid(), broker_copy_put(copy, text) ? SIGKILL : SIGTERM);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Whether a process of this tmux has WORDS among its arguments; those copied are never there. */
static bool is_run(const char *words, size_t bytes)
{
	g_autofree char *name = g_strdup_printf("TMUX_TMPDIR=%s", folder);
	GDir *dir = g_dir_open("/proc", 0, NULL);
	const char *pid;
	bool is_there = false;

	while (dir && (pid = g_dir_read_name(dir))) {
		g_autofree char *line = g_build_filename("/proc", pid, "cmdline", NULL);
		g_autofree char *around = g_build_filename("/proc", pid, "environ", NULL);
		g_autofree char *arguments = NULL, *values = NULL;
		gsize length = 0, size = 0;

		if (!g_file_get_contents(line, &arguments, &length, NULL) ||
		    !g_file_get_contents(around, &values, &size, NULL) ||
		    !memmem(values, size, name, strlen(name)))
			continue;
		assert_null(memmem(arguments, length, "zebra", 5));
		is_there |= memmem(arguments, length, words, bytes) != NULL;
	}
	if (dir)
		g_dir_close(dir);
	return is_there;
}

/* tmux's timer of one second, and the one behind it, runs; or it is over. */
static void await_timer(bool is_running)
{
	static const char words[] = "sleep\0002";
	gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

	while (is_run(words, sizeof(words)) != is_running)
		assert_true(g_get_monotonic_time() < deadline);
	/* The shell around it, which deletes. */
	while (!is_running && is_run("sleep 2;", 8))
		assert_true(g_get_monotonic_time() < deadline);
}

static void test_all_killed(void **state)
{
	(void)state;
	put_and_die("zebra\n$(rm) \"'", 1);
	assert_buffer("zebra\n$(rm) \"'");
	await_timer(true);
	assert_buffer("zebra\n$(rm) \"'");
	await_timer(false);
	assert_buffer(NULL);
}

/* What somebody else put there since stays, and so does what we put there later. */
static void test_all_killed_not_ours(void **state)
{
	struct broker_copy *copy = broker_copy_new(NULL, COPY_SECONDS);

	(void)state;
	put_and_die("zebra", 1);
	await_timer(true);
	g_free(tmux("set-buffer -b " COPY_BUFFER " theirs"));
	await_timer(false);
	assert_buffer("theirs");
	put_and_die("zebra", 1);
	await_timer(true);
	assert_true(broker_copy_put(copy, "okapi"));
	await_timer(false);
	assert_buffer("okapi");
	broker_copy_free(copy);
}

static void test_no_tmux(void **state)
{
	struct broker_copy *copy = broker_copy_new(NULL, COPY_SECONDS);
	g_autofree char *around = g_strdup(g_getenv("TMUX"));

	(void)state;
	g_unsetenv("TMUX");
	assert_false(broker_copy_put(copy, "words"));
	g_setenv("TMUX", "/nowhere,1,0", TRUE);
	assert_false(broker_copy_put(copy, "words"));
	g_setenv("TMUX", around, TRUE);
	assert_buffer(NULL);
	broker_copy_free(copy);
}

static int start(void **state)
{
	g_autofree char *around = NULL, *session = NULL;

	(void)state;
	folder = g_dir_make_tmp("sotto-copy-XXXXXX", NULL);
	g_setenv("TMUX_TMPDIR", folder, TRUE);
	g_unsetenv("TMUX");
	session = tmux("new-session -d cat");
	around = session ? tmux("display-message -p '#{socket_path},#{pid},0'") : NULL;
	if (!around)
		return -1;
	g_setenv("TMUX", g_strchomp(around), TRUE);
	return 0;
}

static int stop(void **state)
{
	g_autofree char *own = g_strdup_printf("%s/tmux-%u", folder, (unsigned)getuid());
	g_autofree char *socket = g_build_filename(own, "copy", NULL);

	(void)state;
	g_free(tmux("kill-server"));
	g_unlink(socket);
	g_rmdir(own);
	g_rmdir(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_clear),
		cmocka_unit_test(test_not_ours_any_more),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_all_killed),
		cmocka_unit_test(test_all_killed_not_ours),
		cmocka_unit_test(test_no_tmux),
	};
	g_autofree char *program = g_find_program_in_path("tmux");

	if (!program)
		return 77; /* skipped: there is no tmux here */
	return cmocka_run_group_tests(tests, start, stop);
}

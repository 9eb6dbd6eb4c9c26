/* What is read of /proc, tmux and screen, and what becomes of what was seen. */
#include "tui/observe/watch.h"

#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "tui/observe/watch_canary.h"
#include "tui/observe/watch_proc.h"
#include "tui/observe/watch_seen.h"
#include "tui/observe/watch_tmux.h"

static void test_stat(void **state)
{
	static const char text[] = "77 (a) b (c) S 12 77 77 34816 77 4194560";
	struct watch_process process = { 0 };

	(void)state;
	assert_true(watch_parse_stat(text, strlen(text), &process));
	assert_int_equal(process.parent, 12);
	assert_string_equal(process.comm, "a) b (c");
	assert_int_equal(major(process.tty), 136);
	for (size_t cut = 0; cut < 14; cut++)
		assert_false(watch_parse_stat(text, cut, &process));
}

static void test_status(void **state)
{
	static const char text[] = "Name:\tx\nTracerPid:\t99\nUid:\t5\t6\t7\t8\n";
	struct watch_process process = { 0 };

	(void)state;
	assert_true(watch_parse_status(text, strlen(text), &process));
	assert_int_equal(process.tracer, 99);
	assert_int_equal(process.uid, 5);
}

static void test_fdinfo(void **state)
{
	static const char master[] = "pos:\t0\nflags:\t0100002\nmnt_id:\t30\ntty-index:\t4\n";
	static const char file[] = "pos:\t0\nflags:\t0100001\nmnt_id:\t30\n";
	struct watch_descriptor descriptor;

	(void)state;
	assert_true(watch_parse_fdinfo(master, strlen(master), &descriptor));
	assert_int_equal(descriptor.tty_index, 4);
	assert_true(watch_parse_fdinfo(file, strlen(file), &descriptor));
	assert_int_equal(descriptor.tty_index, -1);
}

static void test_tmux(void **state)
{
	static const char answer[] = "P\t%1\t$0\t0\t/dev/pts/1\nP\t%2\t$1\t1\t/dev/pts/2\n"
				     "C\t$1\t/dev/pts/7\nC\t$0\t/dev/pts/8\nC\t$1\t/dev/pts/9\n";
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *tty = NULL, *none = NULL;
	bool is_piped;

	(void)state;
	assert_int_equal(watch_tmux_parse(answer, "%2", &is_piped, &tty, clients), 2);
	assert_true(is_piped);
	assert_string_equal(tty, "/dev/pts/2");
	assert_int_equal(watch_tmux_parse("", "%2", &is_piped, &none, clients), -1);
	assert_int_equal(watch_screen_parse("(1,1)/(80,24)+1024 +(+)flow log UTF-8 0(title)"), 1);
	assert_int_equal(watch_screen_parse("(1,1)/(80,24)+1024 +(+)flow UTF-8 0(log)"), 0);
	assert_int_equal(watch_screen_parse("no"), -1);
}

static void test_the_worst_stands_first(void **state)
{
	struct watch *watch = watch_new();

	(void)state;
	assert_null(watch_why(watch));
	watch_add(watch, WATCH_CLEAR, "a note");
	watch_add(watch, WATCH_RECORDED, "bad \033[31m");
	watch_add(watch, WATCH_WATCHED, "so so");
	for (int i = 0; i < 3 * WATCH_FINDINGS_MAX; i++)
		watch_add(watch, WATCH_CLEAR, "note %d", i);
	assert_int_equal(watch->verdict, WATCH_RECORDED);
	assert_int_equal(watch->findings->len, WATCH_FINDINGS_MAX);
	assert_non_null(strstr(watch_why(watch), "bad"));
	assert_null(strchr(watch_why(watch), '\033'));
	watch_free(watch);
}

static void test_refusing(void **state)
{
	struct watch *watch = watch_new();
	GError *error = NULL;

	(void)state;
	watch_add(watch, WATCH_UNKNOWN, "Somebody may.");
	assert_true(watch_allows(watch, 0, NULL));
	assert_true(watch_allows(watch, 1, NULL));
	assert_false(watch_allows(watch, 2, &error));
	assert_true(error_is(error, ERROR_POLICY));
	g_error_free(error);
	watch_free(watch);
}

static void test_over_the_socket(void **state)
{
	struct watch *watch = watch_new(), *back, *both, *later = watch_new();
	g_autofree char *text = NULL;

	(void)state;
	watch->looked_at = 12345;
	watch->took_us = 77;
	watch_add(watch, WATCH_RECORDED, "It grows.");
	watch_add(watch, WATCH_CLEAR, "A note.");
	text = watch_encode(watch);
	back = watch_decode(text);
	assert_non_null(back);
	assert_int_equal(back->verdict, WATCH_RECORDED);
	assert_int_equal(back->findings->len, 2);
	assert_true(back->looked_at == 12345 && back->took_us == 77);
	both = watch_merge(back, later);
	assert_int_equal(both->verdict, WATCH_RECORDED);
	assert_int_equal(both->findings->len, 1);
	assert_null(watch_decode(""));
	assert_null(watch_decode("x 1\n0 y"));
	watch_free(watch);
	watch_free(back);
	watch_free(both);
	watch_free(later);
}

/* Who reads what a terminal gets, and writes down as many bytes of it as it is told to. */
struct recorder {
	int master, file;
	size_t most;
};

static void *record(void *data)
{
	struct recorder *recorder = data;
	char bytes[4096];
	ssize_t got;

	while ((got = read(recorder->master, bytes, sizeof(bytes))) > 0) {
		size_t taken = MIN((size_t)got, recorder->most);

		recorder->most -= taken;
		assert_int_equal(write(recorder->file, bytes, taken), taken);
	}
	return NULL;
}

/* Whether a file is taken for a record that grew by the first MOST bytes of what was written. */
static bool is_taken(size_t most)
{
	struct watch_file file = { .pid = getpid() };
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(file));
	struct recorder recorder = { .most = most };
	struct stat status;
	FILE *out = tmpfile();
	GThread *thread;
	bool taken;
	int slave;

	assert_non_null(out);
	recorder.file = file.fd = fileno(out);
	assert_int_equal(fstat(file.fd, &status), 0);
	file.device = status.st_dev;
	file.inode = status.st_ino;
	g_array_append_val(files, file);
	assert_int_equal(openpty(&recorder.master, &slave, NULL, NULL, NULL), 0);
	thread = g_thread_new("recorder", record, &recorder);
	assert_true(watch_canary(slave, files, &taken));
	close(slave);
	g_thread_join(thread);
	close(recorder.master);
	fclose(out);
	return taken;
}

/* What grew twice as a record does, and then no more, is somebody's database. */
static void test_by_chance(void **state)
{
	(void)state;
	g_setenv("TERM", "xterm", TRUE);
	assert_true(is_taken(SIZE_MAX));
	assert_false(is_taken(0));
	assert_false(is_taken(WATCH_CANARY_BYTES));
	assert_false(is_taken(WATCH_CANARY_BYTES + WATCH_CANARY_AGAIN_BYTES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),	 cmocka_unit_test(test_status),
		cmocka_unit_test(test_fdinfo),	 cmocka_unit_test(test_tmux),
		cmocka_unit_test(test_refusing), cmocka_unit_test(test_over_the_socket),
		cmocka_unit_test(test_the_worst_stands_first),
		cmocka_unit_test(test_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

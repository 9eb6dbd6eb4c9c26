/* What libraries say isn't drawn over a screen, and isn't lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tui/confine/log.h"

static struct log *log_of_all;
static int file;

/* Everything that was printed since the last call. */
static char *printed(void)
{
	static char text[64 * 1024];
	ssize_t bytes;

	fflush(stderr);
	bytes = pread(file, text, sizeof(text) - 1, 0);
	text[MAX(bytes, 0)] = '\0';
	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_SET), 0);
	return text;
}

static void test_waits(void **state)
{
	(void)state;
	/* The control: nothing is drawn yet. */
	g_warning("first");
	assert_non_null(strstr(printed(), "first"));
	log_hold(log_of_all);
	g_warning("second");
	g_debug("nobody asked for this");
	assert_string_equal(printed(), "");
	log_release(log_of_all);
	assert_non_null(strstr(printed(), "second"));
	log_release(log_of_all);
	assert_string_equal(printed(), "");
	g_warning("third");
	assert_non_null(strstr(printed(), "third"));
}

static void test_bounds(void **state)
{
	g_autofree char *large = g_strnfill((gsize)8 * LOG_MESSAGE_BYTES, 'x');
	char *text;

	(void)state;
	log_hold(log_of_all);
	g_warning("%s", large);
	for (unsigned i = 1; i < 2 * LOG_HELD_MAX; i++)
		g_warning("number %u.", i);
	log_release(log_of_all);
	text = printed();
	assert_true(strlen(text) < (size_t)2 * LOG_MESSAGE_BYTES + (size_t)LOG_HELD_MAX * 100);
	assert_non_null(strstr(text, "number 19."));
	assert_null(strstr(text, "number 20."));
	assert_non_null(strstr(text, "and 20 messages more"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_bounds),
	};
	int real = dup(STDERR_FILENO), failed;

	log_of_all = log_start();
	file = memfd_create("stderr", MFD_CLOEXEC);
	if (file < 0 || dup2(file, STDERR_FILENO) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dup2(real, STDERR_FILENO);
	return failed;
}

/* Files of foreign origin: never waited for, never larger than allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/small_file.h"

enum { MOST = 8192 };

static int set_up(void **state)
{
	*state = g_dir_make_tmp(NULL, NULL);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);

	g_unlink(path);
	g_rmdir(*state);
	g_free(*state);
	return 0;
}

static void check(const char *path, size_t size, bool is_taken)
{
	g_autofree char *data = NULL;
	g_autoptr(GError) error = NULL;
	gsize bytes = 0;

	assert_int_equal(small_file_read(path, MOST, &data, &bytes, &error), is_taken);
	if (!is_taken) {
		assert_true(error_is(error, ERROR_LIMIT));
		assert_null(data);
		return;
	}
	assert_int_equal(bytes, size);
	assert_int_equal(data[bytes], '\0');
	for (size_t i = 0; i < size; i++)
		assert_int_equal(data[i], 'x');
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, MOST - 1, MOST, MOST + 1, 100000 };
	g_autofree char *path = g_build_filename(*state, "file", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *data = g_strnfill(sizes[i], 'x');

		assert_true(g_file_set_contents(path, data, (gssize)sizes[i], NULL));
		check(path, sizes[i], sizes[i] <= MOST);
	}
	/* It says that it has no end. */
	assert_int_equal(truncate(path, INT64_C(1) << 40), 0);
	check(path, 0, false);
	check("/dev/zero", 0, false);
	check("/dev/null", 0, true);
}

static void test_no_file(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);
	g_autofree char *data = NULL;
	g_autoptr(GError) error = NULL;

	assert_true(small_file_read(path, MOST, &data, NULL, &error));
	assert_null(data);
	assert_false(small_file_read(*state, MOST, &data, NULL, &error));
	assert_true(error_is(error, ERROR_IO));
}

/* Would it be waited for, the alarm would end the test. */
static void test_fifo(void **state)
{
	g_autofree char *path = g_build_filename(*state, "file", NULL);

	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	for (int has_writer = 0; has_writer < 2; has_writer++) {
		int fd = has_writer ? open(path, O_RDWR | O_CLOEXEC) : -1;
		g_autofree char *data = NULL;
		g_autoptr(GError) error = NULL;

		assert_false(small_file_read(path, MOST, &data, NULL, &error));
		assert_true(error_is(error, ERROR_IO));
		if (fd >= 0)
			close(fd);
	}
	alarm(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_fifo, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <gio/gio.h>
#include <string.h>

#include "core/base/error.h"

static void test_every_row_is_whole(void **state)
{
	(void)state;
	for (int code = 0; code < ERROR_COUNT; code++) {
		const char *sentence = error_sentence((enum error)code);

		assert_true(strlen(error_name((enum error)code)) > 0);
		assert_int_equal(sentence[strlen(sentence) - 1], '.');
		for (int other = 0; other < code; other++)
			assert_string_not_equal(error_name((enum error)code),
						error_name((enum error)other));
	}
}

static void test_exit_codes(void **state)
{
	GError *error = NULL;

	(void)state;
	assert_int_equal(error_exit_code(NULL), 0);
	error_set(&error, ERROR_TRUST, "Device %d of %s is new.", 7, "bob");
	assert_int_equal(error_exit_code(error), 5);
	assert_string_equal(error->message, "Device 7 of bob is new.");
	assert_true(error_is(error, ERROR_TRUST));
	assert_false(error_is(error, ERROR_POLICY));
	assert_false(error_is(NULL, ERROR_FAILED));
	g_clear_error(&error);
	g_set_error_literal(&error, G_IO_ERROR, ERROR_IN_USE, "someone else's domain");
	assert_int_equal(error_exit_code(error), 1);
	assert_false(error_is(error, ERROR_IN_USE));
	g_clear_error(&error);
	error_set_plain(&error, ERROR_IN_USE);
	assert_int_equal(error_exit_code(error), 8);
	assert_string_equal(error->message, error_sentence(ERROR_IN_USE));
	g_clear_error(&error);
}

static void test_nobody_listens(void **state)
{
	(void)state;
	error_set(NULL, ERROR_FAILED, "%s", "lost");
	error_set_plain(NULL, ERROR_FAILED);
	error_set_errno(NULL, EIO, "%s", "lost");
}

static void test_errno(void **state)
{
	GError *error = NULL;

	(void)state;
	error_set_errno(&error, EACCES, "Can't write %s", "/x/y");
	assert_true(error_is(error, ERROR_IO));
	assert_string_equal(error->message, "Can't write /x/y: Permission denied.");
	g_clear_error(&error);
	error_set_errno(&error, EDQUOT, "Can't write %s", "/x/y");
	assert_true(error_is(error, ERROR_FULL));
	assert_non_null(strstr(error->message, "Free some space"));
	g_clear_error(&error);
	error_set_errno(&error, ENOSPC, "Can't write");
	assert_true(error_is(error, ERROR_FULL));
	g_clear_error(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_whole),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

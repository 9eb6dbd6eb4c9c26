/* The user's folders: what is relative or empty is ignored or refused, never taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/base/xdg.h"

static void set(const char *name, const char *value)
{
	if (value)
		assert_true(g_setenv(name, value, TRUE));
	else
		g_unsetenv(name);
}

static void check(const char *home, const char *data, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	set("HOME", home);
	set("XDG_DATA_HOME", data);
	got = xdg_data_home(&error);
	if (expected) {
		assert_non_null(got);
		assert_string_equal(got, expected);
	} else {
		assert_null(got);
		assert_true(error_is(error, ERROR_USAGE));
		assert_non_null(strstr(error->message, "HOME"));
	}
}

static void test_data(void **state)
{
	(void)state;
	check("/h", NULL, "/h/.local/share");
	check("/h", "/data", "/data");
	check("/h", "data", "/h/.local/share");
	check("/h", "./data", "/h/.local/share");
	check("/h", "", "/h/.local/share");
	check("", "/data", "/data");
	check("", "data", NULL);
	check("", NULL, NULL);
	check("h", NULL, NULL);
	check(".", "", NULL);
}

static void test_path(void **state)
{
	static const char *const cases[][2] = {
		{ "~", "/h" }, { "~/", "/h" }, { "~/x/../y", "/h/y" }, { "~//etc", "/h/etc" },
		{ "/a/~/b", "/a/~/b" }, { "/a/../b", "/b" },
	};
	static const char *const below[] = { "~user/x", "./~", "x" };
	g_autofree char *none = NULL;

	(void)state;
	set("HOME", "/h");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = xdg_path(cases[i][0], NULL);

		assert_string_equal(got, cases[i][1]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(below); i++) {
		g_autofree char *expected = g_canonicalize_filename(below[i], NULL);
		g_autofree char *got = xdg_path(below[i], NULL);

		assert_string_equal(got, expected);
	}
	set("HOME", "");
	none = xdg_path("~/x", NULL);
	assert_null(none);
}

static void test_config(void **state)
{
	g_autofree char *named = NULL, *ignored = NULL;

	(void)state;
	set("HOME", "/h");
	set("XDG_CONFIG_HOME", "/c");
	named = xdg_config_home(NULL);
	assert_string_equal(named, "/c");
	set("XDG_CONFIG_HOME", "../c");
	ignored = xdg_config_home(NULL);
	assert_string_equal(ignored, "/h/.config");
}

/* Of the password database. */
static void test_unset(void **state)
{
	g_autofree char *home = NULL;

	(void)state;
	set("HOME", NULL);
	home = xdg_home(NULL);
	assert_true(home && g_path_is_absolute(home));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_unset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "core/error.h"
#include "tui/kit/grid.h"
#include "tui/kit/theme.h"

static struct theme *load(const char *name)
{
	GError *error = NULL;
	struct theme *theme = theme_load(NULL, name, &error);

	assert_null(error);
	assert_non_null(theme);
	return theme;
}

static double contrast(const struct theme *theme, enum role role, bool as_256)
{
	uint32_t fg, bg;

	assert_true(colour_rgb(theme->styles[role].fg, &fg));
	assert_true(colour_rgb(theme->styles[role].bg, &bg));
	if (as_256) {
		assert_true(colour_rgb((struct colour){COLOUR_INDEX, colour_nearest_256(fg)}, &fg));
		assert_true(colour_rgb((struct colour){COLOUR_INDEX, colour_nearest_256(bg)}, &bg));
	}
	return colour_contrast(fg, bg);
}

/* Lines and blocks aren't read; 1.5 is enough to be seen. */
static double least_contrast(enum role role)
{
	switch (role) {
	case ROLE_TEXT:
	case ROLE_INPUT:
	case ROLE_SELECTED:
	case ROLE_FOCUS:
	case ROLE_CARD:
	case ROLE_DIGITS:
		return 7;
	case ROLE_RULE:
	case ROLE_VEIL:
		return 1.5;
	default:
		return 4.5;
	}
}

static void test_contrast(void **state)
{
	static const char *const names[] = {"dark", "light", "contrast"};

	(void)state;
	assert_true(colour_contrast(0, 0xffffff) > 20.9);
	assert_true(colour_contrast(0x777777, 0x777777) < 1.01);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct theme *theme = load(names[i]);

		for (int role = 0; role < ROLE_COUNT; role++) {
			double least = least_contrast((enum role)role);

			if (contrast(theme, (enum role)role, false) < least ||
			    contrast(theme, (enum role)role, true) < least * 0.9)
				fail_msg("%s: %s has %.2f, %.2f in 256 colours", names[i],
					 role_name((enum role)role),
					 contrast(theme, (enum role)role, false),
					 contrast(theme, (enum role)role, true));
		}
		theme_free(theme);
	}
}

/* With few colours nothing may be drawn in the colour of its ground. */
static void test_few_colours_can_be_told_apart(void **state)
{
	char **names = theme_names(NULL);

	(void)state;
	assert_int_equal(g_strv_length(names), 4);
	for (char **name = names; *name; name++) {
		struct theme *theme = load(*name);

		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct style *style = &theme->styles[role];

			if (style->fg_few.type == COLOUR_DEFAULT)
				continue;
			assert_int_equal(style->fg_few.type, COLOUR_INDEX);
			assert_true(style->fg_few.value < 16);
			assert_true(style->bg_few.type == COLOUR_DEFAULT ||
				    style->bg_few.value != style->fg_few.value);
		}
		theme_free(theme);
	}
	g_strfreev(names);
}

static void test_mono_has_no_colour(void **state)
{
	struct theme *theme = load("mono");

	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++) {
		assert_int_equal(theme->styles[role].fg.type, COLOUR_DEFAULT);
		assert_int_equal(theme->styles[role].bg.type, COLOUR_DEFAULT);
	}
	assert_true(theme->styles[ROLE_SELECTED].attrs & ATTR_REVERSE);
	theme_free(theme);
}

static char *all_roles(const char *except, const char *more)
{
	GString *text = g_string_new("[theme]\nname = Test\n[roles]\n");

	for (int role = 0; role < ROLE_COUNT; role++)
		if (g_strcmp0(role_name((enum role)role), except) != 0)
			g_string_append_printf(text, "%s = %s\n", role_name((enum role)role),
					       role == ROLE_TEXT ? "#102030/white 17" : "- -");
	g_string_append(text, more);
	return g_string_free(text, FALSE);
}

static void expect_refused(const char *except, const char *more, const char *why)
{
	char *text = all_roles(except, more);
	GError *error = NULL;

	assert_null(theme_parse(text, "x.theme", &error));
	assert_true(error_is(error, ERROR_FORMAT));
	if (!strstr(error->message, why))
		fail_msg("\"%s\" doesn't say \"%s\"", error->message, why);
	g_clear_error(&error);
	g_free(text);
}

static void test_parse(void **state)
{
	char *text = all_roles("link", "link = red - bold underline\n");
	GError *error = NULL;
	struct theme *theme = theme_parse(text, "x.theme", &error);

	(void)state;
	assert_null(error);
	assert_string_equal(theme->name, "Test");
	assert_int_equal(theme->styles[ROLE_TEXT].fg.type, COLOUR_RGB);
	assert_int_equal(theme->styles[ROLE_TEXT].fg.value, 0x102030);
	assert_int_equal(theme->styles[ROLE_TEXT].fg_few.value, 7);
	assert_int_equal(theme->styles[ROLE_TEXT].bg.value, 17);
	/* 17 is #00005f. */
	assert_int_equal(theme->styles[ROLE_TEXT].bg_few.value, 0);
	assert_int_equal(theme->styles[ROLE_DIM].fg.value, 0x102030);
	assert_int_equal(theme->styles[ROLE_LINK].fg.value, 1);
	assert_int_equal(theme->styles[ROLE_LINK].bg.value, 17);
	assert_int_equal(theme->styles[ROLE_LINK].attrs, ATTR_BOLD | ATTR_UNDERLINE);
	theme_free(theme);
	g_free(text);
}

static void test_refusals(void **state)
{
	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++)
		if (role < ROLE_AUTHOR_1 || role > ROLE_AUTHOR_6)
			expect_refused(role_name((enum role)role), "", role_name((enum role)role));
	expect_refused(NULL, "sparkle = red -\n", "sparkle");
	expect_refused("link", "link = red\n", "link");
	expect_refused("link", "link = redd -\n", "redd");
	expect_refused("link", "link = #12345 -\n", "link");
	expect_refused("link", "link = #+12345 -\n", "link");
	expect_refused("link", "link = 256 -\n", "link");
	expect_refused("link", "link = red/17 -\n", "link");
	expect_refused("link", "link = red - blinking\n", "link");
	expect_refused(NULL, "[roles\n", "not a theme");
}

/* A theme from before there were colours for authors. */
static void test_authors_may_be_left_out(void **state)
{
	g_autofree char *text = all_roles("author-3", "");
	struct theme *theme;

	(void)state;
	theme = theme_parse(text, "x.theme", NULL);
	assert_non_null(theme);
	assert_memory_equal(&theme->styles[ROLE_AUTHOR_3], &theme->styles[ROLE_PEER],
			    sizeof(struct style));
	theme_free(theme);
}

static void test_load(void **state)
{
	GError *error = NULL;
	char *folder = g_dir_make_tmp(NULL, NULL);
	char *path = g_build_filename(folder, "own.theme", NULL);
	char *text = all_roles(NULL, "");
	struct theme *theme;
	char **names;

	(void)state;
	assert_null(theme_load(NULL, "own", &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, "contrast, dark, light, mono"));
	g_clear_error(&error);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	theme = theme_load(folder, "own", &error);
	assert_non_null(theme);
	theme_free(theme);
	names = theme_names(folder);
	assert_true(g_strv_contains((const char *const *)names, "own"));
	assert_int_equal(g_strv_length(names), 5);
	g_strfreev(names);
	/* The way out of the folder. */
	assert_null(theme_load(folder, "../own", &error));
	g_clear_error(&error);
	assert_int_equal(g_remove(path), 0);
	assert_int_equal(g_remove(folder), 0);
	g_free(text);
	g_free(path);
	g_free(folder);
}

static void test_nearest(void **state)
{
	(void)state;
	assert_int_equal(colour_nearest_256(0x000000), 16);
	assert_int_equal(colour_nearest_256(0xffffff), 231);
	assert_int_equal(colour_nearest_256(0x121212), 233);
	assert_int_equal(colour_nearest_256(0xff8700), 208);
	assert_int_equal(colour_nearest_16(0xfe0000), 9);
	assert_int_equal(colour_nearest_16(0x101010), 0);
}

static void test_names(void **state)
{
	enum role found;

	(void)state;
	for (int role = 0; role < ROLE_COUNT; role++) {
		assert_true(role_parse(role_name((enum role)role), &found));
		assert_int_equal(found, role);
		assert_true(strlen(role_about((enum role)role)) > 5);
	}
	assert_false(role_parse("Text", &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_few_colours_can_be_told_apart),
		cmocka_unit_test(test_mono_has_no_colour),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_authors_may_be_left_out),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

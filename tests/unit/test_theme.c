#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "core/base/error.h"
#include "tui/term/grid.h"
#include "tui/term/theme.h"
#include "tui/term/theme_depth.h"

static struct theme *load(const char *name)
{
	GError *error = NULL;
	struct theme *theme = theme_load(NULL, name, &error);

	assert_null(error);
	assert_non_null(theme);
	return theme;
}

static const char *const depth_names[] = {
	[DEPTH_MONO] = "without colours", [DEPTH_8] = "in 8 colours",
	[DEPTH_16] = "in 16 colours",	  [DEPTH_256] = "in 256 colours",
	[DEPTH_TRUE] = "in 24 bits",
};

/* How many roles of THEME are too hard to read; names them where IS_LOUD. A cell may be bold in
 * any role where the look doesn't deny that. */
static unsigned count_unreadable(const struct theme *theme, enum depth depth, bool is_loud)
{
	unsigned count = 0;

	for (int role = 0; role < ROLE_COUNT; role++) {
		struct theme_look look = theme_look(theme, (enum role)role, depth);
		struct theme_look bold = look;
		double least = theme_least_contrast((enum role)role);
		double have;

		bold.attrs |= ATTR_BOLD & ~look.denied;
		have = MIN(theme_look_contrast(&look, depth), theme_look_contrast(&bold, depth));
		if (have >= least)
			continue;
		count++;
		if (is_loud)
			print_error("%s, %s: %s has %.2f\n", theme->name, depth_names[depth],
				    role_name((enum role)role), have);
	}
	return count;
}

/* Every theme, every number of colours, every role: the status bar's too. */
static void test_contrast(void **state)
{
	char **names = theme_names(NULL);
	unsigned count = 0;

	(void)state;
	assert_true(colour_contrast(0, 0xffffff) > 20.9);
	assert_true(colour_contrast(0x777777, 0x777777) < 1.01);
	assert_int_equal(g_strv_length(names), 4);
	for (char **name = names; *name; name++) {
		struct theme *theme = load(*name);

		for (int depth = DEPTH_8; depth <= DEPTH_TRUE; depth++)
			count += count_unreadable(theme, (enum depth)depth, true);
		theme_free(theme);
	}
	assert_int_equal(count, 0);
	g_strfreev(names);
}

/* A look's own words, and with the bold that a cell may add. */
static double worst_of(struct theme_look look)
{
	double plain = theme_look_worst(&look);

	look.attrs |= ATTR_BOLD & ~look.denied;
	return MIN(plain, theme_look_worst(&look));
}

/* With few colours nothing vanishes in any terminal's palette, and nothing is half the theme's and
 * half the terminal's; with more no colour is one that a palette may change. */
static void test_palettes(void **state)
{
	struct theme_look grey = {.fg = 8, .bg = 0};
	char **names = theme_names(NULL);
	unsigned coloured = 0, count = 0;

	(void)state;
	/* The control: bright black, on Solarized's ground. */
	assert_true(theme_look_worst(&grey) < 1.3 && theme_look_contrast(&grey, DEPTH_16) > 4.5);
	for (char **name = names; *name; name++) {
		struct theme *theme = load(*name);

		for (int role = 0; role < ROLE_COUNT; role++) {
			for (int depth = DEPTH_8; depth <= DEPTH_16; depth++) {
				struct theme_look look =
					theme_look(theme, (enum role)role, (enum depth)depth);

				if (worst_of(look) < THEME_LEAST_ANYWHERE) {
					print_error("%s, %s: %s vanishes (%.2f)\n", *name,
						    depth_names[depth], role_name((enum role)role),
						    worst_of(look));
					count++;
				}
				assert_int_equal(look.fg < 0, look.bg < 0);
				coloured += look.fg > 0 && look.fg != 7 && look.fg != 15;
			}
			assert_false(theme_look(theme, (enum role)role, DEPTH_256).fg >= 0 &&
				     theme_look(theme, (enum role)role, DEPTH_256).fg < 16);
			assert_false(theme_look(theme, (enum role)role, DEPTH_256).bg >= 0 &&
				     theme_look(theme, (enum role)role, DEPTH_256).bg < 16);
		}
		theme_free(theme);
	}
	assert_int_equal(count, 0);
	/* Some colour is left. */
	assert_true(coloured > 20);
	g_strfreev(names);
}

/* What is read at length holds 4.5 in every palette. Colours can't all: in all eight only black,
 * white, bright white and, on black, bright cyan are so far apart. */
static void test_palettes_for_reading(void **state)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_INPUT,  ROLE_CARD,	     ROLE_TITLE,
					   ROLE_SELF, ROLE_STATUS, ROLE_STATUS_DIM, ROLE_HEADING,
					   ROLE_DIGITS };
	struct theme_look green = { .fg = 2, .bg = 0 };
	char **names = theme_names(NULL);
	unsigned count = 0;

	(void)state;
	/* The control: fine in xterm's. */
	assert_true(theme_look_worst(&green) < 4.5 && theme_look_contrast(&green, DEPTH_16) > 4.5);
	for (char **name = names; *name; name++) {
		struct theme *theme = load(*name);

		for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
			for (int depth = DEPTH_8; depth <= DEPTH_16; depth++) {
				double have = worst_of(
					theme_look(theme, roles[i], (enum depth)depth));

				if (have >= 4.5)
					continue;
				print_error("%s, %s: %s has %.2f\n", *name, depth_names[depth],
					    role_name(roles[i]), have);
				count++;
			}
		theme_free(theme);
	}
	assert_int_equal(count, 0);
	g_strfreev(names);
}

static struct theme *with_all_roles(const char *style);

/* The control, and what few colours do to a theme of the user's own. */
static void test_what_cant_be_read_is_found(void **state)
{
	struct theme *pale = with_all_roles("#707070 #808080");
	struct theme *few = with_all_roles("#ffffff/yellow #000000/white bold");

	(void)state;
	assert_int_equal(count_unreadable(pale, DEPTH_TRUE, false), ROLE_COUNT);
	assert_int_equal(count_unreadable(pale, DEPTH_256, false), ROLE_COUNT);
	assert_int_equal(count_unreadable(few, DEPTH_16, false), 0);
	assert_int_equal(count_unreadable(few, DEPTH_8, false), 0);
	for (int role = 0; role < ROLE_COUNT; role++)
		assert_true(worst_of(theme_look(few, (enum role)role, DEPTH_16)) >= 3);
	theme_free(pale);
	theme_free(few);
}

/* In 8 colours black is never bold, which many terminals show as grey, and the selection is the
 * body text in reverse; a cell can't add the bold either. */
static void test_eight_colours(void **state)
{
	static const enum role selections[] = {ROLE_SELECTED, ROLE_SELECTED_DIM,
					       ROLE_CARD_SELECTED, ROLE_FOCUS};
	char **names = theme_names(NULL);
	unsigned blacks = 0;

	(void)state;
	for (char **name = names; *name; name++) {
		struct theme *theme = load(*name);
		struct theme_look text = theme_look(theme, ROLE_TEXT, DEPTH_8);

		for (int role = 0; role < ROLE_COUNT; role++) {
			struct theme_look look = theme_look(theme, (enum role)role, DEPTH_8);
			int shown = look.attrs & ATTR_REVERSE ? look.bg : look.fg;

			assert_true(look.fg < 8 && look.bg < 8);
			if (shown != 0)
				continue;
			assert_false(look.attrs & ATTR_BOLD);
			assert_true(look.denied & ATTR_BOLD);
			blacks++;
		}
		for (size_t i = 0; i < G_N_ELEMENTS(selections); i++) {
			struct theme_look look = theme_look(theme, selections[i], DEPTH_8);

			assert_int_equal(look.attrs, ATTR_REVERSE);
			assert_int_equal(look.fg, text.fg);
			assert_int_equal(look.bg, text.bg);
		}
		theme_free(theme);
	}
	assert_true(blacks > 20);
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

static struct theme *with_all_roles(const char *style)
{
	g_autoptr(GString) text = g_string_new("[theme]\nname = Test\n[roles]\n");
	struct theme *theme;

	for (int role = 0; role < ROLE_COUNT; role++)
		g_string_append_printf(text, "%s = %s\n", role_name((enum role)role), style);
	theme = theme_parse(text->str, "x.theme", NULL);
	assert_non_null(theme);
	return theme;
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

/* Where it stands, for whoever has to mend it. */
static void test_lines(void **state)
{
	static const char text[] = "[theme]\nname=x\n# mine\n[roles]\n text = nonsense\n";
	GError *error = NULL;

	(void)state;
	assert_null(theme_parse(text, "x.theme", &error));
	assert_non_null(strstr(error->message, "x.theme, line 5: "));
	g_clear_error(&error);
	assert_null(theme_parse("[theme]\n\nname x\n", "x.theme", &error));
	assert_non_null(strstr(error->message, "x.theme, line 3 "));
	g_clear_error(&error);
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
	assert_null(theme_load(NULL, "ligth", &error));
	assert_non_null(strstr(error->message, "Did you mean light?"));
	g_clear_error(&error);
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
		cmocka_unit_test(test_palettes_for_reading),
		cmocka_unit_test(test_palettes),
		cmocka_unit_test(test_what_cant_be_read_is_found),
		cmocka_unit_test(test_eight_colours),
		cmocka_unit_test(test_mono_has_no_colour),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_authors_may_be_left_out),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Blocks that tell nothing, and windows that give the whole text, a few words at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "core/base/secret.h"
#include "tui/kit/veil.h"

static void test_rows(void **state)
{
	static const int rows[] = {1, 1, 2, 4, 4, 8, 8, 8, 8, 8, 8};

	(void)state;
	for (int lines = 0; lines < (int)G_N_ELEMENTS(rows); lines++)
		assert_int_equal(veil_rows(lines), rows[lines]);
	assert_int_equal(veil_rows(5000), 8);
}

static void test_a_line(void **state)
{
	struct grid *grid = grid_new(2, 40);
	char *printed;

	(void)state;
	assert_int_equal(veil_draw(grid_view(grid), 0, 2, VEIL_COLS, ROLE_VEIL, 0), 2 + VEIL_COLS);
	assert_int_equal(veil_draw(grid_view(grid), 1, 20, -3, ROLE_VEIL, ATTR_DIM), 20);
	assert_string_equal(grid_cell(grid, 0, 1)->text, " ");
	assert_string_equal(grid_cell(grid, 0, 2)->text, "▒");
	assert_string_equal(grid_cell(grid, 0, 33)->text, "▒");
	assert_string_equal(grid_cell(grid, 0, 34)->text, " ");
	printed = grid_print(grid);
	plain_free(printed);
	grid_free(grid);
}

/* All windows of TEXT as "a b|c d|e". */
static char *windows(const char *text, unsigned words)
{
	GString *all = g_string_new(NULL);
	struct veil_window window;

	for (size_t i = 0; veil_window(text, words, i, &window); i++) {
		assert_true(window.count <= words);
		assert_int_equal(veil_window_at(text, words, window.words[0].start), i);
		for (size_t j = 0; j < window.count; j++)
			g_string_append_printf(all, "%s%.*s", j ? " " : i ? "|" : "",
					       (int)window.words[j].bytes,
					       text + window.words[j].start);
		if (window.is_last)
			g_string_append(all, ".");
	}
	return g_string_free(all, FALSE);
}

static void expect(const char *text, unsigned words, const char *wanted)
{
	g_autofree char *have = windows(text, words);

	assert_string_equal(have, wanted);
}

static void test_windows(void **state)
{
	(void)state;
	expect("one two three", 2, "one two|three.");
	expect("one two three four", 2, "one two|three four.");
	expect("one two three", 1, "one|two|three.");
	expect("  one \n\n\t two  ", 2, "one two.");
	expect("word", 2, "word.");
	/* Two long ones would be too wide for a narrow terminal. */
	expect("configuration-wide administrators", 2, "configuration- wide|administrators.");
	expect("uncharacteristically administrators", 2, "uncharacteristically|administrators.");
	expect("", 2, "");
	expect(" \n ", 2, "");
}

/* One long word isn't a way to see more, nor are words without blanks between them. */
static void test_no_blanks(void **state)
{
	(void)state;
	expect("abcdefghijklmnopqrstuvwxyz", 1, "abcdefghijklmnopqrst|uvwxyz.");
	expect("one,two;three", 1, "one,|two;|three.");
	expect("https://wiki.example.org/certs", 1, "https://|wiki.|example.|org/|certs.");
	expect("well—known", 1, "well—|known.");
	expect("at 14:30, at 3.5%", 2, "at 14:30,|at 3.5%.");
	expect("日本語の行も", 1, "日本|語の|行も.");
	expect("日本語の行も", 2, "日本 語の|行も.");
	expect("ภาษาไทยไม่มี", 1, "ภาษาไ|ทยไม่มี.");
}

/* Whatever the bytes: every character that isn't blank is in exactly one window, in order. */
static void test_nothing_is_lost(void **state)
{
	static const char *const pieces[] = {"a", " ", "\n", "語", "/", "🎉", "\xcc\x81", "-", "ש",
					     "\x1b", "\xe2\x80\xae", "ก", "👨‍👩‍👧", ","};
	GRand *rand = g_rand_new_with_seed(5);

	(void)state;
	for (int round = 0; round < 300; round++) {
		GString *text = g_string_new(NULL);
		GString *seen = g_string_new(NULL);
		GString *wanted = g_string_new(NULL);
		struct veil_window window;

		for (int i = g_rand_int_range(rand, 0, 60); i > 0; i--)
			g_string_append(text, pieces[g_rand_int_range(rand, 0,
								     G_N_ELEMENTS(pieces))]);
		for (size_t i = 0; veil_window(text->str, 2, i, &window); i++)
			for (size_t j = 0; j < window.count; j++) {
				assert_true(window.words[j].bytes > 0);
				g_string_append_len(seen, text->str + window.words[j].start,
						    (gssize)window.words[j].bytes);
			}
		for (const char *at = text->str; *at; at++)
			if (*at != ' ' && *at != '\n')
				g_string_append_c(wanted, *at);
		g_string_truncate(seen, 0);
		for (size_t i = 0; veil_window(text->str, 1, i, &window); i++)
			for (size_t at = 0; at < window.words[0].bytes; at++) {
				char byte = text->str[window.words[0].start + at];

				if (byte != ' ' && byte != '\n')
					g_string_append_c(seen, byte);
			}
		/* A mark on a blank goes with the blank it stands on. */
		assert_true(seen->len <= wanted->len);
		assert_true(strstr(text->str, " \xcc\x81") || strstr(text->str, "\n\xcc\x81") ||
			    strcmp(seen->str, wanted->str) == 0);
		g_string_free(text, TRUE);
		g_string_free(seen, TRUE);
		g_string_free(wanted, TRUE);
	}
	g_rand_free(rand);
}

static void expect_word(const char *text, size_t cursor, const char *wanted)
{
	struct line word = veil_word(text, cursor);
	g_autofree char *have = g_strndup(text + word.start, word.bytes);

	assert_string_equal(have, wanted);
}

static void test_the_word_being_written(void **state)
{
	(void)state;
	expect_word("", 0, "");
	expect_word("one", 3, "one");
	expect_word("one ", 4, "one");
	expect_word("one two", 7, "two");
	expect_word("one two", 4, "one");
	expect_word("one two", 5, "two");
	expect_word("one two", 0, "one");
	expect_word("  ", 1, "");
	expect_word("abcdefghijklmnopqrstuvwxyz", 26, "uvwxyz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_a_line),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_no_blanks),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_the_word_being_written),
	};

	return secret_start(NULL) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}

/* The rows in which a text is read, and how long that takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "tui/kit/reading_rows.h"
#include "tui/kit/reading_time.h"

/* The rows of TEXT, each in brackets. */
static char *rows_of(const char *text, int cols)
{
	g_autoptr(GArray) rows = reading_rows(text, cols);
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++) {
		const struct line *row = &g_array_index(rows, struct line, i);

		g_string_append_printf(all, "[%.*s]", (int)row->bytes, text + row->start);
	}
	return g_string_free(all, FALSE);
}

static void test_rows(void **state)
{
	static const struct {
		const char *text;
		int cols;
		const char *rows;
	} cases[] = {
		{"", 20, ""},
		{" \n \n", 20, ""},
		{"one", 20, "[one]"},
		{"one two three four", 9, "[one two][three][four]"},
		/* A clause ends in the last third, and no row more is taken. */
		{"We met today, but only for a while.", 16,
		 "[We met today,][but only for a][while.]"},
		{"We met today, but only briefly.", 18, "[We met today,][but only briefly.]"},
		{"She said \"no.\" I left.", 18, "[She said \"no.\"][I left.]"},
		/* It ends before that, or the cut would cost a row. */
		{"Yes, but only for one while.", 17, "[Yes, but only for][one while.]"},
		{"We met today, at the old inn.", 15, "[We met today,][at the old inn.]"},
		{"aaaa bbbb, cc dddd eeee fff", 14, "[aaaa bbbb, cc][dddd eeee fff]"},
		/* No clause ends inside of a number. */
		{"It is worth 3.50 of them", 17, "[It is worth 3.50][of them]"},
		/* Paragraphs; empty lines are no rows. */
		{"one\n\n two\nthree", 20, "[one][two][three]"},
		/* Longer than a row; and scripts without blanks. */
		{"abcdefghij", 4, "[abcd][efgh][ij]"},
		/* Foreign characters, which are shown as more than a row holds. */
		{"\xe3\x85\xa4\xe1\x85\x9f x", 4, "[\xe3\x85\xa4][\xe1\x85\x9f][x]"},
		{"\xe6\xbc\xa2\xe5\xad\x97\xe3\x80\x82\xe6\xbc\xa2\xe5\xad\x97", 8,
		 "[\xe6\xbc\xa2\xe5\xad\x97\xe3\x80\x82][\xe6\xbc\xa2\xe5\xad\x97]"},
		/* A link is in one row, as far as it fits, whatever signs it holds. */
		{"see http://x.org/a-b/c", 18, "[see][http://x.org/a-b/c]"},
		{"http://x.org/a\xe3\x80\x82""b c d", 17, "[http://x.org/a\xe3\x80\x82""b][c d]"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *rows = rows_of(cases[i].text, cases[i].cols);

		assert_string_equal(rows, cases[i].rows);
	}
}

static int take_nothing(const char *text, int cols)
{
	return draw_lines(text, cols, NULL, NULL);
}

/* Random texts: every word is in one row and in order, no row is wider than it may be, and there
 * are no more of them than wrapped lines. */
static void test_nothing_is_lost(void **state)
{
	static const char *const words[] = {"a",     "of,",	   "words.",  "several;", "why?",
					    "very",  "extraordinary", "(yes)", "3.14",	  "and"};
	GRand *chance = g_rand_new_with_seed(5);

	(void)state;
	for (int round = 0; round < 500; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GString) read = g_string_new(NULL);
		int cols = g_rand_int_range(chance, 14, 49);
		g_autoptr(GArray) rows = NULL;

		for (int i = g_rand_int_range(chance, 1, 120); i > 0; i--)
			g_string_append_printf(text, "%s%s", text->len ? " " : "",
					       words[g_rand_int_range(chance, 0, 10)]);
		rows = reading_rows(text->str, cols);
		for (guint i = 0; i < rows->len; i++) {
			const struct line *row = &g_array_index(rows, struct line, i);

			assert_true(row->bytes <= (size_t)cols);
			assert_int_equal(reading_row_at(rows, row->start), i);
			assert_int_equal(reading_row_at(rows, row->start + row->bytes - 1), i);
			g_string_append_printf(read, "%s%.*s", read->len ? " " : "",
					       (int)row->bytes, text->str + row->start);
		}
		assert_string_equal(read->str, text->str);
		/* Within what it looks ahead no cut costs a row. */
		if (text->len < 600)
			assert_int_equal(rows->len, take_nothing(text->str, cols));
	}
	g_rand_free(chance);
}

/* The measure: 60 words at 44 columns take at most 10 rows, and so 10 keys. */
static void test_sixty_words(void **state)
{
	static const char text[] =
		"The ferry leaves at six, so be at the pier a little before that; I have both "
		"tickets here, and Anna brings the bread. If it rains we stay at home, light the "
		"stove and look through the old photographs instead. Please tell your brother "
		"that he can sleep in the small room, and that the dog may come too, if he "
		"keeps it calm.";
	g_autoptr(GArray) rows = reading_rows(text, 44);

	(void)state;
	assert_in_range(reading_words(text, strlen(text)), 60, 70);
	assert_in_range(rows->len, 7, 10);
}

static unsigned ms(const char *text, unsigned pace)
{
	return reading_ms(text, strlen(text), pace);
}

static void test_time(void **state)
{
	(void)state;
	assert_int_equal(reading_words("  one two\nthree ", 16), 3);
	assert_int_equal(reading_words("", 0), 0);
	/* 240 words a minute: four a second. */
	assert_int_equal(ms("one two three four", 240), 1000);
	assert_int_equal(ms("one two three four", 120), 2000);
	/* Digits and addresses take longer than words of that length. */
	assert_true(ms("call 0170 555 1234", 240) > ms("call anna next week", 240));
	assert_true(ms("ask ada@example.org", 240) > ms("ask somebody else", 240));
	assert_true(ms("https://example.org/a/b", 240) > ms("two words", 240));
	/* A full stop makes no address. */
	assert_int_equal(ms("It ends.", 240), ms("It goes", 240));
}

static void test_time_of_all(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);

	(void)state;
	assert_int_equal(reading_all_ms("one"), 4000);
	for (int i = 0; i < 60; i++)
		g_string_append(text, "word ");
	assert_int_equal(reading_all_ms(text->str), 60 * 60000 / 200 * 13 / 10);
	for (int i = 0; i < 5000; i++)
		g_string_append(text, "word ");
	assert_int_equal(reading_all_ms(text->str), READING_ALL_MOST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_sixty_words),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_time_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

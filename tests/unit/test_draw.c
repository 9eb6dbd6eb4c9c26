#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/kit/draw.h"

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

static void test_text(void **state)
{
	struct grid *grid = grid_new(3, 12);
	struct view view = grid_view(grid);

	(void)state;
	assert_int_equal(draw_text(view, 0, 1, "Grüße", ROLE_TITLE, 0), 6);
	assert_int_equal(draw_text(view, 1, 0, "中文" FAMILY "e\u0301.", ROLE_TEXT, 0), 8);
	assert_int_equal(draw_text(view, 2, 8, "longer than that", ROLE_TEXT, 0), 24);
	expect_print(grid, " Grüße\n中文" FAMILY "e\u0301.\n        long\n");
	assert_string_equal(grid_cell(grid, 1, 4)->text, FAMILY);
	assert_int_equal(grid_cell(grid, 1, 5)->width, 0);
	assert_int_equal(draw_width("中文" FAMILY "e\u0301."), 8);
	grid_free(grid);
}

/* Nothing foreign comes through as it is. */
static void test_foreign(void **state)
{
	struct grid *grid = grid_new(1, 40);
	char *printed;

	(void)state;
	draw_text(grid_view(grid), 0, 0, "a\033[2Jb\u202Ec\u200Bd\te\nf\x7f", ROLE_TITLE, 0);
	printed = grid_print(grid);
	for (const char *at = printed; *at; at++)
		assert_true((unsigned char)*at >= ' ' || (*at == '\n' && !at[1]));
	assert_null(strstr(printed, "\u202E"));
	assert_null(strstr(printed, "\u200B"));
	assert_non_null(strstr(printed, "‹U+202E›"));
	assert_non_null(strstr(printed, "d    e⏎f"));
	assert_int_equal(grid_cell(grid, 0, 0)->role, ROLE_TITLE);
	assert_int_equal(grid_cell(grid, 0, 1)->role, ROLE_FOREIGN);
	plain_free(printed);
	grid_free(grid);
}

static void test_fit(void **state)
{
	struct grid *grid = grid_new(7, 10);
	struct view view = grid_view(grid);

	(void)state;
	assert_int_equal(draw_fit(view, 0, 0, 6, "exactl", ROLE_TEXT, 0), 6);
	assert_int_equal(draw_fit(view, 1, 0, 6, "too long", ROLE_TEXT, 0), 6);
	assert_int_equal(draw_fit(view, 2, 0, 4, "中文中文", ROLE_TEXT, 0), 3);
	assert_int_equal(draw_fit_end(view, 3, 0, 6, "/a/long/path", ROLE_TEXT, 0), 6);
	assert_int_equal(draw_right(view, 4, 10, 10, "right", ROLE_TEXT, 0), 5);
	assert_int_equal(draw_right(view, 5, 10, 4, "right", ROLE_TEXT, 0), 6);
	draw_center(view, 6, "mid", ROLE_TEXT, 0);
	assert_int_equal(draw_fit(view, 0, 0, 0, "x", ROLE_TEXT, 0), 0);
	assert_int_equal(draw_fit(view, 0, 0, -1, "x", ROLE_TEXT, 0), 0);
	expect_print(grid, "exactl\ntoo l…\n中…\n…/path\n     right\n      rig…\n   mid\n");
	grid_free(grid);
}

static void test_right_to_left(void **state)
{
	struct grid *grid = grid_new(2, 12);
	static const char hebrew[] = "אבג 12";

	(void)state;
	draw_text(grid_view(grid), 0, 0, "a אבג.", ROLE_TEXT, 0);
	draw_text(grid_view(grid), 1, 0, hebrew, ROLE_TEXT, 0);
	expect_print(grid, "a גבא.\n12 גבא\n");
	assert_int_equal(draw_column(hebrew, strlen(hebrew), 0), 5);
	assert_int_equal(draw_column(hebrew, strlen(hebrew), 4), 3);
	assert_int_equal(draw_column(hebrew, strlen(hebrew), 7), 0);
	assert_int_equal(draw_column("abc", 3, 2), 2);
	assert_int_equal(draw_column("中b", 4, 4), 3);
	grid_free(grid);
}

static void test_wrapping(void **state)
{
	struct grid *grid = grid_new(6, 8);

	(void)state;
	assert_int_equal(draw_wrapped(grid_view(grid), 0,
				      "one two three\nfour 中文中文 andaverylongword", ROLE_TEXT, 0),
			 6);
	expect_print(grid, "one two\nthree\nfour 中\n文中文\nandavery\nlongword\n");
	assert_int_equal(draw_lines("", 10, NULL, NULL), 1);
	assert_int_equal(draw_lines("a\n", 10, NULL, NULL), 2);
	assert_int_equal(draw_lines("中中", 1, NULL, NULL), 2);
	grid_free(grid);
}

struct found {
	struct line lines[8];
	int count;
	int stop_at;
};

static bool collect(struct line line, void *user)
{
	struct found *found = user;

	found->lines[found->count++] = line;
	return found->count != found->stop_at;
}

/* Lines of foreign text are as wide as what is drawn for it, and their offsets are the text's. */
static void test_wrapping_foreign(void **state)
{
	static const char text[] = "ab \u202E\u202E cd";
	struct found found = {.stop_at = 1};

	(void)state;
	assert_int_equal(draw_lines(text, 9, collect, &found), 1);
	found = (struct found){0};
	assert_true(draw_lines(text, 9, collect, &found) >= 3);
	for (int i = 0; i < found.count; i++) {
		char *part = g_strndup(text + found.lines[i].start, found.lines[i].bytes);

		assert_true(g_utf8_validate(part, -1, NULL));
		assert_true(draw_width(part) <= 9);
		g_free(part);
	}
	assert_int_equal(found.lines[found.count - 1].start + found.lines[found.count - 1].bytes,
			 strlen(text));
}

static void test_rules_and_boxes(void **state)
{
	struct grid *grid = grid_new(5, 16);
	struct view view = grid_view(grid);
	struct view inside;

	(void)state;
	draw_rule(view, 0, ROLE_RULE, "Today", ROLE_DAY);
	inside = draw_box(view_sub(view, 1, 0, 4, 16), ROLE_RULE, "A title that is long",
			  ROLE_TITLE);
	assert_int_equal(inside.rows, 2);
	assert_int_equal(inside.cols, 14);
	draw_text(inside, 0, 0, "in", ROLE_TEXT, 0);
	expect_print(grid, "──── Today ─────\n"
			   "╭─ A title t… ─╮\n"
			   "│in            │\n"
			   "│              │\n"
			   "╰──────────────╯\n");
	grid_free(grid);
}

static void test_card_hints_scroll(void **state)
{
	static const char *const hints[] = {"C-s", "search", "F1", "help", "C-q", "quit", NULL};
	struct grid *grid = grid_new(5, 26);
	struct view view = grid_view(grid);
	struct view card = draw_card(view, 1, 8, "Hi");

	(void)state;
	draw_text(card, 0, 0, "12345678", ROLE_CARD, 0);
	draw_hints(view, 4, 0, hints, ROLE_DIM);
	expect_print(grid, "\n"
			   "       ╭─ Hi ─────╮\n"
			   "       │ 12345678 │\n"
			   "       ╰──────────╯\n"
			   "C-s search   F1 help\n");
	draw_card(view, 100, 100, "all");
	assert_string_equal(grid_cell(grid, 4, 25)->text, "╯");
	grid_clear(grid);
	draw_scroll(view, 0, 5, 5);
	assert_string_equal(grid_cell(grid, 0, 25)->text, " ");
	draw_scroll(view, 5, 5, 10);
	assert_string_equal(grid_cell(grid, 0, 25)->text, "│");
	assert_string_equal(grid_cell(grid, 4, 25)->text, "┃");
	grid_free(grid);
}

/* Nothing draws outside, whatever the size. */
static void test_tiny_views(void **state)
{
	static const char *const hints[] = {"F1", "help", NULL};

	(void)state;
	for (int rows = 0; rows < 4; rows++) {
		for (int cols = 0; cols < 6; cols++) {
			struct grid *grid = grid_new(6, 8);
			struct view view = view_sub(grid_view(grid), 1, 1, rows, cols);

			draw_box(view, ROLE_RULE, "title", ROLE_TITLE);
			draw_rule(view, 0, ROLE_RULE, "label", ROLE_DAY);
			draw_card(view, 3, 10, "card");
			draw_center(view, 0, "centre", ROLE_TEXT, 0);
			draw_right(view, 0, cols, cols, "right", ROLE_TEXT, 0);
			draw_wrapped(view, 0, "some words to wrap", ROLE_TEXT, 0);
			draw_scroll(view, 0, 1, 9);
			draw_hints(view, 0, 0, hints, ROLE_DIM);
			draw_printf(view, 0, 0, ROLE_TEXT, 0, "%s", "中文中文中文");
			for (int row = 0; row < 6; row++)
				for (int col = 0; col < 8; col++)
					if (row < 1 || row > rows || col < 1 || col > cols)
						assert_string_equal(grid_cell(grid, row, col)->text,
								    " ");
			grid_free(grid);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_right_to_left),
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_wrapping_foreign),
		cmocka_unit_test(test_rules_and_boxes),
		cmocka_unit_test(test_card_hints_scroll),
		cmocka_unit_test(test_tiny_views),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/term/theme.h"

static void put(struct view view, int row, int col, const char *cluster, int width)
{
	view_put(view, row, col, cluster, strlen(cluster), width, ROLE_TEXT, 0);
}

static void test_new_is_blank(void **state)
{
	struct grid *grid = grid_new(2, 3);

	(void)state;
	expect_print(grid, "\n\n");
	expect_styled(grid, "\n\n");
	assert_int_equal(grid->cursor_row, -1);
	assert_null(grid_cell(grid, 2, 0));
	assert_null(grid_cell(grid, 0, 3));
	assert_null(grid_cell(grid, -1, 0));
	grid_resize(grid, 0, 100000);
	assert_int_equal(grid->rows, 1);
	assert_int_equal(grid->cols, GRID_SIDE_MAX);
	grid_free(grid);
}

static void test_put_and_clip(void **state)
{
	struct grid *grid = grid_new(3, 6);
	struct view view = view_sub(grid_view(grid), 1, 1, 1, 3);

	(void)state;
	for (int row = -1; row < 3; row++)
		for (int col = -1; col < 6; col++)
			put(view, row, col, "x", 1);
	expect_print(grid, "\n xxx\n\n");
	grid_free(grid);
}

static void test_wide_halves(void **state)
{
	struct grid *grid = grid_new(1, 6);
	struct view view = grid_view(grid);

	(void)state;
	put(view, 0, 0, "中", 2);
	put(view, 0, 2, "文", 2);
	expect_print(grid, "中文\n");
	/* Over the second half of the first and the first half of the second. */
	put(view, 0, 1, "文", 2);
	expect_print(grid, " 文\n");
	assert_int_equal(grid_cell(grid, 0, 0)->width, 1);
	assert_int_equal(grid_cell(grid, 0, 2)->width, 0);
	assert_int_equal(grid_cell(grid, 0, 3)->width, 1);
	put(view, 0, 1, "a", 1);
	expect_print(grid, " a\n");
	grid_free(grid);
}

static void test_wide_at_edges(void **state)
{
	struct grid *grid = grid_new(1, 6);
	struct view view = view_sub(grid_view(grid), 0, 1, 1, 4);

	(void)state;
	for (int col = 0; col < 6; col++)
		put(grid_view(grid), 0, col, ".", 1);
	put(view, 0, 3, "中", 2);
	expect_print(grid, ".... .\n");
	/* A view that hangs over the left edge: only the right half would be inside. */
	view = view_sub(view_sub(grid_view(grid), 0, 1, 1, 4), 0, -1, 1, 4);
	put(view, 0, 0, "中", 2);
	expect_print(grid, ". .. .\n");
	grid_free(grid);
}

static void test_long_cluster(void **state)
{
	struct grid *grid = grid_new(1, 4);
	char flood[1 + 2 * 30 + 1] = "a";

	(void)state;
	for (int i = 0; i < 30; i++)
		strcat(flood, "\u0301");
	put(grid_view(grid), 0, 0, flood, 1);
	assert_int_equal(strlen(grid_cell(grid, 0, 0)->text), 23);
	put(grid_view(grid), 0, 0, "b", 1);
	/* Nothing of the longer one may stay in memory. */
	for (size_t i = 1; i < GRID_CLUSTER_BYTES; i++)
		assert_int_equal(grid_cell(grid, 0, 0)->text[i], 0);
	grid_free(grid);
}

/* What is cut off a sequence leaves nothing that would change the cell behind it. */
static void test_cut_sequence(void **state)
{
	static const char family[] =
		"\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466";
	static const char flag[] = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e"
				   "\U000e0067\U000e007f";
	struct grid *grid = grid_new(1, 4);

	(void)state;
	put(grid_view(grid), 0, 0, family, 2);
	put(grid_view(grid), 0, 2, flag, 2);
	assert_string_equal(grid_cell(grid, 0, 0)->text,
			    "\U0001f468\u200d\U0001f469\u200d\U0001f467");
	assert_string_equal(grid_cell(grid, 0, 2)->text, "\U0001f3f4");
	grid_free(grid);
}

static void test_cuts(void **state)
{
	struct grid *grid = grid_new(5, 8);
	struct view rest = grid_view(grid);

	(void)state;
	put(view_cut_top(&rest, 1), 0, 0, "t", 1);
	put(view_cut_bottom(&rest, 1), 0, 0, "b", 1);
	put(view_cut_left(&rest, 2), 0, 1, "l", 1);
	put(view_cut_right(&rest, 2), 0, 1, "r", 1);
	assert_int_equal(rest.rows, 3);
	assert_int_equal(rest.cols, 4);
	put(view_center(rest, 1, 2), 0, 0, "c", 1);
	put(view_inset(rest, 1, 1), 0, 1, "i", 1);
	expect_print(grid, "t\n l     r\n   ci\n\nb\n");
	assert_false(view_is_empty(rest));
	assert_int_equal(view_cut_top(&rest, 100).rows, 3);
	assert_true(view_is_empty(rest));
	assert_true(view_is_empty(view_cut_left(&rest, -5)));
	grid_free(grid);
}

static void test_styles_and_cursor(void **state)
{
	struct grid *grid = grid_new(2, 8);
	struct view view = view_sub(grid_view(grid), 0, 2, 2, 6);

	(void)state;
	put(view, 0, 0, "a", 1);
	view_put(view, 0, 1, "b", 1, 1, ROLE_TITLE, ATTR_BOLD | ATTR_UNDERLINE);
	view_paint(view, 1, 0, 100, ROLE_SELECTED, 0);
	view_cursor(view, 1, 3);
	expect_styled(grid, "  a{title,bold,underline}b\n"
			    "  {selected}      \n"
			    "cursor 1 5\n");
	view_cursor(view, 2, 0);
	assert_int_equal(grid->cursor_row, -1);
	view_fill(view, ROLE_TEXT);
	expect_styled(grid, "\n\n");
	grid_free(grid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_is_blank),   cmocka_unit_test(test_put_and_clip),
		cmocka_unit_test(test_wide_halves),    cmocka_unit_test(test_wide_at_edges),
		cmocka_unit_test(test_long_cluster),   cmocka_unit_test(test_cut_sequence),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_styles_and_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

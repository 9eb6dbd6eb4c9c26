#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"

struct asked {
	size_t count;
	size_t first;
	size_t last;
};

static void draw_item(void *user, size_t index, struct view view, bool is_selected)
{
	struct asked *asked = user;

	if (asked->count++ == 0)
		asked->first = index;
	asked->last = index;
	draw_printf(view, 0, 0, is_selected ? ROLE_SELECTED : ROLE_TEXT, 0, "item %zu", index);
}

static struct asked draw(struct list *list, struct grid *grid)
{
	struct asked asked = {0};

	grid_clear(grid);
	list_draw(list, grid_view(grid), ROLE_TEXT, ROLE_SELECTED, draw_item, &asked);
	return asked;
}

static void test_short(void **state)
{
	struct grid *grid = grid_new(4, 8);
	struct list list;

	(void)state;
	list_init(&list, 1);
	draw(&list, grid);
	expect_styled(grid, "\n\n\n\n");
	list_set_count(&list, 2);
	draw(&list, grid);
	expect_styled(grid, "{selected}item 0  \nitem 1\n\n\n");
	assert_false(list_move(&list, -1));
	assert_true(list_move(&list, 1));
	assert_false(list_move(&list, 1));
	draw(&list, grid);
	expect_styled(grid, "item 0\n{selected}item 1  \n\n\n");
	list_set_count(&list, 0);
	assert_int_equal(list.selected, 0);
	assert_false(list_last(&list));
	grid_free(grid);
}

static void test_scrolling(void **state)
{
	struct grid *grid = grid_new(4, 12);
	struct list list;
	struct asked asked;

	(void)state;
	list_init(&list, 1);
	list_set_count(&list, 5000);
	asked = draw(&list, grid);
	assert_int_equal(asked.count, 4);
	expect_print(grid, "item 0     ┃\nitem 1     │\nitem 2     │\nitem 3     │\n");
	assert_true(list_select(&list, 100));
	asked = draw(&list, grid);
	assert_int_equal(asked.first, 97);
	assert_int_equal(asked.last, 100);
	/* Upwards within sight nothing scrolls. */
	assert_true(list_move(&list, -3));
	assert_int_equal(draw(&list, grid).first, 97);
	assert_true(list_move(&list, -1));
	assert_int_equal(draw(&list, grid).first, 96);
	assert_true(list_page(&list, 2));
	assert_int_equal(list.selected, 102);
	assert_true(list_last(&list));
	assert_int_equal(draw(&list, grid).last, 4999);
	assert_true(list_first(&list));
	assert_int_equal(draw(&list, grid).first, 0);
	/* A list that got shorter doesn't leave a gap. */
	list_last(&list);
	draw(&list, grid);
	list_set_count(&list, 10);
	asked = draw(&list, grid);
	assert_int_equal(asked.first, 6);
	assert_int_equal(list.selected, 9);
	grid_free(grid);
}

static void test_tall_items(void **state)
{
	struct grid *grid = grid_new(5, 10);
	struct list list;

	(void)state;
	list_init(&list, 2);
	list_set_count(&list, 3);
	draw(&list, grid);
	assert_int_equal(list.shown, 2);
	expect_print(grid, "item 0   ┃\n         ┃\nitem 1   ┃\n         │\nitem 2   │\n");
	assert_int_equal(list_at_row(&list, 3), 1);
	assert_int_equal(list_at_row(&list, 100), 3);
	list_last(&list);
	draw(&list, grid);
	assert_int_equal(list.top, 1);
	assert_int_equal(list_at_row(&list, 3), 2);
	assert_int_equal(list_at_row(&list, 4), 3);
	grid_free(grid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_scrolling),
		cmocka_unit_test(test_tall_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

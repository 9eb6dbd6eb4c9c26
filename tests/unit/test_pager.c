#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/kit/draw.h"
#include "tui/kit/pager.h"

/* Items 1 ... count have ids of ten times that; item n is n % 3 + 1 rows high. */
struct feed {
	int64_t first; /* number of the item at index 0 */
	size_t count;
	bool has_newer;
	unsigned asked;	 /* heights */
	unsigned older;
	unsigned newer;
	int width_rows;	 /* more rows when narrow */
};

static size_t feed_count(void *user)
{
	return ((struct feed *)user)->count;
}

static int64_t feed_id(void *user, size_t index)
{
	return (((struct feed *)user)->first + (int64_t)index) * 10;
}

static size_t feed_find(void *user, int64_t id)
{
	struct feed *feed = user;
	int64_t index = (id + 9) / 10 - feed->first;

	return (size_t)CLAMP(index, 0, (int64_t)feed->count);
}

static int feed_height(void *user, size_t index, int cols)
{
	struct feed *feed = user;

	feed->asked++;
	return (int)((feed->first + (int64_t)index) % 3) + 1 + (cols < 6 ? feed->width_rows : 0);
}

static void feed_draw(void *user, size_t index, struct view view, bool is_focus)
{
	struct feed *feed = user;

	for (int row = 0; row < view.rows; row++)
		draw_printf(view, row, 0, is_focus ? ROLE_FOCUS : ROLE_TEXT, 0, "%d%c",
			    (int)feed->first + (int)index, 'a' + row);
}

static void feed_older(void *user)
{
	((struct feed *)user)->older++;
}

static void feed_newer(void *user)
{
	((struct feed *)user)->newer++;
}

static bool feed_is_end(void *user)
{
	return !((struct feed *)user)->has_newer;
}

static const struct pager_source source = {
	.count = feed_count,   .id = feed_id,	    .find = feed_find,
	.height = feed_height, .draw = feed_draw,   .older = feed_older,
	.newer = feed_newer,   .is_end = feed_is_end,
};

static void expect_rows(struct pager *pager, int rows, int cols, const char *expected)
{
	struct grid *grid = grid_new(rows, cols);

	pager_draw(pager, grid_view(grid));
	expect_print(grid, expected);
	grid_free(grid);
}

static void test_follows(void **state)
{
	struct feed feed = {.first = 1};
	struct pager pager;

	(void)state;
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 3, 8, "\n\n\n");
	assert_false(pager_scroll(&pager, 1));
	feed.count = 1;
	expect_rows(&pager, 3, 8, "\n1a\n1b\n");
	pager.is_top_aligned = true;
	expect_rows(&pager, 3, 8, "1a\n1b\n\n");
	pager.is_top_aligned = false;
	feed.count = 2;
	expect_rows(&pager, 3, 8, "2a\n2b\n2c\n");
	feed.count = 4;
	expect_rows(&pager, 5, 8, "2b\n2c\n3a\n4a\n4b\n");
}

static void test_scrolls(void **state)
{
	struct feed feed = {.first = 1, .count = 6};
	struct pager pager;

	(void)state;
	/* 1a 1b 2a 2b 2c 3a 4a 4b 5a 5b 5c 6a */
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 4, 8, "5a\n5b\n5c\n6a\n");
	assert_true(pager_scroll(&pager, -1));
	expect_rows(&pager, 4, 8, "4b\n5a\n5b\n5c\n");
	assert_true(pager_scroll(&pager, -2));
	expect_rows(&pager, 4, 8, "3a\n4a\n4b\n5a\n");
	assert_false(pager.is_following);
	assert_true(pager_scroll(&pager, 1));
	expect_rows(&pager, 4, 8, "4a\n4b\n5a\n5b\n");
	assert_true(pager_scroll(&pager, -100));
	expect_rows(&pager, 4, 8, "1a\n1b\n2a\n2b\n");
	assert_false(pager_scroll(&pager, -1));
	assert_true(pager_page(&pager, 1));
	expect_rows(&pager, 4, 8, "2a\n2b\n2c\n3a\n");
	assert_true(pager_scroll(&pager, 100));
	expect_rows(&pager, 4, 8, "5a\n5b\n5c\n6a\n");
	assert_true(pager.is_following);
	assert_false(pager_scroll(&pager, 1));
	pager_first(&pager);
	expect_rows(&pager, 4, 8, "1a\n1b\n2a\n2b\n");
	pager_last(&pager);
	expect_rows(&pager, 4, 8, "5a\n5b\n5c\n6a\n");
}

/* Every distance, up and down, shows the same rows as counting them would. */
static void test_every_line(void **state)
{
	struct feed feed = {.first = 1, .count = 6};
	struct pager pager;
	const char *all = "1a\n1b\n2a\n2b\n2c\n3a\n4a\n4b\n5a\n5b\n5c\n6a\n";

	(void)state;
	for (int up = 0; up <= 8; up++) {
		for (int down = 0; down <= up; down++) {
			char *expected = g_strndup(all + 3 * (8 - up + down), 12);

			pager_init(&pager, &source, &feed);
			expect_rows(&pager, 4, 8, all + 24);
			pager_scroll(&pager, -up);
			pager_scroll(&pager, down);
			expect_rows(&pager, 4, 8, expected);
			assert_int_equal(pager.is_following, up == down);
			g_free(expected);
		}
	}
}

static void test_stays_when_rows_come(void **state)
{
	struct feed feed = {.first = 100, .count = 6, .width_rows = 2};
	struct pager pager;

	(void)state;
	/* 100ab 101abc 102a 103ab 104abc 105a */
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 3, 8, "104b\n104c\n105a\n");
	pager_scroll(&pager, -2);
	expect_rows(&pager, 3, 8, "103b\n104a\n104b\n");
	feed.count = 50;
	expect_rows(&pager, 3, 8, "103b\n104a\n104b\n");
	feed.first = 40;
	feed.count = 110;
	expect_rows(&pager, 3, 8, "103b\n104a\n104b\n");
	/* Another width: the same item stays on the lowest row. */
	expect_rows(&pager, 3, 5, "104b\n104c\n104d\n");
	expect_rows(&pager, 3, 8, "103b\n104a\n104b\n");
	/* The item itself is gone. */
	feed.first = 110;
	feed.count = 10;
	expect_rows(&pager, 3, 8, "110a\n110b\n110c\n");
}

static void test_asks_for_what_is_seen(void **state)
{
	struct feed feed = {.first = 1, .count = 1000000};
	struct pager pager;

	(void)state;
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 4, 12, "999998c\n999999a\n1000000a\n1000000b\n");
	assert_true(feed.asked < 30);
	feed.asked = 0;
	assert_true(pager_page(&pager, -3));
	assert_true(feed.asked < 60);
	feed.asked = 0;
	pager_show(&pager, 5000 * 10);
	assert_true(feed.asked < 60);
	assert_int_equal(feed.older, 0);
	assert_int_equal(feed.newer, 0);
}

static void test_asks_for_more(void **state)
{
	struct feed feed = {.first = 1000, .count = 100, .has_newer = true};
	struct pager pager;

	(void)state;
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 3, 8, "1098a\n1099a\n1099b\n");
	assert_int_equal(feed.newer, 1);
	assert_int_equal(feed.older, 0);
	pager_first(&pager);
	expect_rows(&pager, 3, 8, "1000a\n1000b\n1001a\n");
	assert_int_equal(feed.older, 1);
	assert_int_equal(feed.newer, 1);
	/* At the end of what is loaded, but not of what there is, it doesn't follow. */
	pager_last(&pager);
	assert_false(pager.is_following);
	feed.has_newer = false;
	pager_last(&pager);
	assert_true(pager.is_following);
}

static void test_focus(void **state)
{
	struct feed feed = {.first = 1, .count = 6};
	struct pager pager;
	size_t first, last;

	(void)state;
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 4, 8, "5a\n5b\n5c\n6a\n");
	assert_true(pager_focus_move(&pager, -1));
	assert_int_equal(pager.focus, 60);
	assert_false(pager_focus_move(&pager, 1));
	assert_true(pager_focus_move(&pager, -2));
	assert_int_equal(pager.focus, 40);
	expect_rows(&pager, 4, 8, "4a\n4b\n5a\n5b\n");
	assert_true(pager_focus_move(&pager, 1));
	expect_rows(&pager, 4, 8, "4b\n5a\n5b\n5c\n");
	pager_focus(&pager, 10);
	expect_rows(&pager, 4, 8, "1a\n1b\n2a\n2b\n");
	assert_true(pager_visible(&pager, &first, &last));
	assert_int_equal(first, 0);
	assert_int_equal(last, 1);
	pager_show(&pager, 30);
	expect_rows(&pager, 4, 8, "2a\n2b\n2c\n3a\n");
	pager_focus(&pager, 0);
}

static void test_at_row(void **state)
{
	struct feed feed = {.first = 1, .count = 2};
	struct pager pager;
	size_t index = 99;

	(void)state;
	pager_init(&pager, &source, &feed);
	expect_rows(&pager, 7, 8, "\n\n1a\n1b\n2a\n2b\n2c\n");
	assert_false(pager_at_row(&pager, 1, &index));
	assert_true(pager_at_row(&pager, 3, &index));
	assert_int_equal(index, 0);
	assert_true(pager_at_row(&pager, 4, &index));
	assert_int_equal(index, 1);
	assert_false(pager_at_row(&pager, 7, &index));
	pager.is_top_aligned = true;
	assert_true(pager_at_row(&pager, 0, &index));
	assert_int_equal(index, 0);
	assert_false(pager_at_row(&pager, 5, &index));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows),
		cmocka_unit_test(test_scrolls),
		cmocka_unit_test(test_every_line),
		cmocka_unit_test(test_stays_when_rows_come),
		cmocka_unit_test(test_asks_for_what_is_seen),
		cmocka_unit_test(test_asks_for_more),
		cmocka_unit_test(test_focus),
		cmocka_unit_test(test_at_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

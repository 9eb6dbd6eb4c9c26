#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/kit/bar.h"
#include "tui/term/theme.h"

static const struct bar_piece pieces[] = {
	{.text = "sotto", .role = ROLE_STATUS, .priority = 2},
	{.text = "anna.with.a.long.name", .priority = 3, .can_shrink = true},
	{.text = "3 unread", .role = ROLE_STATUS_ACCENT, .priority = 4, .is_right = true},
	{.text = NULL, .role = ROLE_STATUS, .priority = 9},
	{.text = "online", .role = ROLE_STATUS_DIM, .priority = 1, .is_right = true},
};

static void expect_bar(int cols, const char *expected)
{
	struct grid *grid = grid_new(1, cols);

	bar_draw(grid_view(grid), ROLE_STATUS, pieces, G_N_ELEMENTS(pieces));
	expect_print(grid, expected);
	grid_free(grid);
}

static void test_widths(void **state)
{
	(void)state;
	expect_bar(60, " sotto  anna.with.a.long.name              3 unread  online\n");
	expect_bar(48, " sotto  anna.with.a.long.name  3 unread  online\n");
	/* The least important goes first; what may shrink does before it goes. */
	expect_bar(47, " sotto  anna.with.a.long.name         3 unread\n");
	expect_bar(40, " sotto  anna.with.a.long.name  3 unread\n");
	expect_bar(39, " anna.with.a.long.name        3 unread\n");
	expect_bar(30, " anna.with.a.long.…  3 unread\n");
	expect_bar(20, " anna.wi…  3 unread\n");
	expect_bar(19, "          3 unread\n");
	expect_bar(8, " 3 unr…\n");
	expect_bar(3, " …\n");
	expect_bar(2, "\n");
}

static void test_styles(void **state)
{
	struct grid *grid = grid_new(1, 14);
	const struct bar_piece one[] = {
		{.text = "a", .role = ROLE_STATUS_ACCENT, .attrs = ATTR_BOLD},
		{.text = "", .role = ROLE_STATUS},
		{.text = "中文", .role = ROLE_STATUS, .is_right = true},
	};

	(void)state;
	bar_draw(grid_view(grid), ROLE_STATUS, one, G_N_ELEMENTS(one));
	expect_styled(grid, "{status} {status-accent,bold}a{status}       中文 \n");
	grid_free(grid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_styles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

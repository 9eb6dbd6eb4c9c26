/* Which descriptions are tried for a terminal's name, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>
#include "tui/term/term_type.h"

static void check(const char *type, bool claims_direct, const char *expected)
{
	g_auto(GStrv) types = term_types(type, claims_direct);
	g_autofree char *joined = g_strjoinv(" ", types);

	assert_string_equal(joined, expected);
}

static void test_order(void **state)
{
	(void)state;
	check("linux", false, "linux");
	check("vt100", false, "vt100");
	check("xterm", false, "xterm xterm-256color");
	check("xterm-256color", false, "xterm-256color xterm");
	check("xterm-256color", true, "xterm-direct xterm-256color xterm");
	check("xterm-direct", true, "xterm-direct xterm-256color xterm");
	check("tmux-direct", false, "tmux-direct tmux-256color tmux");
	check("screen-256color", true, "screen-256color screen");
	check("foot", true, "foot-direct foot xterm-256color");
	check("xterm-a-b", false,
	      "xterm-a-b xterm-a-256color xterm-a xterm-256color xterm");
	check("nonsense", false, "nonsense");
	check("-", false, "-");
	check("-direct", false, "-direct");
	check("footnote", false, "footnote");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

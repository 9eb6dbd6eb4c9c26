/* What is a command, what is a message, and what a message is then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <glib.h>

#include "tui/client/line_kind.h"

static void test_lines(void **state)
{
	static const struct {
		const char *typed;
		enum line_kind kind;
		const char *rest;
	} rows[] = {
		{":lock", LINE_COMMAND, "lock"},
		{"/lock", LINE_COMMAND, "lock"},
		{":timer 1h", LINE_COMMAND, "timer 1h"},
		{"  \t:erase yes", LINE_COMMAND, "erase yes"},
		{"/ help", LINE_COMMAND, "help"},
		{":\xc3\xa4ra", LINE_COMMAND, "\xc3\xa4ra"},
		{"/etc/passwd", LINE_COMMAND, "etc/passwd"},
		{":first\nsecond", LINE_COMMAND, "first\nsecond"},
		{"::wq", LINE_MESSAGE, ":wq"},
		{"//etc/passwd", LINE_MESSAGE, "/etc/passwd"},
		{":::wq", LINE_MESSAGE, "::wq"},
		{" ::wq", LINE_MESSAGE, ":wq"},
		{":1 x", LINE_COMMAND, "1 x"},
		{"/2", LINE_COMMAND, "2"},
		{":_x y", LINE_COMMAND, "_x y"},
		{"/_", LINE_COMMAND, "_"},
		{"::1 is here", LINE_MESSAGE, ":1 is here"},
		{"//_x", LINE_MESSAGE, "/_x"},
		{": _x", LINE_MESSAGE, ": _x"},
		{":-(", LINE_MESSAGE, ":-("},
		{":)", LINE_MESSAGE, ":)"},
		{":-D", LINE_MESSAGE, ":-D"},
		{"/ 2", LINE_MESSAGE, "/ 2"},
		{":", LINE_MESSAGE, ":"},
		{"//", LINE_MESSAGE, "//"},
		{"a :b", LINE_MESSAGE, "a :b"},
		{":/x", LINE_MESSAGE, ":/x"},
		{"", LINE_MESSAGE, ""},
		{" plain ", LINE_MESSAGE, " plain "},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *rest = NULL;

		if (line_kind(rows[i].typed, &rest) != rows[i].kind)
			fail_msg("\"%s\" is of the other kind", rows[i].typed);
		assert_string_equal(rest, rows[i].rest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

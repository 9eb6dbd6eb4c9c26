/* The journal as it is shown: what other processes left in a row is one line, nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include "tui/client/journal_run.h"

static gboolean note(const struct journal_row *row, void *user)
{
	g_string_append_printf(user, "%d %s%s%s|", (int)row->number, row->what,
			       row->detail ? " " : "", row->detail ? row->detail : "");
	return TRUE;
}

static gboolean stop(const struct journal_row *row, void *user)
{
	note(row, user);
	return FALSE;
}

/* ROWS, each WHAT or WHAT/DETAIL between blanks, as they are shown. */
static void check(const char *rows, const char *expected)
{
	g_auto(GStrv) list = g_strsplit(rows, " ", -1);
	GString *shown = g_string_new(NULL);
	struct journal_run *run = journal_run_new(note, shown);

	for (int i = 0; list[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(list[i], "/", 2);
		struct journal_row row = { .number = i + 1, .what = parts[0], .detail = parts[1] };

		assert_true(journal_run_add(&row, run));
	}
	journal_run_end(run);
	assert_string_equal(shown->str, expected);
	g_string_free(shown, TRUE);
}

static void test_runs(void **state)
{
	(void)state;
	check("unlocked locked", "1 unlocked|2 locked|");
	check("unlocked unlocked", "1 unlocked|2 unlocked|");
	check("unlocked locked/exit", "1 unlocked|2 locked exit|");
	check("unlocked locked/exit unlocked locked/exit unlocked trusted locked/exit",
	      "4 unlocked and locked again 2 times, for a verb each|5 unlocked|6 trusted|"
	      "7 locked exit|");
	check("unlocked locked/exit unlocked locked/idle", "1 unlocked|2 locked exit|3 unlocked|"
							   "4 locked idle|");
	check("control-used/a unlocked locked/exit", "1 control-used a|2 unlocked|3 locked exit|");
	check("control-used/send", "1 control-used send|");
	check("control-used/send control-used/history control-used/send verified/x",
	      "3 control-used 3 times: history 1, send 2|4 verified x|");
	check("control-used/send control-refused/history control-used/send",
	      "1 control-used send|2 control-refused history|3 control-used send|");
	check("control-used/a locked control-used/a control-used/a",
	      "1 control-used a|2 locked|4 control-used 2 times: a 2|");
}

static void test_enough(void **state)
{
	GString *shown = g_string_new(NULL);
	struct journal_run *run = journal_run_new(stop, shown);
	struct journal_row used = { .number = 1, .what = (char *)"control-used" };
	struct journal_row locked = { .number = 2, .what = (char *)"locked" };

	(void)state;
	assert_true(journal_run_add(&used, run));
	assert_false(journal_run_add(&locked, run));
	journal_run_end(run);
	assert_string_equal(shown->str, "1 control-used |");
	g_string_free(shown, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

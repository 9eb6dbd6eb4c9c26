/* What is left of a message: shown in its last stretch alone, in three columns. */
#include "tui/screen/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { NOW = 1000000000 };

static bool left_of(int64_t seconds_left, int64_t life, char left[static TIMER_LEFT_BYTES],
		    unsigned *next)
{
	const struct message message = { .expires_at = NOW + seconds_left * 1000,
					 .expire_seconds = life };

	return timer_left(&message, NOW, left, next);
}

static void test_words(void **state)
{
	static const struct {
		int64_t left, life;
		const char *words; /* NULL: not in its last stretch */
	} rows[] = {
		{ 42, 3600, "42s" },	    { 60, 3600, "60s" },     { 361, 3600, NULL },
		{ 360, 3600, "6m" },	    { 30, 30, "30s" },	     { 61, 100, NULL },
		{ 99, 7200, "99s" },	    { 100, 7200, "1m" },     { 5000, 86400, "83m" },
		{ 40000, 604800, "11h" },   { 2000000, 31449600, "99h" }, { -5, 30, "0s" },
	};
	char left[TIMER_LEFT_BYTES];
	unsigned next;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!rows[i].words) {
			assert_false(left_of(rows[i].left, rows[i].life, left, &next));
			continue;
		}
		assert_true(left_of(rows[i].left, rows[i].life, left, &next));
		assert_string_equal(left, rows[i].words);
		assert_true(strlen(left) <= 3);
		assert_in_range(next, 1, 60001);
	}
}

static void test_what_stays_has_no_countdown(void **state)
{
	const struct message message = { .expire_seconds = 30 };
	char left[TIMER_LEFT_BYTES];
	unsigned next;

	(void)state;
	assert_false(timer_left(&message, NOW, left, &next));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_what_stays_has_no_countdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"

static void test_system(void **state)
{
	const struct clock *clock = clock_system();
	int64_t boot = clock_boot(clock);
	char one[37], two[37];

	(void)state;
	assert_true(clock_wall(clock) > 1700000000000);
	assert_true(boot > 0);
	assert_true(clock_boot(clock) >= boot);
	clock->boot_id(clock, one);
	clock->boot_id(clock, two);
	assert_int_equal(strlen(one), 36);
	assert_string_equal(one, two);
}

static void test_format(void **state)
{
	char text[CLOCK_TEXT_BYTES];

	(void)state;
	assert_string_equal(clock_format(0, text), "1970-01-01T00:00:00.000Z");
	assert_string_equal(clock_format(-1, text), "1969-12-31T23:59:59.999Z");
	assert_string_equal(clock_format(1795445388123, text), "2026-11-23T14:49:48.123Z");
	assert_string_equal(clock_format(951782400000, text), "2000-02-29T00:00:00.000Z");
	assert_string_equal(clock_format(INT64_MAX, text), "9999-12-31T23:59:59.999Z");
	assert_string_equal(clock_format(INT64_MIN, text), "0000-01-01T00:00:00.000Z");
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t wall;
	} good[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-23T14:49:48.123Z", 1795445388123},
		{"2026-11-23T14:49:48.123456Z", 1795445388123},
		{"2026-11-23T15:49:48.1+01:00", 1795445388100},
		{"2026-11-23T09:19:48-05:30", 1795445388000},
	};
	static const char *const bad[] = {
		"",
		"now",
		"2026-11-23",
		"2026-11-23T14:49:48",
		"2026-11-23 14:49:48Z",
		"2026-11-23T14:49:48.Z",
		"2026-11-23T14:49:48.1234567890Z",
		"2026-11-23T14:49:48Zx",
		"2026-13-23T14:49:48Z",
		"2026-02-29T14:49:48Z",
		"2026-11-23T24:49:48Z",
		"2026-11-23T14:49:48+0100",
		"2026-11-23T14:49:48+99:99",
		"20261123T144948Z",
		"-026-11-23T14:49:48Z",
		"2026-W48-1T14:49:48Z",
	};
	int64_t wall;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		assert_true(clock_parse(good[i].text, &wall));
		assert_int_equal(wall, good[i].wall);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		if (clock_parse(bad[i], &wall))
			fail_msg("took \"%s\"", bad[i]);
}

static void test_format_and_parse_agree(void **state)
{
	char text[CLOCK_TEXT_BYTES];
	int64_t back;

	(void)state;
	for (int64_t wall = 0; wall < 4102444800000; wall += 86399999877) {
		assert_true(clock_parse(clock_format(wall, text), &back));
		assert_int_equal(back, wall);
	}
}

static void test_duration(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {{"30s", 30},	{"5m", 300},	      {"24h", 86400},
		    {"7d", 604800},	{"4w", 2419200},      {"1s", 1},
		    {"520w", 314496000}, {"314496000s", 314496000}};
	static const char *const bad[] = {"",	"5",   "m",    "0s",   "-5m",	     "+5m",
					  " 5m", "5m ", "5 m",  "5M",   "1.5h",	     "5mm",
					  "521w", "3641d", "314496001s", "99999999999999999999s",
					  "18446744073709551621s"};
	char text[CLOCK_TEXT_BYTES];
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		assert_true(clock_parse_duration(good[i].text, &seconds));
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		if (clock_parse_duration(bad[i], &seconds))
			fail_msg("took \"%s\"", bad[i]);
	assert_string_equal(clock_format_duration(0, text), "0s");
	assert_string_equal(clock_format_duration(90, text), "90s");
	assert_string_equal(clock_format_duration(300, text), "5m");
	assert_string_equal(clock_format_duration(86400, text), "1d");
	assert_string_equal(clock_format_duration(604800, text), "1w");
}

static gboolean count(void *user)
{
	++*(int *)user;
	return G_SOURCE_CONTINUE;
}

static void test_alarm_fires_once_and_in_order(void **state)
{
	GMainContext *context = g_main_context_new();
	int64_t start = clock_boot(clock_system());
	int past = 0, soon = 0, later = 0;
	GSource *sources[] = {clock_alarm(-5, count, &past, context),
			      clock_alarm(start + 30, count, &soon, context),
			      clock_alarm(start + 3600000, count, &later, context)};

	(void)state;
	while (!soon)
		g_main_context_iteration(context, TRUE);
	assert_true(clock_boot(clock_system()) >= start + 30);
	while (g_main_context_iteration(context, FALSE))
		;
	assert_int_equal(past, 1);
	assert_int_equal(soon, 1);
	assert_int_equal(later, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		g_source_destroy(sources[i]);
		g_source_unref(sources[i]);
	}
	g_main_context_unref(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_format_and_parse_agree),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_alarm_fires_once_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

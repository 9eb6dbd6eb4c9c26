/* The clock that deadlines live on: the table of what happens to clocks, and what T makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/appclock.h"
#include "tests/support/still_clock.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/*
 * From the moment saved to now: what the wall clock and the boot clock did, how far T goes, and how
 * much of that is doubtful.
 */
static const struct {
	const char *what;
	int64_t wall;	/* the wall clock moved so far */
	int64_t boot;	/* the boot clock so far; after a reboot it shows that */
	int reboots;
	int64_t time;
	int64_t doubt;
} table[] = {
	{ "nothing", 0, 0, 0, 0, 0 },
	{ "an hour", HOUR, HOUR, 0, HOUR, 0 },
	{ "wall set forward a day", DAY, MINUTE, 0, MINUTE, 0 },
	{ "wall set forward a year", 365 * (int64_t)DAY, MINUTE, 0, MINUTE, 0 },
	{ "wall set back a day", -DAY, MINUTE, 0, MINUTE, 0 },
	{ "suspended eight hours", 8 * HOUR, 8 * HOUR, 0, 8 * HOUR, 0 },
	{ "suspended a month", 30 * (int64_t)DAY, 30 * (int64_t)DAY, 0, 30 * (int64_t)DAY, 0 },
	{ "rebooted, off two hours", 2 * HOUR, 5 * MINUTE, 1, 2 * HOUR, 0 },
	{ "rebooted, wall set back", -DAY, 5 * MINUTE, 1, 5 * MINUTE, 0 },
	{ "rebooted, a month later", 30 * (int64_t)DAY, 5 * MINUTE, 1, 30 * (int64_t)DAY,
	  30 * (int64_t)DAY - 5 * MINUTE },
	{ "rebooted, up for a month", 30 * (int64_t)DAY, 30 * (int64_t)DAY, 1, 30 * (int64_t)DAY,
	  0 },
	{ "restored after a week, same boot", 7 * DAY, 7 * DAY, 0, 7 * DAY, 0 },
	{ "restored after a week, rebooted", 7 * DAY, 3 * MINUTE, 1, 7 * DAY, 0 },
	{ "boot clock went back in one boot", MINUTE, -HOUR / 2, 0, HOUR / 2, 0 },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct still_clock still;
		struct apptime saved, now;

		still_clock_init(&still);
		still_clock_reboot(&still, 1, HOUR);
		apptime_read(&still.clock, &saved);
		saved.time = 77 * (int64_t)DAY;
		still.wall += table[i].wall;
		if (table[i].reboots)
			still_clock_reboot(&still, 2, table[i].boot);
		else
			still.boot += table[i].boot;
		apptime_read(&still.clock, &now);
		apptime_go_on(&saved, &now);
		if (now.time != saved.time + table[i].time || now.doubt != table[i].doubt)
			fail_msg("%s: %" G_GINT64_FORMAT ", doubt %" G_GINT64_FORMAT,
				 table[i].what, now.time - saved.time, now.doubt);
	}
}

/* The control: going by the wall clock alone fails the same table. */
static void test_wall_alone_fails(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		wrong += table[i].wall != table[i].time;
	assert_int_equal(wrong, 5);
}

static int64_t time_at(const struct apptime *saved, struct apptime now)
{
	apptime_go_on(saved, &now);
	assert_true(now.doubt >= 0 && now.doubt <= now.time);
	return now.time;
}

static void test_nonsense(void **state)
{
	struct apptime saved = { .time = INT64_MAX - 5, .wall = INT64_MIN, .boot = INT64_MIN };
	struct apptime now = { .wall = INT64_MAX, .boot = INT64_MAX };

	(void)state;
	/* Neither overflows nor goes back. */
	assert_true(time_at(&saved, now) >= saved.time);
	saved.doubt = INT64_MAX;
	assert_true(time_at(&saved, now) >= saved.time);
	saved.doubt = INT64_MIN;
	assert_true(time_at(&saved, now) >= saved.time);
	saved = (struct apptime){ 0 };
	assert_true(time_at(&saved, now) == now.wall);
	/* Without /proc no two boots are the same. */
	saved = (struct apptime){ 5, 100, 100, "00000000-0000-0000-0000-000000000000", 0, 0, 0 };
	now = (struct apptime){ 0, 150, 170, "00000000-0000-0000-0000-000000000000", 0, 0, 0 };
	assert_true(time_at(&saved, now) == 5 + 170);
}

/* After a year's step: what is sure, and what a confirmation makes of T. */
static void test_doubt(void **state)
{
	const int64_t year = 365 * (int64_t)DAY;
	struct still_clock still;
	struct apptime saved = { 0 };

	(void)state;
	still_clock_init(&still);
	struct appclock *appclock = appclock_new(&still.clock, &saved);
	int64_t before = appclock_now(appclock), wall = still.wall;
	appclock_read(appclock, &saved);
	g_free(appclock);
	still.wall += year;
	still_clock_reboot(&still, 2, MINUTE);
	appclock = appclock_new(&still.clock, &saved);
	assert_true(appclock_now(appclock) == before + year);
	assert_true(appclock_sure(appclock) == before + MINUTE);
	still_clock_pass(&still, HOUR);
	assert_true(appclock_sure(appclock) == before + MINUTE + HOUR);
	/* It is kept over a session, and over the next reboot. */
	appclock_read(appclock, &saved);
	g_free(appclock);
	still.wall += MINUTE;
	still_clock_reboot(&still, 3, MINUTE);
	appclock = appclock_new(&still.clock, &saved);
	assert_true(appclock_doubt(appclock) == year - MINUTE);
	/* The clock was wrong: two hours have passed. T goes back by what hadn't. */
	appclock_read(appclock, &saved);
	assert_true(appclock_confirm(appclock, wall + 2 * HOUR) ==
		    saved.time - (before + 2 * HOUR));
	assert_true(appclock_now(appclock) == before + 2 * HOUR && !appclock_doubt(appclock));
	assert_true(appclock_sure(appclock) == appclock_now(appclock));
	/* It was right: T stays. */
	appclock_set(appclock, &saved);
	assert_true(appclock_confirm(appclock, still.wall) == 0);
	assert_true(appclock_now(appclock) >= saved.time);
	/* Whatever is confirmed, what is sure doesn't go back. */
	appclock_set(appclock, &saved);
	(void)appclock_confirm(appclock, INT64_MIN);
	assert_true(appclock_now(appclock) == apptime_sure(&saved));
	g_free(appclock);
}

static void test_running(void **state)
{
	struct still_clock still;
	struct apptime saved = { 0 };

	(void)state;
	still_clock_init(&still);
	struct appclock *appclock = appclock_new(&still.clock, &saved);
	int64_t start = appclock_now(appclock), deadline = start + HOUR;
	assert_true(start == still.wall);
	still_clock_pass(&still, MINUTE);
	assert_true(appclock_now(appclock) == start + MINUTE);
	still.wall += DAY;
	assert_true(appclock_now(appclock) == start + MINUTE);
	/* The deadline is shown where the wall clock will be then. */
	assert_true(appclock_wall(appclock, deadline) == still.wall + HOUR - MINUTE);
	assert_true(appclock_boot(appclock, deadline) == still.boot + HOUR - MINUTE);
	assert_true(appclock_wall(appclock, 0) == 0 && appclock_boot(appclock, 0) == 0);
	still.boot -= MINUTE;
	assert_true(appclock_now(appclock) == start + MINUTE);
	appclock_read(appclock, &saved);
	assert_true(saved.time == start + MINUTE && saved.wall == still.wall);
	g_free(appclock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_wall_alone_fails),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_running),
	};

	return cmocka_run_group_tests_name("appclock", tests, NULL, NULL);
}

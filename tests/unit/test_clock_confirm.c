/* A step of the clock over a restart: what is hidden, what is destroyed, and when. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/engine/engine_expiry.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/model/message.h"
#include "tests/support/still_clock.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR, STEP = 400 * DAY };

struct pair {
	struct hub *hub;
	struct still_clock clock;
	struct person *alice;
	struct person *bob;
};

static void is_set(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

/* Alice has read one message of Bob's that lives for eight hours. */
static int setup(void **state)
{
	struct pair *pair = g_new0(struct pair, 1);

	still_clock_init(&pair->clock);
	pair->hub = hub_new();
	pair->alice = person_new_by(pair->hub, "alice", &pair->clock.clock);
	pair->bob = person_new_by(pair->hub, "bob", &pair->clock.clock);
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	engine_set_timer(pair->bob->engine, "alice", 8 * HOUR, 1000, is_set, NULL);
	assert_int_equal(person_send(pair->bob, "alice", "for eight hours"), 0);
	assert_int_equal(person_fetch(pair->alice), 0);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	person_free(pair->alice);
	person_free(pair->bob);
	hub_free(pair->hub);
	g_free(pair);
	return 0;
}

static void read_last(struct person *person, const char *with)
{
	struct message *message = person_last(person, with);

	assert_non_null(message);
	assert_true(engine_read(person->engine, with, &message->seq, 1, NULL));
	message_free(message);
}

/* The machine is switched on again, its clock WALL_S further, and has been up for a minute. */
static void reboot(struct pair *pair, unsigned number, int64_t wall_s)
{
	engine_lock(pair->alice->engine, "shutdown");
	pair->clock.wall += wall_s * 1000;
	still_clock_reboot(&pair->clock, number, MINUTE * 1000);
	person_restart(pair->alice);
}

/* Not by the main loop: the machine's boot clock is past all alarms of a boot a minute old. */
static void pass(struct pair *pair, int64_t seconds)
{
	still_clock_pass(&pair->clock, seconds * 1000);
	for (int i = 0; i < 5; i++)
		engine_wake(pair->alice->engine);
}

static void assert_clock(struct pair *pair, bool is_confirmed, unsigned hidden)
{
	struct engine_clock clock;

	assert_true(engine_clock(pair->alice->engine, &clock, NULL));
	assert_int_equal(clock.doubt_ms == 0, is_confirmed);
	assert_int_equal(clock.hidden, hidden);
}

/* Alice's messages of Bob's text that are there, seen or not. */
static unsigned stored(struct pair *pair)
{
	struct store_counts counts;

	assert_true(engine_counts(pair->alice->engine, &counts, NULL));
	return (unsigned)counts.messages;
}

static void test_wrong_clock_only_hides(void **state)
{
	struct pair *pair = *state;
	const unsigned shown = person_count(pair->alice, "bob");
	const unsigned rows = stored(pair);

	read_last(pair->alice, "bob");
	reboot(pair, 2, STEP);
	assert_int_equal(person_count(pair->alice, "bob"), shown - 1);
	assert_clock(pair, false, 1);
	pass(pair, HOUR);
	assert_int_equal(stored(pair), rows);
	/* NTP comes, and says that it is two hours after the end of the last session. */
	pair->clock.wall -= (STEP - HOUR) * INT64_C(1000);
	pair->clock.is_synchronised = true;
	pass(pair, 1);
	assert_clock(pair, true, 0);
	assert_int_equal(person_count(pair->alice, "bob"), shown);
	pass(pair, 8 * HOUR);
	assert_int_equal(person_count(pair->alice, "bob"), shown - 1);
	assert_int_equal(stored(pair), rows - 1);
}

static void test_right_clock_is_confirmed(void **state)
{
	struct pair *pair = *state;
	const unsigned rows = stored(pair);

	read_last(pair->alice, "bob");
	reboot(pair, 2, STEP);
	/* What is sure goes on: after eight hours of uptime it is over whatever the date. */
	pass(pair, 7 * HOUR);
	assert_int_equal(stored(pair), rows);
	assert_true(engine_clock_confirm(pair->alice->engine, NULL));
	pass(pair, 1);
	assert_clock(pair, true, 0);
	assert_int_equal(stored(pair), rows - 1);
	/* It stays confirmed. */
	reboot(pair, 3, MINUTE);
	assert_clock(pair, true, 0);
}

static void test_uptime_is_sure(void **state)
{
	struct pair *pair = *state;
	const unsigned rows = stored(pair);

	read_last(pair->alice, "bob");
	reboot(pair, 2, STEP);
	pass(pair, 8 * HOUR);
	assert_clock(pair, false, 0);
	assert_int_equal(stored(pair), rows - 1);
}

/* What began to live while the clock was wrong lives for its own time, not until the wrong year. */
static void test_read_in_doubt(void **state)
{
	struct pair *pair = *state;
	const unsigned rows = stored(pair), shown = person_count(pair->alice, "bob");

	reboot(pair, 2, STEP);
	read_last(pair->alice, "bob");
	assert_int_equal(person_count(pair->alice, "bob"), shown);
	pair->clock.wall -= STEP * INT64_C(1000);
	pair->clock.is_synchronised = true;
	pass(pair, HOUR);
	assert_int_equal(person_count(pair->alice, "bob"), shown);
	pass(pair, 7 * HOUR + MINUTE);
	assert_int_equal(stored(pair), rows - 1);
}

/* A machine that was off for a week or less is believed, as ever. */
static void test_short_step(void **state)
{
	struct pair *pair = *state;
	const unsigned rows = stored(pair);

	read_last(pair->alice, "bob");
	reboot(pair, 2, 6 * DAY);
	assert_clock(pair, true, 0);
	assert_int_equal(stored(pair), rows - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wrong_clock_only_hides, setup, teardown),
		cmocka_unit_test_setup_teardown(test_right_clock_is_confirmed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uptime_is_sure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_in_doubt, setup, teardown),
		cmocka_unit_test_setup_teardown(test_short_step, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("clock confirm", tests, NULL, NULL);
}

/* The verification screen by its keys: what accepts, and what is never done by habit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>
#include "core/base/secret.h"
#include "tests/support/stage.h"

static struct stage *before_bob(enum trust trust)
{
	struct stage *stage = stage_new(24, 80);

	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_device(stage->fake, "bob", 42, trust);
	stage_open(stage);
	stage_keys(stage, "Enter F5");
	g_string_truncate(stage->fake->record, 0);
	return stage;
}

/* Where there is no key there is none to distrust: that sign is for a key that is refused. */
static void test_without_a_key(void **state)
{
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_contact(stage->fake, "bob", "Bob");
	stage_open(stage);
	stage_keys(stage, "Enter F5");
	assert_true(stage_shows(stage, "no key yet"));
	assert_false(stage_shows(stage, "nothing trusted"));
	stage_free(stage);
	/* The control. */
	stage = before_bob(TRUST_UNTRUSTED);
	assert_true(stage_shows(stage, "! nothing trusted"));
	stage_free(stage);
}

static void test_all_twelve_accept(void **state)
{
	struct stage *stage = before_bob(TRUST_TRUSTED);
	g_autofree char *all_but_one = g_strndup(FAKE_NUMBER, 59);

	(void)state;
	stage_keys(stage, "t");
	stage_type(stage, all_but_one);
	assert_false(stage_asked(stage, "verify bob"));
	assert_true(stage_shows(stage, "✓ 01234"));
	stage_type(stage, "7");
	assert_true(stage_asked(stage, "verify bob"));
	assert_true(stage_asked(stage, "method read-back"));
	assert_true(stage_shows(stage, "✓ verified"));
	stage_free(stage);
}

static void test_a_wrong_group_is_pointed_at(void **state)
{
	struct stage *stage = before_bob(TRUST_TRUSTED);

	(void)state;
	stage_keys(stage, "t");
	stage_type(stage, "0123456788");
	assert_true(stage_shows(stage, "✗ 56788"));
	assert_true(stage_shows(stage, "Group 2 differs"));
	/* The rest may be right, and still nothing is asked. */
	stage_type(stage, FAKE_NUMBER + 10);
	assert_false(stage_asked(stage, "verify bob"));
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "STOP"));
	/* The mismatch goes on record. */
	assert_true(stage_asked(stage, "verify bob"));
	assert_true(stage_shows(stage, "STOP"));
	stage_free(stage);
}

static void test_a_digit_can_be_taken_back(void **state)
{
	struct stage *stage = before_bob(TRUST_TRUSTED);

	(void)state;
	stage_keys(stage, "t");
	stage_type(stage, "01235");
	assert_true(stage_shows(stage, "✗ 01235"));
	stage_keys(stage, "Backspace");
	stage_type(stage, FAKE_NUMBER + 4);
	assert_true(stage_asked(stage, "method read-back"));
	stage_free(stage);
}

static void test_the_own_number_isnt_shown_while_they_read(void **state)
{
	struct stage *stage = before_bob(TRUST_TRUSTED);

	(void)state;
	stage_keys(stage, "t");
	assert_false(stage_shows(stage, "56789"));
	stage_free(stage);
}

static void test_reading_aloud(void **state)
{
	struct stage *stage = before_bob(TRUST_TRUSTED);

	(void)state;
	stage_keys(stage, "r");
	assert_true(stage_shows(stage, "group 1 of 12"));
	stage_keys(stage, "y");
	assert_false(stage_asked(stage, "verify bob"));
	for (int i = 0; i < 12; i++)
		stage_keys(stage, "Enter");
	stage_keys(stage, "Enter Space");
	assert_false(stage_asked(stage, "verify bob"));
	stage_keys(stage, "y");
	assert_true(stage_asked(stage, "method read-aloud"));
	stage_free(stage);
}

static void test_a_difference_isnt_left_by_habit(void **state)
{
	static const char *const habits[] = {"Escape", "Enter", "Space", "q", "y", "d", "t", "u"};
	struct stage *stage = before_bob(TRUST_TRUSTED);

	(void)state;
	stage_paste(stage, "xmpp:bob?omemo-sid-42=0000");
	assert_true(stage_asked(stage, "method uri"));
	for (size_t i = 0; i < G_N_ELEMENTS(habits); i++) {
		stage_keys(stage, habits[i]);
		assert_true(stage_shows(stage, "STOP"));
	}
	stage_paste(stage, FAKE_NUMBER);
	assert_true(stage_shows(stage, "STOP"));
	stage_keys(stage, "R");
	assert_false(stage_shows(stage, "STOP"));
	stage_free(stage);
}

static void test_one_key_decides_nothing(void **state)
{
	static const char *const keys[] = {"v", "a", "x", "o", "!"};
	struct stage *stage = before_bob(TRUST_UNDECIDED);

	(void)state;
	stage_keys(stage, "y");
	assert_false(stage_asked(stage, "verify bob"));
	stage_keys(stage, "d");
	/* Each one once, in turn: none is a second time in a row. */
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		stage_keys(stage, keys[i]);
	assert_false(stage_asked(stage, "act "));
	stage_keys(stage, "v v");
	assert_true(stage_asked(stage, "act 1 on 42"));
	stage_keys(stage, "o o");
	assert_true(stage_asked(stage, "act 4 on 42"));
	stage_free(stage);
}

static void test_the_card_waits_and_comes_back(void **state)
{
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_contact(stage->fake, "bob", "Bob");
	for (uint32_t i = 1; i <= 50; i++)
		fake_link_device(stage->fake, "bob", i, TRUST_UNDECIDED);
	stage_open(stage);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "50 devices never seen before"));
	stage_keys(stage, "F6");
	assert_false(stage_shows(stage, "never seen before"));
	assert_true(stage_shows(stage, "? a key waits"));
	stage->now += STAGE_HOUR + STAGE_MINUTE;
	assert_true(stage_shows(stage, "50 devices never seen before"));
	stage_free(stage);
}

/* However many events a flood makes, the questions that are out don't pile up. */
static void test_a_flood_asks_little(void **state)
{
	struct stage *stage = stage_new(24, 80);
	struct event event = {.type = EVENT_TRUST, .address = (char *)"bob"};
	unsigned count = 0;

	(void)state;
	fake_link_contact(stage->fake, "bob", "Bob");
	stage_open(stage);
	stage_keys(stage, "Enter");
	g_string_truncate(stage->fake->record, 0);
	for (int i = 0; i < 50; i++)
		shell_event(stage->shell, &event);
	fake_link_settle(stage->fake);
	for (const char *p = stage->fake->record->str; (p = strstr(p, "change bob")); p++)
		count++;
	assert_in_range(count, 1, 2);
	stage_free(stage);
}

static void test_a_new_own_device_asks(void **state)
{
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_device(stage->fake, "ada", 4711, TRUST_VERIFIED);
	fake_link_device(stage->fake, "ada", 815, TRUST_UNDECIDED);
	stage_open(stage);
	assert_true(stage_shows(stage, "waits to be confirmed"));
	stage_keys(stage, "a a D D");
	assert_false(stage_asked(stage, "act "));
	assert_false(stage_asked(stage, "revoke"));
	/* Only what its own screen shows confirms it, and has to be typed. */
	stage_keys(stage, "Down a");
	assert_false(stage_asked(stage, "act "));
	stage_type(stage, "0123abcd");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "act 0 on 815"));
	assert_true(stage_asked(stage, "typed 0123abcd"));
	assert_false(stage_shows(stage, "waits to be confirmed"));
	stage_keys(stage, "D");
	stage_type(stage, "D");
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "revoke"));
	stage_keys(stage, "D");
	stage_type(stage, "yes");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "revoke"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_key),
		cmocka_unit_test(test_all_twelve_accept),
		cmocka_unit_test(test_a_wrong_group_is_pointed_at),
		cmocka_unit_test(test_a_digit_can_be_taken_back),
		cmocka_unit_test(test_the_own_number_isnt_shown_while_they_read),
		cmocka_unit_test(test_reading_aloud),
		cmocka_unit_test(test_a_difference_isnt_left_by_habit),
		cmocka_unit_test(test_one_key_decides_nothing),
		cmocka_unit_test(test_the_card_waits_and_comes_back),
		cmocka_unit_test(test_a_flood_asks_little),
		cmocka_unit_test(test_a_new_own_device_asks),
	};

	g_setenv("TZ", "UTC", TRUE);
	setlocale(LC_ALL, "C.UTF-8");
	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

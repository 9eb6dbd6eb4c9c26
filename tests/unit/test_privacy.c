/* The modes, by a table written out: nothing is ever more open than what asks for the most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/privacy.h"
#include "core/settings.h"

static void test_names(void **state)
{
	const struct setting *row = setting_find(settings_engine_rows(), "screen_mode");
	enum privacy mode;

	(void)state;
	for (int i = 0; i < PRIVACY_COUNT; i++) {
		assert_true(privacy_parse(privacy_name((enum privacy)i), &mode));
		assert_int_equal(mode, i);
		assert_string_equal(privacy_names()[i], privacy_name((enum privacy)i));
		/* The setting's number is the mode. */
		assert_string_equal(row->words[i], privacy_name((enum privacy)i));
	}
	assert_null(row->words[PRIVACY_COUNT]);
	assert_null(privacy_names()[PRIVACY_COUNT]);
	assert_false(privacy_parse("Open", &mode));
	assert_false(privacy_parse("", &mode));
	assert_string_equal(privacy_name((enum privacy)99), "sealed");
	assert_true(row->can_lock);
}

static void test_the_strictest_wins(void **state)
{
	(void)state;
	for (int a = 0; a < PRIVACY_COUNT; a++) {
		for (int b = 0; b < PRIVACY_COUNT; b++) {
			enum privacy both = privacy_strictest((enum privacy)a, (enum privacy)b);

			assert_int_equal(both, a < b ? b : a);
			assert_int_equal(privacy_of_message(both, false), both);
			assert_int_equal(privacy_of_message(both, true), PRIVACY_SEALED);
		}
	}
}

static void test_sights(void **state)
{
	static const struct {
		enum privacy mode;
		enum privacy_sight plain, focus, uncovered, focus_uncovered;
	} rows[] = {
		{PRIVACY_OPEN, SIGHT_ALL, SIGHT_ALL, SIGHT_ALL, SIGHT_ALL},
		{PRIVACY_SPOTLIGHT, SIGHT_NONE, SIGHT_WORDS, SIGHT_NONE, SIGHT_ALL},
		{PRIVACY_VEIL, SIGHT_NONE, SIGHT_NONE, SIGHT_NONE, SIGHT_ALL},
		{PRIVACY_SEALED, SIGHT_NONE, SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		{PRIVACY_COUNT, SIGHT_NONE, SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(privacy_sight(rows[i].mode, false, false), rows[i].plain);
		assert_int_equal(privacy_sight(rows[i].mode, true, false), rows[i].focus);
		assert_int_equal(privacy_sight(rows[i].mode, false, true), rows[i].uncovered);
		assert_int_equal(privacy_sight(rows[i].mode, true, true), rows[i].focus_uncovered);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_the_strictest_wins),
		cmocka_unit_test(test_sights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

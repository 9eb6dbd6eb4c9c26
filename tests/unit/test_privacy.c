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
	/* With nothing, some words or all of it uncovered by a key. */
	static const struct {
		enum privacy mode;
		enum privacy_sight elsewhere[3], focus[3];
	} rows[] = {
		{PRIVACY_OPEN,
		 {SIGHT_ALL, SIGHT_ALL, SIGHT_ALL},
		 {SIGHT_ALL, SIGHT_ALL, SIGHT_ALL}},
		{PRIVACY_SPOTLIGHT,
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		 {SIGHT_WORDS, SIGHT_WORDS, SIGHT_ALL}},
		{PRIVACY_VEIL,
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		 {SIGHT_NONE, SIGHT_WORDS, SIGHT_ALL}},
		{PRIVACY_SEALED,
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE}},
		{PRIVACY_COUNT,
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE}},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (unsigned much = UNCOVERED_NOTHING; much <= UNCOVERED_ALL; much++) {
			enum privacy_uncovered uncovered = (enum privacy_uncovered)much;

			assert_int_equal(privacy_sight(rows[i].mode, false, uncovered),
					 rows[i].elsewhere[much]);
			assert_int_equal(privacy_sight(rows[i].mode, true, uncovered),
					 rows[i].focus[much]);
		}
	}
}

/* Whatever keys do, a stricter mode shows no more than a laxer one. */
static void test_stricter_shows_no_more(void **state)
{
	(void)state;
	for (unsigned lax = PRIVACY_OPEN; lax < PRIVACY_COUNT; lax++)
		for (unsigned strict = lax; strict <= PRIVACY_COUNT; strict++)
			for (unsigned much = UNCOVERED_NOTHING; much <= UNCOVERED_ALL; much++)
				for (int is_focus = 0; is_focus < 2; is_focus++)
					assert_true(privacy_sight((enum privacy)lax, is_focus,
								  (enum privacy_uncovered)much) <=
						    privacy_sight((enum privacy)strict, is_focus,
								  (enum privacy_uncovered)much));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_the_strictest_wins),
		cmocka_unit_test(test_sights),
		cmocka_unit_test(test_stricter_shows_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

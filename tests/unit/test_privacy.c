/* The modes, by a table written out: nothing is ever more open than what asks for the most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/model/privacy.h"
#include "core/model/settings.h"

static const enum privacy by_strictness[] = {PRIVACY_OPEN, PRIVACY_LINE, PRIVACY_SPOTLIGHT,
					     PRIVACY_VEIL, PRIVACY_SEALED};

static void test_names(void **state)
{
	const struct setting *row = setting_find(settings_engine_rows(), "screen_mode");
	enum privacy mode;

	(void)state;
	assert_int_equal(G_N_ELEMENTS(by_strictness), PRIVACY_COUNT);
	for (unsigned i = 0; i < PRIVACY_COUNT; i++) {
		assert_true(privacy_parse(privacy_name((enum privacy)i), &mode));
		assert_int_equal(mode, i);
		assert_int_equal(privacy_at(i), by_strictness[i]);
		assert_int_equal(privacy_strictness(by_strictness[i]), i);
		/* The setting's number is how strict it is. */
		assert_string_equal(row->words[i], privacy_name(by_strictness[i]));
	}
	assert_null(row->words[PRIVACY_COUNT]);
	assert_string_equal(row->initial, "line");
	assert_false(privacy_parse("Open", &mode));
	assert_false(privacy_parse("", &mode));
	assert_string_equal(privacy_name((enum privacy)99), "sealed");
	assert_int_equal(privacy_at(99), PRIVACY_SEALED);
	assert_true(row->can_lock);
}

/* What databases hold already keeps its meaning. */
static void test_stored_numbers(void **state)
{
	(void)state;
	assert_int_equal(PRIVACY_OPEN, 0);
	assert_int_equal(PRIVACY_SPOTLIGHT, 1);
	assert_int_equal(PRIVACY_VEIL, 2);
	assert_int_equal(PRIVACY_SEALED, 3);
	assert_int_equal(PRIVACY_LINE, 4);
}

static void test_the_strictest_wins(void **state)
{
	(void)state;
	for (unsigned a = 0; a < PRIVACY_COUNT; a++) {
		for (unsigned b = 0; b < PRIVACY_COUNT; b++) {
			enum privacy one = by_strictness[a], other = by_strictness[b];
			enum privacy both = privacy_strictest(one, other);

			assert_int_equal(both, a < b ? other : one);
			assert_int_equal(privacy_is_stricter(one, other), a > b);
			assert_int_equal(privacy_of_message(both, false), both);
			assert_int_equal(privacy_of_message(both, true), PRIVACY_SEALED);
		}
		assert_true(privacy_is_stricter(PRIVACY_COUNT, by_strictness[a]));
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
		{PRIVACY_LINE,
		 {SIGHT_NONE, SIGHT_NONE, SIGHT_NONE},
		 {SIGHT_NONE, SIGHT_ROW, SIGHT_ALL}},
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

/* Whatever keys do, a stricter mode shows no more than a laxer one; but the words of a spotlight
 * stay where the row of line was covered again. */
static void test_stricter_shows_no_more(void **state)
{
	(void)state;
	for (unsigned lax = 0; lax < PRIVACY_COUNT; lax++)
		for (unsigned strict = lax; strict < PRIVACY_COUNT; strict++)
			for (unsigned much = UNCOVERED_NOTHING; much <= UNCOVERED_ALL; much++)
				for (int is_focus = 0; is_focus < 2; is_focus++) {
					enum privacy a = by_strictness[lax];
					enum privacy b = by_strictness[strict];

					if (a == PRIVACY_LINE && b == PRIVACY_SPOTLIGHT &&
					    much == UNCOVERED_NOTHING)
						continue;
					assert_true(privacy_sight(a, is_focus,
								  (enum privacy_uncovered)much) <=
						    privacy_sight(b, is_focus,
								  (enum privacy_uncovered)much));
				}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stored_numbers),
		cmocka_unit_test(test_the_strictest_wins),
		cmocka_unit_test(test_sights),
		cmocka_unit_test(test_stricter_shows_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

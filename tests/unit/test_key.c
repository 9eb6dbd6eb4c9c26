#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tui/term/key.h"

static void expect_name(const char *name, const char *formatted)
{
	char out[KEY_NAME_BYTES];
	struct key key;

	if (!key_parse(name, &key))
		fail_msg("%s isn't a key", name);
	assert_string_equal(key_format(&key, out), formatted);
}

static void test_names(void **state)
{
	(void)state;
	expect_name("a", "a");
	expect_name("Ä", "Ä");
	expect_name("-", "-");
	expect_name("C--", "C--");
	expect_name("C-X", "C-x");
	expect_name("M-X", "M-X");
	expect_name("M-C-x", "C-M-x");
	expect_name("S-Tab", "S-Tab");
	expect_name("M-Enter", "M-Enter");
	expect_name("enter", "Enter");
	expect_name("C-i", "Tab");
	expect_name("C-m", "Enter");
	expect_name("C-M-m", "M-Enter");
	expect_name("C-BracketLeft", "Escape");
	expect_name("Space", "Space");
	expect_name("C-Space", "C-Space");
	expect_name("=", "Equal");
	expect_name("Semicolon", "Semicolon");
	expect_name("F1", "F1");
	expect_name("F12", "F12");
	expect_name("S-F12", "S-F12");
	expect_name("C-S-PageUp", "C-S-PageUp");
}

static void test_no_names(void **state)
{
	static const char *const bad[] = {"",   "C-",  "F13",  "ab",    "C-C-x", "S-a",
					  "X-a", "Hyper", " ", "C-ab", "\xff",	 "\n"};
	struct key key;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		if (key_parse(bad[i], &key))
			fail_msg("\"%s\" was taken for a key", bad[i]);
}

static void test_sequences(void **state)
{
	struct key keys[KEY_SEQUENCE_MAX];

	(void)state;
	assert_int_equal(key_parse_sequence("C-x", keys), 1);
	assert_int_equal(key_parse_sequence("  C-x   t M-Up ", keys), 3);
	assert_int_equal(keys[2].code, KC_UP);
	assert_int_equal(keys[2].mods, MOD_ALT);
	assert_int_equal(key_parse_sequence("a b c d", keys), 0);
	assert_int_equal(key_parse_sequence("a nope", keys), 0);
	assert_int_equal(key_parse_sequence("", keys), 0);
}

static void test_kinds(void **state)
{
	const struct key letter = {.code = KC_CHAR, .ch = 'x'};
	const struct key control = {.code = KC_CHAR, .ch = 'x', .mods = MOD_CTRL};
	const struct key up = {.code = KC_UP};
	const struct key focus = {.code = KC_FOCUS_IN};
	char out[KEY_NAME_BYTES];

	(void)state;
	assert_true(key_is_text(&letter));
	assert_false(key_is_text(&control));
	assert_false(key_is_text(&up));
	assert_true(key_is_key(&up));
	assert_false(key_is_key(&focus));
	assert_false(key_equal(&letter, &control));
	assert_true(key_equal(&up, &up));
	assert_string_equal(key_format(&focus, out), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

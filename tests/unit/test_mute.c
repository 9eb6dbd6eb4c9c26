/* What is muted, until when, and what breaks through. */
#include "tui/client/mute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tests/support/stage.h"

static void test_parse(void **state)
{
	static const char *const bad[] = {"8", "0h", "-1h", "8 h", "soon", "8hh", ""};
	GError *error = NULL;
	int64_t to;

	(void)state;
	assert_true(mute_parse("8h", 1000, &to, NULL));
	assert_int_equal(to, 1000 + 8 * STAGE_HOUR);
	assert_true(mute_parse(NULL, 1000, &to, NULL));
	assert_true(to == CONTACT_MUTED);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(mute_parse(bad[i], 1000, &to, &error));
		assert_true(error_is(error, ERROR_USAGE));
		g_clear_error(&error);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *body;
		bool is_named;
	} rows[] = {
		{"Ada, look", true},	   {"ask @ada!", true},	    {"(ADA)", true},
		{"ada", true},		   {"adamant", false},	    {"Canada", false},
		{"nobody", false},	   {"", false},		    {"canada ada", true},
		{"\xc3\xa4" "ada", false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (mute_is_named(rows[i].body, "ada@example.org") != rows[i].is_named)
			fail_msg("\"%s\"", rows[i].body);
	assert_true(mute_is_named("\xc3\x84" "da", "\xc3\xa4" "da"));
	assert_false(mute_is_named("ada", "@example.org"));
}

static void test_words(void **state)
{
	struct contact contact = {.muted_to = 0};

	(void)state;
	assert_null(mute_words(&contact, 1000));
	contact.muted_to = 1000;
	assert_null(mute_words(&contact, 1000));
	contact.muted_to = CONTACT_MUTED;
	{
		g_autofree char *words = mute_words(&contact, 1000);

		assert_string_equal(words, "muted");
	}
}

static void test_commands(void **state)
{
	struct stage *stage = stage_new(24, 80);
	struct contact *bob = fake_link_contact(stage->fake, "bob", "Bob");

	(void)state;
	stage_open(stage);
	stage_keys(stage, "C-x x");
	stage_type(stage, "mute");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "No conversation is open."));
	stage_keys(stage, "Enter C-x x");
	stage_type(stage, "mute 8h");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, ":unmute ends it"));
	assert_int_equal(bob->muted_to, stage->now + 8 * STAGE_HOUR);
	stage_keys(stage, "C-x x");
	stage_type(stage, "mute");
	stage_keys(stage, "Enter");
	assert_true(bob->muted_to == CONTACT_MUTED);
	assert_true(stage_shows(stage, "muted"));
	stage_keys(stage, "C-x x");
	stage_type(stage, "unmute");
	stage_keys(stage, "Enter");
	assert_int_equal(bob->muted_to, 0);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_commands),
	};

	if (!secret_start(NULL))
		return 1;
	g_setenv("TZ", "UTC", TRUE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

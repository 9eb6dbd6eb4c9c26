/* What the palette finds for some letters, from a conversation and from elsewhere. */
#include "tui/screen/pages/palette_find.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/secret.h"
#include "tests/support/stage.h"
#include "tui/screen/conversation/conversation.h"
#include "tui/screen/pages/contacts.h"
#include "tui/screen/pages/verify.h"

static struct stage *with_bob(void)
{
	struct stage *stage = stage_new(24, 80);

	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "hello");
	stage_open(stage);
	return stage;
}

/* The place of the command or setting NAME among what TYPED finds in a conversation; -1: none. */
static int place_of(struct stage *stage, const char *typed, const char *name)
{
	g_autoptr(GArray) found = palette_find(&stage->shell->host, &conversation_ops, typed);

	for (guint i = 0; i < found->len; i++)
		if (strcmp(g_array_index(found, struct found, i).name, name) == 0)
			return (int)i;
	return -1;
}

/* Words that people bring along, and where they lead; among the first three. */
static void test_synonyms(void **state)
{
	static const struct {
		const char *typed;
		const char *name;
	} rows[] = {
		{"attach", "send-file"}, {"delete", "erase"},	     {"exit", "quit"},
		{"members", "group"},	 {"disappearing", "timer"},  {"Disapp", "timer"},
		{"options", "set"},	 {"fingerprint", "verify"},  {"ban", "contact-block"},
	};
	struct stage *stage = with_bob();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int place = place_of(stage, rows[i].typed, rows[i].name);

		if (place < 0 || place > 2)
			fail_msg("%s: %s is at %d", rows[i].typed, rows[i].name, place);
	}
	stage_free(stage);
}

/* Each leads to a command that there is. */
static void test_synonyms_lead_somewhere(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	for (const struct synonym *row = palette_synonyms; row->word; row++)
		if (place_of(stage, row->word, row->command) < 0)
			fail_msg("%s leads to %s, which isn't there", row->word, row->command);
	stage_free(stage);
}

static void test_order(void **state)
{
	struct stage *stage = with_bob();
	int file, block;

	(void)state;
	/* By description: this conversation's first, then what holds everywhere. */
	file = place_of(stage, "send", "send-file");
	block = place_of(stage, "send", "contact-block");
	assert_in_range(file, 0, 3);
	assert_true(block > file);
	/* From the contact list the same command is one of another screen, and still found. */
	{
		g_autoptr(GArray) found =
			palette_find(&stage->shell->host, &contacts_ops, "send-file");

		assert_true(found->len > 0);
		assert_string_equal(g_array_index(found, struct found, 0).name, "send-file");
		assert_int_equal(g_array_index(found, struct found, 0).type, FOUND_ELSEWHERE);
	}
	/* People, by name and address; settings, by name and description; signs. */
	assert_int_equal(place_of(stage, "marsh", "Bob Marsh"), 0);
	assert_int_equal(place_of(stage, "bob", "Bob Marsh"), 0);
	assert_int_equal(place_of(stage, "time_for", "time_format"), 0);
	assert_true(place_of(stage, "seconds", "time_format") < 0);
	assert_true(place_of(stage, "how the time", "time_format") >= 0);
	assert_true(place_of(stage, "arrived", "✓") >= 0);
	stage_free(stage);
}

/* Without letters nothing of other screens, no setting and no sign. */
static void test_nothing_typed(void **state)
{
	struct stage *stage = with_bob();
	g_autoptr(GArray) found = palette_find(&stage->shell->host, &conversation_ops, "");

	(void)state;
	assert_int_equal(g_array_index(found, struct found, 0).type, FOUND_PERSON);
	assert_int_equal(g_array_index(found, struct found, 1).type, FOUND_HERE);
	for (guint i = 0; i < found->len; i++)
		assert_true(g_array_index(found, struct found, i).type <= FOUND_GLOBAL);
	stage_free(stage);
}

/* On the screen: what is chosen happens, and nothing found is said. */
static void test_on_the_screen(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	stage_keys(stage, "Enter C-o");
	stage_type(stage, "disappearing");
	assert_true(stage_shows(stage, "timer"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, "zzqqx");
	assert_true(stage_shows(stage, "Nothing is found for \"zzqqx\"."));
	stage_keys(stage, "Enter C-a C-k");
	stage_type(stage, "find-clear");
	assert_false(stage_shows(stage, "Nothing is found"));
	stage_keys(stage, "Enter");
	assert_ptr_equal(shell_top(stage->shell)->ops, &conversation_ops);
	stage_keys(stage, "C-o");
	stage_type(stage, "time_format");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, ":set time_format"));
	stage_keys(stage, "Escape C-o");
	stage_type(stage, "verify-history");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "holds in another screen"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_synonyms),
		cmocka_unit_test(test_synonyms_lead_somewhere),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_nothing_typed),
		cmocka_unit_test(test_on_the_screen),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

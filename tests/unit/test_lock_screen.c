/* The lock screen: what stands there, and what is there again behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/secret.h"
#include "tests/support/stage.h"
#include "tui/client/opening_ask.h"
#include "tui/screen/conversation/conversation.h"
#include "tui/screen/pages/contacts.h"

enum { ROWS = 24, COLS = 80 };

static struct stage *with_bob(void)
{
	struct stage *stage = stage_new(ROWS, COLS);

	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE,
			  "last words");
	stage_open(stage);
	return stage;
}

/* Locked from within a conversation: it is open again, once it is known which that was. */
static void test_the_conversation_is_back(void **state)
{
	struct stage *stage = with_bob();
	struct contact *carol = fake_link_contact(stage->fake, "carol", "Carol");
	struct contact *bob = stage->fake->contacts->pdata[0];

	(void)state;
	bob->added_at = 1000;
	carol->added_at = 2000;
	stage_event(stage, EVENT_CONTACT, "carol", NULL);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "last words"));
	stage_keys(stage, "C-x l");
	assert_false(stage_shows(stage, "Bob"));
	stage_open(stage);
	assert_ptr_equal(shell_top(stage->shell)->ops, &conversation_ops);
	assert_string_equal(stage->shell->host.current, "bob");
	/* From the list: the list. */
	stage_keys(stage, "F3 C-x l");
	stage_open(stage);
	assert_ptr_equal(shell_top(stage->shell)->ops, &contacts_ops);
	/* When it might be another one: the list. */
	stage_keys(stage, "Enter");
	carol->added_at = 1000;
	stage_keys(stage, "C-x l");
	stage_open(stage);
	assert_ptr_equal(shell_top(stage->shell)->ops, &contacts_ops);
	stage_free(stage);
}

/* What was typed wrong is counted where everybody sees it. */
static void test_wrong_passphrases_are_counted(void **state)
{
	const struct opening_ask ask = {
		.attempt = 2, .attempts = 3, .wrong = 4, .wait = 8, .why = "That isn't it."};
	struct stage *stage = stage_new(ROWS, COLS);

	(void)state;
	assert_false(stage_shows(stage, "wrong passphrase"));
	stage->shell->host.wrong = 1;
	assert_true(stage_shows(stage, "1 wrong passphrase since it was last open."));
	stage->shell->host.asking = &ask;
	assert_true(stage_shows(stage, "sotto is locked. Try 2 of 3, in 8 seconds."));
	assert_true(stage_shows(stage, "4 wrong passphrases since it was last open."));
	assert_true(stage_shows(stage, "That isn't it."));
	assert_true(stage_shows(stage, "╭─ sotto"));
	stage->shell->host.asking = NULL;
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_conversation_is_back),
		cmocka_unit_test(test_wrong_passphrases_are_counted),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

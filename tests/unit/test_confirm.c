/* What can't be undone: asked by one card, done by "yes" alone, and taken back in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/port/store_expiry.h"
#include "tests/support/stage.h"
#include "tui/client/loss.h"
#include "tui/screen/undo.h"

/* Bob's conversation, and another device of one's own. */
static struct stage *with_bob(void)
{
	struct stage *stage = stage_new_with_bob();

	fake_link_device(stage->fake, "ada", 815, TRUST_TRUSTED);
	stage_keys(stage, "Enter");
	return stage;
}

/* The acts, each by its command; what is posted once it is agreed to. */
static const struct act {
	const char *line;
	const char *asks;
	const char *asked;
	bool can_undo;
} acts[] = {
	{"contact-remove bob", "with 2 messages", "remove bob", true},
	{"erase", "Here 2 messages", "erase bob", false},
	{"contact-block bob", "(2 messages) stays", "talk bob", false},
	{"clock-confirm", "is erased then, for ever", "clock", false},
};

static void run(struct stage *stage, const char *line)
{
	stage_type(stage, ":");
	stage_type(stage, line);
	stage_keys(stage, "Enter");
}

static void answer(struct stage *stage, const char *word)
{
	stage_type(stage, word);
	stage_keys(stage, "Enter");
}

static void test_only_yes(void **state)
{
	static const char *const others[] = {"", "y", "no", "yes please", "ja"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		struct stage *stage = with_bob();

		for (size_t j = 0; j < G_N_ELEMENTS(others); j++) {
			run(stage, acts[i].line);
			assert_true(stage_shows(stage, acts[i].asks));
			answer(stage, others[j]);
			assert_true(stage_shows(stage, "Nothing was done."));
		}
		run(stage, acts[i].line);
		stage_keys(stage, "Escape");
		undo_flush(&stage->shell->host);
		assert_false(stage_asked(stage, acts[i].asked));
		run(stage, acts[i].line);
		answer(stage, " Yes ");
		assert_int_equal(stage_asked(stage, acts[i].asked), !acts[i].can_undo);
		undo_flush(&stage->shell->host);
		assert_true(stage_asked(stage, acts[i].asked));
		stage_free(stage);
	}
}

/* It is done at a lock, not forgotten; and in front of the lock. */
static void test_at_a_lock(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	run(stage, "contact-remove bob");
	answer(stage, "yes");
	assert_true(stage_shows(stage, "Bob isn't removed yet"));
	run(stage, "lock");
	assert_true(stage_asked(stage, "remove bob -\nlock"));
	stage_free(stage);
}

static void test_taking_back(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	run(stage, "contact-remove bob");
	answer(stage, "yes");
	run(stage, "undo");
	assert_true(stage_shows(stage, "Taken back"));
	run(stage, "undo");
	assert_true(stage_shows(stage, "Nothing can be taken back."));
	run(stage, "lock");
	assert_false(stage_asked(stage, "remove bob"));
	stage_free(stage);
}

/* A lock in front of the answer is no answer. */
static void test_a_lock_in_between(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	run(stage, "erase");
	stage_keys(stage, "C-x l");
	assert_false(stage_asked(stage, "erase bob"));
	stage_free(stage);
}

/* :erase is about the message in focus, and without one about the conversation. */
static void test_one_message(void **state)
{
	struct stage *stage = with_bob();

	(void)state;
	stage_keys(stage, "Escape Up");
	run(stage, "erase");
	assert_true(stage_shows(stage, "Erase Bob's message of Monday 23"));
	assert_true(stage_shows(stage, "keeps it"));
	answer(stage, "no");
	assert_false(stage_asked(stage, "erase bob"));
	run(stage, "erase message");
	answer(stage, "yes");
	assert_true(stage_asked(stage, "erase bob"));
	assert_true(stage_shows(stage, "The message is erased here."));
	run(stage, "erase conversation");
	assert_true(stage_shows(stage, "Erase the conversation with Bob?"));
	answer(stage, "no");
	stage_keys(stage, "Escape");
	run(stage, "erase message");
	assert_true(stage_shows(stage, "No message is in focus"));
	stage_free(stage);
}

/* What is erased among older messages leaves the view at these; what was in focus gives it on. */
static void test_erasing_stays(void **state)
{
	const struct event gone = {.type = EVENT_GONE, .address = (char *)"bob", .count = 1};
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_contact(stage->fake, "bob", NULL);
	for (int i = 1; i <= 300; i++) {
		g_autofree char *body = g_strdup_printf("number %d.", i);

		fake_link_message(stage->fake, "bob", DIRECTION_OUT, stage->now, body);
	}
	stage_open(stage);
	stage_keys(stage, "Enter Escape g");
	assert_true(stage_shows(stage, "number 1."));
	fake_link_drop(stage->fake, 1);
	shell_event(stage->shell, &gone);
	stage_keys(stage, "Down Up");
	assert_false(stage_shows(stage, "number 1."));
	assert_true(stage_shows(stage, "number 2."));
	assert_false(stage_shows(stage, "number 300."));
	/* The control: at the end it is the end. */
	stage_keys(stage, "G");
	assert_true(stage_shows(stage, "number 300."));
	stage_free(stage);
}

static void test_words(void **state)
{
	const struct store_held held = {12, 2}, one = {1, 0}, nothing = {0, 0};
	g_autofree char *many = loss_question(LOSS_CONTACT, "bob", NULL, &held);
	g_autofree char *single = loss_question(LOSS_MESSAGES, "bob", NULL, &one);

	(void)state;
	assert_string_equal(many, "Remove bob? The contact goes, with 12 messages, 2 of them not "
				  "sent yet.");
	assert_string_equal(single, "Erase the conversation with bob? Here 1 message and any "
				    "draft go, for ever.");
	assert_false(loss_asks(LOSS_FUTURE, &nothing));
	assert_true(loss_asks(LOSS_CONTACT, &nothing));
}

/* With Bob or the group "crew" in front: whom a command is about, by the job that it posts. */
static const struct named {
	const char *front;
	const char *line;
	const char *job; /* what begins one that is about whom LINE names; NULL: none */
	const char *never; /* what begins the one about who is in front */
} named[] = {
	{"bob", "contact-unblock carol", "talk carol", "talk bob"},
	{"bob", "contact-unblock nobody", "talk nobody", "talk bob"},
	{"bob", "contact-unblock", "talk bob", "talk carol"},
	{"bob", "contact-block carol", "talk carol", "talk bob"},
	{"bob", "contact-accept carol", "talk carol", "talk bob"},
	{"bob", "contact-decline carol", "talk carol", "talk bob"},
	{"bob", "contact-set typing on carol", "manner carol", "manner bob"},
	{"bob", "verify carol", "safety carol", "safety bob"},
	{"bob", "verify nobody", NULL, "safety bob"},
	{"bob", "mute carol", NULL, "mute bob"},
	{"bob", "mode carol veil", NULL, "privacy bob"},
	{"bob", "erase carol", NULL, "erase bob"},
	{"bob", "repair carol", NULL, "repair bob"},
	{"#crew", "group leave", "group-act #crew", "group-act #den"},
	{"#crew", "group leave #den", "group-act #den", "group-act #crew"},
	{"#crew", "group leave  #den ", "group-act #den", "group-act #crew"},
	{"#crew", "group leave #nobody", NULL, "group-act"},
	{"#crew", "group leave carol", NULL, "group-act"},
	{"#crew", "group leave #den #crew", NULL, "group-act"},
	{"#crew", "group list #den", "group #den", "group-act"},
	{"#crew", "group add carol", "group-act #crew", "group-act #den"},
	{"#crew", "group add #den carol", "group-act #den", "group-act #crew"},
	{"#crew", "group remove #den carol", "group-act #den", "group-act #crew"},
	{"#crew", "group remove #nobody carol", NULL, "group-act"},
	{"#crew", "group add carol #den", NULL, "group-act"},
	{"#crew", "group create new #den", NULL, "group-act"},
};

static bool has_posted(const struct stage *stage, const char *job)
{
	g_autofree char *line = g_strdup_printf("\n%s ", job);

	return strstr(stage->fake->record->str, line) != NULL;
}

static void test_the_name_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
		struct stage *stage = stage_new(24, 80);
		g_autofree char *open = g_strdup_printf("open %s", named[i].front);

		fake_link_contact(stage->fake, "bob", "Bob");
		fake_link_contact(stage->fake, "carol", NULL);
		fake_link_contact(stage->fake, "#crew", NULL)->kind = CONTACT_GROUP;
		fake_link_contact(stage->fake, "#den", NULL)->kind = CONTACT_GROUP;
		stage_open(stage);
		run(stage, open);
		assert_string_equal(stage->shell->host.current, named[i].front);
		g_string_assign(stage->fake->record, "\n");
		run(stage, named[i].line);
		answer(stage, "yes");
		undo_flush(&stage->shell->host);
		fake_link_settle(stage->fake);
		if (has_posted(stage, named[i].never) ||
		    (named[i].job && !has_posted(stage, named[i].job)))
			fail_msg("%s: %s", named[i].line, stage->fake->record->str);
		stage_free(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_yes),
		cmocka_unit_test(test_at_a_lock),
		cmocka_unit_test(test_taking_back),
		cmocka_unit_test(test_a_lock_in_between),
		cmocka_unit_test(test_one_message),
		cmocka_unit_test(test_erasing_stays),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_the_name_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

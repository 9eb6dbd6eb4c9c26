#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tests/support/stage.h"
#include "tui/screen/conversation/conversation.h"

enum { ROWS = 24, COLS = 80 };

static void test_what_is_drawn_becomes_read_once(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	assert_int_equal(stage->unread, 2);
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "read bob"));
	assert_true(stage_shows(stage, "first words"));
	assert_true(stage_asked(stage, "read bob"));
	assert_int_equal(stage->unread, 0);
	g_string_truncate(stage->fake->record, 0);
	assert_true(stage_shows(stage, "last words"));
	assert_false(stage_asked(stage, "read bob"));
	stage_free(stage);
}

/* What was sent comes back with a key, also when the conversation was left; not when it is gone. */
static void test_typed_lines_come_back(void **state)
{
	const struct event gone = {.type = EVENT_GONE, .address = (char *)"bob", .count = 1};
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, "sent before");
	stage_keys(stage, "Enter F3 Enter Up");
	assert_true(stage_shows(stage, "› sent before"));
	stage_keys(stage, "Down F3");
	shell_event(stage->shell, &gone);
	stage_keys(stage, "Enter Up");
	assert_false(stage_shows(stage, "› sent before"));
	stage_free(stage);
}

/* Without the focus nothing is read: the owner doesn't call shell_drawn(). */
static void test_what_nobody_looks_at_stays_unread(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	shell_draw(stage->shell, stage->grid);
	assert_false(stage_asked(stage, "read bob"));
	stage_free(stage);
}

static void test_sending(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "send bob"));
	stage_type(stage, "hello");
	stage_keys(stage, "C-j");
	stage_type(stage, "again");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob hello\nagain\n"));
	assert_true(stage_shows(stage, "hello"));
	assert_true(stage_shows(stage, "Write to Bob"));
	stage_free(stage);
}

/* It isn't sent, and stays for what may follow. */
static void test_nothing_to_see(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, "  \xc2\xa0\xe2\x80\x8b");
	stage_keys(stage, "C-j Enter C-x e");
	assert_false(stage_asked(stage, "send bob"));
	stage_type(stage, "x");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob   \xc2\xa0\xe2\x80\x8b\nx\n"));
	stage_free(stage);
}

static void test_refused_words_come_back(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage->fake->fail = "Refused for trust.";
	stage_type(stage, "precious words");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Refused for trust."));
	assert_true(stage_shows(stage, "precious words"));
	stage_free(stage);
}

static void test_a_paste_is_one_draft(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_paste(stage, "one\ntwo\nthree");
	assert_false(stage_asked(stage, "send"));
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob one\ntwo\nthree\n"));
	stage_free(stage);
}

static void test_drafts_are_kept(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, "half a tho");
	stage_keys(stage, "F3");
	assert_true(stage_asked(stage, "draft bob half a tho\n"));
	g_string_truncate(stage->fake->record, 0);
	stage_event(stage, EVENT_CONTACT, "bob", NULL);
	assert_true(stage_shows(stage, "draft half a tho"));
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "half a tho"));
	/* Nothing has changed, nothing is written. */
	stage_keys(stage, "F3");
	assert_false(stage_asked(stage, "draft bob"));
	stage_free(stage);
}

static void file_event(struct stage *stage, const char *address, unsigned count)
{
	struct event event = {.type = EVENT_FILE, .address = (char *)address, .text = (char *)"f1",
			      .count = count};

	shell_event(stage->shell, &event);
}

static void test_a_file_shows_how_far_it_is(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	file_event(stage, "carol", 40);
	assert_false(stage_shows(stage, "%"));
	file_event(stage, "bob", 40);
	assert_true(stage_shows(stage, "████████░░░░░░░░░░░░ 40 %  sending a file"));
	file_event(stage, "bob", 100);
	assert_false(stage_shows(stage, "%"));
	/* Without a broker there are no files, and that is said. */
	stage_keys(stage, "M-x");
	stage_type(stage, "send-file /etc/hostname");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "There are no files here."));
	stage_free(stage);
}

static void test_locking_leaves_nothing(void **state)
{
	struct stage *stage = stage_new_with_bob();
	const char *draft;
	const char *lock;

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, "half a secret");
	stage_keys(stage, "C-x l");
	draft = strstr(stage->fake->record->str, "draft bob half a secret\n");
	lock = strstr(stage->fake->record->str, "lock - key\n");
	assert_non_null(draft);
	assert_non_null(lock);
	assert_true(draft < lock);
	assert_int_equal(stage->wipes, 1);
	assert_false(stage_shows(stage, "secret"));
	assert_false(stage_shows(stage, "words"));
	assert_false(stage_shows(stage, "Bob"));
	assert_false(stage_shows(stage, "ada"));
	/* Events that were on their way don't show, keys don't reach what isn't there. */
	stage_message(stage, "bob", "late words");
	stage_event(stage, EVENT_NOTICE, NULL, "Bob did something.");
	stage_keys(stage, "C-o x F1 : M-x");
	assert_false(stage_shows(stage, "words"));
	assert_false(stage_shows(stage, "Bob"));
	assert_true(stage_shows(stage, "Locked"));
	stage_keys(stage, "Enter");
	assert_int_equal(stage->unlocks, 1);
	stage_open(stage);
	assert_true(stage_shows(stage, "Bob"));
	stage_free(stage);
}

static void test_the_engine_may_lock(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_event(stage, EVENT_LOCKED, NULL, "hangup");
	assert_true(stage_shows(stage, "Locked"));
	assert_false(stage_shows(stage, "words"));
	stage_free(stage);
}

static void test_states_show(void **state)
{
	struct stage *stage = stage_new_with_bob();
	struct message *message =
		fake_link_message(stage->fake, "bob", DIRECTION_OUT, stage->now, "mine");
	struct event event = {.type = EVENT_STATE, .message = message};

	(void)state;
	message->state = STATE_QUEUED;
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "⋯"));
	message->state = STATE_READ;
	assert_true(shell_event(stage->shell, &event));
	assert_true(stage_shows(stage, "✓✓"));
	stage_free(stage);
}

/* Each has its own, one minute after the other, and seconds where they are wanted. */
static void test_every_message_has_its_time(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - 30000, "one");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "two");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "14:29        ├ one"));
	assert_true(stage_shows(stage, "14:30        ├ two"));
	assert_false(stage_shows(stage, "14:29:30"));
	assert_true(settings_set(stage->settings, "time_seconds", "on", SETTING_FILE, NULL));
	assert_true(stage_shows(stage, "14:29:30        ├ one"));
	assert_true(stage_shows(stage, "14:30:00        ├ two"));
	stage_free(stage);
}

static void test_others_messages_dont_disturb(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	fake_link_contact(stage->fake, "eve", NULL);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "last words"));
	stage_message(stage, "eve", "psst, are you awake");
	assert_false(stage_shows(stage, "are you awake"));
	assert_true(stage_shows(stage, "1 unread"));
	stage_keys(stage, "M-u");
	assert_true(stage_shows(stage, "are you awake"));
	assert_false(stage_shows(stage, "last words"));
	stage_free(stage);
}

static void test_scrolling_to_the_oldest(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);

	(void)state;
	fake_link_contact(stage->fake, "bob", NULL);
	for (int i = 0; i < 2000; i++) {
		g_autofree char *body = g_strdup_printf("number %d.", i);

		fake_link_message(stage->fake, "bob", DIRECTION_OUT, i * 1000, body);
	}
	stage_open(stage);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "number 1999."));
	for (int i = 0; i < 300 && !stage_shows(stage, "number 0."); i++)
		stage_keys(stage, "PageUp");
	assert_true(stage_shows(stage, "number 0."));
	/* What comes meanwhile doesn't move what is read. */
	stage_message(stage, "bob", "at the end");
	assert_true(stage_shows(stage, "number 0."));
	stage_keys(stage, "C-x >");
	assert_true(stage_shows(stage, "at the end"));
	stage_keys(stage, "C-x <");
	assert_true(stage_shows(stage, "number 0."));
	stage_free(stage);
}

/* It stands at its end then, too. */
static void test_what_comes_while_it_opens(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);
	const struct key enter = {.code = KC_ENTER};

	(void)state;
	fake_link_contact(stage->fake, "bob", "Bob");
	for (int i = 0; i < 200; i++) {
		g_autofree char *body = g_strdup_printf("number %d", i);

		fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_HOUR, body)
			->read_at = 1;
	}
	stage_open(stage);
	shell_key(stage->shell, &enter);
	stage_message(stage, "bob", "late");
	assert_true(stage_shows(stage, "number 199"));
	assert_true(stage_shows(stage, "late"));
	assert_false(stage_shows(stage, "older messages"));
	stage_message(stage, "bob", "later");
	assert_true(stage_shows(stage, "later"));
	stage_free(stage);
}

static void test_find_walks(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);

	(void)state;
	fake_link_contact(stage->fake, "bob", NULL);
	for (int i = 0; i < 900; i++) {
		g_autofree char *body = g_strdup_printf("%s %d.", i % 300 ? "hay" : "needle", i);

		fake_link_message(stage->fake, "bob", DIRECTION_OUT, i * 1000, body);
	}
	stage_open(stage);
	stage_keys(stage, "Enter C-s");
	stage_type(stage, "needle");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "needle 600."));
	assert_true(stage_shows(stage, "1 of 3"));
	stage_keys(stage, "n n");
	assert_true(stage_shows(stage, "needle 0."));
	stage_keys(stage, "n");
	assert_true(stage_shows(stage, "Nothing older was found."));
	stage_keys(stage, "N");
	assert_true(stage_shows(stage, "needle 300."));
	stage_free(stage);
}

static void test_search_opens_the_place(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "/");
	stage_type(stage, "first");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "1 found"));
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "▸"));
	/* Leaving goes back to the results. */
	stage_keys(stage, "F3");
	assert_true(stage_shows(stage, "1 found"));
	stage_keys(stage, "Escape");
	assert_true(stage_shows(stage, "Contacts"));
	stage_free(stage);
}

static void test_the_command_line(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, ":");
	stage_type(stage, "nonsense");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "nonsense"));
	stage_keys(stage, ":");
	stage_type(stage, "set th");
	stage_keys(stage, "Tab");
	stage_type(stage, "li");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, ":set theme light"));
	stage_keys(stage, "Enter");
	/* The rest of the line is the value; one word in quotes is what they hold. */
	stage_keys(stage, ":");
	stage_type(stage, "set theme echo \"$SOTTO_TITLE\"  >>x");
	stage_keys(stage, "Enter");
	assert_string_equal(settings_text(stage->settings, "theme"),
			    "echo \"$SOTTO_TITLE\"  >>x");
	stage_keys(stage, ":");
	stage_type(stage, "set theme 'a b'");
	stage_keys(stage, "Enter");
	assert_string_equal(settings_text(stage->settings, "theme"), "a b");
	stage_keys(stage, ":");
	stage_type(stage, "op bo");
	stage_keys(stage, "Escape");
	assert_false(stage_shows(stage, ":op"));
	stage_keys(stage, ":");
	stage_type(stage, "open Bob");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "last words"));
	assert_string_equal(stage->shell->host.current, "bob");
	stage_free(stage);
}

static void test_adding_somebody(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "a");
	stage_type(stage, "carol Carol from next door");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "add carol"));
	assert_true(stage_shows(stage, "No messages yet."));
	assert_true(stage_shows(stage, "Carol from next door"));
	stage_keys(stage, "M-x");
	stage_type(stage, "add ../etc");
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "add ../etc"));
	stage_free(stage);
}

static void test_the_palette_goes_there(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	fake_link_contact(stage->fake, "carol", NULL);
	stage_event(stage, EVENT_CONTACT, "carol", NULL);
	stage_keys(stage, "C-o");
	stage_type(stage, "crl");
	stage_keys(stage, "Enter");
	assert_string_equal(stage->shell->host.current, "carol");
	stage_keys(stage, "C-o");
	stage_type(stage, "help");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Everywhere"));
	stage_keys(stage, "q");
	stage_keys(stage, "C-o Escape");
	assert_false(stage_shows(stage, "Go to"));
	stage_free(stage);
}

static void test_any_size(void **state)
{
	struct stage *stage = stage_new_with_bob();
	static const char *const doings[] = {"Enter", "Escape Up", "C-o",   "Escape F1",
					     "q F4",  "q C-x x",   "Escape"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(doings); i++) {
		stage_keys(stage, doings[i]);
		for (int rows = 1; rows < 30; rows += 3) {
			for (int cols = 1; cols < 140; cols += 7) {
				grid_resize(stage->grid, rows, cols);
				shell_draw(stage->shell, stage->grid);
				shell_drawn(stage->shell);
			}
		}
		grid_resize(stage->grid, ROWS, COLS);
	}
	stage_free(stage);
}

/* Who watches the terminal may raise the mode; the line about it stands on the lock screen too. */
static void test_a_floor(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	assert_int_equal(host_privacy(&stage->shell->host, "bob"), PRIVACY_OPEN);
	assert_true(shell_set_floor(stage->shell, PRIVACY_VEIL, "This terminal is recorded."));
	assert_false(shell_set_floor(stage->shell, PRIVACY_VEIL, "This terminal is recorded."));
	assert_int_equal(host_privacy(&stage->shell->host, "bob"), PRIVACY_VEIL);
	assert_true(stage_shows(stage, "This terminal is recorded."));
	stage_keys(stage, "C-x l");
	assert_true(stage_shows(stage, "This terminal is recorded."));
	assert_true(shell_set_floor(stage->shell, PRIVACY_OPEN, NULL));
	assert_false(stage_shows(stage, "This terminal is recorded."));
	stage_free(stage);
}

static void test_closing_while_answers_are_out(void **state)
{
	struct stage *stage = stage_new_with_bob();
	struct key enter = {.code = KC_ENTER};

	(void)state;
	shell_key(stage->shell, &enter);
	shell_lock(stage->shell, "idle");
	fake_link_settle(stage->fake);
	assert_true(stage_shows(stage, "Locked"));
	stage_free(stage);
}

/* As it is now, while answers are out. */
static bool shows_meanwhile(struct stage *stage, const char *text)
{
	char *picture;
	bool is_there;

	shell_draw(stage->shell, stage->grid);
	picture = grid_print(stage->grid);
	is_there = strstr(picture, text) != NULL;
	plain_free(picture);
	return is_there;
}

/* Not before the engine has said that its keys are gone; and nothing is asked for meanwhile. */
static void test_locked_is_said_when_it_is_so(void **state)
{
	struct stage *stage = stage_new_with_bob();
	struct key enter = {.code = KC_ENTER};

	(void)state;
	shell_lock(stage->shell, "idle");
	assert_true(shows_meanwhile(stage, "Locking"));
	assert_false(shows_meanwhile(stage, "Locked"));
	shell_key(stage->shell, &enter);
	assert_int_equal(stage->unlocks, 0);
	fake_link_settle(stage->fake);
	assert_false(shows_meanwhile(stage, "Locking"));
	assert_true(shows_meanwhile(stage, "Locked"));
	shell_key(stage->shell, &enter);
	assert_int_equal(stage->unlocks, 1);
	stage_free(stage);
}

/* Who was never heard of sends no receipt; once anything came of them it isn't said. */
static void test_no_receipt_yet(void **state)
{
	static const char said[] = "no receipt before they add or answer you";

	(void)state;
	for (int heard = 0; heard < 3; heard++) {
		struct stage *stage = stage_new(24, 80);
		struct message *sent;

		fake_link_contact(stage->fake, "bob", "Bob");
		sent = fake_link_message(stage->fake, "bob", DIRECTION_OUT, stage->now, "hello");
		sent->state = heard == 1 ? STATE_DELIVERED : STATE_SENT;
		if (heard == 2)
			fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "hm");
		stage_open(stage);
		stage_keys(stage, "Enter");
		assert_int_equal(stage_shows(stage, said), heard == 0);
		stage_free(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_receipt_yet),
		cmocka_unit_test(test_what_is_drawn_becomes_read_once),
		cmocka_unit_test(test_typed_lines_come_back),
		cmocka_unit_test(test_what_nobody_looks_at_stays_unread),
		cmocka_unit_test(test_sending),
		cmocka_unit_test(test_nothing_to_see),
		cmocka_unit_test(test_refused_words_come_back),
		cmocka_unit_test(test_a_paste_is_one_draft),
		cmocka_unit_test(test_drafts_are_kept),
		cmocka_unit_test(test_locking_leaves_nothing),
		cmocka_unit_test(test_the_engine_may_lock),
		cmocka_unit_test(test_states_show),
		cmocka_unit_test(test_every_message_has_its_time),
		cmocka_unit_test(test_others_messages_dont_disturb),
		cmocka_unit_test(test_scrolling_to_the_oldest),
		cmocka_unit_test(test_what_comes_while_it_opens),
		cmocka_unit_test(test_find_walks),
		cmocka_unit_test(test_search_opens_the_place),
		cmocka_unit_test(test_the_command_line),
		cmocka_unit_test(test_adding_somebody),
		cmocka_unit_test(test_the_palette_goes_there),
		cmocka_unit_test(test_any_size),
		cmocka_unit_test(test_a_file_shows_how_far_it_is),
		cmocka_unit_test(test_a_floor),
		cmocka_unit_test(test_closing_while_answers_are_out),
		cmocka_unit_test(test_locked_is_said_when_it_is_so),
	};

	if (!secret_start(NULL))
		return 1;
	g_setenv("TZ", "UTC", TRUE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

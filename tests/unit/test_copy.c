/* Copying words and links out of the screen: what may be, what is asked first, and as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tests/support/stage.h"
#include "tui/observe/copy.h"
#include "tui/observe/watch.h"
#include "tui/screen/conversation/conversation.h"

enum { ROWS = 24, COLS = 80 };

static struct watch watches[] = {
	{.verdict = WATCH_CLEAR},
	{.verdict = WATCH_WATCHED},
	{.verdict = WATCH_UNKNOWN},
	{.verdict = WATCH_RECORDED},
};

/* -- the gate -------------------------------------------------------------------------------- */

/* One thing against it is enough, whatever else holds. */
static void test_gate(void **state)
{
	struct message message = {.kind = KIND_TEXT, .body = (char *)"words"};
	unsigned allowed = 0;

	(void)state;
	for (unsigned bits = 0; bits < 8; bits++) {
		message.sealed = bits & 1;
		message.view_once = bits & 2;
		message.kind = bits & 4 ? KIND_UNREADABLE : KIND_TEXT;
		for (int privacy = 0; privacy <= PRIVACY_COUNT; privacy++) {
			for (int watch = -1; watch < (int)G_N_ELEMENTS(watches); watch++) {
				for (int choice = COPY_YES; choice <= COPY_NO; choice++) {
					const struct copy_case about = {
						.message = &message,
						.privacy = (enum privacy)privacy,
						.watch = watch < 0 ? NULL : &watches[watch],
						.choice = (enum copy_choice)choice,
					};
					bool may = !bits && choice != COPY_NO && watch >= 0 &&
						   watch <= 1 && privacy != PRIVACY_VEIL &&
						   privacy != PRIVACY_SEALED &&
						   privacy != PRIVACY_COUNT;

					assert_int_equal(copy_refusal(&about) == NULL, may);
					allowed += may;
				}
			}
		}
	}
	assert_int_equal(allowed, 2 * 2 * 3);
}

static void test_its_time_is_over(void **state)
{
	struct message message = {.kind = KIND_TEXT, .body = (char *)"words", .expires_at = 5000};
	struct copy_case about = {.message = &message, .watch = &watches[0], .now = 4999};

	(void)state;
	assert_null(copy_refusal(&about));
	about.now = 5000;
	assert_string_equal(copy_refusal(&about), "Its time is over.");
}

static void test_asks(void **state)
{
	struct message message = {.kind = KIND_TEXT, .body = (char *)"words"};
	struct copy_case about = {.message = &message, .choice = COPY_ASK};

	(void)state;
	assert_true(copy_asks_for_place(&about, COPY_CLIPBOARD));
	assert_false(copy_asks_for_place(&about, COPY_TMUX));
	about.choice = COPY_YES;
	assert_false(copy_asks_for_place(&about, COPY_CLIPBOARD));
	assert_false(copy_asks_for_timer(&about));
	message.expire_seconds = 60;
	assert_true(copy_asks_for_timer(&about));
	message.expire_seconds = 0;
	message.expires_at = 1;
	assert_true(copy_asks_for_timer(&about));
}

/* What is pasted is what could be seen, and ends where that ends. */
static void test_text(void **state)
{
	static const struct { const char *text, *copied; } cases[] = {
		{"one\ntwo", "one\ntwo"},
		{"one\r\ntwo", "one\ntwo"},
		{"rm -rf /\n", "rm -rf /"},
		{"rm -rf /\r", "rm -rf /‹U+000D›"},
		{"a \t\n \u00a0\n", "a"},
		{"\033]52;c;eA==\a", "‹U+001B›]52;c;eA==‹U+0007›"},
		{"\033[201~ls\n", "‹U+001B›[201~ls"},
		{"gpj.\u202eexe", "gpj.‹U+202E›exe"},
		{"a\u200bb\u2066c", "a‹U+200B›b‹U+2066›c"},
		{"a\tb", "a    b"},
		{"\u2764\ufe0f", "\u2764\ufe0f"},
		{"  as it stands", "  as it stands"},
		{"\n\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *copied = copy_text(cases[i].text, strlen(cases[i].text));

		if (strcmp(copied, cases[i].copied) != 0)
			fail_msg("case %zu: %s", i, copied);
		plain_free(copied);
	}
}

static void test_length(void **state)
{
	g_autofree char *text = g_strnfill(COPY_BYTES_MAX + 1, 'x');

	(void)state;
	assert_non_null(copy_text_refusal(text, COPY_TMUX));
	text[COPY_BYTES_MAX] = '\0';
	assert_null(copy_text_refusal(text, COPY_TMUX));
	assert_non_null(copy_text_refusal(text, COPY_CLIPBOARD));
	text[COPY_CLIPBOARD_MAX] = '\0';
	assert_null(copy_text_refusal(text, COPY_CLIPBOARD));
	assert_non_null(copy_text_refusal("", COPY_TMUX));
}

/* -- keys ------------------------------------------------------------------------------------ */

static void set(struct stage *stage, const char *name, const char *value)
{
	assert_true(settings_set(stage->settings, name, value, SETTING_FILE, NULL));
}

/* Open, among Bob's messages, the last of which has BODY. */
static struct stage *with(const char *mode, enum copy_place place, const char *body)
{
	struct stage *stage = stage_new(ROWS, COLS);

	set(stage, "screen_mode", mode);
	stage->place = place;
	stage->shell->host.watch = &watches[WATCH_CLEAR];
	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_OUT, stage->now - STAGE_HOUR,
			  "mine, http://mine.org");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE, body)
		->read_at = stage->now;
	stage_open(stage);
	stage_keys(stage, "Enter Escape");
	g_free(stage_print(stage, false));
	return stage;
}

static void test_key(void **state)
{
	struct stage *stage = with("open", COPY_TMUX, "hello \033[0m\nthere\n");

	(void)state;
	stage_keys(stage, "y");
	assert_string_equal(stage->copied, "hello ‹U+001B›[0m\nthere");
	assert_int_equal(stage->copied_seq, 2);
	stage_keys(stage, "Up y");
	assert_string_equal(stage->copied, "mine, http://mine.org");
	/* The command too; without a focus it takes the newest. */
	stage_keys(stage, "i");
	stage_type(stage, ":copy");
	stage_keys(stage, "Enter");
	assert_int_equal(stage->copies, 3);
	assert_string_equal(stage->copied, "hello ‹U+001B›[0m\nthere");
	stage_free(stage);
}

static void test_asks_once(void **state)
{
	struct stage *stage = with("open", COPY_CLIPBOARD, "hello");

	(void)state;
	stage_keys(stage, "y");
	assert_true(stage_shows(stage, "your terminal's clipboard"));
	stage_keys(stage, "Escape");
	assert_true(stage_shows(stage, "Nothing was copied."));
	assert_string_equal(settings_text(stage->settings, "copy"), "ask");
	stage_keys(stage, "y y");
	assert_int_equal(stage->copies, 1);
	assert_string_equal(settings_text(stage->settings, "copy"), "yes");
	stage_keys(stage, "y");
	assert_int_equal(stage->copies, 2);
	set(stage, "copy", "ask");
	stage_keys(stage, "y n y");
	assert_string_equal(settings_text(stage->settings, "copy"), "no");
	assert_true(stage_shows(stage, "Copying is off"));
	assert_int_equal(stage->copies, 2);
	stage_free(stage);
}

static void test_timer_asks_each_time(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);
	struct message *message;

	(void)state;
	stage->place = COPY_TMUX;
	stage->shell->host.watch = &watches[WATCH_CLEAR];
	fake_link_contact(stage->fake, "bob", "Bob");
	message = fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "hello");
	message->expire_seconds = 3600;
	stage_open(stage);
	stage_keys(stage, "Enter Escape y");
	assert_int_equal(stage->copies, 0);
	assert_true(stage_shows(stage, "This message has a timer"));
	assert_false(stage_shows(stage, "your terminal's clipboard"));
	stage_keys(stage, "n");
	assert_int_equal(stage->copies, 0);
	stage_keys(stage, "y y");
	assert_int_equal(stage->copies, 1);
	stage_keys(stage, "y");
	assert_int_equal(stage->copies, 1);
	assert_string_equal(settings_text(stage->settings, "copy"), "ask");
	stage_free(stage);
}

/* Between the question and the answer somebody began to record. */
static void test_recorded_meanwhile(void **state)
{
	struct stage *stage = with("open", COPY_CLIPBOARD, "hello");

	(void)state;
	stage_keys(stage, "y");
	stage->shell->host.watch = &watches[WATCH_RECORDED];
	stage_keys(stage, "y");
	assert_int_equal(stage->copies, 0);
	assert_true(stage_shows(stage, "This terminal is recorded"));
	stage->shell->host.watch = NULL;
	stage_keys(stage, "y o");
	assert_int_equal(stage->copies, 0);
	assert_true(stage_shows(stage, "isn't known"));
	stage_free(stage);
}

static void test_refused(void **state)
{
	static const char *const modes[] = {"veil", "sealed"};
	struct stage *stage;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		stage = with(modes[i], COPY_TMUX, "http://x.org");
		stage_keys(stage, "y");
		assert_true(stage_shows(stage, "Nothing is copied in the modes"));
		stage_keys(stage, "r o 1");
		assert_int_equal(stage->copies, 0);
		stage_free(stage);
	}
	stage = with("open", COPY_NOWHERE, "http://x.org");
	stage_keys(stage, "y");
	assert_true(stage_shows(stage, "This is a stage."));
	stage_free(stage);
}

/* -- links ----------------------------------------------------------------------------------- */

static void test_links(void **state)
{
	struct stage *stage =
		with("open", COPY_TMUX, "see http://one.org/a-b, http://two.org");

	(void)state;
	stage_keys(stage, "o");
	assert_true(stage_shows(stage, "1http://mine.org"));
	assert_true(stage_shows(stage, "see2http://one.org/a-b,3http://two.org"));
	assert_true(stage_shows(stage, "a digit copies that link"));
	stage_keys(stage, "4");
	assert_true(stage_shows(stage, "No link in sight has that digit."));
	stage_keys(stage, "2");
	assert_string_equal(stage->copied, "http://one.org/a-b");
	assert_int_equal(stage->copied_seq, 2);
	assert_false(stage_shows(stage, "1http://mine.org"));
	stage_keys(stage, "o Escape");
	assert_false(stage_shows(stage, "1http://mine.org"));
	/* A digit means nothing here now, and begins the box; so does a letter while they stand. */
	stage_keys(stage, "1");
	assert_true(stage_shows(stage, "› 1"));
	stage_keys(stage, "Backspace Escape o x");
	assert_true(stage_shows(stage, "› x"));
	assert_false(stage_shows(stage, "1http://mine.org"));
	assert_int_equal(stage->copies, 1);
	stage_free(stage);
}

/* They keep their digits, whatever comes; and go with the words that they stand in. */
static void test_links_stay(void **state)
{
	struct stage *stage = with("open", COPY_TMUX, "see http://one.org");

	(void)state;
	stage_keys(stage, "o");
	stage_message(stage, "bob", "http://new.org");
	stage_keys(stage, "2");
	assert_string_equal(stage->copied, "http://one.org");
	stage_keys(stage, "o");
	assert_true(stage_shows(stage, "3http://new.org"));
	stage_event(stage, EVENT_GONE, "bob", NULL);
	stage_keys(stage, "2");
	assert_int_equal(stage->copies, 1);
	stage_free(stage);
}

static void test_many(void **state)
{
	g_autoptr(GString) body = g_string_new("http://x.org/1");
	struct stage *stage;

	(void)state;
	for (int i = 2; i <= 12; i++)
		g_string_append_printf(body, "\nhttp://x.org/%d", i);
	stage = with("open", COPY_TMUX, body->str);
	stage_keys(stage, "o");
	assert_true(stage_shows(stage, "The lowest 9 of 13 links"));
	stage_keys(stage, "9");
	assert_string_equal(stage->copied, "http://x.org/12");
	stage_keys(stage, "o 1");
	assert_string_equal(stage->copied, "http://x.org/4");
	stage_free(stage);
}

/* Only the row that stands there: what is veiled has no digit, and nothing says what is there. */
static void test_line(void **state)
{
	struct stage *stage =
		with("line", COPY_TMUX, "see http://one.org\nand http://two.org too");

	(void)state;
	stage_keys(stage, "o");
	assert_true(stage_shows(stage, "No link is in sight."));
	stage_keys(stage, "r");
	assert_true(stage_shows(stage, "http://two.org"));
	stage_keys(stage, "o 2");
	assert_string_equal(stage->copied, "http://two.org");
	stage_keys(stage, "r r");
	stage_free(stage);

	stage = with("line", COPY_TMUX, "see http://one.org\nand http://two.org too");
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "see http://one.org"));
	stage_keys(stage, "o");
	assert_true(stage_shows(stage, "see1http://one.org"));
	stage_keys(stage, "2");
	assert_int_equal(stage->copies, 0);
	/* Covered again meanwhile. */
	stage->now += STAGE_MINUTE;
	stage_keys(stage, "1");
	assert_int_equal(stage->copies, 0);
	assert_true(stage_shows(stage, "It is covered again"));
	stage_free(stage);
}

/* What is sealed or shown once has none, in whatever mode. */
static void test_sealed(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);

	(void)state;
	stage->place = COPY_TMUX;
	stage->shell->host.watch = &watches[WATCH_CLEAR];
	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "http://one.org")
		->view_once = true;
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "http://two.org")
		->sealed = true;
	stage_open(stage);
	stage_keys(stage, "Enter Escape Enter o");
	assert_true(stage_shows(stage, "No link is in sight."));
	stage_keys(stage, "y");
	assert_true(stage_shows(stage, "It is sealed"));
	stage_keys(stage, "Up y");
	assert_true(stage_shows(stage, "It is shown once"));
	assert_int_equal(stage->copies, 0);
	stage_free(stage);
}

/* A link that is longer than a row is copied whole. */
static void test_long_link(void **state)
{
	g_autofree char *tail = g_strnfill(200, 'a');
	g_autofree char *link = g_strconcat("http://x.org/", tail, NULL);
	struct stage *stage = with("open", COPY_TMUX, link);

	(void)state;
	stage_keys(stage, "o 2");
	assert_string_equal(stage->copied, link);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_its_time_is_over), cmocka_unit_test(test_asks),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_asks_once),
		cmocka_unit_test(test_timer_asks_each_time),
		cmocka_unit_test(test_recorded_meanwhile),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_links_stay),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_long_link),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tests/support/stage.h"
#include "tui/screen/sealed.h"
#include "tui/term/flicker.h"

enum { ROWS = 24, COLS = 80, DEADLINE_MS = 20000 };

#define WORDS "Tulips at midnight; bring Oskar along"

static bool is_sealed(const struct stage *stage)
{
	return shell_top(stage->shell)->ops == &sealed_ops;
}

/* None of the words can be read in what the terminal is given to remember. */
static bool hides(struct stage *stage)
{
	g_auto(GStrv) words = g_strsplit_set(WORDS, " ;", -1);
	bool hides = true;

	for (char **word = words; *word; word++)
		hides = hides && (strlen(*word) < 3 || !stage_shows(stage, *word));
	return hides;
}

static gboolean is_too_late(void *user)
{
	*(bool *)user = true;
	return G_SOURCE_CONTINUE;
}

/* Let COUNT more frames come; FALSE when nothing comes any more. */
static bool frames(struct stage *stage, unsigned count)
{
	unsigned wanted = stage->frames + count;
	bool is_late = false;
	guint deadline = g_timeout_add(DEADLINE_MS, is_too_late, &is_late);

	g_free(stage_print(stage, false));
	while (stage->frames < wanted && !is_late && is_sealed(stage))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(deadline);
	return stage->frames >= wanted;
}

static struct stage *with_bob(const char *words)
{
	struct stage *stage = stage_new(ROWS, COLS);

	stage->means = (struct flicker_means){
		.fps = 200, .rows = ROWS, .cols = COLS, .is_confirmed = true
	};
	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, words);
	stage_open(stage);
	stage_keys(stage, "Enter Escape");
	return stage;
}

/* Keys, each after the time that a box is there at least. */
static void keys(struct stage *stage, const char *names)
{
	g_auto(GStrv) all = g_strsplit(names, " ", -1);

	for (char **name = all; *name; name++) {
		stage->now += 334;
		stage_keys(stage, *name);
	}
}

static void test_no_words_in_the_grid(void **state)
{
	struct stage *stage = with_bob(WORDS);

	(void)state;
	assert_true(stage_shows(stage, "midnight"));
	keys(stage, "s");
	assert_true(is_sealed(stage));
	assert_true(hides(stage));
	assert_true(frames(stage, 20));
	assert_true(hides(stage));
	keys(stage, "Space");
	assert_true(hides(stage));
	assert_false(stage_shows(stage, "last words"));
	assert_true(frames(stage, 20));
	/* The third box is the last; behind it it ends. */
	keys(stage, "Right");
	assert_true(stage_shows(stage, "last words"));
	assert_true(hides(stage));
	keys(stage, "Left Space");
	assert_true(is_sealed(stage));
	assert_int_equal(stage->givings, 0);
	keys(stage, "Space");
	assert_false(is_sealed(stage));
	assert_int_equal(stage->givings, 1);
	assert_true(stage_shows(stage, "midnight"));
	stage_free(stage);
}

static void test_warning_comes_once(void **state)
{
	struct stage *stage = with_bob(WORDS);

	(void)state;
	stage->means.is_confirmed = false;
	for (int i = 0; i < 2; i++) {
		stage_keys(stage, "s");
		assert_true(stage_shows(stage, "flickering"));
		assert_true(hides(stage));
		stage_keys(stage, i ? "x" : "Space");
		assert_false(is_sealed(stage));
	}
	assert_int_equal(stage->frames, 0);
	stage_keys(stage, "s Enter");
	assert_true(stage->means.is_confirmed);
	assert_true(frames(stage, 3));
	assert_true(hides(stage));
	stage_keys(stage, "q s");
	assert_true(is_sealed(stage));
	assert_false(stage_shows(stage, "flickering"));
	stage_free(stage);
}

static void test_stops_by_itself(void **state)
{
	struct stage *stage = with_bob(WORDS);
	unsigned seen;

	(void)state;
	stage_keys(stage, "s");
	assert_true(frames(stage, 3));
	stage->now += FLICKER_SECONDS * 1000 - 1;
	assert_true(frames(stage, 3));
	/* Turning to other words doesn't make it longer. */
	stage_keys(stage, "Space");
	stage->now += 1;
	seen = stage->frames;
	while (!stage->givings)
		g_main_context_iteration(NULL, TRUE);
	assert_int_equal(stage->frames, seen);
	assert_true(stage_shows(stage, "Stopped (30 s). Space shows it again, other keys end it."));
	assert_true(hides(stage));
	assert_false(g_main_context_pending(NULL));
	stage_keys(stage, "Space");
	assert_true(frames(stage, 3));
	stage_free(stage);
}

/* In front of a cover it shows nothing, the key that uncovers only does that, and the next one does
 * what is written there. */
static void test_covered(void **state)
{
	static const char *const enders[] = { "Enter", "Left", "x", "Escape" };
	unsigned seen;

	(void)state;
	for (size_t i = 0; i <= G_N_ELEMENTS(enders); i++) {
		struct stage *stage = with_bob(WORDS);
		const struct key key = { .code = KC_CHAR, .ch = ' ' };

		assert_true(settings_set(stage->settings, "screen_mode", "veil", SETTING_FILE,
					 NULL));
		stage_keys(stage, "s");
		assert_true(frames(stage, 3));
		assert_true(shell_cover(stage->shell, true));
		seen = stage->frames;
		assert_int_equal(stage->givings, 1);
		assert_true(stage_shows(stage, "Covered"));
		assert_false(g_main_context_pending(NULL));
		shell_key(stage->shell, &key);
		assert_true(stage_shows(stage, "Stopped. "));
		assert_true(stage_shows(stage, "Space shows it again, other keys end it."));
		assert_true(hides(stage));
		assert_false(g_main_context_pending(NULL));
		assert_int_equal(stage->frames, seen);
		stage_keys(stage, i < G_N_ELEMENTS(enders) ? enders[i] : "Space");
		if (i == G_N_ELEMENTS(enders))
			assert_true(frames(stage, 3));
		assert_int_equal(is_sealed(stage), i == G_N_ELEMENTS(enders));
		stage_free(stage);
	}
}

static void test_everything_else_ends_it(void **state)
{
	static const char *const keys[] = {
		"Escape", "q", "x", "C-x", "F1", "C-l", "Up", "F4", ":"
	};
	const struct event gone = { .type = EVENT_GONE, .address = (char *)"bob", .count = 1 };
	struct stage *stage = with_bob(WORDS);
	unsigned times = 0;

	(void)state;
	for (; times < G_N_ELEMENTS(keys); times++) {
		stage_keys(stage, "s");
		assert_true(is_sealed(stage));
		assert_true(frames(stage, 1));
		stage_keys(stage, keys[times]);
		assert_false(is_sealed(stage));
		assert_int_equal(stage->givings, times + 1);
		stage_free(stage);
		stage = with_bob(WORDS);
		stage->givings = times + 1;
	}
	stage_keys(stage, "s");
	assert_true(frames(stage, 1));
	shell_disturb(stage->shell);
	assert_false(is_sealed(stage));
	stage_keys(stage, "s");
	assert_true(frames(stage, 1));
	shell_event(stage->shell, &gone);
	assert_false(is_sealed(stage));
	stage_keys(stage, "Escape Escape s");
	assert_true(frames(stage, 1));
	shell_lock(stage->shell, "key");
	assert_false(is_sealed(stage));
	assert_int_equal(stage->givings, times + 3);
	assert_false(g_main_context_pending(NULL));
	stage_free(stage);
}

/* A frame that the terminal didn't take is offered again: pairs stay pairs. */
static void test_late_frames(void **state)
{
	struct stage *stage = with_bob(WORDS);
	uint8_t cells[FLICKER_CELLS];

	(void)state;
	stage_keys(stage, "s");
	assert_true(frames(stage, 3));
	stage->is_busy = true;
	assert_true(frames(stage, 1));
	memcpy(cells, stage->cells, sizeof(cells));
	assert_true(frames(stage, 2));
	assert_memory_equal(cells, stage->cells, sizeof(cells));
	stage->is_busy = false;
	assert_true(frames(stage, 2));
	assert_memory_not_equal(cells, stage->cells, sizeof(cells));
	stage_free(stage);
}

/* It is read when its last words have been seen, and then what was to be shown once has gone. */
static void test_shown_once(void **state)
{
	struct stage *stage = with_bob("one two three four five");
	struct message *message = g_ptr_array_index(stage->fake->messages, 0);

	(void)state;
	message->sealed = true;
	message->view_once = true;
	message->read_at = 0;
	stage_keys(stage, "F3 Enter Escape Enter");
	assert_true(is_sealed(stage));
	assert_true(frames(stage, 3));
	stage_keys(stage, "q");
	assert_true(!message->read_at);
	keys(stage, "Enter Space");
	assert_true(frames(stage, 3));
	fake_link_settle(stage->fake);
	assert_true(message->read_at > 0);
	assert_true(is_sealed(stage));
	stage_keys(stage, "q");
	assert_true(stage_shows(stage, "and gone"));
	stage_keys(stage, "s");
	assert_false(is_sealed(stage));
	stage_free(stage);
}

/* As wide as the terminal and the line let it be; and the same keys as in mode line. */
static void test_wide(void **state)
{
	static const char words[] = "one two three four five six seven eight nine ten eleven "
				    "twelve thirteen";
	struct stage *stage = with_bob(words);

	(void)state;
	stage->means.fps = 60;
	stage->means.rate = FLICKER_RATE;
	stage_keys(stage, "s");
	assert_true(frames(stage, 2));
	assert_int_equal(stage->frame_cols, 80);
	assert_false(stage_shows(stage, "last words"));
	/* Four boxes of twenty characters. */
	keys(stage, "j j Space");
	assert_true(stage_shows(stage, "last words"));
	keys(stage, "b k");
	assert_false(stage_shows(stage, "last words"));
	/* Typed ahead: in turn, and no faster than three a second. */
	keys(stage, "k");
	stage_keys(stage, "j j j j");
	for (int i = 0; i < 3; i++) {
		assert_false(stage_shows(stage, "last words"));
		stage->now += 334;
		assert_true(frames(stage, 2));
	}
	assert_true(stage_shows(stage, "last words"));
	assert_true(is_sealed(stage));
	keys(stage, "q");
	stage->means.cols = 132;
	keys(stage, "s");
	assert_true(frames(stage, 2));
	assert_int_equal(stage->frame_cols, 132);
	stage_free(stage);
}

/* Played at the pace of reading, to the last words and no further, and for 30 seconds at most. */
static void test_played(void **state)
{
	struct stage *stage = with_bob(WORDS);
	int64_t began;

	(void)state;
	stage_keys(stage, "s");
	began = stage->now;
	stage_keys(stage, "p");
	while (!stage_shows(stage, "last words") && stage->now - began < 20000) {
		stage->now += 50;
		assert_true(frames(stage, 2));
		assert_true(hides(stage));
	}
	/* Four words come before the last two, at four a second. */
	assert_in_range(stage->now - began, 1000, 1600);
	stage->now += 5000;
	assert_true(frames(stage, 2));
	assert_true(is_sealed(stage));
	keys(stage, "+");
	assert_string_equal(settings_text(stage->settings, "read_pace"), "260");
	assert_true(is_sealed(stage));
	stage->now = began + FLICKER_SECONDS * 1000;
	while (!stage->givings)
		g_main_context_iteration(NULL, TRUE);
	assert_true(stage_shows(stage, "Stopped (30 s)"));
	stage_free(stage);
}

/* In mode sealed reading on opens one message after the other, in noise. */
static void test_reading_on(void **state)
{
	struct stage *stage = with_bob("Tulips now");

	(void)state;
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "bring Oskar");
	assert_true(settings_set(stage->settings, "screen_mode", "sealed", SETTING_FILE, NULL));
	stage_keys(stage, "F3 Enter");
	for (int i = 0; i < 2; i++) {
		assert_false(is_sealed(stage));
		keys(stage, "Space");
		assert_true(is_sealed(stage));
		assert_true(frames(stage, 2));
		assert_true(hides(stage));
		fake_link_settle(stage->fake);
		assert_int_equal(stage->unread, i ? 0 : 1);
		keys(stage, "Space");
	}
	keys(stage, "Space");
	assert_false(is_sealed(stage));
	assert_true(stage_shows(stage, "That was the newest message."));
	/* Where it can't be shown in noise no word comes of that key. */
	keys(stage, "k");
	stage->means.refused = "it is a typewriter";
	keys(stage, "Space Space");
	assert_true(hides(stage));
	stage_free(stage);
}

static void expect_refused(struct stage *stage, const char *why)
{
	stage_keys(stage, "s");
	assert_false(is_sealed(stage));
	assert_true(stage_shows(stage, why));
	stage_free(stage);
}

static void test_refused(void **state)
{
	struct stage *stage = with_bob(WORDS);

	(void)state;
	stage->means.refused = "it is a typewriter";
	expect_refused(stage, "shown sealed here: it is a typewriter.");
	stage = with_bob(WORDS);
	stage->means.cols = FLICKER_COLS - 1;
	expect_refused(stage, "60 columns");
	stage = with_bob(WORDS);
	stage->means.rows = 6;
	expect_refused(stage, "it takes 7 rows");
	expect_refused(with_bob("ok \xf0\x9f\x91\x8d"), "U+1F44D can't be shown sealed.");
}

/* A terminal that can't any more when it goes on. */
static void test_refused_later(void **state)
{
	struct stage *stage = with_bob(WORDS);

	(void)state;
	stage_keys(stage, "s");
	stage->now += FLICKER_SECONDS * 1000;
	while (!stage_shows(stage, "Stopped"))
		g_main_context_iteration(NULL, TRUE);
	stage->means.refused = "it has changed";
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "Stopped"));
	assert_false(g_main_context_pending(NULL));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_words_in_the_grid),
		cmocka_unit_test(test_warning_comes_once),
		cmocka_unit_test(test_stops_by_itself),
		cmocka_unit_test(test_covered),
		cmocka_unit_test(test_everything_else_ends_it),
		cmocka_unit_test(test_late_frames),
		cmocka_unit_test(test_shown_once),
		cmocka_unit_test(test_reading_on),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_played),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_later),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Mode line: one row at a time, for as long as reading it takes; what keys and playing do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/model/settings.h"
#include "tests/support/stage.h"
#include "tui/kit/reading_rows.h"

enum { ROWS = 24, COLS = 80, MOMENTS = 400, STEP = 334 };

/* Of three rows at any width between 30 and 48. */
static const char first[] = "alpha bravo charlie delta echo foxtrot golf hotel "
			    "india juliett kilo lima mike november oscar papa "
			    "quebec romeo sierra";
static const char second[] = "tango uniform";

static void set(struct stage *stage, const char *name, const char *value)
{
	assert_true(settings_set(stage->settings, name, value, SETTING_FILE, NULL));
}

static struct stage *with_bob(const char *mode)
{
	struct stage *stage = stage_new(ROWS, COLS);

	set(stage, "screen_mode", mode);
	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_contact(stage->fake, "eve", "Eve");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_HOUR, first);
	fake_link_message(stage->fake, "bob", DIRECTION_OUT, stage->now - STAGE_HOUR, "victor");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE, second);
	stage_open(stage);
	return stage;
}

static unsigned count_words(struct stage *stage)
{
	g_autofree char *all = g_strdup_printf("%s victor %s", first, second);
	g_auto(GStrv) words = g_strsplit(all, " ", -1);
	g_autofree char *picture = stage_print(stage, false);
	unsigned count = 0;

	for (char **word = words; *word; word++)
		count += strstr(picture, *word) != NULL;
	return count;
}

/* How many of the screen's rows hold words. */
static unsigned count_rows(struct stage *stage)
{
	g_autofree char *all = g_strdup_printf("%s victor %s", first, second);
	g_auto(GStrv) words = g_strsplit(all, " ", -1);
	g_autofree char *picture = stage_print(stage, false);
	g_auto(GStrv) rows = g_strsplit(picture, "\n", -1);
	unsigned count = 0;

	for (char **row = rows; *row; row++) {
		bool has_any = false;

		for (char **word = words; *word; word++)
			has_any |= strstr(*row, *word) != NULL;
		count += has_any;
	}
	return count;
}

/* A key after the last row has stood long enough. */
static void key(struct stage *stage, const char *name)
{
	stage->now += STEP;
	stage_keys(stage, name);
}

static void test_rows(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	assert_true(stage_shows(stage, "READ: line"));
	stage_keys(stage, "Enter");
	assert_int_equal(count_words(stage), 0);
	key(stage, "Space");
	assert_true(stage_shows(stage, "alpha bravo charlie delta echo foxtrot"));
	assert_int_equal(count_rows(stage), 1);
	key(stage, "j");
	assert_true(stage_shows(stage, "india"));
	assert_false(stage_shows(stage, "alpha"));
	assert_int_equal(count_rows(stage), 1);
	assert_false(stage_asked(stage, "read bob"));
	key(stage, "b");
	assert_true(stage_shows(stage, "alpha"));
	key(stage, "Space");
	key(stage, "k");
	assert_true(stage_shows(stage, "alpha"));
	key(stage, "Space");
	key(stage, "Space");
	assert_true(stage_shows(stage, "sierra"));
	assert_true(stage_shows(stage, "its end"));
	assert_true(stage_asked(stage, "read bob"));
	/* At its end the next unread one: the own message between them is left out. */
	key(stage, "Space");
	assert_true(stage_shows(stage, second));
	assert_int_equal(count_rows(stage), 1);
	assert_int_equal(stage->unread, 0);
	key(stage, "Space");
	assert_true(stage_shows(stage, "That was the newest message."));
	/* Back: the last row of the message above. */
	key(stage, "b");
	assert_true(stage_shows(stage, "victor"));
	key(stage, "b");
	assert_true(stage_shows(stage, "sierra"));
	assert_false(stage_shows(stage, "alpha"));
	stage_free(stage);
}

/* A row is covered when it was read and no key came for three seconds; then it comes once more. */
static void test_nobody_reads(void **state)
{
	struct stage *stage = with_bob("line");
	int64_t shown;

	(void)state;
	stage_keys(stage, "Enter");
	key(stage, "Space");
	shown = stage->now;
	/* Six or seven words are read in less than two seconds. */
	stage->now = shown + 4400;
	assert_int_equal(count_rows(stage), 1);
	stage->now = shown + 5000;
	assert_int_equal(count_words(stage), 0);
	key(stage, "Space");
	assert_true(stage_shows(stage, "alpha"));
	/* Who reads slowly has more time. */
	set(stage, "read_pace", "60");
	key(stage, "Space");
	stage->now += 8000;
	assert_int_equal(count_rows(stage), 1);
	stage->now += 5000;
	assert_int_equal(count_words(stage), 0);
	stage_free(stage);
}

/* Three rows a second, and no more than three of them ahead. */
static void test_a_held_key(void **state)
{
	struct stage *stage = with_bob("line");
	unsigned changes = 0;
	g_autofree char *former = NULL;

	(void)state;
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, first);
	stage_keys(stage, "Enter");
	key(stage, "Space");
	former = stage_print(stage, false);
	for (int ms = 0; ms < 1000; ms += 33) {
		g_autofree char *now = NULL;

		stage->now += 33;
		stage_keys(stage, "Space");
		now = stage_print(stage, false);
		changes += strcmp(now, former) != 0;
		g_free(former);
		former = g_steal_pointer(&now);
	}
	assert_in_range(changes, 2, 3);
	stage_free(stage);
}

/* Keys that came too early are taken in order, one after the other. */
static void test_typed_ahead(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	stage_keys(stage, "Enter");
	key(stage, "Space Space Space");
	assert_true(stage_shows(stage, "alpha"));
	stage->now += STEP;
	g_free(stage_print(stage, false));
	assert_true(stage_shows(stage, "india"));
	stage->now += STEP;
	g_free(stage_print(stage, false));
	assert_true(stage_shows(stage, "sierra"));
	assert_int_equal(count_rows(stage), 1);
	stage_free(stage);
}

/* A second key at the end, but not one that is held, goes on to who else wrote. */
static void test_the_next_conversation(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	fake_link_message(stage->fake, "eve", DIRECTION_IN, stage->now, "whiskey");
	stage_event(stage, EVENT_CONTACT, "eve", NULL);
	stage_keys(stage, "Down Up");
	if (!stage_shows(stage, "Bob"))
		fail_msg("Bob isn't there");
	stage_keys(stage, ":");
	stage_type(stage, "open bob");
	stage_keys(stage, "Enter");
	for (int i = 0; i < 4; i++)
		key(stage, "Space");
	assert_true(stage_shows(stage, second));
	key(stage, "Space");
	assert_true(stage_shows(stage, "newest message. Once more"));
	key(stage, "Space");
	assert_true(stage_shows(stage, "newest message. Once more"));
	stage->now += 600;
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "Write to Eve"));
	key(stage, "Space");
	assert_true(stage_shows(stage, "whiskey"));
	stage_free(stage);
}

static void test_playing(void **state)
{
	struct stage *stage = with_bob("line");
	int64_t began;

	(void)state;
	stage_keys(stage, "Enter");
	key(stage, "p");
	began = stage->now;
	assert_true(stage_shows(stage, "alpha"));
	/* Somebody looks, though no key comes; for two minutes at most. */
	assert_int_equal(stage->shell->host.shows_to, began + 120000);
	while (!stage_shows(stage, "newest message") && stage->now - began < 60000) {
		stage->now += 50;
		assert_in_range(count_rows(stage), 0, 1);
	}
	/* 19 and 2 words at four a second, with the time of a row for each of four at most. */
	assert_in_range(stage->now - began, 21 * 250, 21 * 250 + 4 * STEP);
	assert_true(stage_asked(stage, "read bob"));
	assert_int_equal(stage->shell->host.shows_to, 0);
	/* A second time stops it, and a key reads on by hand. */
	key(stage, "k");
	key(stage, "k");
	key(stage, "p p");
	stage->now += 20000;
	assert_int_equal(count_words(stage), 0);
	key(stage, "+");
	assert_string_equal(settings_text(stage->settings, "read_pace"), "260");
	key(stage, "-");
	key(stage, "-");
	assert_string_equal(settings_text(stage->settings, "read_pace"), "220");
	/* When everything is covered it doesn't go on. */
	key(stage, "p");
	shell_cover(stage->shell, true);
	shell_cover(stage->shell, false);
	stage->now += 10000;
	assert_int_equal(count_words(stage), 0);
	set(stage, "screen_mode", "veil");
	key(stage, "p");
	assert_true(stage_shows(stage, "this is veil"));
	stage_free(stage);
}

static gboolean is_too_late(void *user)
{
	*(bool *)user = true;
	return G_SOURCE_CONTINUE;
}

/* Until something asks for drawing by itself; FALSE: nothing does any more. */
static bool is_woken(struct stage *stage)
{
	unsigned before = stage->draws;
	bool is_late = false;
	guint deadline = g_timeout_add(20000, is_too_late, &is_late);

	while (stage->draws == before && !is_late)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(deadline);
	return stage->draws > before;
}

/* A timer that comes before the clock says so isn't the last one. */
static void test_an_early_timer(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	set(stage, "read_pace", "900");
	stage_keys(stage, "Enter");
	key(stage, "p");
	for (int i = 0; i < 3; i++) {
		assert_true(is_woken(stage));
		assert_true(stage_shows(stage, "alpha"));
	}
	stage->now += 1000;
	assert_true(is_woken(stage));
	g_free(stage_print(stage, false));
	assert_false(stage_shows(stage, "alpha"));
	stage_free(stage);
}

static void test_the_whole_message(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	stage_keys(stage, "Enter");
	key(stage, "r");
	assert_int_equal(count_words(stage), 19);
	/* 19 words at 200 a minute, and three tenths. */
	stage->now += 19 * 390 - 1;
	assert_int_equal(count_words(stage), 19);
	stage->now += 1;
	assert_int_equal(count_words(stage), 0);
	key(stage, "Space");
	assert_true(stage_shows(stage, second));
	key(stage, "r");
	stage->now += 3999;
	assert_int_equal(count_words(stage), 2);
	stage->now += 1;
	assert_int_equal(count_words(stage), 0);
	key(stage, "r r");
	assert_int_equal(count_words(stage), 0);
	set(stage, "veil_reveal", "off");
	key(stage, "r");
	assert_int_equal(count_words(stage), 0);
	stage_free(stage);
}

static void let_go(struct stage *stage, gunichar ch)
{
	struct key key = {.code = KC_RELEASE, .released = KC_CHAR, .ch = ch};

	shell_release(stage->shell, &key);
}

/* Where the terminal tells of it, as long as the key is held, and a minute at most. */
static void test_holding(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	stage->shell->host.releases = RELEASES_CAN;
	stage_keys(stage, "Enter");
	key(stage, "r");
	let_go(stage, 'x');
	/* Letting it go may not be heard until the terminal has answered: it goes by time. */
	assert_int_equal(stage->shell->host.releases, RELEASES_ASKED);
	stage_keys(stage, "r r");
	stage->now += 30000;
	assert_int_equal(count_words(stage), 0);
	key(stage, "r");
	stage->shell->host.releases = RELEASES_TOLD;
	/* The terminal repeats what is held. */
	stage_keys(stage, "r r");
	stage->now += 30000;
	assert_int_equal(count_words(stage), 19);
	let_go(stage, 'r');
	assert_int_equal(count_words(stage), 0);
	assert_int_equal(stage->shell->host.releases, RELEASES_CAN);
	key(stage, "r");
	stage->now += 60000;
	assert_int_equal(count_words(stage), 0);
	/* Letting a key go uncovers nothing. */
	shell_cover(stage->shell, true);
	let_go(stage, 'r');
	assert_true(stage_shows(stage, "Covered"));
	stage_free(stage);
}

/* What was just sent can be read for four seconds, in no stricter mode, and not while reading. */
static void test_own_words(void **state)
{
	struct stage *stage = with_bob("line");

	(void)state;
	stage_keys(stage, "Enter Escape");
	stage_type(stage, "whiskey");
	stage_keys(stage, "Enter");
	stage->now += 3999;
	assert_true(stage_shows(stage, "whiskey"));
	stage->now += 1;
	assert_false(stage_shows(stage, "whiskey"));
	stage_type(stage, "xray");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "xray"));
	stage_keys(stage, "Tab");
	assert_false(stage_shows(stage, "xray"));
	assert_int_equal(count_rows(stage), 1);
	set(stage, "screen_mode", "spotlight");
	stage_keys(stage, "Escape");
	stage_type(stage, "yankee");
	stage_keys(stage, "Enter");
	assert_false(stage_shows(stage, "yankee"));
	stage_free(stage);
}

/* At random moments, with random keys: never more than one row; none after a while without a key.
 * In mode open, the control, there are more. */
static unsigned most_rows(const char *mode, bool *is_left)
{
	static const char *const keys[] = {"Space", "Space", "j", "b", "k", "Tab", "p", "Up",
					   "Down", "PageUp", "g", "G"};
	struct stage *stage = with_bob(mode);
	GRand *chance = g_rand_new_with_seed(23);
	unsigned most = 0;

	*is_left = false;
	stage_keys(stage, "Enter");
	for (int i = 0; i < MOMENTS; i++) {
		unsigned count;

		stage_keys(stage, keys[g_rand_int_range(chance, 0, G_N_ELEMENTS(keys))]);
		stage->now += g_rand_int_range(chance, 0, 3000);
		count = count_rows(stage);
		most = MAX(most, count);
		if (i % 10)
			continue;
		stage_keys(stage, "Escape");
		stage->now += 10000;
		*is_left |= count_rows(stage) > 0;
	}
	g_rand_free(chance);
	stage_free(stage);
	return most;
}

static void test_captures(void **state)
{
	bool is_left;

	(void)state;
	assert_int_equal(most_rows("line", &is_left), 1);
	assert_false(is_left);
	assert_in_range(most_rows("open", &is_left), 3, ROWS);
	assert_true(is_left);
}

/* Neither how long a message is nor its words show: each is one row of blocks. */
static void test_lengths_dont_show(void **state)
{
	struct stage *stages[2];
	char *pictures[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		stages[i] = stage_new(ROWS, COLS);
		set(stages[i], "screen_mode", "line");
		fake_link_contact(stages[i]->fake, "bob", "Bob");
		fake_link_message(stages[i]->fake, "bob", DIRECTION_IN,
				  stages[i]->now - STAGE_HOUR, i ? first : "ok");
		stage_open(stages[i]);
		stage_keys(stages[i], "Enter");
		pictures[i] = stage_print(stages[i], false);
		stage_free(stages[i]);
	}
	assert_string_equal(pictures[0], pictures[1]);
	g_free(pictures[0]);
	g_free(pictures[1]);
}

/* One key goes through the modes, in the order of their strictness. */
static void test_one_key_steps(void **state)
{
	static const char *const modes[] = {"line", "spotlight", "veil", "sealed", "open"};
	struct stage *stage = with_bob("open");

	(void)state;
	stage_keys(stage, "Enter Escape");
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autofree char *word = g_strdup_printf("READ: %s", modes[i]);

		stage_keys(stage, "M-m PageDown");
		assert_true(stage_shows(stage, word));
	}
	/* A recorder leaves nothing more open than veil. */
	set(stage, "screen_mode", "line");
	shell_set_floor(stage->shell, PRIVACY_VEIL, "recorded");
	assert_true(stage_shows(stage, "READ: veil"));
	stage_keys(stage, "Space");
	assert_int_equal(count_words(stage), 2);
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nobody_reads),
		cmocka_unit_test(test_a_held_key),
		cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_the_next_conversation),
		cmocka_unit_test(test_playing),
		cmocka_unit_test(test_an_early_timer),
		cmocka_unit_test(test_the_whole_message),
		cmocka_unit_test(test_holding),
		cmocka_unit_test(test_own_words),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_lengths_dont_show),
		cmocka_unit_test(test_one_key_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

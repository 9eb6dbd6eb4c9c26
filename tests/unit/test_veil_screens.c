/* What veiled conversations do: when a message counts as read, what covers, what is never drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tests/support/stage.h"
#include "tui/client/mute.h"
#include "tui/screen/sealed.h"

enum { ROWS = 24, COLS = 80, MOMENTS = 300 };

static void set(struct stage *stage, const char *name, const char *value)
{
	assert_true(settings_set(stage->settings, name, value, SETTING_FILE, NULL));
}

/* Bob, with two messages that nobody has seen; the contacts are shown. */
static struct stage *with_bob(const char *mode)
{
	struct stage *stage = stage_new(ROWS, COLS);

	set(stage, "screen_mode", mode);
	fake_link_contact(stage->fake, "bob", "Bob");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_HOUR,
			  "alpha bravo charlie delta echo");
	fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_MINUTE, "foxtrot");
	stage_open(stage);
	return stage;
}

static unsigned count_words(struct stage *stage)
{
	static const char *const words[] = {"alpha", "bravo", "charlie", "delta", "echo",
					    "foxtrot"};
	g_autofree char *picture = stage_print(stage, false);
	unsigned count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		count += strstr(picture, words[i]) != NULL;
	return count;
}

static void test_the_spotlight_reads(void **state)
{
	struct stage *stage = with_bob("spotlight");

	(void)state;
	assert_int_equal(count_words(stage), 0);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "alpha bravo"));
	assert_int_equal(count_words(stage), 2);
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "charlie delta"));
	assert_false(stage_asked(stage, "read bob"));
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "echo"));
	assert_true(stage_shows(stage, "its end"));
	assert_int_equal(count_words(stage), 1);
	assert_true(stage_asked(stage, "read bob"));
	assert_int_equal(stage->unread, 1);
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "foxtrot"));
	assert_int_equal(count_words(stage), 1);
	assert_int_equal(stage->unread, 0);
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "That was the newest message."));
	stage_keys(stage, "Backspace");
	assert_true(stage_shows(stage, "alpha bravo"));
	stage_free(stage);
}

/* What was found stands in the spotlight, and no more than that; unread it begins at its beginning.
 */
static void test_finding(void **state)
{
	struct stage *stage = with_bob("spotlight");

	(void)state;
	((struct message *)g_ptr_array_index(stage->fake->messages, 0))->read_at = stage->now;
	stage_keys(stage, "/");
	stage_type(stage, "delta");
	stage_keys(stage, "Enter");
	assert_int_equal(count_words(stage), 2);
	assert_true(stage_shows(stage, "charlie delta"));
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "charlie delta"));
	assert_int_equal(count_words(stage), 2);
	stage_free(stage);
	stage = with_bob("spotlight");
	stage_keys(stage, "/");
	stage_type(stage, "delta");
	stage_keys(stage, "Enter Enter");
	assert_true(stage_shows(stage, "alpha bravo"));
	assert_int_equal(count_words(stage), 2);
	stage_free(stage);
}

/* Going far, and sending, takes the keys to where one wants them, not to what is unread. */
static void test_unread_pulls_once(void **state)
{
	struct stage *stage = stage_new(ROWS, COLS);

	(void)state;
	set(stage, "screen_mode", "spotlight");
	fake_link_contact(stage->fake, "bob", "Bob");
	for (int i = 0; i < 500; i++) {
		g_autofree char *body = g_strdup_printf("alpha%d", i);

		fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now - STAGE_HOUR, body);
	}
	stage_open(stage);
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "alpha400"));
	stage_keys(stage, "g");
	assert_false(stage_shows(stage, "alpha"));
	stage_keys(stage, "Escape");
	stage_type(stage, "hello");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Write to Bob"));
	assert_true(stage_shows(stage, "Enter send"));
	assert_false(stage_shows(stage, "alpha"));
	stage_free(stage);
}

/* Keys for the box: no words at all, and the next message isn't lit by itself. */
static void test_nothing_moves_by_itself(void **state)
{
	struct stage *stage = with_bob("spotlight");

	(void)state;
	stage_keys(stage, "Enter Escape");
	assert_int_equal(count_words(stage), 0);
	stage_message(stage, "bob", "echo echo");
	assert_int_equal(count_words(stage), 0);
	assert_false(stage_asked(stage, "read bob"));
	stage_keys(stage, "Tab");
	assert_int_equal(count_words(stage), 2);
	stage_free(stage);
}

static void test_a_draft_is_not_left(void **state)
{
	struct stage *stage = with_bob("spotlight");
	struct contact *bob = g_ptr_array_index(stage->fake->contacts, 0);

	(void)state;
	bob->draft = plain_dup("half a tho");
	stage_event(stage, EVENT_CONTACT, "bob", NULL);
	assert_false(stage_shows(stage, "half"));
	stage_keys(stage, "Enter");
	stage_type(stage, "ught");
	assert_true(stage_shows(stage, "half a thought"));
	stage_free(stage);
}

static void test_uncovering_ends(void **state)
{
	struct stage *stage = with_bob("veil");

	(void)state;
	stage_keys(stage, "Enter");
	assert_int_equal(count_words(stage), 0);
	assert_false(stage_asked(stage, "read bob"));
	stage_keys(stage, "r");
	assert_int_equal(count_words(stage), 5);
	assert_true(stage_asked(stage, "read bob"));
	stage->now += 4999;
	assert_int_equal(count_words(stage), 5);
	stage->now += 1;
	assert_int_equal(count_words(stage), 0);
	/* The same key covers it sooner; going on uncovers the next one alone. */
	stage_keys(stage, "r r");
	assert_int_equal(count_words(stage), 0);
	stage_keys(stage, "Space");
	assert_int_equal(count_words(stage), 1);
	set(stage, "veil_reveal", "off");
	stage_keys(stage, "k r");
	assert_int_equal(count_words(stage), 0);
	assert_true(stage_shows(stage, "veil_reveal"));
	stage_free(stage);
}

/* Reading on in veil shows what the spotlight shows, for a moment; what was covered before it was
 * read on comes once more. */
static void test_the_veil_reads(void **state)
{
	struct stage *stage = with_bob("veil");

	(void)state;
	stage_keys(stage, "Enter");
	assert_int_equal(count_words(stage), 0);
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "alpha bravo"));
	assert_int_equal(count_words(stage), 2);
	stage->now += 4999;
	assert_int_equal(count_words(stage), 2);
	stage->now += 1;
	assert_int_equal(count_words(stage), 0);
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "alpha bravo"));
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "charlie delta"));
	assert_false(stage_asked(stage, "read bob"));
	stage_keys(stage, "Backspace");
	assert_true(stage_shows(stage, "alpha bravo"));
	assert_int_equal(count_words(stage), 2);
	stage_keys(stage, "Space Space");
	assert_true(stage_shows(stage, "its end"));
	assert_int_equal(count_words(stage), 1);
	assert_true(stage_asked(stage, "read bob"));
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "foxtrot"));
	assert_int_equal(count_words(stage), 1);
	/* Moving on isn't reading on. */
	stage_keys(stage, "k");
	assert_int_equal(count_words(stage), 0);
	/* What isn't to be uncovered isn't. */
	set(stage, "veil_reveal", "off");
	stage_keys(stage, "Space");
	assert_int_equal(count_words(stage), 0);
	assert_true(stage_shows(stage, "veil_reveal"));
	stage_free(stage);
}

/* At random moments while somebody reads with random keys: the most words that were seen at once,
 * and whether any were when no key had come for the seconds that a key uncovers. */
static unsigned most_words(const char *mode, const char *const *keys, bool *is_left)
{
	struct stage *stage = with_bob(mode);
	GRand *chance = g_rand_new_with_seed(17);
	unsigned most = 0;

	*is_left = false;
	stage_keys(stage, "Enter");
	for (int i = 0; i < MOMENTS; i++) {
		const char *key =
			keys[g_rand_int_range(chance, 0, (int)g_strv_length((char **)keys))];
		unsigned count;

		stage_keys(stage, key);
		stage->now += g_rand_int_range(chance, 0, 4999);
		count = count_words(stage);
		most = MAX(most, count);
		if (i % 10)
			continue;
		stage->now += 5000;
		*is_left |= count_words(stage) > 0;
	}
	g_rand_free(chance);
	stage_free(stage);
	return most;
}

static void test_captures(void **state)
{
	static const char *const reading[] = {"Space", "Space", "Tab", "Backspace", "j", "k",
					      "PageUp", "PageDown", "g", "G", NULL};
	static const char *const uncovering[] = {"Space", "k", "r", NULL};
	bool is_left;

	(void)state;
	assert_int_equal(most_words("veil", reading, &is_left), 2);
	assert_false(is_left);
	assert_int_equal(most_words("spotlight", reading, &is_left), 2);
	assert_true(is_left);
	assert_int_equal(most_words("sealed", reading, &is_left), 0);
	/* The controls: a message that was uncovered, and all of them. */
	assert_int_equal(most_words("veil", uncovering, &is_left), 5);
	assert_false(is_left);
	assert_int_equal(most_words("open", reading, &is_left), 6);
}

static void test_covered(void **state)
{
	struct stage *stage = with_bob("veil");

	(void)state;
	stage_keys(stage, "Enter r");
	assert_true(shell_cover(stage->shell, true));
	assert_false(shell_cover(stage->shell, true));
	assert_false(stage_shows(stage, "Bob"));
	assert_false(stage_shows(stage, "ada"));
	assert_int_equal(count_words(stage), 0);
	stage_message(stage, "bob", "late words");
	assert_false(stage_shows(stage, "late"));
	g_string_truncate(stage->fake->record, 0);
	/* The key that uncovers does nothing else, and what was uncovered is covered. */
	stage_keys(stage, "C-q");
	assert_int_equal(stage->quits, 0);
	assert_true(stage_shows(stage, "Bob"));
	assert_int_equal(count_words(stage), 0);
	assert_false(stage_asked(stage, "read bob"));
	stage_free(stage);
}

static void type_covered(struct stage *stage, const char *text)
{
	assert_true(shell_cover(stage->shell, true));
	stage_type(stage, text);
}

/* What is typed on a covered screen isn't short of its first letter, or of a command's sign. */
static void test_typed_when_covered(void **state)
{
	struct stage *stage = with_bob("veil");

	(void)state;
	/* With unread messages the keys are for them. */
	stage_keys(stage, "Enter");
	type_covered(stage, ":mute");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "mute bob"));
	/* What is bound does nothing else: among the messages q leaves. */
	type_covered(stage, "q");
	assert_string_equal(stage->shell->host.current, "bob");
	stage_keys(stage, "i");
	type_covered(stage, "qui");
	assert_true(shell_cover(stage->shell, true));
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "send bob"));
	assert_true(shell_cover(stage->shell, true));
	stage_paste(stage, "ck");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob quick"));
	type_covered(stage, ":unmute");
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "send bob unmute"));
	assert_null(mute_words(stage->fake->contacts->pdata[0], stage->now));
	stage_free(stage);
}

static void test_open_is_never_covered(void **state)
{
	struct stage *stage = with_bob("open");

	(void)state;
	assert_false(shell_cover(stage->shell, true));
	stage_keys(stage, "Enter");
	assert_int_equal(count_words(stage), 6);
	assert_false(shell_cover(stage->shell, true));
	/* But for a conversation that is stricter. */
	stage_keys(stage, "C-x m");
	assert_true(shell_cover(stage->shell, true));
	stage_keys(stage, "x C-x l");
	assert_false(shell_cover(stage->shell, true));
	stage_free(stage);
}

static void test_the_strictest_wins(void **state)
{
	struct stage *stage = with_bob("spotlight");

	(void)state;
	stage_keys(stage, "Enter :");
	stage_type(stage, "mode open");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "privacy bob"));
	assert_int_equal(host_privacy(&stage->shell->host, "bob"), PRIVACY_SPOTLIGHT);
	assert_true(stage_shows(stage, "because everything is; `:mode profile open`"));
	stage->shell->host.floor = PRIVACY_VEIL;
	stage_keys(stage, ":");
	stage_type(stage, "mode line");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "This conversation: veil, as the terminal asks for"));
	stage->shell->host.floor = PRIVACY_OPEN;
	stage_keys(stage, ":");
	stage_type(stage, "mode sealed");
	stage_keys(stage, "Enter");
	assert_int_equal(host_privacy(&stage->shell->host, "bob"), PRIVACY_SEALED);
	assert_int_equal(count_words(stage), 0);
	stage_keys(stage, ":");
	stage_type(stage, "mode profile open");
	stage_keys(stage, "Enter");
	assert_int_equal(host_privacy(&stage->shell->host, NULL), PRIVACY_OPEN);
	assert_int_equal(count_words(stage), 0);
	/* Round again: from the strictest to none of its own. */
	stage_keys(stage, "C-x m");
	assert_int_equal(host_privacy(&stage->shell->host, "bob"), PRIVACY_OPEN);
	assert_int_equal(count_words(stage), 6);
	stage_keys(stage, ":");
	stage_type(stage, "mode loud");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "line, spotlight, veil, sealed"));
	stage_free(stage);
}

/* In any mode, in the list, among the finds and in the conversation: no word of it. */
static void test_sealed(void **state)
{
	struct stage *stage = with_bob("open");
	struct message *message =
		fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, "golf hotel india");

	(void)state;
	message->sealed = true;
	/* As the store does (tests/support/store_suite_messages.c). */
	g_clear_pointer(&((struct contact *)stage->fake->contacts->pdata[0])->preview, plain_free);
	stage_keys(stage, "Enter Escape");
	assert_false(stage_shows(stage, "hotel"));
	assert_true(stage_shows(stage, "sealed"));
	stage_keys(stage, "r Space k j");
	assert_false(stage_shows(stage, "hotel"));
	assert_true(!message->read_at);
	stage->means = (struct flicker_means){
		.fps = 60, .rows = ROWS, .cols = COLS, .is_confirmed = true};
	stage_keys(stage, "Enter");
	assert_ptr_equal(shell_top(stage->shell)->ops, &sealed_ops);
	assert_false(stage_shows(stage, "golf"));
	stage_keys(stage, "q");
	assert_true(!message->read_at);
	/* Without a viewer: a word at a time. */
	stage->means.refused = "it is a typewriter";
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "golf"));
	assert_true(stage_shows(stage, "typewriter. It opens"));
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "hotel"));
	assert_false(stage_shows(stage, "golf"));
	/* It doesn't stand there when nobody reads on, and comes again; where nothing may be
	 * uncovered, too. */
	stage->now += 5000;
	assert_false(stage_shows(stage, "hotel"));
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "hotel"));
	set(stage, "veil_reveal", "off");
	stage_keys(stage, "Space");
	assert_true(stage_shows(stage, "india"));
	stage->now += 5000;
	assert_false(stage_shows(stage, "india"));
	stage_keys(stage, "Backspace");
	assert_true(stage_shows(stage, "hotel"));
	stage_keys(stage, "q /");
	stage_type(stage, "hotel");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "1 found"));
	assert_false(stage_shows(stage, "golf"));
	stage_free(stage);
}

/* Chosen where it can't be shown: what happens instead is said, and why. */
static void test_choosing_sealed(void **state)
{
	struct stage *stage = with_bob("open");

	(void)state;
	stage->means.refused = "it is a typewriter";
	stage_keys(stage, "Enter Escape :");
	stage_type(stage, "mode sealed");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "This conversation: sealed."));
	assert_true(stage_shows(stage, "one word at a time, without"));
	assert_true(stage_shows(stage, "it is a typewriter."));
	stage->means = (struct flicker_means){.fps = 60, .rows = ROWS, .cols = COLS};
	stage_keys(stage, ":");
	stage_type(stage, "mode profile sealed");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Everywhere: sealed."));
	assert_false(stage_shows(stage, "one word at a time"));
	stage_free(stage);
}

static void test_sending_sealed(void **state)
{
	struct stage *stage = with_bob("open");
	struct message *message;

	(void)state;
	stage_keys(stage, "Enter C-x e");
	stage_type(stage, "golf hotel");
	assert_false(stage_shows(stage, "golf"));
	assert_true(stage_shows(stage, "hotel"));
	stage_keys(stage, "Enter");
	message = g_ptr_array_index(stage->fake->messages, stage->fake->messages->len - 1);
	assert_true(message->sealed);
	assert_string_equal(message->body, "golf hotel");
	assert_false(stage_shows(stage, "hotel"));
	/* The next one is like any other. */
	stage_type(stage, "juliett");
	stage_keys(stage, "Enter");
	message = g_ptr_array_index(stage->fake->messages, stage->fake->messages->len - 1);
	assert_false(message->sealed);
	assert_true(stage_shows(stage, "juliett"));
	stage_free(stage);
}

static void test_a_veiled_box(void **state)
{
	struct stage *stage = with_bob("open");

	(void)state;
	stage_keys(stage, "Enter C-x o");
	stage_type(stage, "golf hotel india");
	assert_false(stage_shows(stage, "golf"));
	assert_false(stage_shows(stage, "hotel"));
	assert_true(stage_shows(stage, "india"));
	stage_keys(stage, "C-x o");
	assert_true(stage_shows(stage, "golf hotel india"));
	stage_free(stage);
}

/* Of two texts whose lines are as many a veil shows the same. */
static void test_lengths_dont_show(void **state)
{
	static const char *const texts[] = {"yes", "no, never, and nobody will ever make me"};
	char *pictures[2] = {NULL};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage *stage = stage_new(ROWS, COLS);

		set(stage, "screen_mode", "veil");
		fake_link_contact(stage->fake, "bob", "Bob");
		fake_link_message(stage->fake, "bob", DIRECTION_IN, stage->now, texts[i]);
		stage_open(stage);
		stage_keys(stage, "Enter");
		pictures[i] = stage_print(stage, true);
		stage_free(stage);
	}
	assert_string_equal(pictures[0], pictures[1]);
	g_free(pictures[0]);
	g_free(pictures[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_spotlight_reads),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_unread_pulls_once),
		cmocka_unit_test(test_nothing_moves_by_itself),
		cmocka_unit_test(test_a_draft_is_not_left),
		cmocka_unit_test(test_uncovering_ends),
		cmocka_unit_test(test_the_veil_reads),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_covered),
		cmocka_unit_test(test_typed_when_covered),
		cmocka_unit_test(test_open_is_never_covered),
		cmocka_unit_test(test_the_strictest_wins),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_choosing_sealed),
		cmocka_unit_test(test_sending_sealed),
		cmocka_unit_test(test_a_veiled_box),
		cmocka_unit_test(test_lengths_dont_show),
	};

	if (!secret_start(NULL))
		return 1;
	g_setenv("TZ", "UTC", TRUE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

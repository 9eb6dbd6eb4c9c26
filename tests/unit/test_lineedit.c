#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/term_expect.h"
#include "tui/kit/lineedit.h"
#include "tui/term/theme.h"

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

static struct lineedit *edit;

static int set_up(void **state)
{
	const struct lineedit_options options = {.max_bytes = 100, .history_max = 3};

	(void)state;
	edit = lineedit_new(&options);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	lineedit_free(edit);
	return 0;
}

/* Run edit commands by name, "left left kill". */
static void act(const char *names)
{
	struct command_set *set = command_set_new();
	char **words = g_strsplit(names, " ", -1);

	command_set_add(set, "edit", lineedit_commands, &edit);
	for (char **word = words; *word; word++) {
		char *line = g_strconcat("edit-", *word, NULL);

		assert_true(command_run(set, line, NULL));
		g_free(line);
	}
	g_strfreev(words);
	command_set_free(set);
}

static void type(const char *text)
{
	for (; *text; text = g_utf8_find_next_char(text, NULL)) {
		const struct key key = {.code = KC_CHAR, .ch = g_utf8_get_char(text)};

		assert_true(lineedit_key(edit, &key, NULL));
	}
}

static void expect(const char *text, size_t cursor)
{
	assert_string_equal(lineedit_text(edit), text);
	assert_int_equal(lineedit_cursor(edit), cursor);
}

static void test_typing_and_moving(void **state)
{
	(void)state;
	type("hello wörld");
	expect("hello wörld", 12);
	act("left left backspace");
	expect("hello wöld", 9);
	act("home delete");
	expect("ello wöld", 0);
	act("word-right");
	expect("ello wöld", 4);
	act("word-right word-left");
	expect("ello wöld", 5);
	act("text-end right");
	expect("ello wöld", 10);
	act("text-start left backspace");
	expect("ello wöld", 0);
}

static void test_clusters(void **state)
{
	(void)state;
	lineedit_set(edit, "a" FAMILY "e\u0301\U0001F1E9\U0001F1EA");
	act("left");
	expect("a" FAMILY "e\u0301\U0001F1E9\U0001F1EA", 1 + strlen(FAMILY) + 3);
	act("left left");
	assert_int_equal(lineedit_cursor(edit), 1);
	act("delete");
	expect("ae\u0301\U0001F1E9\U0001F1EA", 1);
	act("right backspace");
	expect("a\U0001F1E9\U0001F1EA", 1);
	lineedit_move_to(edit, 3);
	assert_int_equal(lineedit_cursor(edit), 1);
	lineedit_move_to(edit, 1000);
	assert_int_equal(lineedit_cursor(edit), 9);
}

static void test_kill_and_yank(void **state)
{
	(void)state;
	type("one two three");
	act("kill-word-back kill-word-back");
	expect("one ", 4);
	act("yank");
	expect("one two three", 13);
	act("home kill");
	expect("", 0);
	act("yank");
	expect("one two three", 13);
	act("yank-next");
	expect("two three", 9);
	act("yank-next");
	expect("one two three", 13);
	act("home yank-next");
	expect("one two three", 0);
	act("kill-word kill-word right yank");
	expect(" one twothree", 8);
	lineedit_set(edit, "a\nb");
	act("text-start kill kill");
	expect("b", 0);
	act("yank");
	expect("a\nb", 2);
	act("end kill-start");
	expect("a\n", 2);
	act("clear");
	expect("", 0);
}

static void test_undo(void **state)
{
	(void)state;
	type("one two");
	act("undo");
	expect("one ", 4);
	act("undo undo undo");
	expect("", 0);
	type("abc");
	act("home kill undo");
	expect("abc", 0);
	act("undo");
	expect("", 0);
}

static void test_paste(void **state)
{
	struct key key = {.code = KC_PASTE, .text = "one\ntwo\x1b[2J\tthree\x7f\xc2\x85"};
	bool refused;
	char *many = g_strnfill(200, 'x');

	(void)state;
	type("ab");
	act("left");
	assert_true(lineedit_key(edit, &key, &refused));
	assert_false(refused);
	expect("aone\ntwo[2J threeb", 17);
	act("undo");
	expect("ab", 1);
	key.text = many;
	assert_false(lineedit_key(edit, &key, &refused));
	assert_true(refused);
	expect("ab", 1);
	assert_false(lineedit_key(edit, &(struct key){.code = KC_UP}, &refused));
	assert_false(refused);
	assert_false(lineedit_key(edit, &(struct key){.code = KC_CHAR, .ch = 'a', .mods = MOD_ALT},
				  &refused));
	lineedit_set(edit, many);
	assert_int_equal(lineedit_bytes(edit), 100);
	g_free(many);
}

/* What was sent is gone: the draft is all that stays. */
static void test_forget(void **state)
{
	(void)state;
	type("sent");
	plain_free(lineedit_take(edit));
	type("draft");
	act("older");
	expect("sent", 4);
	lineedit_forget(edit);
	expect("draft", 5);
	act("older yank undo");
	expect("draft", 5);
}

static void test_history(void **state)
{
	char *taken;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char line[] = {'l', (char)('0' + i), '\0'};

		type(line);
		taken = lineedit_take(edit);
		assert_string_equal(taken, line);
		plain_free(taken);
		expect("", 0);
	}
	type("draft");
	act("older older");
	expect("l3", 2);
	act("older older older");
	expect("l2", 2);
	act("newer newer newer newer");
	expect("draft", 5);
	act("up");
	expect("l4", 2);
	act("down");
	expect("draft", 5);
	lineedit_wipe(edit);
	act("older yank undo");
	expect("", 0);
}

static void test_rows(void **state)
{
	struct grid *grid = grid_new(3, 9);

	(void)state;
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, "Write", true);
	expect_styled(grid, "{input-hint}Write{input}    \n{input}         \n{input}         \n"
			    "cursor 0 0\n");
	lineedit_set(edit, "one two three four five six seven");
	assert_int_equal(lineedit_rows(edit, 9), 5);
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, "Write", true);
	expect_print(grid, "four\nfive six\nseven\n");
	assert_int_equal(grid->cursor_row, 2);
	assert_int_equal(grid->cursor_col, 5);
	act("up up");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, "Write", true);
	assert_int_equal(grid->cursor_row, 0);
	assert_int_equal(grid->cursor_col, 4);
	/* Back to the column that it came from. */
	act("down");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, "Write", true);
	assert_int_equal(grid->cursor_col, 5);
	act("up up up up");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, "Write", true);
	expect_print(grid, "one two\nthree\nfour\n");
	assert_int_equal(grid->cursor_row, 0);
	grid_free(grid);
}

static void test_long_words(void **state)
{
	struct grid *grid = grid_new(3, 5);

	(void)state;
	lineedit_set(edit, "abcdefghij");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, NULL, true);
	expect_print(grid, "abcd\nefgh\nij\n");
	act("up up");
	assert_int_equal(lineedit_cursor(edit), 2);
	act("down");
	assert_int_equal(lineedit_cursor(edit), 6);
	lineedit_set(edit, "abcd\nef");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, NULL, true);
	act("text-start end");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, NULL, true);
	assert_int_equal(grid->cursor_row, 0);
	assert_int_equal(grid->cursor_col, 4);
	act("down");
	assert_int_equal(lineedit_cursor(edit), 7);
	grid_free(grid);
}

static void test_single_line(void **state)
{
	const struct lineedit_options options = {.is_single_line = true};
	struct grid *grid = grid_new(1, 6);

	(void)state;
	lineedit_free(edit);
	edit = lineedit_new(&options);
	assert_true(lineedit_insert(edit, "a\nb"));
	act("newline");
	expect("a b", 3);
	type("cdefgh");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, NULL, true);
	expect_print(grid, "defgh\n");
	assert_int_equal(grid->cursor_col, 5);
	act("home");
	lineedit_draw(edit, grid_view(grid), ROLE_INPUT, NULL, true);
	expect_print(grid, "a bcde\n");
	assert_int_equal(grid->cursor_col, 0);
	assert_true(lineedit_replace(edit, 2, 3, "中文"));
	expect("a 中文efgh", 8);
	grid_free(grid);
}

static void test_commands_are_sound(void **state)
{
	struct command_set *set = command_set_new();
	struct lineedit *none = NULL;
	GPtrArray *found;

	(void)state;
	command_set_add(set, "edit", lineedit_commands, &none);
	found = command_check(set);
	assert_int_equal(found->len, 0);
	g_ptr_array_unref(found);
	for (const struct command *command = lineedit_commands; command->name; command++)
		assert_true(command_run(set, command->name, NULL));
	command_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_typing_and_moving, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clusters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kill_and_yank, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_undo, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_paste, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forget, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_history, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_single_line, set_up, tear_down),
		cmocka_unit_test(test_commands_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

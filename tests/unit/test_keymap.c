#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "tui/kit/keymap.h"
#include "tui/kit/lineedit.h"

static const struct command table[] = {
	{"palette", NULL, "", "M-p", "C-p", "Palette", NULL},
	{"search", NULL, "", "C-x s", NULL, "Search", NULL},
	{"late", NULL, "", "C-p", "F5", "Comes too late for C-p", NULL},
	{0},
};

static const char *const modes[] = {"edit", "conversation", NULL};

/* Feed the keys of NAMES; the answer to the last one. */
static const char *feed(const struct keymap *keymap, const char *names)
{
	struct key keys[KEY_SEQUENCE_MAX];
	struct key_pending pending = {0};
	size_t count = key_parse_sequence(names, keys);
	const char *line = NULL;

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		enum keymap_answer answer =
			keymap_feed(keymap, modes, &pending, &keys[i], &line);

		if (answer == KEYMAP_PENDING)
			line = "...";
		if (answer == KEYMAP_NONE)
			line = "none";
	}
	return line;
}

static void bind(struct keymap *keymap, const char *mode, const char *keys, const char *line)
{
	assert_true(keymap_bind(keymap, mode, keys, line, NULL));
}

static void test_feed(void **state)
{
	struct keymap *keymap = keymap_new();

	(void)state;
	keymap_add_commands(keymap, "", table);
	assert_string_equal(feed(keymap, "C-p"), "palette");
	assert_string_equal(feed(keymap, "M-p"), "palette");
	assert_string_equal(feed(keymap, "F5"), "late");
	assert_string_equal(feed(keymap, "C-x"), "...");
	assert_string_equal(feed(keymap, "C-x s"), "search");
	assert_string_equal(feed(keymap, "C-x q"), "...");
	assert_string_equal(feed(keymap, "C-x Escape"), "...");
	assert_string_equal(feed(keymap, "C-x Escape s"), "none");
	/* The innermost mode decides. */
	bind(keymap, "conversation", "C-p", "page up");
	assert_string_equal(feed(keymap, "C-p"), "page up");
	bind(keymap, "edit", "C-p", "edit-older");
	assert_string_equal(feed(keymap, "C-p"), "edit-older");
	bind(keymap, "contacts", "C-x s", "not here");
	assert_string_equal(feed(keymap, "C-x s"), "search");
	/* Sequences of two modes with the same beginning live together. */
	bind(keymap, "edit", "C-x u", "edit-undo");
	assert_string_equal(feed(keymap, "C-x u"), "edit-undo");
	assert_string_equal(feed(keymap, "C-x s"), "search");
	keymap_free(keymap);
}

static void test_clashes(void **state)
{
	struct keymap *keymap = keymap_new();

	(void)state;
	bind(keymap, "", "C-x s", "one");
	bind(keymap, "", "C-x t", "two");
	bind(keymap, "", "C-x", "short");
	assert_string_equal(feed(keymap, "C-x"), "short");
	bind(keymap, "", "C-x s", "long");
	assert_string_equal(feed(keymap, "C-x"), "...");
	assert_string_equal(feed(keymap, "C-x t"), "...");
	keymap_unbind(keymap, "", "C-x s");
	assert_string_equal(feed(keymap, "C-x"), "none");
	keymap_free(keymap);
}

static void test_load(void **state)
{
	static const char good[] = "[keys]\nC-k = palette\nC-p = none\n# a comment\n"
				   "[keys conversation]\nC-x t = timer 1h\nEqual = equal\n"
				   "[other]\nx = y\n";
	static const char bad[] = "# mine\n[keys]\nC-F13 = x\nF7 = help\n";
	GKeyFile *file = g_key_file_new();
	struct keymap *keymap = keymap_new();
	GError *error = NULL;

	(void)state;
	keymap_add_commands(keymap, "", table);
	assert_true(g_key_file_load_from_data(file, good, strlen(good), 0, NULL));
	assert_true(keymap_load(keymap, file, NULL, good, &error));
	assert_string_equal(feed(keymap, "C-k"), "palette");
	assert_string_equal(feed(keymap, "C-p"), "none");
	assert_string_equal(feed(keymap, "C-x t"), "timer 1h");
	assert_string_equal(feed(keymap, "="), "equal");
	assert_string_equal(feed(keymap, "C-x s"), "search");
	assert_true(g_key_file_load_from_data(file, bad, strlen(bad), 0, NULL));
	assert_false(keymap_load(keymap, file, "my/config", bad, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, "my/config, line 3: "));
	/* The others are taken. */
	assert_string_equal(feed(keymap, "F7"), "help");
	assert_non_null(strstr(error->message, "C-F13"));
	g_clear_error(&error);
	g_key_file_free(file);
	keymap_free(keymap);
}

static void test_keys_for(void **state)
{
	struct keymap *keymap = keymap_new();
	char *names;

	(void)state;
	keymap_add_commands(keymap, "", table);
	names = keymap_keys(keymap, "edit", "palette", 0);
	assert_string_equal(names, "C-p");
	g_free(names);
	names = keymap_keys(keymap, "", "palette", 1);
	assert_string_equal(names, "M-p");
	g_free(names);
	assert_null(keymap_keys(keymap, "", "palette", 2));
	assert_null(keymap_keys(keymap, "", "nothing", 0));
	keymap_free(keymap);
}

/* Once Alt works its shorter keys are named; of two that are as short still the other one. */
static void test_alt_once_it_works(void **state)
{
	struct keymap *keymap = keymap_new();
	char *names;

	(void)state;
	keymap_add_commands(keymap, "", table);
	assert_true(keymap_bind(keymap, "", "M-z", "long", NULL));
	assert_true(keymap_bind(keymap, "", "C-x z", "long", NULL));
	names = keymap_keys(keymap, "", "long", 0);
	assert_string_equal(names, "C-x z");
	g_free(names);
	keymap_believe_alt(keymap);
	names = keymap_keys(keymap, "", "long", 0);
	assert_string_equal(names, "M-z");
	g_free(names);
	names = keymap_keys(keymap, "edit", "palette", 0);
	assert_string_equal(names, "C-p");
	g_free(names);
	keymap_free(keymap);
}

static void test_twins(void **state)
{
	struct keymap *keymap = keymap_new();
	GPtrArray *found;

	(void)state;
	keymap_add_commands(keymap, "edit", lineedit_commands);
	keymap_add_commands(keymap, "", table);
	found = keymap_check_twins(keymap);
	assert_int_equal(found->len, 0);
	g_ptr_array_unref(found);
	/* A twin in another mode doesn't help. */
	bind(keymap, "contacts", "M-x", "thing");
	bind(keymap, "edit", "C-t", "thing");
	found = keymap_check_twins(keymap);
	assert_int_equal(found->len, 1);
	assert_non_null(strstr(g_ptr_array_index(found, 0), "M-x"));
	g_ptr_array_unref(found);
	bind(keymap, "", "C-x C-x", "thing");
	found = keymap_check_twins(keymap);
	assert_int_equal(found->len, 0);
	g_ptr_array_unref(found);
	keymap_free(keymap);
}

static void test_pending_name(void **state)
{
	struct keymap *keymap = keymap_new();
	struct key_pending pending = {0};
	struct key key;
	const char *line;
	char *name;

	(void)state;
	keymap_add_commands(keymap, "", table);
	assert_true(key_parse("C-x", &key));
	assert_int_equal(keymap_feed(keymap, modes, &pending, &key, &line), KEYMAP_PENDING);
	name = key_pending_format(&pending);
	assert_string_equal(name, "C-x …");
	g_free(name);
	/* What isn't a key doesn't disturb. */
	assert_int_equal(keymap_feed(keymap, modes, &pending, &(struct key){.code = KC_FOCUS_OUT},
				     &line),
			 KEYMAP_NONE);
	assert_int_equal(pending.count, 1);
	keymap_free(keymap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed),	 cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_load),	 cmocka_unit_test(test_keys_for),
		cmocka_unit_test(test_alt_once_it_works),
		cmocka_unit_test(test_twins),	 cmocka_unit_test(test_pending_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

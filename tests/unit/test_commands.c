#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/error.h"
#include "tui/app/plain.h"
#include "tui/term/key.h"
#include "tui/ui/commands.h"

static void no_problems(GPtrArray *problems)
{
	for (guint i = 0; i < problems->len; i++)
		print_error("%s\n", (const char *)g_ptr_array_index(problems, i));
	assert_int_equal(problems->len, 0);
	g_ptr_array_unref(problems);
}

/* Names are unique in all tables together: each can be typed, bound and looked up in the manual. */
static void test_tables_are_sound(void **state)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (const struct screen_table *const *table = commands_tables(); *table; table++) {
		struct command_set *set = command_set_new();

		command_set_add(set, (*table)->mode, (*table)->commands, NULL);
		no_problems(command_check(set));
		command_set_free(set);
		for (const struct command *row = (*table)->commands; row->name; row++) {
			if (!g_hash_table_add(names, (gpointer)(uintptr_t)row->name))
				fail_msg("%s stands in two tables", row->name);
			assert_non_null(row->run);
		}
	}
}

static void test_plain_commands_are_sound(void **state)
{
	struct command_set *set = command_set_new();

	(void)state;
	command_set_add(set, "", plain_commands, NULL);
	no_problems(command_check(set));
	command_set_free(set);
}

static void test_every_alt_key_has_a_twin(void **state)
{
	struct keymap *keymap = keymap_new();
	GError *error = NULL;

	(void)state;
	assert_true(commands_bind(keymap, NULL, &error));
	no_problems(keymap_check_twins(keymap));
	keymap_free(keymap);
}

static bool is_command(const char *line)
{
	g_autofree char *name = g_strndup(line, strcspn(line, " "));

	for (const struct screen_table *const *table = commands_tables(); *table; table++)
		for (const struct command *row = (*table)->commands; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return true;
	return false;
}

static void check_binding(const char *mode, const char *keys, const char *line, void *user)
{
	(void)user;
	if (!is_command(line))
		fail_msg("%s in \"%s\" runs %s, which is nothing", keys, mode, line);
}

static void test_every_key_runs_a_command(void **state)
{
	struct keymap *keymap = keymap_new();

	(void)state;
	assert_true(commands_bind(keymap, NULL, NULL));
	keymap_each(keymap, check_binding, NULL);
	keymap_free(keymap);
}

static void test_the_config_rebinds(void **state)
{
	static const char text[] =
		"[keys]\nF5 = lock\nC-o = none\n[keys compose]\nEnter = edit-newline\n";
	struct keymap *keymap = keymap_new();
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *lock = NULL;
	g_autofree char *palette = NULL;

	(void)state;
	assert_true(g_key_file_load_from_data(file, text, sizeof(text) - 1, G_KEY_FILE_NONE, NULL));
	assert_true(commands_bind(keymap, file, NULL));
	lock = keymap_keys(keymap, "", "lock", 0);
	assert_string_equal(lock, "F5");
	palette = keymap_keys(keymap, "", "palette", 0);
	assert_string_equal(palette, "F2");
	keymap_free(keymap);
}

static void test_a_bad_config_says_so(void **state)
{
	static const char text[] = "[keys]\nHyper-Q = lock\n";
	struct keymap *keymap = keymap_new();
	g_autoptr(GKeyFile) file = g_key_file_new();
	GError *error = NULL;

	(void)state;
	assert_true(g_key_file_load_from_data(file, text, sizeof(text) - 1, G_KEY_FILE_NONE, NULL));
	assert_false(commands_bind(keymap, file, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, "Hyper-Q"));
	g_clear_error(&error);
	keymap_free(keymap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_sound),
		cmocka_unit_test(test_plain_commands_are_sound),
		cmocka_unit_test(test_every_alt_key_has_a_twin),
		cmocka_unit_test(test_every_key_runs_a_command),
		cmocka_unit_test(test_the_config_rebinds),
		cmocka_unit_test(test_a_bad_config_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "tui/kit/command.h"

/* What was called last: name and arguments. */
struct heard {
	char text[256];
};

static gboolean hear(void *user, const char *name, const char *const args[COMMAND_ARGS_MAX])
{
	struct heard *heard = user;

	g_strlcpy(heard->text, name, sizeof(heard->text));
	for (size_t i = 0; i < COMMAND_ARGS_MAX && args[i]; i++) {
		g_strlcat(heard->text, "|", sizeof(heard->text));
		g_strlcat(heard->text, args[i], sizeof(heard->text));
	}
	return TRUE;
}

#define HEARING(name)                                                                              \
	static gboolean run_##name(void *user, const char *const args[static COMMAND_ARGS_MAX],    \
				   GError **error)                                                 \
	{                                                                                          \
		(void)error;                                                                       \
		return hear(user, #name, args);                                                    \
	}

HEARING(quit)
HEARING(timer)
HEARING(say)
HEARING(mouse)
HEARING(add)
HEARING(inner)

static gboolean run_fail(void *user, const char *const args[static COMMAND_ARGS_MAX],
			 GError **error)
{
	(void)user;
	(void)args;
	error_set(error, ERROR_POLICY, "No.");
	return FALSE;
}

static const struct command outer[] = {
	{"quit", "q", "", "C-q", NULL, "Leave", run_quit},
	{"timer", NULL, "ADDRESS [DURATION]", NULL, NULL, "Set a timer", run_timer},
	{"say", NULL, "[TEXT...]", NULL, NULL, "Say something", run_say},
	{"mouse", NULL, "on|off", NULL, NULL, "Mouse", run_mouse},
	{"contact-add", NULL, "ADDRESS [ALIAS]", NULL, NULL, "Add", run_add},
	{"contact-remove", NULL, "ADDRESS", NULL, NULL, "Remove", run_fail},
	{0},
};

static const struct command inner[] = {
	{"quit", NULL, "", NULL, NULL, "Leave only this", run_inner},
	{0},
};

static struct command_set *make_set(struct heard *heard)
{
	struct command_set *set = command_set_new();

	command_set_add(set, "", outer, heard);
	return set;
}

static void expect_heard(const char *line, const char *expected)
{
	struct heard heard = {""};
	struct command_set *set = make_set(&heard);
	GError *error = NULL;

	if (!command_run(set, line, &error))
		fail_msg("%s: %s", line, error->message);
	assert_string_equal(heard.text, expected);
	command_set_free(set);
}

static void expect_error(const char *line, enum error code, const char *words)
{
	struct heard heard = {""};
	struct command_set *set = make_set(&heard);
	GError *error = NULL;

	assert_false(command_run(set, line, &error));
	assert_true(error_is(error, code));
	if (!strstr(error->message, words))
		fail_msg("\"%s\" doesn't say \"%s\"", error->message, words);
	assert_string_equal(heard.text, "");
	g_clear_error(&error);
	command_set_free(set);
}

static void test_run(void **state)
{
	(void)state;
	expect_heard("", "");
	expect_heard("   ", "");
	expect_heard("quit", "quit");
	expect_heard("  q ", "quit");
	expect_heard("timer anna 1h", "timer|anna|1h");
	expect_heard("timer anna", "timer|anna");
	expect_heard("timer 'Anna B' \"1\\\"h\"", "timer|Anna B|1\"h");
	expect_heard("timer Anna\\ B", "timer|Anna B");
	expect_heard("timer '' 1h", "timer||1h");
	expect_heard("say", "say");
	expect_heard("say  it's \"as  is\" \\ ", "say|it's \"as  is\" \\ ");
	expect_heard("mouse on", "mouse|on");
}

static void test_errors(void **state)
{
	(void)state;
	expect_error("quti", ERROR_USAGE, "did you mean \"quit\"");
	expect_error("entirely-else", ERROR_USAGE, "help");
	expect_error("timer", ERROR_USAGE, "timer ADDRESS [DURATION]");
	expect_error("timer a b c", ERROR_USAGE, "too much");
	expect_error("quit now", ERROR_USAGE, "Usage: quit");
	expect_error("mouse maybe", ERROR_USAGE, "on|off");
	expect_error("contact-remove x", ERROR_POLICY, "No.");
}

static void count_commands(const struct command *command, const char *mode, void *user)
{
	g_string_append_printf(user, "%s:%s ", mode, command->name);
}

static void test_reach(void **state)
{
	struct heard heard = {""};
	struct command_set *set = make_set(&heard);
	GString *names = g_string_new(NULL);

	(void)state;
	command_set_add(set, "screen", inner, &heard);
	assert_true(command_run(set, "quit", NULL));
	assert_string_equal(heard.text, "inner");
	command_each(set, count_commands, names);
	assert_null(strstr(names->str, ":quit timer"));
	assert_non_null(strstr(names->str, "screen:quit"));
	command_set_remove(set, inner, &heard);
	assert_true(command_run(set, "quit", NULL));
	assert_string_equal(heard.text, "quit");
	assert_non_null(command_find(set, "q"));
	assert_null(command_find(set, "nothing"));
	g_string_free(names, TRUE);
	command_set_free(set);
}

static void addresses(void *user, const char *name, const char *typed, GPtrArray *words)
{
	(void)user;
	(void)typed;
	if (strcmp(name, "ADDRESS") != 0)
		return;
	g_ptr_array_add(words, g_strdup("anna"));
	g_ptr_array_add(words, g_strdup("Anna Lind"));
	g_ptr_array_add(words, g_strdup("bob"));
}

static void expect_completion(const char *line, size_t start, const char *joined,
			      const char *common)
{
	struct heard heard = {""};
	struct command_set *set = make_set(&heard);
	struct completion completion;
	char *found;

	command_complete(set, line, strlen(line), addresses, NULL, &completion);
	assert_int_equal(completion.start, start);
	found = completion_common(&completion);
	if (common)
		assert_string_equal(found, common);
	else
		assert_null(found);
	g_free(found);
	g_ptr_array_add(completion.words, NULL);
	found = g_strjoinv(" ", (char **)completion.words->pdata);
	assert_string_equal(found, joined);
	g_free(found);
	completion_clear(&completion);
	command_set_free(set);
}

static void test_completion(void **state)
{
	(void)state;
	expect_completion("q", 0, "quit", "quit");
	expect_completion("cont", 0, "contact-add contact-remove", "contact-");
	expect_completion("  mo", 2, "mouse", "mouse");
	expect_completion("", 0, "contact-add contact-remove mouse quit say timer", "");
	expect_completion("mouse ", 6, "off on", "o");
	expect_completion("mouse of", 6, "off", "off");
	expect_completion("timer an", 6, "'Anna Lind' anna", "");
	expect_completion("timer b", 6, "bob", "bob");
	expect_completion("timer bob ", 10, "", NULL);
	expect_completion("timer bob 1h ", 13, "", NULL);
	expect_completion("nothing an", 8, "", NULL);
	expect_completion("zz", 0, "", NULL);
}

static void test_check(void **state)
{
	static const struct command bad[] = {
		{"a", "b", "", NULL, NULL, "Fine", run_quit},
		{"b", NULL, "", "C-F99", NULL, "Ends.", run_quit},
		{"c", NULL, "[X] Y", NULL, NULL, "Fine", run_quit},
		{"d", NULL, "X... Y", NULL, NULL, "Fine", NULL},
		{0},
	};
	struct heard heard = {""};
	struct command_set *set = make_set(&heard);
	GPtrArray *found = command_check(set);

	(void)state;
	assert_int_equal(found->len, 0);
	g_ptr_array_unref(found);
	command_set_add(set, "", bad, NULL);
	found = command_check(set);
	assert_int_equal(found->len, 5);
	g_ptr_array_unref(found);
	command_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),   cmocka_unit_test(test_errors),
		cmocka_unit_test(test_reach), cmocka_unit_test(test_completion),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

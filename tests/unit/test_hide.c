/* What stays of the arguments in /proc: read there by the program itself, before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tui/cli/arguments.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/globals.h"
#include "tui/cli/hide.h"

/* /proc/self/cmdline without the program's name: each word behind a bar, a zero is a dot. */
static void print_cmdline(void)
{
	g_autofree char *data = NULL;
	gsize bytes = 0;

	if (!g_file_get_contents("/proc/self/cmdline", &data, &bytes, NULL))
		return;
	for (gsize i = strlen(data); i + 1 < bytes; i++)
		putchar(data[i] ? data[i] : '|');
	putchar('\n');
}

/* The child: what is there before, after, and in the copy. */
static int show(int argc, char **argv)
{
	g_autofree char *joined = NULL;
	char **words;

	print_cmdline();
	words = hide_words(argc, argv, verb_table, global_options);
	print_cmdline();
	joined = g_strjoinv("|", words);
	printf("|%s\n", joined);
	arguments_free(words);
	return 0;
}

/* The three lines for LINE, whose words are between blanks. */
static char **shown(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree char *out = NULL;

	g_ptr_array_add(argv, (char *)"/proc/self/exe");
	for (char **word = words; *word; word++)
		g_ptr_array_add(argv, *word);
	g_ptr_array_add(argv, NULL);
	assert_true(g_setenv("TEST_HIDE_CHILD", "1", TRUE));
	assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL,
				 &out, NULL, NULL, NULL));
	g_unsetenv("TEST_HIDE_CHILD");
	return g_strsplit(out, "\n", 3);
}

/* TEXT without what is left between two bars of a word that has gone. */
static char *squeeze(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++)
		if (*text != '|' || (out->len && out->str[out->len - 1] != '|'))
			g_string_append_c(out, *text);
	if (out->len && out->str[out->len - 1] == '|')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static void test_cmdline(void **state)
{
	static const char *const rows[][2] = {
		{ "send bob SECRET", "send" },
		{ "send bob SECRET --expire 1h --sealed", "send|--expire|--sealed" },
		{ "--home /h --json send bob -- --SECRET", "--home|/h|--json|send|--" },
		{ "send --json bob SECRET --home=/h", "send|--json|--home=/h" },
		{ "send bob --SECRET", "send" },
		{ "send bob -SECRET", "send" },
		{ "send bob --expire=SECRET", "send|--expire=" },
		{ "send bob --json=SECRET", "send|--json" },
		{ "search SECRET --in bob --limit 3", "search|--in|--limit" },
		{ "contact add SECRET --name SECRET", "contact add|--name" },
		{ "contact rule SECRET first", "contact rule" },
		{ "verify bob --code SECRET", "verify|--code" },
		{ "verify bob --uri=SECRET", "verify|--uri=" },
		{ "group create SECRET SECRET SECRET", "group create" },
		{ "file send bob /SECRET/path --name SECRET", "file send|--name" },
		{ "frobnicate SECRET", "" },
		{ "contact --json add SECRET", "--json" },
		{ "-- send bob SECRET", "--|send" },
		{ "--passphrase-fd 3 receive --follow", "--passphrase-fd|3|receive|--follow" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) lines = shown(rows[i][0]);
		g_autofree char *before = squeeze(lines[0]), *after = squeeze(lines[1]);
		g_autofree char *copy = squeeze(lines[2]);
		g_autofree char *expected = g_strdelimit(g_strdup(rows[i][0]), " ", '|');
		g_autofree char *left = g_strdelimit(g_strdup(rows[i][1]), " ", '|');

		/* The control: it stood there. And nothing is lost to the program itself. */
		assert_string_equal(before, expected);
		g_strchomp(copy);
		assert_string_equal(copy, expected);
		if (strcmp(after, left) != 0)
			fail_msg("%s: \"%s\"", rows[i][0], after);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cmdline),
	};

	if (g_getenv("TEST_HIDE_CHILD"))
		return show(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

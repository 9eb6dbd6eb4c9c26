/* Help texts over every row of the table of verbs: nothing is wider than the terminal, nothing is
 * lost by that; a group of verbs has help too, and a slip in a second word finds what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/text/text.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/globals.h"
#include "tui/cli/help.h"

static const int widths[] = { 40, 57, 63, 64, 80, 132, 300 };

/* TEXT without its blanks, which is how it stays however it is broken. */
static char *squeeze(const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++) {
		if (*text != ' ' && *text != '\n')
			g_string_append_c(out, *text);
	}
	return g_string_free(out, FALSE);
}

static void assert_holds(const char *all, const char *part)
{
	g_autofree char *whole = squeeze(all), *wanted = squeeze(part ? part : "");

	if (!strstr(whole, wanted))
		fail_msg("\"%s\" isn't in:\n%s", part, all);
}

static void assert_fits(const char *text, int cols)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		if (text_width_all(*line) > (size_t)cols)
			fail_msg("wider than %d: \"%s\"", cols, *line);
	}
	assert_true(g_str_has_suffix(text, "\n"));
}

static void test_widths(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_autofree char *all = help_all(verb_table, global_options, widths[i]);

		assert_fits(all, widths[i]);
		for (const struct verb *const *row = verb_table; *row; row++) {
			g_autofree char *one = help_verb(verb_table, *row, widths[i]);

			assert_fits(one, widths[i]);
			assert_holds(one, (*row)->arguments);
			assert_holds(one, (*row)->summary);
			assert_holds(one, (*row)->details);
			for (int k = 0; k < VERB_OPTIONS_MAX && (*row)->options[k].name; k++)
				assert_holds(one, (*row)->options[k].help);
			if (!(*row)->is_hidden)
				assert_holds(all, (*row)->summary);
		}
		for (const struct verb_option *row = global_options; row->name; row++)
			assert_holds(all, row->help);
	}
}

/* Every first word of two, at every width: all that it begins are there, and no others. */
static void test_groups(void **state)
{
	int groups = 0;

	(void)state;
	assert_null(help_group(verb_table, "send", HELP_COLS));
	assert_null(help_group(verb_table, "nonsense", HELP_COLS));
	assert_null(help_group(verb_table, "", HELP_COLS));
	for (const struct verb *const *row = verb_table; *row; row++) {
		g_autofree char *first = g_strndup((*row)->name, strcspn((*row)->name, " "));
		g_autofree char *prefix = g_strconcat(first, " ", NULL);

		if ((*row)->is_hidden || strcmp(first, (*row)->name) == 0)
			continue;
		groups++;
		for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
			g_autofree char *text = help_group(verb_table, first, widths[i]);

			assert_fits(text, widths[i]);
			for (const struct verb *const *other = verb_table; *other; other++) {
				if (g_str_has_prefix((*other)->name, prefix))
					assert_holds(text, (*other)->summary);
			}
			assert_null(strstr(text, verb_send.summary));
		}
	}
	assert_true(groups > 15);
}

/* The columns of a help when COLUMNS is VALUE. */
static int columns_of(const char *value)
{
	if (value)
		g_setenv("COLUMNS", value, TRUE);
	else
		g_unsetenv("COLUMNS");
	return help_columns();
}

static void test_columns(void **state)
{
	int usual = columns_of(NULL);

	(void)state;
	assert_true(usual >= HELP_COLS_MIN);
	assert_int_equal(columns_of("100"), 100);
	assert_int_equal(columns_of("20"), HELP_COLS_MIN);
	assert_int_equal(columns_of("0"), usual);
	assert_int_equal(columns_of("-7"), usual);
	assert_int_equal(columns_of("99999999999999999999"), usual);
	assert_int_equal(columns_of("wide"), usual);
	assert_int_equal(columns_of(""), usual);
}

/* What is said of WORDS, which are a mistake. */
static char *said_of(const char *first, const char *second)
{
	char *words[] = { (char *)first, (char *)second, NULL };
	g_autoptr(GError) error = NULL;
	bool wants_help;

	assert_null(call_new(verb_table, words, &wants_help, &error));
	assert_true(error_is(error, ERROR_USAGE));
	return g_strdup(error->message);
}

static void test_second_words(void **state)
{
	g_autofree char *far = said_of("contact", "xyzzyxyzzy");

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		g_auto(GStrv) name = g_strsplit((*row)->name, " ", 2);
		g_autofree char *slip = NULL, *said = NULL, *wanted = NULL;

		if ((*row)->is_hidden || !name[1])
			continue;
		slip = g_strconcat(name[1], "q", NULL);
		/* Behind a verb of one word too: those take no argument. */
		said = said_of(name[0], slip);
		wanted = g_strdup_printf("did you mean `sotto %s`?", (*row)->name);
		if (!strstr(said, wanted))
			fail_msg("%s %s: %s", name[0], slip, said);
	}
	/* The control: what is like none of them isn't guessed at. */
	assert_null(strstr(far, "mean"));
	assert_non_null(strstr(far, "`sotto contact list`"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_second_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a verb's help says of its words is what is taken: each shape of its usage, each of its
 * options, each command that a text names. And what a verb has done is said, or printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/said.h"

#define KEY    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGITS "012345678901234567890123456789012345678901234567890123456789"

static const char sha256[] = KEY;

/* What stands for each placeholder. */
static const char *const values[][2] = {
	{ "ADDRESS", "bob" },	   { "DURATION", "1h" },      { "uid:NUMBER", "uid:7" },
	{ "DEVICE", "7" },	   { "ID", "7" },	      { "GROUP", "#den" },
	{ "NAME", "copy" },	   { "VALUE", "ask" },	      { "PATH", "/dev/null" },
	{ "TEXT", "x" },	   { "WORDS", "x" },	      { "SHA256", sha256 },
	{ "ROOM@SERVICE", "a@b" }, { "NAME@SERVER", "a@b.c" },
};

/* These print what they have done, or what they found. */
static const char *const printing[] = {
	"clock",	"clock confirm", "complete",  "contact add",
	"contact list", "contact blocked",
	"contact requests", "demo-peer",    "devices",	 "devices renew", "journal",
	"journal verify", "file list",	 "file save", "group list",   "history",
	"search",	"id",		 "init local", "init xmpp",   "demo",
	"receive",	"settings",	 "set",	      "status",	      "verify",
};

static const char *value_of(const char *placeholder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		if (strcmp(values[i][0], placeholder) == 0)
			return values[i][1];
	if (!g_ascii_islower(*placeholder))
		fail_msg("nothing stands for %s", placeholder);
	return placeholder;
}

/* The CHOICE-th of those that TOKEN gives, the last one where there are fewer. */
static char *choose(const char *token, unsigned choice)
{
	g_autofree char *bare = g_strdup(token + (*token == '['));
	g_auto(GStrv) choices = NULL;

	bare[strcspn(bare, "].")] = '\0';
	choices = g_strsplit(bare, "|", -1);
	return g_strdup(value_of(choices[MIN(choice, g_strv_length(choices) - 1)]));
}

/* The words of a call of VERB, with what is optional or not; g_strfreev. */
static char **shape(const struct verb *verb, bool has_optional, unsigned choice)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	g_auto(GStrv) name = g_strsplit(verb->name, " ", -1);
	g_auto(GStrv) tokens = g_strsplit(verb->arguments, " ", -1);

	g_strv_builder_addv(words, (const char **)name);
	for (char **token = tokens; *token; token++) {
		g_autofree char *word = **token ? choose(*token, choice) : NULL;

		if (word && (has_optional || **token != '['))
			g_strv_builder_add(words, word);
	}
	return g_strv_builder_end(words);
}

/* As the command line takes it, and the verb itself. WHY: g_free. */
static bool is_taken(char **words, char **why)
{
	g_autoptr(GError) error = NULL;
	bool wants_help;
	struct call *call = call_new(verb_table, words, &wants_help, &error);
	bool ok = call && call_check(call, &error);

	call_free(call);
	*why = ok ? NULL : g_strdup(error->message);
	return ok;
}

enum { CHOICES = 6 };

static void test_shapes(void **state)
{
	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		for (unsigned i = 0; i < CHOICES * 2; i++) {
			g_auto(GStrv) words = shape(*row, i % 2, i / 2);
			g_autofree char *line = g_strjoinv(" ", words), *why = NULL;

			if (!is_taken(words, &why))
				fail_msg("%s: %s", line, why);
		}
	}
}

/* With OPTION at the end of a shape; one of them has to be taken. */
static bool takes(const struct verb *verb, const struct verb_option *option, const char *value)
{
	for (unsigned i = 0; i < 2; i++) {
		g_auto(GStrv) words = shape(verb, i, 0);
		g_autoptr(GStrvBuilder) all = g_strv_builder_new();
		g_auto(GStrv) list = NULL;
		g_autofree char *why = NULL;
		g_autofree char *text = g_strdup_printf("--%s%s%s", option->name,
							value ? "=" : "", value ? value : "");

		g_strv_builder_addv(all, (const char **)words);
		g_strv_builder_add(all, text);
		list = g_strv_builder_end(all);
		if (is_taken(list, &why))
			return true;
	}
	return false;
}

static void test_options(void **state)
{
	static const char *const tried[] = { "1", "1h", "2026-01-31T12:00:00Z", "/dev/null",
					     "/etc/passwd", KEY, "0123456789abcdef", DIGITS,
					     "interactive",
					     "xmpp:bob?omemo-sid-7=" KEY };

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		for (int i = 0; i < VERB_OPTIONS_MAX && (*row)->options[i].name; i++) {
			const struct verb_option *option = &(*row)->options[i];
			bool is_fine = !option->argument && takes(*row, option, NULL);

			for (size_t j = 0; option->argument && j < G_N_ELEMENTS(tried); j++)
				is_fine = is_fine || takes(*row, option, tried[j]);
			if (!is_fine)
				fail_msg("%s --%s is never taken", (*row)->name, option->name);
		}
	}
}

/* Every `sotto VERB ...` of TEXT: there is such a verb, with such options. */
static unsigned check_text(const char *text)
{
	unsigned count = 0;

	for (const char *at = text; at && (at = strstr(at, "`sotto ")); at++) {
		const char *line = at + strlen("`sotto ");
		g_autofree char *command = g_strndup(line, strcspn(line, "`"));
		g_auto(GStrv) words = g_strsplit(command, " ", -1);
		g_autofree char *why = NULL;

		if (words[0][0] == '-' || g_ascii_isupper(words[0][0]))
			continue;
		count++;
		if (!is_taken(words, &why) &&
		    (strstr(why, "no verb") || strstr(why, "nknown option")))
			fail_msg("%s: %s", command, why);
	}
	return count;
}

static void test_texts(void **state)
{
	unsigned count = 0;

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++)
		count += check_text((*row)->summary) + check_text((*row)->details);
	assert_true(count > 3);
}

static void test_said(void **state)
{
	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		g_auto(GStrv) words = shape(*row, true, 0);
		bool wants_help;
		struct call *call = call_new(verb_table, words, &wants_help, NULL);
		g_autofree char *said = call_said(call);
		bool is_printing = false;

		for (size_t i = 0; i < G_N_ELEMENTS(printing); i++)
			is_printing |= strcmp(printing[i], (*row)->name) == 0;
		if (!said == !is_printing)
			fail_msg("%s: %s", (*row)->name, said ? said : "nothing is said");
		assert_true(!said || (!strchr(said, '{') && g_str_has_suffix(said, ".")));
		call_free(call);
	}
}

/* What looks only, as it has no argument, and what is typed to fool a terminal. */
static void test_said_words(void **state)
{
	static const struct {
		const char *line, *said;
	} rows[] = {
		{ "erase", NULL },
		{ "erase bob", "Erased, from the conversation with bob." },
		{ "pin", NULL },
		{ "contact set bob receipts off", "Set for bob: receipts off." },
		{ "send bo\033[2Jb x", "Sent to bo[2Jb." },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) words = g_strsplit(rows[i].line, " ", -1);
		bool wants_help;
		struct call *call = call_new(verb_table, words, &wants_help, NULL);
		g_autofree char *said = call_said(call);

		if (i + 1 < G_N_ELEMENTS(rows))
			assert_true(g_strcmp0(said, rows[i].said) == 0);
		else
			assert_null(strchr(said, '\033'));
		call_free(call);
	}
}

static void test_nearest(void **state)
{
	static const char *const rows[][2] = {
		{ "hepl", "`help`" }, { "stauts", "`status`" }, { "settings themee", "theme?" },
		{ "contact lst", "contact list" }, { "set screen_mode vail", "veil?" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) words = g_strsplit(rows[i][0], " ", -1);
		g_autofree char *why = NULL;

		assert_false(is_taken(words, &why));
		assert_non_null(strstr(why, "id you mean"));
		assert_non_null(strstr(why, rows[i][1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),	   cmocka_unit_test(test_options),
		cmocka_unit_test(test_texts),	   cmocka_unit_test(test_said),
		cmocka_unit_test(test_said_words), cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

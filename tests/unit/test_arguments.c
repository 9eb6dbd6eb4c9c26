/* Words of the command line: options given but empty, help among other words, what stands behind
 * "--"; over every row of the table of verbs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/globals.h"

/* A verb's name as words, then COUNT times "x". */
static GStrvBuilder *begin(const struct verb *verb, int count)
{
	GStrvBuilder *words = g_strv_builder_new();
	g_auto(GStrv) name = g_strsplit(verb->name, " ", -1);

	g_strv_builder_addv(words, (const char **)name);
	for (int i = 0; i < count; i++)
		g_strv_builder_add(words, "x");
	return words;
}

/* What becomes of WORDS (used up): the call, or NULL when they are a mistake. */
static struct call *parse(GStrvBuilder *words, bool *wants_help)
{
	g_auto(GStrv) list = g_strv_builder_end(words);
	g_autoptr(GError) error = NULL;
	struct call *call = call_new(verb_table, list, wants_help, &error);

	if (!call)
		assert_true(error_is(error, ERROR_USAGE));
	g_strv_builder_unref(words);
	return call;
}

static bool is_taken(GStrvBuilder *words)
{
	bool wants_help;
	struct call *call = parse(words, &wants_help);
	bool is_call = call != NULL;

	call_free(call);
	return is_call;
}

static bool takes_option(const struct verb *verb, const char *name, const char *value, bool is_one)
{
	GStrvBuilder *words = begin(verb, verb->args_min);
	g_autofree char *option = g_strconcat("--", name, is_one ? "=" : "", is_one ? value : "",
					      NULL);

	g_strv_builder_add(words, option);
	if (!is_one)
		g_strv_builder_add(words, value);
	return is_taken(words);
}

static void test_empty_options(void **state)
{
	int options = 0;

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		for (int i = 0; i < VERB_OPTIONS_MAX && (*row)->options[i].name; i++) {
			if (!(*row)->options[i].argument)
				continue;
			options++;
			assert_false(takes_option(*row, (*row)->options[i].name, "", false));
			assert_false(takes_option(*row, (*row)->options[i].name, "", true));
			/* The control: it is the emptiness. */
			assert_true(takes_option(*row, (*row)->options[i].name, "1", false));
			assert_true(takes_option(*row, (*row)->options[i].name, "1", true));
		}
	}
	assert_true(options > 15);
}

static void test_empty_arguments(void **state)
{
	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		int count = (*row)->args_max < 0 ? (*row)->args_min + 2 : (*row)->args_max;

		assert_true(is_taken(begin(*row, count)));
		for (int empty = 0; empty < count; empty++) {
			GStrvBuilder *words = begin(*row, empty);

			g_strv_builder_add(words, "");
			for (int i = empty + 1; i < count; i++)
				g_strv_builder_add(words, "x");
			assert_false(is_taken(words));
		}
	}
}

static void test_help_stands_alone(void **state)
{
	static const char *const ways[] = { "--help", "-h" };

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++) {
		for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
			GStrvBuilder *words = begin(*row, 0);
			bool wants_help = false;
			struct call *call;

			g_strv_builder_add(words, ways[i]);
			call = parse(words, &wants_help);
			assert_true(call && wants_help);
			call_free(call);
			words = begin(*row, MAX((*row)->args_min, 1));
			g_strv_builder_add(words, ways[i]);
			assert_false(is_taken(words));
			words = begin(*row, 0);
			g_strv_builder_add(words, ways[i]);
			g_strv_builder_add(words, "x");
			assert_false(is_taken(words));
		}
	}
}

/* The arguments of `send`, each behind a bar; NULL when the words are a mistake. */
static char *sent(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autoptr(GError) error = NULL;
	bool wants_help;
	struct call *call = call_new(verb_table, words, &wants_help, &error);
	char *joined = call ? g_strjoinv("|", call->args) : NULL;

	if (call && call_option(call, "sealed")) {
		char *marked = g_strconcat(joined, " sealed", NULL);

		g_free(joined);
		joined = marked;
	}
	call_free(call);
	return joined;
}

static void test_separator(void **state)
{
	static const char *const rows[][2] = {
		{ "send bob -- --help", "bob|--help" },
		{ "send bob -- --sealed", "bob|--sealed" },
		{ "send bob --sealed -- -h", "bob|-h sealed" },
		{ "send -- bob --", "bob|--" },
		{ "send bob -- --", "bob|--" },
		{ "send -- bob -x", "bob|-x" },
		{ "send -- -bob x", "-bob|x" },
		{ "send bob -", "bob|-" },
		{ "send bob -5", NULL },
		{ "send bob --nonsense", NULL },
		{ "send bob a b", NULL },
		{ "send bob -- a b", NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = sent(rows[i][0]);

		if (g_strcmp0(got, rows[i][1]) != 0)
			fail_msg("%s: %s", rows[i][0], got ? got : "a mistake");
	}
}

/* LINE's words through globals_parse: what they said, in short; "mistake" for ERROR_USAGE. An @ is
 * an empty word. */
static char *globals_of(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	struct globals globals = { 0 };
	g_autoptr(GError) error = NULL;
	GString *said = g_string_new(NULL);
	g_autofree char *left = NULL;

	for (char **word = words; *word; word++)
		if (strcmp(*word, "@") == 0)
			**word = '\0';
	if (globals_parse(&globals, (const char *const *)words, &error)) {
		left = g_strjoinv("|", globals.words);
		g_string_append_printf(said, "%s%s", globals.home ? globals.home : "",
				       globals.home ? " " : "");
		if (globals.wait >= 0)
			g_string_append_printf(said, "wait %d ", globals.wait);
		if (globals.passphrase_fd >= 0)
			g_string_append_printf(said, "%d ", globals.passphrase_fd);
		g_string_append_printf(said, "%s%s%s%s%s", globals.is_json ? "json " : "",
				       globals.is_plain ? "plain " : "",
				       globals.wants_help ? "help " : "",
				       globals.wants_version ? "version " : "", left);
	} else {
		assert_true(error_is(error, ERROR_USAGE));
		g_string_append(said, "mistake");
	}
	globals_clear(&globals);
	return g_string_free(said, FALSE);
}

static void test_globals(void **state)
{
	static const char *const rows[][2] = {
		{ "--home a id", "a id" },
		{ "id --home=a --json", "a json id" },
		{ "--home a id --home b", "b id" },
		{ "--home @ wipe --yes", "mistake" },
		{ "--home= wipe --yes", "mistake" },
		{ "wipe --yes --home @", "mistake" },
		{ "--profile @ id", "mistake" },
		{ "--passphrase-fd @ id", "mistake" },
		{ "--passphrase-fd -1 id", "mistake" },
		{ "--passphrase-fd 3x id", "mistake" },
		{ "--passphrase-fd 0 id", "0 id" },
		{ "--passphrase-fd", "mistake" },
		{ "--wait 5 id", "wait 5 id" },
		{ "send bob x --wait=0", "wait 0 send|bob|x" },
		{ "id --wait 3600", "wait 3600 id" },
		{ "id --wait 3601", "mistake" },
		{ "id --wait -1", "mistake" },
		{ "id --wait x", "mistake" },
		{ "id --wait @", "mistake" },
		{ "send bob -- --wait", "send|bob|--|--wait" },
		{ "--home --", "mistake" },
		{ "send bob --help", "send|bob|--help" },
		{ "send bob --version", "mistake" },
		{ "send bob -- --version", "send|bob|--|--version" },
		{ "send bob -- --json", "send|bob|--|--json" },
		{ "send bob -- --home=/x", "send|bob|--|--home=/x" },
		{ "--json -- send bob", "json send|bob" },
		{ "send bob --plain", "mistake" },
		{ "--plain send bob", "plain send|bob" },
		{ "demo --plain", "plain demo" },
		{ "--plain", "plain " },
		{ "--version", "version " },
		{ "--version send bob x", "mistake" },
		{ "--help", "help --help" },
		{ "-h", "help -h" },
		{ "--help send bob x", "mistake" },
		{ "--nonsense", "mistake" },
		{ "--nonsense id", "mistake" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = globals_of(rows[i][0]);

		if (strcmp(got, rows[i][1]) != 0)
			fail_msg("%s: \"%s\"", rows[i][0], got);
	}
}

/* What each verb does that can't be undone; NULL: it asks, by the one rule. */
static const struct {
	const char *verb, *why;
} losses[] = {
	{"contact remove", NULL}, {"contact block", NULL}, {"group remove", NULL},
	{"group leave", NULL}, {"devices revoke", NULL}, {"devices renew", NULL},
	{"erase", NULL}, {"clock confirm", NULL},
	{"wipe", "it asks by itself, before there is a profile that is open"},
	{"passphrase", "it wants the old one, and the new one twice"},
	{"init local", "it makes a profile, and refuses where one is"},
	{"init xmpp", "as init local"},
	{"demo", "its world is its own"}, {"demo-peer", "it is part of the demo"},
	{"id", "it shows"}, {"contact list", "it shows"}, {"contact blocked", "it shows"},
	{"contact requests", "it shows"}, {"group list", "it shows"}, {"devices", "it shows"},
	{"journal", "it shows"}, {"journal verify", "it shows"}, {"file list", "it shows"},
	{"clock", "it shows"}, {"status", "it shows"}, {"settings", "it shows"},
	{"complete", "it shows"},
	{"verify", "it shows, or marks what was compared; trust takes it back"},
	{"receive", "to read is what it is for; what is viewed once goes then"},
	{"history", "as receive"}, {"search", "as receive"},
	{"contact add", "contact remove takes it back"},
	{"contact unblock", "contact block takes it back"},
	{"contact set", "set again takes it back"}, {"contact rule", "set again takes it back"},
	{"contact mute", "contact unmute takes it back"},
	{"contact unmute", "contact mute takes it back"},
	{"contact accept", "contact remove takes it back"},
	{"contact decline", "they may ask again"},
	{"group create", "group leave takes it back"}, {"group add", "group remove takes it back"},
	{"group join", "group leave takes it back"},
	{"send", "to write is what it is for"}, {"file send", "as send"},
	{"file save", "it writes a new file, and overwrites none"},
	{"trust", "set again takes it back; an own device wants its fingerprint"},
	{"repair", "a session is begun anew; nothing that stands here goes"},
	{"pin", "pinned again takes it back; it wants the fingerprint"},
	{"expire", "it is for messages to come; set again takes it back"},
	{"set", "set again takes it back"},
};

static bool has_yes(const struct verb *verb)
{
	for (int i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
		if (strcmp(verb->options[i].name, "yes") == 0 && !verb->options[i].argument)
			return true;
	return false;
}

/* Every verb is in the table once; it asks, and can be told not to, or the table says why not. */
static void test_losses(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct verb *const *row = verb_table; *row; row++, count++) {
		const struct verb *verb = *row;
		size_t i = 0;

		while (i < G_N_ELEMENTS(losses) && strcmp(losses[i].verb, verb->name) != 0)
			i++;
		if (i == G_N_ELEMENTS(losses))
			fail_msg("%s: can what it does be undone?", verb->name);
		if ((verb->question != NULL) != (losses[i].why == NULL))
			fail_msg("%s %s", verb->name, verb->question ? "asks" : "doesn't ask");
		if (verb->question && !has_yes(verb))
			fail_msg("%s has no --yes", verb->name);
	}
	assert_int_equal(count, G_N_ELEMENTS(losses));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_options),
		cmocka_unit_test(test_empty_arguments),
		cmocka_unit_test(test_help_stands_alone),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_separator),
		cmocka_unit_test(test_globals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

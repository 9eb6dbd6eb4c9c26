#include "tui/cli/verb.h"

#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "core/base/nearest.h"
#include "core/base/secret.h"
#include "tui/cli/arguments.h"

/* How many of WORDS the verb's NAME takes up; 0 when they don't begin with it. */
static int name_matches(const char *name, char **words)
{
	g_auto(GStrv) parts = g_strsplit(name, " ", -1);
	int count = 0;

	for (; parts[count]; count++) {
		if (!words[count] || strcmp(words[count], parts[count]) != 0)
			return 0;
	}
	return count;
}

const struct verb *verb_find(const struct verb *const *table, char **words, int *taken)
{
	const struct verb *found = NULL;

	*taken = 0;
	for (; *table; table++) {
		int count = name_matches((*table)->name, words);

		if (count > *taken) {
			*taken = count;
			found = *table;
		}
	}
	return found;
}

/* The verbs that WORD is the first word of: all their names, and the NEAREST second word. */
static char *list_seconds(const struct verb *const *table, const char *word,
			  struct nearest *nearest)
{
	g_autofree char *prefix = g_strconcat(word, " ", NULL);
	GString *names = g_string_new(NULL);

	for (; *table; table++) {
		const char *name = (*table)->name;

		if ((*table)->is_hidden || !g_str_has_prefix(name, prefix))
			continue;
		g_string_append_printf(names, "%s`sotto %s`", names->len ? ", " : "", name);
		nearest_look(nearest, name + strlen(prefix));
	}
	return g_string_free(names, FALSE);
}

static void set_unknown_first(const struct verb *const *table, const char *word, GError **error)
{
	g_autoptr(GPtrArray) firsts = g_ptr_array_new_with_free_func(g_free);
	struct nearest nearest;

	nearest_init(&nearest, word);
	/* No row, but a word all the same. */
	nearest_look(&nearest, "help");
	for (; *table; table++) {
		char *first = g_strndup((*table)->name, strcspn((*table)->name, " "));

		g_ptr_array_add(firsts, first);
		if (!(*table)->is_hidden)
			nearest_look(&nearest, first);
	}
	if (nearest.word)
		error_set(error, ERROR_USAGE, "There is no verb `%s`; did you mean `%s`?", word,
			  nearest.word);
	else
		error_set(error, ERROR_USAGE, "There is no verb `%s`; see `sotto --help`.", word);
}

/* "contact" alone names no verb, but says which ones there are. */
static void set_unknown(const struct verb *const *table, char **words, GError **error)
{
	bool is_alone = !words[1] || *words[1] == '-';
	struct nearest nearest;
	g_autofree char *seconds = NULL;

	nearest_init(&nearest, is_alone ? "" : words[1]);
	seconds = list_seconds(table, words[0], &nearest);
	if (!*seconds)
		set_unknown_first(table, words[0], error);
	else if (is_alone)
		error_set(error, ERROR_USAGE, "`%s` wants one more word: %s.", words[0], seconds);
	else if (nearest.word)
		error_set(error, ERROR_USAGE,
			  "There is no verb `%s %s`; did you mean `sotto %s %s`?", words[0],
			  words[1], words[0], nearest.word);
	else
		error_set(error, ERROR_USAGE, "There is no verb `%s %s`; there are %s.", words[0],
			  words[1], seconds);
}

/* Whether WORD, the next one behind VERB, which takes none, was meant for another verb that VERB's
 * name begins: `devices renw`. */
static bool is_second_missed(const struct verb *const *table, const struct verb *verb,
			     char *const *words)
{
	struct nearest nearest;
	g_autofree char *seconds = NULL;

	if (verb->args_max || !words[0] || *words[0] == '-' || strchr(verb->name, ' '))
		return false;
	nearest_init(&nearest, words[0]);
	seconds = list_seconds(table, verb->name, &nearest);
	return *seconds;
}

char *verb_usage(const struct verb *verb)
{
	return g_strdup_printf("sotto %s%s%s%s", verb->name,
			       verb->options[0].name ? " [OPTIONS]" : "",
			       *verb->arguments ? " " : "", verb->arguments);
}

static int option_count(const struct verb *verb)
{
	int count = 0;

	while (count < VERB_OPTIONS_MAX && verb->options[count].name)
		count++;
	return count;
}

struct parsed {
	gboolean switches[VERB_OPTIONS_MAX];
	gboolean help;
	gboolean json;
};

static GOptionContext *make_context(struct call *call, struct parsed *parsed)
{
	GOptionContext *context = g_option_context_new(NULL);
	int count = option_count(call->verb);
	GOptionEntry entries[VERB_OPTIONS_MAX + 3] = { 0 };

	for (int i = 0; i < count; i++) {
		const struct verb_option *option = &call->verb->options[i];

		entries[i].long_name = option->name;
		/* A file name is taken as it is; a string would be converted from the locale's
		 * charset. */
		entries[i].arg = option->argument ? G_OPTION_ARG_FILENAME : G_OPTION_ARG_NONE;
		entries[i].arg_data = option->argument ? (gpointer)&call->values[i]
						       : (gpointer)&parsed->switches[i];
	}
	entries[count] = (GOptionEntry){ .long_name = "help", .short_name = 'h',
					 .arg_data = &parsed->help };
	entries[count + 1] = (GOptionEntry){ .long_name = "json", .arg_data = &parsed->json };
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	return context;
}

static gboolean check_count(const struct call *call, GError **error)
{
	const struct verb *verb = call->verb;
	g_autofree char *usage = NULL;

	if (call->arg_count >= verb->args_min &&
	    (verb->args_max < 0 || call->arg_count <= verb->args_max))
		return TRUE;
	usage = verb_usage(verb);
	error_set(error, ERROR_USAGE, "Too %s arguments: it is `%s`.",
		  call->arg_count < verb->args_min ? "few" : "many", usage);
	return FALSE;
}

/* An empty word comes of a variable that isn't set, and never means everything. */
static gboolean check_empty(const struct call *call, GError **error)
{
	const struct verb *verb = call->verb;

	for (int i = 0; i < option_count(verb); i++) {
		if (!verb->options[i].argument || !call->values[i] || *call->values[i])
			continue;
		error_set(error, ERROR_USAGE, "--%s is empty; it is `--%s %s`.",
			  verb->options[i].name, verb->options[i].name,
			  verb->options[i].argument);
		return FALSE;
	}
	for (char **arg = call->args; *arg; arg++) {
		g_autofree char *usage = NULL;

		if (**arg)
			continue;
		usage = verb_usage(verb);
		error_set(error, ERROR_USAGE, "An argument is empty: it is `%s`.", usage);
		return FALSE;
	}
	return TRUE;
}

/* Among other words it may be what was to be sent, and would look as if it had been. */
static gboolean check_help(const struct call *call, char **words, GError **error)
{
	if (!words[1])
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "--help stands alone, and nothing was done: `sotto %s --help`. A word that "
		  "begins with a dash stands behind `--`.",
		  call->verb->name);
	return FALSE;
}

static gboolean parse(struct call *call, char **words, bool *wants_help, GError **error)
{
	struct parsed parsed = { 0 };
	g_autoptr(GOptionContext) context = make_context(call, &parsed);
	const char *const *given = (const char *const *)words;
	guint count = arguments_before(given);

	call->args = arguments_parse(context, given, count, call->verb->name, error);
	if (!call->args)
		return FALSE;
	if (words[count])
		call->args = arguments_join(call->args, arguments_copy(given + count + 1));
	call->arg_count = (int)g_strv_length(call->args);
	for (int i = 0; i < VERB_OPTIONS_MAX; i++) {
		if (parsed.switches[i])
			call->values[i] = g_strdup("");
	}
	call->is_json = parsed.json;
	*wants_help = parsed.help;
	if (parsed.help)
		return check_help(call, words, error);
	return check_count(call, error) && check_empty(call, error);
}

struct call *call_new(const struct verb *const *table, char **words, bool *wants_help,
		      GError **error)
{
	struct call *call = g_new0(struct call, 1);
	int taken;

	*wants_help = false;
	call->input_fd = -1;
	call->wait_ms = VERB_WAIT_MS;
	call->verb = verb_find(table, words, &taken);
	if (!call->verb)
		set_unknown(table, words, error);
	else if (is_second_missed(table, call->verb, words + taken))
		set_unknown(table, words, error);
	else if (parse(call, words + taken, wants_help, error))
		return call;
	call_free(call);
	return NULL;
}

bool call_wants_input(const struct call *call)
{
	return call->verb->input && call->arg_count < call->verb->args_max;
}

gboolean call_check(struct call *call, GError **error)
{
	return !call->verb->check || call->verb->check(call, error);
}

gboolean call_check_input(struct call *call, GError **error)
{
	return !call->verb->check_input || call->verb->check_input(call, error);
}

void call_free(struct call *call)
{
	if (!call)
		return;
	arguments_free(call->args);
	for (int i = 0; i < VERB_OPTIONS_MAX; i++) {
		if (call->values[i])
			wipe(call->values[i], strlen(call->values[i]));
		g_free(call->values[i]);
	}
	plain_free(call->input);
	if (call->input_fd >= 0)
		close(call->input_fd);
	g_free(call);
}

static int place_of(const struct verb *verb, const char *name)
{
	int place = option_count(verb) - 1;

	while (place >= 0 && strcmp(verb->options[place].name, name) != 0)
		place--;
	return place;
}

const char *call_option_of(const struct call *call, const char *name)
{
	int place = place_of(call->verb, name);

	return place < 0 ? NULL : call->values[place];
}

const char *call_option(const struct call *call, const char *name)
{
	/* One that the verb hasn't is a slip in this program. */
	g_return_val_if_fail(place_of(call->verb, name) >= 0, NULL);
	return call_option_of(call, name);
}

void call_run(struct call *call)
{
	g_autofree char *question = NULL;

	if (!call->is_question) {
		call->verb->run(call);
		return;
	}
	question = call->verb->question ? call->verb->question(call) : NULL;
	if (question)
		call->printer->line(call->printer, question);
	call_end(call, 0);
}

static void heard(const struct event *event, void *user)
{
	struct call *call = user;

	if (event->type == EVENT_NOTICE && event->text)
		call->printer->complain(call->printer, event->text);
}

void call_hear(struct call *call)
{
	if (call->is_hearing)
		return;
	call->is_hearing = true;
	engine_listen(call->engine, heard, call);
}

static void tell_withheld(struct call *call)
{
	g_autofree char *text = NULL;

	if (!call->withheld)
		return;
	text = g_strdup_printf("Not shown, because they are sealed or viewed once: %u. The process "
			       "that holds the profile shows them, and no other one.",
			       call->withheld);
	call->printer->complain(call->printer, text);
}

void call_end(struct call *call, int exit_code)
{
	if (call->is_ended)
		return;
	call->is_ended = true;
	tell_withheld(call);
	if (call->is_hearing)
		engine_unlisten(call->engine, heard, call);
	call->ended(call, exit_code, call->ended_user);
}

void call_fail(struct call *call, const GError *error)
{
	/* What comes when it has ended already is the end of what it had begun. */
	if (call->is_ended)
		return;
	call->printer->complain(call->printer, error->message);
	call_end(call, error_exit_code(error));
}

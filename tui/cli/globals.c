#include "tui/cli/globals.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/nearest.h"
#include "core/base/xdg.h"
#include "tui/cli/arguments.h"

const struct verb_option global_options[] = {
	{ "home", "DIR", "keep all of the profile in DIR (SOTTO_HOME is the same)", "dir" },
	{ "profile", "NAME", "which profile under the XDG directories (default)", NULL },
	{ "passphrase-fd", "N", "read the passphrase as one line from descriptor N", NULL },
	{ "wait", "SECONDS",
	  "wait at most so long for a profile in use, its holder and the carrier (10)", NULL },
	{ "json", NULL, "print one JSON object a line", NULL },
	{ "plain", NULL, "the interface line by line, for screen readers", NULL },
	{ "version", NULL,
	  "show the versions of sotto and of the libraries that touch keys or data", NULL },
	{ NULL, NULL, NULL, NULL },
};

/* One look through the words: those before the verb, or those behind it. */
struct look {
	char *values[4]; /* home, profile, passphrase-fd, wait */
	gboolean switches[3]; /* json, plain, version */
};

/* The last one given counts, as always. */
static void take_look(struct look *look, struct look *later)
{
	for (size_t i = 0; i < G_N_ELEMENTS(look->values); i++) {
		if (later->values[i]) {
			g_free(look->values[i]);
			look->values[i] = later->values[i];
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(look->switches); i++)
		look->switches[i] |= later->switches[i];
}

/* WORDS without the options that were in them; IS_FRONT: only those before the verb count. */
static char **look_through(struct look *look, const char *const *words, guint count, bool is_front,
			   GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	GOptionEntry entries[G_N_ELEMENTS(look->values) + G_N_ELEMENTS(look->switches) + 1] = { 0 };
	size_t value = 0, on = 0;

	for (size_t i = 0; global_options[i].name; i++) {
		entries[i].long_name = global_options[i].name;
		/* A file name is taken as it is; a string would be converted from the locale's
		 * charset. */
		entries[i].arg = global_options[i].argument ? G_OPTION_ARG_FILENAME
							    : G_OPTION_ARG_NONE;
		entries[i].arg_data = global_options[i].argument
					      ? (gpointer)&look->values[value++]
					      : (gpointer)&look->switches[on++];
		if (strcmp(global_options[i].name, "version") == 0)
			entries[i].short_name = 'V';
	}
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_ignore_unknown_options(context, TRUE);
	g_option_context_set_strict_posix(context, is_front);
	g_option_context_add_main_entries(context, entries, NULL);
	return arguments_parse(context, words, count, "", error);
}

/* A number of VALUE, where there is one, from 0 to MOST. */
static gboolean take_number(const char *value, int64_t most, const char *wanted, int *number,
			    GError **error)
{
	int64_t read = -1;

	if (value && !g_ascii_string_to_signed(value, 10, 0, most, &read, NULL)) {
		error_set(error, ERROR_USAGE, "%s; %s isn't.", wanted, value);
		return FALSE;
	}
	*number = (int)read;
	return TRUE;
}

static gboolean take_values(struct globals *globals, struct look *look, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(look->values); i++) {
		if (!look->values[i] || *look->values[i])
			continue;
		error_set(error, ERROR_USAGE, "--%s is empty; it is `--%s %s`.",
			  global_options[i].name, global_options[i].name,
			  global_options[i].argument);
		return FALSE;
	}
	if (!take_number(look->values[2], G_MAXINT,
			 "--passphrase-fd is the number of an open descriptor",
			 &globals->passphrase_fd, error) ||
	    !take_number(look->values[3], VERB_WAIT_MAX,
			 "--wait is a whole number from 0 to 3600", &globals->wait, error))
		return FALSE;
	globals->home = g_steal_pointer(&look->values[0]);
	globals->profile = g_steal_pointer(&look->values[1]);
	globals->is_json = look->switches[0];
	globals->is_plain = look->switches[1];
	globals->wants_version = look->switches[2];
	return TRUE;
}

static void set_unknown(const char *word, GError **error)
{
	const char *name = word + (word[1] == '-' ? 2 : 1);
	struct nearest nearest;

	nearest_init(&nearest, name);
	nearest_look(&nearest, "help");
	for (size_t i = 0; global_options[i].name; i++)
		nearest_look(&nearest, global_options[i].name);
	error_set(error, ERROR_USAGE, "There is no option %s; %s%s%s", word,
		  nearest.word ? "did you mean --" : "see `sotto --help`",
		  nearest.word ? nearest.word : "", nearest.word ? "?" : ".");
}

/* --help and --version are for themselves, lest the words of a script do nothing and look done. */
static gboolean check_alone(struct globals *globals, GError **error)
{
	char **words = globals->words;
	bool is_help = words[0] && (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0);

	if (words[0] && words[0][0] == '-' && words[0][1] && !is_help) {
		set_unknown(words[0], error);
		return FALSE;
	}
	globals->wants_help = is_help && !words[1];
	if ((is_help && words[1]) || (globals->wants_version && words[0])) {
		error_set(error, ERROR_USAGE,
			  "%s stands alone, and nothing was done; a verb's help is `sotto VERB "
			  "--help`.",
			  is_help ? words[0] : "--version");
		return FALSE;
	}
	return TRUE;
}

/* What belongs to the interface, or to no verb at all, isn't an option of a verb's. */
static gboolean check_behind(const struct look *behind, char **words, GError **error)
{
	const char *odd = behind->switches[2]					? "version" :
			  behind->switches[1] && g_strcmp0(words[0], "demo") != 0 ? "plain" :
										     NULL;

	if (!odd)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "--%s isn't an option of a verb, and nothing was done; a word that begins with "
		  "a dash stands behind `--`.",
		  odd);
	return FALSE;
}

/* `help VERB` is `VERB --help`, and `help` alone, or of itself, the list. WORDS are taken over. */
static char **help_words(char **words)
{
	guint count = g_strv_length(words);

	if (!count || strcmp(words[0], "help") != 0)
		return words;
	if (count == 2 && (strcmp(words[1], "help") == 0 || strcmp(words[1], "--help") == 0)) {
		g_clear_pointer(&words[1], g_free);
		count = 1;
	}
	g_free(words[0]);
	memmove(words, words + 1, (count - 1) * sizeof(*words));
	words[count - 1] = g_strdup("--help");
	return words;
}

gboolean globals_parse(struct globals *globals, const char *const *words, GError **error)
{
	guint count = arguments_before(words);
	struct look front = { 0 }, behind = { 0 };
	char **left, **rest;
	gboolean ok;

	globals->passphrase_fd = globals->wait = -1;
	left = look_through(&front, words, count, true, error);
	rest = left ? look_through(&behind, (const char *const *)left, g_strv_length(left), false,
				   error)
		    : NULL;
	ok = rest && check_behind(&behind, rest, error);
	take_look(&front, &behind);
	ok = ok && take_values(globals, &front, error);
	for (size_t i = 0; i < G_N_ELEMENTS(front.values); i++)
		g_free(front.values[i]);
	arguments_free(left);
	if (!ok) {
		arguments_free(rest);
		return FALSE;
	}
	/* The verb has to know where its options end. */
	if (words[count])
		rest = arguments_join(rest, arguments_copy(words + count + (rest[0] ? 0 : 1)));
	globals->words = help_words(rest);
	return check_alone(globals, error);
}

void globals_clear(struct globals *globals)
{
	g_free(globals->home);
	g_free(globals->profile);
	arguments_free(globals->words);
}

/* -- places ----------------------------------------------------------------------------------- */

/* The option, or the variable that is the same; NULL for neither. */
static gboolean find_named(const struct globals *globals, const char **home, GError **error)
{
	const char *variable = g_getenv("SOTTO_HOME");

	if (variable && !*variable) {
		error_set(error, ERROR_USAGE,
			  "SOTTO_HOME is empty: set it to the profile's folder, or unset it.");
		return FALSE;
	}
	*home = globals->home ? globals->home : variable;
	return TRUE;
}

gboolean globals_places(const struct globals *globals, char **home, char **config, GError **error)
{
	const char *profile = globals->profile ? globals->profile : "default", *named;
	g_autofree char *data = NULL, *settings = NULL;

	if (*profile == '.' || strchr(profile, '/')) {
		error_set(error, ERROR_USAGE, "A profile's name has no slash and no leading dot.");
		return FALSE;
	}
	if (!find_named(globals, &named, error))
		return FALSE;
	/* One of the two would be about another profile than the user means. */
	if (named && globals->profile) {
		error_set(error, ERROR_USAGE,
			  "--profile %s and %s name two profiles; nothing was done. Give one of "
			  "them.", profile, globals->home ? "--home" : "SOTTO_HOME");
		return FALSE;
	}
	if (named) {
		*home = xdg_path(named, error);
		if (!*home)
			return FALSE;
		*config = g_build_filename(*home, "config", NULL);
		return TRUE;
	}
	data = xdg_data_home(error);
	settings = data ? xdg_config_home(error) : NULL;
	if (!settings)
		return FALSE;
	*home = g_build_filename(data, "sotto", profile, NULL);
	*config = g_build_filename(settings, "sotto", "config", NULL);
	return TRUE;
}

/*
 * globals: the options of every verb, which may stand before it and among its own.
 */
#ifndef SOTTO_TUI_CLI_GLOBALS_H
#define SOTTO_TUI_CLI_GLOBALS_H

#include "tui/cli/verb.h"

/* Ends with a row without a name. */
extern const struct verb_option global_options[];

/* What they said, and the words that are left for the verb. */
struct globals {
	char *home;
	char *profile;
	int passphrase_fd;
	int wait; /* seconds; -1: not given */
	gboolean is_json;
	gboolean is_plain;
	gboolean wants_help;
	gboolean wants_version;
	char **words;
};

/*
 * Parse WORDS, without the program's name. ERROR_USAGE: an option that is given but empty, too.
 * --version and --help count only where nothing else is wanted, --plain only before a verb (and
 * behind `demo`). Clear GLOBALS in any case.
 */
gboolean globals_parse(struct globals *globals, const char *const *words,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Where the profile and the file of its settings are, absolute, for g_free(). ERROR_USAGE: a name
 * that isn't one, a variable that is empty; ERROR_FAILED where there is no folder of the user's.
 */
gboolean globals_places(const struct globals *globals, char **home, char **config,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
void globals_clear(struct globals *globals);

#endif

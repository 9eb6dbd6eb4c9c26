/*
 * help: the help texts of verbs, made from their rows, as wide as the terminal.
 */
#ifndef SOTTO_TUI_CLI_HELP_H
#define SOTTO_TUI_CLI_HELP_H

#include "tui/cli/verb.h"

enum {
	HELP_COLS = 80,	    /* where nobody says how wide it is */
	HELP_COLS_MIN = 40, /* what is narrower breaks lines itself */
};

/* How wide help is: as COLUMNS says, else the terminal on standard output; at least
 * HELP_COLS_MIN. */
int help_columns(void);

/* Print what WORDS ask for where they name no verb: nothing but the whole list (WANTS_ALL), or a
 * first word of several verbs and --help. FALSE: they ask for something else. */
bool help_asked(char **words, bool wants_all, const struct verb *const *table,
		const struct verb_option *globals);

/* All verbs and the global options: `sotto --help`. The texts are for g_free. */
char *help_all(const struct verb *const *table, const struct verb_option *globals,
	       int cols) G_GNUC_WARN_UNUSED_RESULT;
/* "Usage: sotto send ADDRESS [TEXT]", its options, and the verbs of TABLE that its name begins. */
char *help_verb(const struct verb *const *table, const struct verb *verb,
		int cols) G_GNUC_WARN_UNUSED_RESULT;
/* The verbs whose first word is WORD, which is none itself ("contact"); NULL: there are none. */
char *help_group(const struct verb *const *table, const char *word,
		 int cols) G_GNUC_WARN_UNUSED_RESULT;

#endif

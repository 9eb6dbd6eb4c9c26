/*
 * generate: man pages and shell completions, made from the tables of verbs, options, settings and
 * commands.
 */
#ifndef SOTTO_TUI_MANUAL_GENERATE_H
#define SOTTO_TUI_MANUAL_GENERATE_H

#include <stdio.h>
#include "tui/cli/verb.h"

/*
 * Write WHAT: "man" (sotto.1), "man-config" (sotto-config.5), "man-keys" (sotto-keys.7),
 * "man-json" (sotto-json.5), "bash", "zsh", "fish". FALSE when there is no such thing. VERSION is
 * the program's.
 */
bool generate(FILE *out, const char *what, const struct verb *const *table,
	      const struct verb_option *globals, const char *version);

/* What WORDS, "generate" and WHAT, ask for, to standard output; FALSE where they ask for nothing of
 * that kind. *EXIT_CODE is then 0, or 2: there is no such thing. */
bool generate_asked(char **words, const struct verb *const *table,
		    const struct verb_option *globals, const char *version, int *exit_code);

#endif

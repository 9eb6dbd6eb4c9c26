/*
 * run: one verb from its words to its exit code, in this process or in the one that holds the
 * profile.
 *
 * The order of what can go wrong is that of the contract: usage, no profile, in use, passphrase,
 * then the verb's own.
 */
#ifndef SOTTO_TUI_CLI_RUN_H
#define SOTTO_TUI_CLI_RUN_H

#include "tui/cli/verb.h"

/* What stands for every verb (globals.h). */
struct run_options {
	bool is_json;
	int wait; /* seconds; -1: as long as is usual */
};

/*
 * Run WORDS against TABLE on the profile in FOLDER, built from PARTS (on the default main context);
 * the result is the exit code. While the verb waits, other processes may share the profile through
 * tui/cli/control.h.
 */
int run_words(const struct verb *const *table, char **words, const struct run_options *options,
	      const char *folder, const struct verb_front *front, const struct engine_parts *parts);

#endif

/*
 * hide: private words taken out of the process list, where every user of the host can read them.
 *
 * What stays in /proc/PID/cmdline is known beforehand: the program's name, the global options and
 * their values, the verb, the names of its options. All else (a message, words that are searched
 * for, an address, a number that is compared, a path) is copied and overwritten with zeros. Until
 * this has run it can be read; see docs/threat-model.md.
 */
#ifndef SOTTO_TUI_CLI_HIDE_H
#define SOTTO_TUI_CLI_HIDE_H

#include "tui/cli/verb.h"

/*
 * The words of ARGV without the program's name, for arguments_free; ARGV's own are overwritten by
 * what TABLE and GLOBALS say of them. Call first thing in main.
 */
char **hide_words(int argc, char **argv, const struct verb *const *table,
		  const struct verb_option *globals);

#endif

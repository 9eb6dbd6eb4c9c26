/*
 * completions: what shells complete, made from the rows of verbs, options and settings.
 *
 * A script knows all of it but names: those `sotto complete` prints, where they are to be had.
 */
#ifndef SOTTO_TUI_MANUAL_COMPLETIONS_H
#define SOTTO_TUI_MANUAL_COMPLETIONS_H

#include <stdio.h>
#include "tui/cli/verb.h"

void completions_bash(FILE *out, const struct verb *const *table,
		      const struct verb_option *globals);
void completions_zsh(FILE *out, const struct verb *const *table,
		     const struct verb_option *globals);
void completions_fish(FILE *out, const struct verb *const *table,
		      const struct verb_option *globals);

/*
 * What stands for each argument of VERB, blanks between: "contact", "group", "file", "setting",
 * "value" (of the setting before it), words that may stand there ("@on|off"), or "any" for what
 * nobody can know; the last one with a + behind it where it repeats. g_free.
 */
char *completions_slots(const struct verb *verb) G_GNUC_WARN_UNUSED_RESULT;

#endif

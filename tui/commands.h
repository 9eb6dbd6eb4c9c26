/*
 * commands: what can be done everywhere, the list of every table, and keys beyond the tables' own.
 */
#ifndef SOTTO_TUI_COMMANDS_H
#define SOTTO_TUI_COMMANDS_H

#include "tui/screen/screen.h"

struct shell;

/* Everywhere, locked too; everywhere when open; in the command line. User: the shell. */
extern const struct command commands_always[];
extern const struct command commands_global[];
extern const struct command commands_prompt[];

/* Every table that there is, for help and the manual; NULL-terminated. */
const struct screen_table *const *commands_tables(void);
/* Bind the default keys, then those of FILE's [keys] groups (NULL: none). */
gboolean commands_bind(struct keymap *keymap, GKeyFile *file,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Candidates for arguments; USER is the shell. */
void commands_source(void *user, const char *name, GPtrArray *words);

#endif

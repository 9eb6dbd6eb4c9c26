/*
 * commands: what can be done everywhere, the list of every table, and keys beyond the tables' own.
 */
#ifndef SOTTO_TUI_UI_COMMANDS_H
#define SOTTO_TUI_UI_COMMANDS_H

#include "tui/ui/shell.h"

/* What a shell has besides its screens. */
extern const struct shell_tables commands_shell;

/* Every table that there is, for help and the manual; NULL-terminated. */
const struct screen_table *const *commands_tables(void);
/* Bind the default keys, then those of FILE's [keys] groups (NULL: none). */
gboolean commands_bind(struct keymap *keymap, GKeyFile *file,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * modes: the commands that change how much the screen shows (core/model/privacy.h).
 *
 * Their user is the shell. A conversation may be made stricter than the profile, never more open.
 */
#ifndef SOTTO_TUI_UI_MODES_H
#define SOTTO_TUI_UI_MODES_H

#include "tui/kit/command.h"

/* ":mode [profile|conversation] MODE"; without words: what holds now. */
gboolean modes_run(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
/* The next stricter mode of the conversation in front (of the profile, where none is), and from the
 * strictest back to none of its own. */
gboolean modes_run_next(void *user, const char *const args[static COMMAND_ARGS_MAX],
			GError **error);

#endif

/*
 * mute_commands: the commands for notifications of the conversation in front. Their user is the
 * shell.
 */
#ifndef SOTTO_TUI_UI_MUTE_COMMANDS_H
#define SOTTO_TUI_UI_MUTE_COMMANDS_H

#include <glib.h>
#include "tui/kit/command.h"

/* `:mute [DURATION]` and `:unmute`. */
gboolean mute_run(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
gboolean mute_run_off(void *user, const char *const args[static COMMAND_ARGS_MAX],
		      GError **error);

#endif

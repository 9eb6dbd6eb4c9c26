/*
 * clock_ask: the command that confirms the time, once the clock has stepped
 * (core/profile/clock_confirm.h).
 */
#ifndef SOTTO_TUI_UI_CLOCK_ASK_H
#define SOTTO_TUI_UI_CLOCK_ASK_H

#include <glib.h>
#include "tui/kit/command.h"

/* `:clock-confirm`; its user is the shell. It erases what is due, so it asks first. */
gboolean clock_run_confirm(void *user, const char *const args[static COMMAND_ARGS_MAX],
			   GError **error);

#endif

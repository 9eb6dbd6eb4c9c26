/*
 * hook: whether the command in notify_hook is run.
 *
 * The settings lie where a confined process can write, and the broker runs the hook unconfined. So
 * a command is run only once the user has confirmed it on the terminal
 * (tui/confine/start_record.h).
 */
#ifndef SOTTO_TUI_CONFINE_HOOK_H
#define SOTTO_TUI_CONFINE_HOOK_H

#include <glib.h>

/* COMMAND when it may be run on behalf of the profile in HOME; asks about one that is new. NULL
 * when there is none, or it isn't confirmed, which is said. */
const char *hook_confirmed(const char *home, const char *command);

#endif

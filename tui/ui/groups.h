/*
 * groups: the commands for conversations of several people (core/model/group.h). Their user is the
 * shell.
 */
#ifndef SOTTO_TUI_UI_GROUPS_H
#define SOTTO_TUI_UI_GROUPS_H

#include <glib.h>
#include "tui/kit/command.h"

/* ":group add|remove PEOPLE", ":group leave", ":group list": of the
 * conversation in front; ":group create NAME [PEOPLE]", ":group join ROOM@SERVICE". */
gboolean groups_run(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);

#endif

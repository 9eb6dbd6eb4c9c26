/*
 * groups: the commands for conversations of several people (core/group.h). Their user is the shell.
 */
#ifndef SOTTO_TUI_GROUPS_H
#define SOTTO_TUI_GROUPS_H

#include "core/group.h"
#include "tui/kit/command.h"
#include "tui/roster.h"

/* ":group add|remove PEOPLE", ":group leave", ":group list": of the
 * conversation in front; ":group create NAME [PEOPLE]", ":group join ROOM@SERVICE". */
gboolean groups_run(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);

/* "you, Bob, carol (owner)"; OWN is the own address. Not made safe; g_free. */
char *groups_members(const struct group *group, const struct roster *roster, const char *own);

#endif

/*
 * group_names: who is in a group, in words.
 */
#ifndef SOTTO_TUI_CLIENT_GROUP_NAMES_H
#define SOTTO_TUI_CLIENT_GROUP_NAMES_H

#include "core/model/group.h"
#include "tui/client/roster.h"

/* "you, Bob, carol (owner)"; OWN is the own address. Not made safe; g_free. */
char *group_names(const struct group *group, const struct roster *roster, const char *own);

#endif

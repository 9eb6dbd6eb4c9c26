/*
 * group_show: a group as the group verbs show it: a line, or an object.
 */
#ifndef SOTTO_TUI_CLI_CMD_GROUP_SHOW_H
#define SOTTO_TUI_CLI_CMD_GROUP_SHOW_H

#include "core/model/group.h"
#include "tui/cli/verb.h"

/* Its members, those whom nothing reaches, and why nothing goes there. */
void group_show(struct call *call, const struct group *group);
/* The same of the group that NAME means, and end the call. */
void call_group_shown(struct call *call, const char *name);

#endif

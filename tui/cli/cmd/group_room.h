/*
 * group_room: what the group verbs show of a room, as far as the carrier tells.
 */
#ifndef SOTTO_TUI_CLI_CMD_GROUP_ROOM_H
#define SOTTO_TUI_CLI_CMD_GROUP_ROOM_H

#include "core/model/group.h"
#include "tui/cli/json.h"
#include "tui/cli/verb.h"

/* The members of GROUP's object: kind, invited, state, why, nick, bookmarked; null for what isn't
 * known. */
void group_room_json(struct json *json, struct engine *engine, const struct group *group);
/* Those of its member ADDRESS: owner, affiliation, present. */
void group_room_json_member(struct json *json, struct engine *engine, const struct group *group,
			    const char *address);

/* Behind ADDRESS's name in a line: "" or " (owner, here)". Free with g_free. */
char *group_room_mark(struct engine *engine, const struct group *group, const char *address);
/* Lines of their own under GROUP's. */
void group_room_print(struct call *call, const struct group *group);

#endif

#include "tui/cli/cmd/group_show.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "tui/cli/cmd/group_room.h"

static void show_json(struct call *call, const struct group *group, const GPtrArray *missing,
		      const GError *refused)
{
	const char *own = engine_account(call->engine)->address;
	struct json *json = json_new();
	char *line;

	json_string(json, "group", group->address);
	json_string(json, "name", group->name);
	json_string(json, "id", group->id);
	json_string(json, "owner", group->owner);
	json_number(json, "version", (int64_t)group->version);
	json_bool(json, "left", group->is_left);
	group_room_json(json, call->engine, group);
	json_open_array(json, "members");
	for (guint i = 0; i < group->members->len; i++) {
		const char *member = group->members->pdata[i];

		json_open_object(json, NULL);
		json_string(json, "address", member);
		group_room_json_member(json, call->engine, group, member);
		json_bool(json, "own", strcmp(member, own) == 0);
		json_close_object(json);
	}
	json_close_array(json);
	json_open_array(json, "unreached");
	for (guint i = 0; missing && i < missing->len; i++)
		json_string(json, NULL, missing->pdata[i]);
	json_close_array(json);
	json_string(json, "refused", refused ? refused->message : NULL);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void show_lines(struct call *call, const struct group *group, const GPtrArray *missing,
		       const GError *refused)
{
	GString *members = g_string_new(NULL);

	for (guint i = 0; i < group->members->len; i++) {
		const char *member = group->members->pdata[i];
		g_autofree char *mark = group_room_mark(call->engine, group, member);

		g_string_append_printf(members, "%s%s%s", i ? ", " : "", member, mark);
	}
	print(call->printer, "%s  %s%s", group->address, members->str,
	      group->is_left ? "  (you are out)" : "");
	group_room_print(call, group);
	for (guint i = 0; missing && i < missing->len; i++)
		print(call->printer, "    %s", (const char *)missing->pdata[i]);
	if (refused && !group->is_left)
		print(call->printer, "    %s", refused->message);
	g_string_free(members, TRUE);
}

void group_show(struct call *call, const struct group *group)
{
	g_autoptr(GError) refused = NULL;
	g_autoptr(GPtrArray) missing = engine_unreached(call->engine, group->address, &refused);

	if (call->is_json)
		show_json(call, group, missing, refused);
	else
		show_lines(call, group, missing, refused);
}

void call_group_shown(struct call *call, const char *name)
{
	struct contact *contact = NULL;
	struct group *group = NULL;
	g_autoptr(GError) error = NULL;

	if (engine_find(call->engine, name, &contact, &error) && contact &&
	    engine_group(call->engine, contact->address, &group, &error) && group)
		group_show(call, group);
	group_free(group);
	contact_free(contact);
	call_end(call, 0);
}

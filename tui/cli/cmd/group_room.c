#include "tui/cli/cmd/group_room.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_rooms.h"

static const char *const state_names[] = { "out", "entering", "ready", "unsafe", "gone" };

static const struct room_view *view_of(struct engine *engine, const struct group *group)
{
	return group->id ? NULL : engine_room(engine, group->address);
}

static const struct room_person *person_of(const struct room_view *view, const char *address)
{
	for (size_t i = 0; view && i < view->count; i++)
		if (strcmp(view->people[i].address, address) == 0)
			return &view->people[i];
	return NULL;
}

/* We were asked in, and aren't: nobody listed it yet. */
static bool is_invited(struct engine *engine, const struct group *group)
{
	struct contact *contact = NULL;
	bool is;

	if (group->id || !group->is_left)
		return false;
	is = engine_known(engine, group->address, &contact, NULL) && contact && !contact->is_listed;
	contact_free(contact);
	return is;
}

void group_room_json(struct json *json, struct engine *engine, const struct group *group)
{
	const struct room_view *view = view_of(engine, group);

	json_string(json, "kind", group->id ? "group" : "room");
	json_bool(json, "invited", is_invited(engine, group));
	json_string(json, "state", view ? state_names[view->state] : NULL);
	json_string(json, "why", view ? view->why : NULL);
	json_string(json, "nick", view ? view->nick : NULL);
	if (view)
		json_bool(json, "bookmarked", view->is_bookmarked);
	else
		json_null(json, "bookmarked");
}

void group_room_json_member(struct json *json, struct engine *engine, const struct group *group,
			    const char *address)
{
	const struct room_person *person = person_of(view_of(engine, group), address);

	json_bool(json, "owner",
		  group->id ? g_strcmp0(address, group->owner) == 0 :
			      person && person->affiliation == AFFILIATION_OWNER);
	json_string(json, "affiliation", person ? affiliation_name(person->affiliation) : NULL);
	if (person)
		json_bool(json, "present", person->nick != NULL);
	else
		json_null(json, "present");
}

char *group_room_mark(struct engine *engine, const struct group *group, const char *address)
{
	const struct room_person *person = person_of(view_of(engine, group), address);
	bool is_owner = group->id ? g_strcmp0(address, group->owner) == 0 :
				    person && person->affiliation == AFFILIATION_OWNER;
	bool is_here = person && person->nick;

	return g_strdup_printf("%s%s%s%s%s", is_owner || is_here ? " (" : "",
			       is_owner ? "owner" : "", is_owner && is_here ? ", " : "",
			       is_here ? "here" : "", is_owner || is_here ? ")" : "");
}

void group_room_print(struct call *call, const struct group *group)
{
	const struct room_view *view = view_of(call->engine, group);

	if (is_invited(call->engine, group))
		print(call->printer, "    You are invited: `sotto group join %s`.", group->address);
	if (view && view->why)
		print(call->printer, "    %s", view->why);
}

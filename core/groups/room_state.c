#include "core/groups/room_state.h"

#include "core/base/error.h"
#include "core/groups/lobby_inside.h"
#include "core/model/group.h"
#include "core/port/store_groups.h"

const struct room_view *room_state_view(const struct living *living, const char *address)
{
	return living->lobby ? g_hash_table_lookup(living->lobby->views, address) : NULL;
}

gboolean room_state_check_kind(const struct contact *contact, GError **error)
{
	if (contact->kind == CONTACT_ROOM)
		return TRUE;
	if (contact->kind == CONTACT_NOTES)
		error_set(error, ERROR_POLICY, "%s is your own address, and no room.",
			  contact->address);
	else
		error_set(error, ERROR_POLICY,
			  "%s is a contact, and no room; if it is one, remove the contact first.",
			  contact->address);
	return FALSE;
}

bool room_state_is_open(const struct living *living, const char *address)
{
	struct group *group = NULL;
	bool is_open;

	if (!living->lobby)
		return false;
	is_open = living->store->ops->groups->get(living->store, address, &group, NULL) && group &&
		  !group->id && !group->is_left;
	group_free(group);
	return is_open;
}

gboolean room_state_check(const struct living *living, const char *address, GError **error)
{
	const struct room_view *view = room_state_view(living, address);

	if (!view || !view->why || (view->state != ROOM_UNSAFE && view->state != ROOM_GONE))
		return TRUE;
	error_set(error, ERROR_POLICY, "%s", view->why);
	return FALSE;
}

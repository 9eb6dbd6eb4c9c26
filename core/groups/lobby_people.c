/* lobby: whose devices are known. */
#include "core/groups/lobby.h"

#include <string.h>
#include "core/base/error.h"
#include "core/groups/lobby_inside.h"
#include "core/groups/room_state.h"
#include "core/port/store_groups.h"
#include "core/profile/lately.h"

/* -- asking ----------------------------------------------------------------------------------- */

struct meeting {
	struct living *living;
	char *room;
	GPtrArray *people; /* addresses, and a NULL at the end */
	directory_done done;
	void *user;
};

static void met(void *user, const GError *error)
{
	struct meeting *meeting = user;

	if (meeting->people->len > 1 && !error_is(error, ERROR_UNREACHABLE))
		living_emit_contact(meeting->living, meeting->room);
	meeting->done(meeting->user, NULL);
	g_ptr_array_unref(meeting->people);
	g_free(meeting->room);
	g_free(meeting);
}

static void add_unmet(struct meeting *meeting, const char *address)
{
	struct living *living = meeting->living;
	g_autoptr(GPtrArray) devices = living_devices(living, address, NULL);
	bool is_met = devices && devices->len;

	if (!is_met && !lately_knows(living, address, DIRECTORY_LOOK) &&
	    strcmp(address, living->account->address) != 0)
		g_ptr_array_add(meeting->people, g_strdup(address));
}

void lobby_ask_people(struct living *living, const char *address, directory_done done, void *user)
{
	struct meeting *meeting = g_new0(struct meeting, 1);
	struct group *group = NULL;

	meeting->living = living;
	meeting->room = g_strdup(address);
	meeting->people = g_ptr_array_new_with_free_func(g_free);
	meeting->done = done;
	meeting->user = user;
	if (room_state_is_open(living, address) && living->transport &&
	    living->store->ops->groups->get(living->store, address, &group, NULL)) {
		for (guint i = 0; i < group->members->len; i++)
			add_unmet(meeting, group->members->pdata[i]);
	}
	group_free(group);
	g_ptr_array_add(meeting->people, NULL);
	lately_ask(living, (const char *const *)meeting->people->pdata, DIRECTORY_LOOK, true, met,
		   meeting);
}

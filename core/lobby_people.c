/* lobby: whose devices are known. */
#include "core/lobby.h"

#include <string.h>
#include "core/error.h"
#include "core/lately.h"
#include "core/lobby_inside.h"
#include "core/store_groups.h"

gboolean lobby_check(const struct living *living, const char *address, GError **error)
{
	const struct room_view *view = lobby_view(living, address);

	if (!view || !view->why || (view->state != ROOM_UNSAFE && view->state != ROOM_GONE))
		return TRUE;
	error_set(error, ERROR_POLICY, "%s", view->why);
	return FALSE;
}

/* -- asking ----------------------------------------------------------------------------------- */

struct asking {
	struct living *living;
	char *room;
	GPtrArray *people; /* addresses, still to be asked for */
	bool was_asked;
	directory_done done;
	void *user;
};

static void ask_next(struct asking *asking);

static void asked(void *user, const GError *error)
{
	struct asking *asking = user;

	/* Without a connection the rest needn't be tried. */
	if (error_is(error, ERROR_UNREACHABLE))
		g_ptr_array_set_size(asking->people, 0);
	ask_next(asking);
}

static void ask_next(struct asking *asking)
{
	struct living *living = asking->living;
	g_autofree char *address = NULL;

	if (asking->people->len) {
		address = g_ptr_array_steal_index(asking->people, asking->people->len - 1);
		lately_asked(living, address);
		asking->was_asked = true;
		directory_refresh(living, address, asked, asking);
		return;
	}
	if (asking->was_asked)
		living_emit_contact(living, asking->room);
	asking->done(asking->user, NULL);
	g_ptr_array_unref(asking->people);
	g_free(asking->room);
	g_free(asking);
}

static void add_unknown(struct asking *asking, const char *address)
{
	struct living *living = asking->living;
	g_autoptr(GPtrArray) devices = living_devices(living, address, NULL);
	struct contact *contact = NULL;
	bool is_known = devices && devices->len &&
			living->store->ops->contact_get(living->store, address, &contact, NULL) &&
			contact && contact->is_known;

	if (!is_known && !lately_knows(living, address) &&
	    strcmp(address, living->account->address) != 0)
		g_ptr_array_add(asking->people, g_strdup(address));
	contact_free(contact);
}

void lobby_ask_people(struct living *living, const char *address, directory_done done, void *user)
{
	struct asking *asking = g_new0(struct asking, 1);
	struct group *group = NULL;

	asking->living = living;
	asking->room = g_strdup(address);
	asking->people = g_ptr_array_new_with_free_func(g_free);
	asking->done = done;
	asking->user = user;
	if (lobby_is_open(living, address) && living->transport &&
	    living->store->ops->groups->get(living->store, address, &group, NULL)) {
		for (guint i = 0; i < group->members->len; i++)
			add_unknown(asking, group->members->pdata[i]);
	}
	group_free(group);
	ask_next(asking);
}

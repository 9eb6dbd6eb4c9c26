/* lobby: what the user wants of rooms. */
#include "core/groups/lobby.h"

#include <string.h>
#include "core/base/error.h"
#include "core/groups/lobby_inside.h"
#include "core/groups/room_state.h"
#include "core/model/contact.h"

/* One act on its way; exactly one of its callbacks is set. */
struct visit {
	struct living *living;
	char *address;
	char **added;	/* owned, those that are still to be let in */
	char **removed; /* owned, those that are still to be put out */
	size_t next_added;
	size_t next_removed;
	bool is_meeting; /* at the end, who is in it and not known yet is asked for */
	groups_made made;
	directory_done done;
	lobby_seen seen;
	void *user;
};

static struct visit *visit_new(struct living *living, const char *address, directory_done done,
			       void *user)
{
	struct visit *visit = g_new0(struct visit, 1);

	visit->living = living;
	visit->address = g_strdup(address);
	visit->done = done;
	visit->user = user;
	return visit;
}

static void visit_end(struct visit *visit, const GError *error)
{
	if (visit->made)
		visit->made(visit->user, error ? NULL : visit->address, error);
	else
		visit->done(visit->user, error);
	g_strfreev(visit->added);
	g_strfreev(visit->removed);
	g_free(visit->address);
	g_free(visit);
}

static const struct transport_rooms *port(const struct living *living)
{
	return living->transport->ops->rooms;
}

static bool has_rooms(const struct living *living, GError **error)
{
	if (living->lobby && living->transport)
		return true;
	error_set(error, ERROR_UNREACHABLE,
		  "Rooms are the server's, and there is no connection to it.");
	return false;
}

/* -- entering --------------------------------------------------------------------------------- */

static void asked_people(void *user, const GError *error)
{
	(void)error;
	visit_end(user, NULL);
}

static void answered(void *user, const struct room_view *view, const GError *error)
{
	struct visit *visit = user;
	g_autoptr(GError) local = NULL;

	if (!error && !lobby_take_view(visit->living, view, &local))
		error = local;
	if (!error && visit->made) {
		g_free(visit->address);
		visit->address = g_strdup(view->address);
	}
	/* Whom one comes to be with is looked at now; they are met when they are written to. */
	if (!error && visit->is_meeting)
		lobby_ask_people(visit->living, visit->address, asked_people, visit);
	else
		visit_end(visit, error);
}

void lobby_ready(struct living *living, const char *address, directory_done done, void *user)
{
	struct visit *visit = visit_new(living, address, done, user);
	g_autoptr(GError) error = NULL;

	if (has_rooms(living, &error))
		port(living)->ready(living->transport, address, answered, visit);
	else
		visit_end(visit, error);
}

static char *room_address(const char *text, GError **error)
{
	g_autofree char *address = contact_address(text, error);

	if (!address)
		return NULL;
	if (strchr(address, '@'))
		return g_steal_pointer(&address);
	error_set(error, ERROR_USAGE, "\"%s\" isn't a room's address: that is ROOM@SERVICE.", text);
	return NULL;
}

/* Else what that person writes would be taken for a room's. */
static bool may_be_room(struct living *living, const char *address, GError **error)
{
	struct contact *contact = NULL;
	bool may;

	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return false;
	may = !contact || room_state_check_kind(contact, error);
	contact_free(contact);
	return may;
}

void lobby_join(struct living *living, const char *text, directory_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = room_address(text, &error);
	struct visit *visit = visit_new(living, address, done, user);

	visit->is_meeting = true;
	if (address && has_rooms(living, &error) && may_be_room(living, address, &error))
		port(living)->join(living->transport, address, answered, visit);
	else
		visit_end(visit, error);
}

void lobby_leave(struct living *living, const char *address, directory_done done, void *user)
{
	struct visit *visit = visit_new(living, address, done, user);
	g_autoptr(GError) error = NULL;

	if (has_rooms(living, &error))
		port(living)->leave(living->transport, address, answered, visit);
	else
		visit_end(visit, error);
}

/* -- people ----------------------------------------------------------------------------------- */

/* Normalised, each once, none of them us. NULL on error. */
static char **addresses_of(const struct living *living, const char *const *people, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	for (; people && *people; people++) {
		g_autofree char *address = contact_address(*people, error);
		bool is_there = false;

		if (!address)
			return NULL;
		if (!strchr(address, '@')) {
			error_set(error, ERROR_USAGE,
				  "%s isn't an address that a room knows; that is NAME@SERVER.",
				  *people);
			return NULL;
		}
		for (guint i = 0; i < list->len; i++)
			is_there |= strcmp(list->pdata[i], address) == 0;
		if (!is_there && strcmp(address, living->account->address) != 0)
			g_ptr_array_add(list, g_steal_pointer(&address));
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_steal(list, NULL);
}

void lobby_create(struct living *living, const char *name, const char *const *people,
		  groups_made done, void *user)
{
	struct visit *visit = visit_new(living, NULL, NULL, user);
	g_autoptr(GError) error = NULL;

	visit->made = done;
	visit->is_meeting = true;
	visit->added = addresses_of(living, people, &error);
	if (visit->added && has_rooms(living, &error))
		port(living)->create(living->transport, name,
				     (const char *const *)visit->added, answered, visit);
	else
		visit_end(visit, error);
}

static void change_next(struct visit *visit);

static void affiliated(void *user, const struct room_view *view, const GError *error)
{
	(void)view;
	if (error)
		visit_end(user, error);
	else
		change_next(user);
}

/* One after the other; at the end the room is asked who is in it now. */
static void change_next(struct visit *visit)
{
	struct living *living = visit->living;
	const char *address;
	enum affiliation affiliation = AFFILIATION_MEMBER;

	address = visit->added[visit->next_added];
	if (address) {
		visit->next_added++;
	} else {
		affiliation = AFFILIATION_NONE;
		address = visit->removed[visit->next_removed];
		if (address)
			visit->next_removed++;
	}
	if (address)
		port(living)->affiliate(living->transport, visit->address, address, affiliation,
					affiliated, visit);
	else
		port(living)->ready(living->transport, visit->address, answered, visit);
}

static bool knows(const struct room_view *view, const char *address)
{
	for (size_t i = 0; i < view->count; i++)
		if (strcmp(view->people[i].address, address) == 0)
			return true;
	return false;
}

/* Only now is it known who is in it. */
static void may_change(void *user, const struct room_view *view, const GError *error)
{
	struct visit *visit = user;
	g_autoptr(GError) local = NULL;

	for (size_t i = 0; !error && visit->removed[i]; i++) {
		if (knows(view, visit->removed[i]))
			continue;
		error_set(&local, ERROR_NO_CONTACT, "%s isn't in %s.", visit->removed[i],
			  visit->address);
		error = local;
	}
	if (error)
		visit_end(visit, error);
	else
		change_next(visit);
}

void lobby_change(struct living *living, const char *address, const char *const *added,
		  const char *const *removed, directory_done done, void *user)
{
	struct visit *visit = visit_new(living, address, done, user);
	g_autoptr(GError) error = NULL;

	visit->is_meeting = true;
	visit->added = addresses_of(living, added, &error);
	visit->removed = visit->added ? addresses_of(living, removed, &error) : NULL;
	for (; visit->removed && !error && removed && *removed; removed++)
		if (strcmp(*removed, living->account->address) == 0)
			error_set(&error, ERROR_USAGE,
				  "To take yourself out, leave: `sotto group leave %s`.", address);
	if (visit->removed && !error && has_rooms(living, &error))
		port(living)->ready(living->transport, address, may_change, visit);
	else
		visit_end(visit, error);
}

/* -- all of them ------------------------------------------------------------------------------ */

static void listed(void *user, const struct room_view *rooms, size_t count, const GError *error)
{
	struct visit *visit = user;

	for (size_t i = 0; i < count; i++)
		visit->seen(visit->user, &rooms[i]);
	visit_end(visit, error);
}

void lobby_list(struct living *living, lobby_seen seen, directory_done done, void *user)
{
	struct visit *visit = visit_new(living, NULL, done, user);
	g_autoptr(GError) error = NULL;

	visit->seen = seen;
	if (has_rooms(living, &error))
		port(living)->list(living->transport, listed, visit);
	else
		visit_end(visit, error);
}

/* engine: groups. */
#include "core/engine/engine_groups.h"

#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/groups/groups.h"
#include "core/groups/lobby.h"
#include "core/groups/room_state.h"
#include "core/outbox/audience.h"

static struct living *connected(struct engine *engine, GError **error)
{
	struct living *living = engine_living(engine, error);

	if (!living || living->transport)
		return living;
	error_set(error, ERROR_UNREACHABLE, "The carrier isn't running; nothing was changed.");
	return NULL;
}

static void made(void *user, const char *address, const GError *error)
{
	(void)address;
	engine_answer(user, error);
}

void engine_group_create(struct engine *engine, const char *name, const char *const *people,
			 unsigned wait_ms, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = connected(engine, &error);

	if (!living)
		done(user, error);
	else if (living->lobby)
		lobby_create(living, name, people, made, engine_wait(engine, wait_ms, done, user));
	else
		groups_create(living, name, people, made, engine_wait(engine, wait_ms, done, user));
}

void engine_group_change(struct engine *engine, const char *address, const char *const *added,
			 const char *const *removed, unsigned wait_ms, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = connected(engine, &error);

	if (!living)
		done(user, error);
	else
		(room_state_is_open(living, address) ? lobby_change : groups_change)(
			living, address, added, removed, engine_answer,
			engine_wait(engine, wait_ms, done, user));
}

void engine_group_leave(struct engine *engine, const char *address, unsigned wait_ms,
			engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = connected(engine, &error);

	if (!living)
		done(user, error);
	else
		(room_state_is_open(living, address) ? lobby_leave : groups_leave)(
			living, address, engine_answer, engine_wait(engine, wait_ms, done, user));
}

gboolean engine_groups(struct engine *engine, group_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->groups->each(living->store, func, user, error);
}

gboolean engine_group(struct engine *engine, const char *address, struct group **group,
		      GError **error)
{
	struct living *living = engine_living(engine, error);

	*group = NULL;
	return living && living->store->ops->groups->get(living->store, address, group, error);
}

GPtrArray *engine_unreached(struct engine *engine, const char *address, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	struct audience audience = { 0 };
	GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);
	bool ok = contact && room_state_check(living, address, error) &&
		  audience_init(living, contact, &audience, error) &&
		  audience_foresee(living, &audience, missing, error);

	audience_clear(&audience);
	contact_free(contact);
	if (!ok)
		g_clear_pointer(&missing, g_ptr_array_unref);
	return missing;
}

gboolean engine_marks(struct engine *engine, const char *conversation, const char *id,
		      mark_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->groups->marks(living->store, conversation, id, func,
							   user, error);
}

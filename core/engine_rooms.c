/* engine: rooms. */
#include "core/engine_rooms.h"

#include "core/engine_state.h"
#include "core/error.h"
#include "core/lobby.h"

void engine_room_join(struct engine *engine, const char *address, unsigned wait_ms,
		      engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living && !living->lobby)
		error_set(&error, ERROR_UNAVAILABLE,
			  "Rooms are on a server; this account isn't on one.");
	if (error)
		done(user, error);
	else
		lobby_join(living, address, engine_answer,
			   engine_wait(engine, wait_ms, done, user));
}

/* The views are kept as they come; here it only matters that they have. */
static void ignore(void *user, const struct room_view *room)
{
	(void)user;
	(void)room;
}

void engine_rooms_look(struct engine *engine, unsigned wait_ms, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (error || !living->lobby)
		done(user, error);
	else
		lobby_list(living, ignore, engine_answer, engine_wait(engine, wait_ms, done, user));
}

const struct room_view *engine_room(struct engine *engine, const char *address)
{
	struct living *living = engine_living(engine, NULL);

	return living ? lobby_view(living, address) : NULL;
}

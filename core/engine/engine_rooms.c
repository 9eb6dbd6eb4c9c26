/* engine: rooms. */
#include "core/engine/engine_rooms.h"

#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/groups/lobby.h"
#include "core/groups/room_state.h"

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

/* All rooms are looked at, then who in them isn't known yet, one room after the other. */
struct look {
	struct living *living;
	GPtrArray *rooms; /* addresses, still to be asked for */
	void *waiting;
};

static void ask_next(void *user, const GError *error)
{
	struct look *look = user;
	g_autofree char *address = NULL;

	if (!error && look->rooms->len) {
		address = g_ptr_array_steal_index(look->rooms, look->rooms->len - 1);
		lobby_ask_people(look->living, address, ask_next, look);
		return;
	}
	engine_answer(look->waiting, error);
	g_ptr_array_unref(look->rooms);
	g_free(look);
}

static void seen(void *user, const struct room_view *room)
{
	if (room->state == ROOM_READY)
		g_ptr_array_add(((struct look *)user)->rooms, g_strdup(room->address));
}

void engine_rooms_look(struct engine *engine, unsigned wait_ms, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);
	struct look *look;

	if (error || !living->lobby) {
		done(user, error);
		return;
	}
	look = g_new0(struct look, 1);
	look->living = living;
	look->rooms = g_ptr_array_new_with_free_func(g_free);
	look->waiting = engine_wait(engine, wait_ms, done, user);
	lobby_list(living, seen, ask_next, look);
}

static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

void engine_room_ask(struct engine *engine, const char *address)
{
	struct living *living = engine_living(engine, NULL);

	if (living && living->lobby)
		lobby_ask_people(living, address, ignore, NULL);
}

const struct room_view *engine_room(struct engine *engine, const char *address)
{
	struct living *living = engine_living(engine, NULL);

	return living ? room_state_view(living, address) : NULL;
}

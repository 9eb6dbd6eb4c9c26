/*
 * engine_rooms: the part of the facade that is about rooms on a server; what they have in common
 * with groups is engine_groups.h's. As core/engine/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_ROOMS_H
#define SOTTO_CORE_ENGINE_ENGINE_ROOMS_H

#include <glib.h>
#include "core/engine/engine.h"
#include "core/port/transport_rooms.h"

/* Enter the room ADDRESS and bookmark it. ERROR_POLICY: it isn't safe, or we may not. */
void engine_room_join(struct engine *engine, const char *address, unsigned wait_ms,
		      engine_done done, void *user);
/* DONE when it is known how all rooms stand; at once where there are none. */
void engine_rooms_look(struct engine *engine, unsigned wait_ms, engine_done done, void *user);
/* Ask for the devices of those in the room ADDRESS of whom none is known; EVENT_CONTACT tells when
 * there is news. */
void engine_room_ask(struct engine *engine, const char *address);
/* How the room ADDRESS stands, who is there; lasts until the carrier says more. NULL: unknown. */
const struct room_view *engine_room(struct engine *engine, const char *address);

#endif

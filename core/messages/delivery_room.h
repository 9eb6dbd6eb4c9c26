/*
 * delivery_room: an arrival that was said in a room. Where it was said is the carrier's word, who
 * said it the key's; that nobody but members can is the carrier's to see to
 * (core/port/transport_rooms.h).
 */
#ifndef SOTTO_CORE_MESSAGES_DELIVERY_ROOM_H
#define SOTTO_CORE_MESSAGES_DELIVERY_ROOM_H

#include <glib.h>
#include <stdbool.h>

struct arrival;

/* Make ARRIVAL's conversation the room it came from. *IS_HEARD: what it says is for that room. */
gboolean arrival_take_room(struct arrival *arrival, bool *is_heard,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * lobby_inside: what the files of the rooms share.
 */
#ifndef SOTTO_CORE_GROUPS_LOBBY_INSIDE_H
#define SOTTO_CORE_GROUPS_LOBBY_INSIDE_H

#include "core/port/transport_rooms.h"
#include "core/profile/living.h"

struct lobby {
	GHashTable *views; /* address -> struct room_view, copied: as it stood last */
};

/* Remember VIEW, and store what is new in it; a transaction of its own, or none. */
gboolean lobby_take_view(struct living *living, const struct room_view *view,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

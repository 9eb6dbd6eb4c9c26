/*
 * lobby_inside: what lobby.c and lobby_acts.c share.
 */
#ifndef SOTTO_CORE_LOBBY_INSIDE_H
#define SOTTO_CORE_LOBBY_INSIDE_H

#include "core/living.h"
#include "core/transport_rooms.h"

struct lobby {
	GHashTable *views; /* address -> struct room_view, copied: as it stood last */
};

struct contact;

/* Whether CONTACT is a room; else ERROR_POLICY: nobody becomes one because somebody says so. */
gboolean lobby_check_kind(const struct contact *contact, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Remember VIEW, and store what is new in it; a transaction of its own, or none. */
gboolean lobby_take_view(struct living *living, const struct room_view *view,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

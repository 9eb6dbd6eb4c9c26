/*
 * room_state: how a room stands, as its carrier and its row say.
 */
#ifndef SOTTO_CORE_GROUPS_ROOM_STATE_H
#define SOTTO_CORE_GROUPS_ROOM_STATE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"
#include "core/port/transport_rooms.h"
#include "core/profile/living.h"

/* How ADDRESS stood when the carrier last said so, until it says more; NULL when it didn't. */
const struct room_view *room_state_view(const struct living *living, const char *address);
/* Whether CONTACT is a room; else ERROR_POLICY: nobody becomes one because somebody says so. */
gboolean room_state_check_kind(const struct contact *contact,
			       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether ADDRESS is a room that we are in. */
bool room_state_is_open(const struct living *living, const char *address);
/* FALSE with ERROR_POLICY when the room ADDRESS, as it stands, mustn't be written to. */
gboolean room_state_check(const struct living *living, const char *address,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

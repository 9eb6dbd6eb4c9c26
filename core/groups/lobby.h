/*
 * lobby: the rooms of the open account (core/port/transport_rooms.h) as conversations: what the
 * carrier says of them becomes rows, and what the user wants of them becomes requests.
 *
 * A room is a contact of kind CONTACT_ROOM and a group without id, owner and version, both under
 * the room's address; its members are those that its server lists. Who is there just now, and
 * whether it is safe, is remembered while the carrier runs and no longer. What changes who can read
 * leaves a line in the conversation and a row in the journal.
 *
 * Only there where the carrier has rooms: elsewhere living->lobby is NULL.
 */
#ifndef SOTTO_CORE_GROUPS_LOBBY_H
#define SOTTO_CORE_GROUPS_LOBBY_H

#include <glib.h>
#include <stdbool.h>
#include "core/groups/groups.h"
#include "core/port/transport_rooms.h"
#include "core/profile/directory.h"
#include "core/profile/living.h"

struct lobby;

/* Before the carrier starts: listen, and name the rooms that are ours. */
void lobby_open(struct living *living);
/* After it ended. */
void lobby_close(struct living *living);

/* Whether ADDRESS may be written to as it stands: the room safe, its members known, and stored.
 * UNREACHABLE: it couldn't be asked, and what was known before may do. ERROR_POLICY: it isn't. */
void lobby_ready(struct living *living, const char *address, directory_done done, void *user);

/* Look at the devices of those in the room ADDRESS of whom none is known, so that it can be said
 * who can't read before anything is written. Trusts nobody. DONE in any case. */
void lobby_ask_people(struct living *living, const char *address, directory_done done, void *user);

/* As the functions of groups.h; these need a connection. */
void lobby_create(struct living *living, const char *name, const char *const *people,
		  groups_made done, void *user);
void lobby_change(struct living *living, const char *address, const char *const *added,
		  const char *const *removed, directory_done done, void *user);
void lobby_leave(struct living *living, const char *address, directory_done done, void *user);
/* Enter a room that exists, and bookmark it. */
void lobby_join(struct living *living, const char *address, directory_done done, void *user);

/* All rooms as the carrier sees them now, one after the other; then DONE. */
typedef void (*lobby_seen)(void *user, const struct room_view *room);
void lobby_list(struct living *living, lobby_seen seen, directory_done done, void *user);

#endif

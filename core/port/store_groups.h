/*
 * store_groups: the part of the store port that keeps groups and, for what was sent to one, how far
 * it has come with each member. As core/port/store.h in every respect; the conversation of a group
 * is a contact row, which must be there first, and takes all of this with it when it is deleted.
 */
#ifndef SOTTO_CORE_PORT_STORE_GROUPS_H
#define SOTTO_CORE_PORT_STORE_GROUPS_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/group.h"
#include "core/model/message.h"

struct store;

typedef gboolean (*group_func)(const struct group *group, void *user);
/* MEMBER has, or had, the message in STATE. */
typedef gboolean (*mark_func)(const char *member, enum state state, void *user);

struct store_groups_ops {
	/* Put, in place of the one with this address: its members are those of GROUP. */
	gboolean (*put)(struct store *store, const struct group *group, GError **error);
	gboolean (*get)(struct store *store, const char *address, struct group **group,
			GError **error);
	/* The address of the group with this id; NULL without one. Free with g_free. */
	gboolean (*find)(struct store *store, const char *id, char **address, GError **error);
	/* By address. */
	gboolean (*each)(struct store *store, group_func func, void *user, GError **error);
	/*
	 * The outgoing message ID of CONVERSATION is in STATE with MEMBER, never backwards; a
	 * message that isn't there changes nothing. It goes with its message.
	 */
	gboolean (*mark)(struct store *store, const char *conversation, const char *id,
			 const char *member, enum state state, GError **error);
	/* By member. */
	gboolean (*marks)(struct store *store, const char *conversation, const char *id,
			  mark_func func, void *user, GError **error);
};

#endif

/*
 * delivery_group: what an arrival says of a group, before its words are taken.
 *
 * Who is in a group decides who is heard there. What changes the group is taken only from devices
 * that are trusted, or of people whom we never wrote to yet.
 */
#ifndef SOTTO_CORE_MESSAGES_DELIVERY_GROUP_H
#define SOTTO_CORE_MESSAGES_DELIVERY_GROUP_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"

struct arrival;

/*
 * Make ARRIVAL's conversation the group that its content names, and take what it says of it.
 * *IS_HEARD: its words are to be taken too.
 */
gboolean arrival_take_group(struct arrival *arrival, bool *is_heard,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Message ID, sent to the group by us, is in STATE with the author. *STATE becomes how far it is
 * with everybody. */
gboolean arrival_mark(struct arrival *arrival, const char *id, enum state *state,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

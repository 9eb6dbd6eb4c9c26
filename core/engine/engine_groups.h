/*
 * engine_groups: the part of the facade that is about conversations of several people. As
 * core/engine/engine.h in every respect. Which errors an act gives is core/groups/groups.h's; each
 * waits at most WAIT_MS for those who have to hear of it.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_GROUPS_H
#define SOTTO_CORE_ENGINE_ENGINE_GROUPS_H

#include <glib.h>
#include <stdbool.h>
#include "core/engine/engine.h"
#include "core/model/group.h"
#include "core/port/store_groups.h"

/* Make a group called NAME with PEOPLE. */
void engine_group_create(struct engine *engine, const char *name, const char *const *people,
			 unsigned wait_ms, engine_done done, void *user);
void engine_group_change(struct engine *engine, const char *address, const char *const *added,
			 const char *const *removed, unsigned wait_ms, engine_done done,
			 void *user);
void engine_group_leave(struct engine *engine, const char *address, unsigned wait_ms,
			engine_done done, void *user);

/* Groups and rooms, left ones too, by address. */
gboolean engine_groups(struct engine *engine, group_func func, void *user,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The group ADDRESS; *GROUP NULL when it isn't one. */
gboolean engine_group(struct engine *engine, const char *address, struct group **group,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Who of the conversation ADDRESS can't read what would be sent now: a sentence each (char *, owned
 * by the array), from what is known here, without asking the carrier. ERROR_TRUST when nothing can
 * be sent before somebody has decided, ERROR_POLICY when we are out.
 */
GPtrArray *engine_unreached(struct engine *engine, const char *address,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How far the message ID that was sent to a group has come with each member. */
gboolean engine_marks(struct engine *engine, const char *conversation, const char *id,
		      mark_func func, void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * engine_talk: the part of the facade that is about how we are towards people: what they are told,
 * who may see that we are there, who is blocked. As core/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_TALK_H
#define SOTTO_CORE_ENGINE_TALK_H

#include <glib.h>
#include <stdbool.h>
#include "core/engine.h"

/* What the contact ADDRESS is told. ERROR_NO_CONTACT; ERROR_UNAVAILABLE: this carrier has no such
 * thing. */
gboolean engine_manner(struct engine *engine, const char *address, enum manner manner,
		       enum manner_choice choice, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Block ADDRESS, which need be no contact, or no more. It holds here from then on, whatever comes
 * of it at the server.
 */
void engine_block(struct engine *engine, const char *address, bool is_blocked, unsigned wait_ms,
		  engine_done done, void *user);

#endif

/*
 * engine_talk: the part of the facade that is about how we are towards people: what they are told,
 * who may see that we are there, who is blocked. As core/engine/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_TALK_H
#define SOTTO_CORE_ENGINE_ENGINE_TALK_H

#include <glib.h>
#include <stdbool.h>
#include "core/engine/engine.h"
#include "core/port/transport_talk.h"

/* What the contact ADDRESS is told. ERROR_NO_CONTACT; ERROR_UNAVAILABLE: this carrier has no such
 * thing. */
gboolean engine_manner(struct engine *engine, const char *address, enum manner manner,
		       enum manner_choice choice, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Block ADDRESS, which need be no contact, or no more. It holds here from then on, whatever comes
 * of it at the server. On the spool it may be "uid:1234" as well: what that user leaves, under
 * whatever name, is removed unread; sending is another matter.
 */
void engine_block(struct engine *engine, const char *address, bool is_blocked, unsigned wait_ms,
		  engine_done done, void *user);
/* The contacts that are blocked; and the users, with how much of theirs was removed. */
gboolean engine_blocked(struct engine *engine, contact_func contact,
			void (*sender)(uint32_t uid, uint32_t dropped, void *user), void *user,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What becomes of ADDRESS at the server (core/port/transport_talk.h): accept or decline that they
 * see when we are there, ask whether we may, take them off the server's list. UNAVAILABLE on the
 * spool.
 */
void engine_act(struct engine *engine, enum talk_act act, const char *address, unsigned wait_ms,
		engine_done done, void *user);
/* Who has asked to see when we are there and wasn't answered. */
gboolean engine_requests(struct engine *engine, contact_func func, void *user,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The setting `presence` has changed. */
void engine_show_presence(struct engine *engine);
/* Something is being written to ADDRESS, or isn't any more: they are told where that is on. */
gboolean engine_typing(struct engine *engine, const char *address, bool is_typing,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Nobody looks at the screen, or somebody does again. Locked too. */
void engine_rest(struct engine *engine, bool is_resting);

#endif

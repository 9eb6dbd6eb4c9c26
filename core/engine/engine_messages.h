/*
 * engine_messages: the part of the facade that sends, fetches, reads and searches. As
 * core/engine/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_MESSAGES_H
#define SOTTO_CORE_ENGINE_ENGINE_MESSAGES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/engine/engine.h"

struct draft;

/* May call DONE before it returns; at most WAIT_MS until it does. */
void engine_send(struct engine *engine, const struct draft *draft, unsigned wait_ms,
		 engine_sent done, void *user);

/* Take what has arrived and retry the outbox; DONE once, after both or after WAIT_MS. */
void engine_fetch(struct engine *engine, unsigned wait_ms, engine_done done, void *user);

/* Pages: see core/port/store.h's message_before, message_after, message_unread. */
gboolean engine_before(struct engine *engine, const char *conversation, int64_t before,
		       unsigned limit, message_func func, void *user,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean engine_after(struct engine *engine, const char *conversation, int64_t after,
		      unsigned limit, message_func func, void *user,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean engine_unread(struct engine *engine, const char *conversation, unsigned limit,
		       message_func func, void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By wire id; *MESSAGE NULL when it isn't there. */
gboolean engine_message(struct engine *engine, const char *conversation, const char *id,
			struct message **message, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* COUNT incoming messages of CONVERSATION were drawn or printed: one commit, timers start, receipts
 * go out. */
gboolean engine_read(struct engine *engine, const char *conversation, const int64_t *seqs,
		     size_t count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TEXT is split into words and folded; CONVERSATION may be NULL. Newest first. */
gboolean engine_search(struct engine *engine, const char *text, const char *conversation,
		       unsigned limit, message_func func, void *user,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

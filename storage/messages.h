/*
 * messages: the port's functions about messages (core/port/store.h says what they do).
 */
#ifndef SOTTO_STORAGE_MESSAGES_H
#define SOTTO_STORAGE_MESSAGES_H

#include "core/port/store.h"

gboolean messages_put(struct store *store, struct message *message, bool *is_new, GError **error);
gboolean messages_get(struct store *store, const char *conversation, const char *id,
		      struct message **message, GError **error);
gboolean messages_before(struct store *store, const char *conversation, int64_t before,
			 unsigned limit, message_func func, void *user, GError **error);
gboolean messages_after(struct store *store, const char *conversation, int64_t after,
			unsigned limit, message_func func, void *user, GError **error);
gboolean messages_unread(struct store *store, const char *conversation, unsigned limit,
			 message_func func, void *user, GError **error);
gboolean messages_state(struct store *store, const char *conversation, const char *id,
			enum state state, int64_t expires_at, bool *changed, GError **error);
gboolean messages_read(struct store *store, const char *conversation, int64_t seq, int64_t read_at,
		       int64_t expires_at, bool drop, GError **error);

struct inside;
/* Every message of conversation number ID, with its long bodies. In a transaction. */
gboolean messages_del_all(struct inside *inside, int64_t id, GError **error);
/*
 * The beginning of the newest message of conversation number ID in plain memory; NULL without
 * one. *UNTIL is its deadline.
 */
gboolean messages_preview(struct inside *inside, int64_t id, char **preview, int64_t *until,
			  GError **error);

/* core/port/store_expiry.h's amend and amended. */
gboolean messages_amend(struct store *store, const struct message *message, const char *edit,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean messages_amended(struct store *store, const char *conversation, const char *edit,
			  struct message **message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* core/port/store_lost.h's again. */
gboolean messages_again(struct store *store, const char *conversation, int64_t seq, int64_t at,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * message_row: one row of the messages table as a struct message, and back.
 */
#ifndef SOTTO_STORAGE_MESSAGE_ROW_H
#define SOTTO_STORAGE_MESSAGE_ROW_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"
#include "storage/db.h"
#include "storage/inside.h"

/* What a query has to select, in this order, for message_row_read. */
#define MESSAGE_COLUMNS                                                                            \
	"conversation, seq, wire, sender, device, direction, state, kind, trust, flags, sent_at, " \
	"received_at, read_at, expires_at, expire_seconds, bucket, body, body_row, edited_at, "    \
	"cause, count, arrival, chain, counter"

/*
 * Fill *MESSAGE, to be cleared by the caller on success. A body that isn't authentic becomes
 * KIND_UNREADABLE with a sentence in its place, so that one bad page doesn't hide a conversation.
 */
gboolean message_row_read(struct inside *inside, const struct query *query, struct message *message,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Hand every row of QUERY to FUNC, until it says FALSE. */
gboolean message_row_each(struct inside *inside, struct query *query, message_func func, void *user,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What "newest" means: arrival; of older rows received_at, of one's own sent_at. */
int64_t message_row_order(const struct query *query);

/* Insert MESSAGE under its seq; CONVERSATION and SENDER are the numbers of its addresses. */
gboolean message_row_insert(struct inside *inside, const struct message *message,
			    int64_t conversation, int64_t sender,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The body of MESSAGE is sealed under the key that its deadline asks for: the key's id (0: the
 * profile's own). */
GBytes *message_row_seal(struct inside *inside, const struct message *message, int64_t *bucket,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * MESSAGE, read from the table, has got its deadline: seal its body anew under a key that dies with
 * it, and drop the former one. Nothing happens without a body.
 */
gboolean message_row_settle(struct inside *inside, const struct message *message,
			    int64_t conversation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* MESSAGE has other words now, by EDIT: those of its row, and what else can change with them, give
 * way. */
gboolean message_row_amend(struct inside *inside, const struct message *message,
			   int64_t conversation, const char *edit,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The id as the table keeps it: 16 bytes for 32 lower-case hex digits, else the text's bytes. */
GBytes *message_row_wire(const char *id);
/* And back; free with g_free. */
char *message_row_id(const uint8_t *wire, size_t bytes);

#endif

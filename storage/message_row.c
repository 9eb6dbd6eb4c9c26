#include "storage/message_row.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "storage/body.h"
#include "storage/expiry_vault.h"
#include "storage/names.h"

enum {
	COL_CONVERSATION,
	COL_SEQ,
	COL_WIRE,
	COL_SENDER,
	COL_DEVICE,
	COL_DIRECTION,
	COL_STATE,
	COL_KIND,
	COL_TRUST,
	COL_FLAGS,
	COL_SENT_AT,
	COL_RECEIVED_AT,
	COL_READ_AT,
	COL_EXPIRES_AT,
	COL_EXPIRE_SECONDS,
	COL_BUCKET,
	COL_BODY,
	COL_BODY_ROW,
	COL_EDITED_AT,
	COL_CAUSE,
	COL_COUNT,
	COL_ARRIVAL,
	COL_CHAIN,
	COL_COUNTER
};

enum {
	FLAG_SEALED = 1,
	FLAG_VIEW_ONCE = 2,
	FLAG_STRIPPED = 4,
	FLAG_FILE = 8,
	FLAG_MARKABLE = 16,
};

/*
 * Sealed bodies up to this many bytes lie in the clustered row: more would spill into an overflow
 * page of its own (a row of 989 bytes is the most at 4,048 usable ones).
 */
enum { INLINE_BYTES = 840 };

enum { WIRE_BYTES = 16, WIRE_DIGITS = 32 };

static const char damaged[] = "This message is damaged on the disk and can't be shown.";

GBytes *message_row_wire(const char *id)
{
	uint8_t wire[WIRE_BYTES];
	size_t length = strlen(id);

	if (length != WIRE_DIGITS || strspn(id, "0123456789abcdef") != WIRE_DIGITS)
		return g_bytes_new(id, length == WIRE_BYTES ? length + 1 : length);
	for (int i = 0; i < WIRE_BYTES; i++)
		wire[i] = (uint8_t)(g_ascii_xdigit_value(id[2 * i]) << 4 |
				    g_ascii_xdigit_value(id[2 * i + 1]));
	return g_bytes_new(wire, sizeof(wire));
}

/* A text id of 16 bytes would read back as hex digits; it is kept with a NUL behind it. */
char *message_row_id(const uint8_t *wire, size_t bytes)
{
	static const char digits[] = "0123456789abcdef";

	if (bytes != WIRE_BYTES)
		return g_strndup((const char *)wire, bytes);
	char *id = g_malloc(WIRE_DIGITS + 1);
	for (int i = 0; i < WIRE_BYTES; i++) {
		id[2 * i] = digits[wire[i] >> 4];
		id[2 * i + 1] = digits[wire[i] & 15];
	}
	id[WIRE_DIGITS] = '\0';
	return id;
}

static char *read_wire(const struct query *query)
{
	size_t bytes;
	const void *wire = query_blob(query, COL_WIRE, &bytes);

	return message_row_id(wire, bytes);
}

int64_t message_row_order(const struct query *query)
{
	int64_t arrival = query_int(query, COL_ARRIVAL);
	int64_t received_at = query_int(query, COL_RECEIVED_AT);

	if (arrival)
		return arrival;
	return received_at ? received_at : query_int(query, COL_SENT_AT);
}

static gboolean read_enums(const struct query *query, struct message *message, GError **error)
{
	int64_t direction = query_int(query, COL_DIRECTION);
	int64_t state = query_int(query, COL_STATE);
	int64_t kind = query_int(query, COL_KIND);
	int64_t trust = query_int(query, COL_TRUST);
	int64_t cause = query_int(query, COL_CAUSE);

	if (cause < 0 || cause >= CAUSE_COUNT) {
		error_set_plain(error, ERROR_DAMAGED);
		return FALSE;
	}
	if (direction < 0 || direction > DIRECTION_OUT || state < 0 || state >= STATE_COUNT ||
	    kind < 0 || kind >= KIND_COUNT || trust < 0 || trust >= TRUST_COUNT) {
		error_set_plain(error, ERROR_DAMAGED);
		return FALSE;
	}
	message->direction = (enum direction)direction;
	message->state = (enum state)state;
	message->kind = (enum kind)kind;
	message->trust = (enum trust)trust;
	message->cause = (enum cause)cause;
	return TRUE;
}

static void mark_unreadable(struct message *message)
{
	message->kind = KIND_UNREADABLE;
	message->body = plain_dup(damaged);
}

/* All else of MESSAGE being set. */
static gboolean read_body(struct inside *inside, const struct query *query, struct message *message,
			  GError **error)
{
	int64_t bucket = query_int(query, COL_BUCKET);
	const struct secret *key =
		bucket ? expiry_vault_key(inside->vault, bucket) : inside->keys.body;
	struct query long_body;
	size_t bytes;
	bool has = false;

	/* Its key has died: it is gone, though its row still waits for the sweep. */
	if (!key)
		return TRUE;
	if (!query_is_null(query, COL_BODY)) {
		const void *sealed = query_blob(query, COL_BODY, &bytes);

		if (!body_open(key, message, sealed, bytes))
			mark_unreadable(message);
		return TRUE;
	}
	if (query_is_null(query, COL_BODY_ROW))
		return TRUE;
	gboolean ok =
		db_query(inside->db, &long_body, error, "SELECT body FROM bodies WHERE id = ?", "i",
			 query_int(query, COL_BODY_ROW)) &&
		query_next(&long_body, &has, error);
	if (ok) {
		const void *sealed = has ? query_blob(&long_body, 0, &bytes) : NULL;

		if (!sealed || !body_open(key, message, sealed, bytes))
			mark_unreadable(message);
	}
	query_close(&long_body);
	return ok;
}

/* Of a file the body is its element: what people see are its words. */
static void read_file(struct message *message)
{
	struct file file;

	message->file = g_steal_pointer(&message->body);
	if (file_decode(message->file, &file, NULL)) {
		message->body = file_words(&file);
		file_clear(&file);
		return;
	}
	plain_free(g_steal_pointer(&message->file));
	mark_unreadable(message);
}

gboolean message_row_read(struct inside *inside, const struct query *query, struct message *message,
			  GError **error)
{
	struct names *names = inside->names;
	const char *conversation = names_get(names, query_int(query, COL_CONVERSATION), error);
	const char *from =
		conversation ? names_get(names, query_int(query, COL_SENDER), error) : NULL;
	int64_t flags = query_int(query, COL_FLAGS);

	memset(message, 0, sizeof(*message));
	if (!from || !read_enums(query, message, error))
		return FALSE;
	message->seq = query_int(query, COL_SEQ);
	message->id = read_wire(query);
	message->conversation = g_strdup(conversation);
	message->from = g_strdup(from);
	message->device = (uint32_t)query_int(query, COL_DEVICE);
	message->sent_at = query_int(query, COL_SENT_AT);
	message->received_at = query_int(query, COL_RECEIVED_AT);
	message->read_at = query_int(query, COL_READ_AT);
	message->expires_at = query_int(query, COL_EXPIRES_AT);
	message->expire_seconds = query_int(query, COL_EXPIRE_SECONDS);
	message->edited_at = query_int(query, COL_EDITED_AT);
	message->count = (uint32_t)query_int(query, COL_COUNT);
	message->arrival = query_int(query, COL_ARRIVAL);
	message->chain = query_int(query, COL_CHAIN);
	message->counter = (uint32_t)query_int(query, COL_COUNTER);
	message->sealed = flags & FLAG_SEALED;
	message->view_once = flags & FLAG_VIEW_ONCE;
	message->stripped = flags & FLAG_STRIPPED;
	message->markable = flags & FLAG_MARKABLE;
	if (read_body(inside, query, message, error)) {
		if (flags & FLAG_FILE && message->body && message->kind == KIND_TEXT)
			read_file(message);
		return TRUE;
	}
	message_clear(message);
	return FALSE;
}

gboolean message_row_each(struct inside *inside, struct query *query, message_func func, void *user,
			  GError **error)
{
	struct message message;
	gboolean go_on = TRUE;
	bool has = false;

	while (go_on) {
		if (!query_next(query, &has, error))
			return FALSE;
		if (!has)
			break;
		if (!message_row_read(inside, query, &message, error))
			return FALSE;
		go_on = func(&message, user);
		message_clear(&message);
	}
	return TRUE;
}

static int flags_of(const struct message *message)
{
	return (message->sealed ? FLAG_SEALED : 0) | (message->view_once ? FLAG_VIEW_ONCE : 0) |
	       (message->stripped ? FLAG_STRIPPED : 0) | (message->file ? FLAG_FILE : 0) |
	       (message->markable ? FLAG_MARKABLE : 0);
}

enum { SHORT_SECONDS = 300 };

/* The key that seals a row's body, and the body's own row; 0 each for none. */
static gboolean read_keys(struct inside *inside, int64_t conversation, int64_t seq,
				 int64_t *bucket, int64_t *body_row, GError **error)
{
	struct query query;
	bool has = false;

	*bucket = *body_row = 0;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT bucket, ifnull(body_row, 0) FROM messages"
			       " WHERE conversation = ? AND seq = ?",
			       "ii", conversation, seq) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*bucket = query_int(&query, 0);
		*body_row = query_int(&query, 1);
	}
	query_close(&query);
	return ok;
}

GBytes *message_row_seal(struct inside *inside, const struct message *message, int64_t *bucket,
			 GError **error)
{
	const struct secret *key = inside->keys.body;
	bool is_once = message->view_once && message->direction == DIRECTION_IN;
	gboolean ok = TRUE;

	*bucket = 0;
	if (message->expires_at)
		ok = expiry_vault_bucket(inside->vault, message->expires_at,
					 message->expire_seconds,
					 inside->is_short_kept &&
						 message->expire_seconds <= SHORT_SECONDS,
					 bucket, error);
	else if (message->expire_seconds || is_once)
		ok = expiry_vault_own(inside->vault, bucket, error);
	if (!ok)
		return NULL;
	if (*bucket)
		key = expiry_vault_key(inside->vault, *bucket);
	return body_seal(key, message);
}

gboolean message_row_settle(struct inside *inside, const struct message *message,
			    int64_t conversation, GError **error)
{
	int64_t former, row, bucket;

	if (!message->body || !message->expires_at)
		return TRUE;
	if (!read_keys(inside, conversation, message->seq, &former, &row, error))
		return FALSE;
	GBytes *sealed = message_row_seal(inside, message, &bucket, error);
	if (!sealed)
		return FALSE;
	gboolean ok = !row || db_run(inside->db, error, "UPDATE bodies SET body = ? WHERE id = ?",
				     "gi", sealed, row);
	ok = ok && db_run(inside->db, error,
			  "UPDATE messages SET body = ?, bucket = ?"
			  " WHERE conversation = ? AND seq = ?",
			  "giii", row ? NULL : sealed, bucket, conversation, message->seq);
	g_bytes_unref(sealed);
	if (ok)
		expiry_vault_drop(inside->vault, former);
	return ok;
}

gboolean message_row_insert(struct inside *inside, const struct message *message,
			    int64_t conversation, int64_t sender, GError **error)
{
	GBytes *wire = message_row_wire(message->id);
	int64_t bucket = 0;
	GBytes *sealed = message->body ? message_row_seal(inside, message, &bucket, error) : NULL;
	bool is_long = sealed && g_bytes_get_size(sealed) > INLINE_BYTES;
	gboolean ok = sealed || !message->body;

	if (is_long)
		ok = db_run(inside->db, error, "INSERT INTO bodies (body) VALUES (?)", "g", sealed);
	int64_t row = is_long && ok ? db_inserted(inside->db) : 0;
	ok = ok &&
	     db_run(inside->db, error,
		    "INSERT INTO messages (" MESSAGE_COLUMNS ") VALUES "
		    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?,"
		    " ?, ?)",
		    "iigiidddddiiiiiigiidiiii", conversation, message->seq, wire, sender,
		    (int64_t)message->device, (int)message->direction, (int)message->state,
		    (int)message->kind, (int)message->trust, flags_of(message), message->sent_at,
		    message->received_at, message->read_at, message->expires_at,
		    message->expire_seconds, bucket, is_long ? NULL : sealed, row,
		    message->edited_at, (int)message->cause, (int64_t)message->count,
		    message->arrival, message->edited_at ? message->chain : 0,
		    (int64_t)(message->edited_at ? message->counter : 0));
	if (sealed)
		g_bytes_unref(sealed);
	g_bytes_unref(wire);
	return ok;
}

gboolean message_row_amend(struct inside *inside, const struct message *message,
			   int64_t conversation, const char *edit, GError **error)
{
	int64_t former, former_row, bucket = 0;

	if (!read_keys(inside, conversation, message->seq, &former, &former_row, error))
		return FALSE;
	g_autoptr(GBytes) sealed = message_row_seal(inside, message, &bucket, error);
	if (!sealed)
		return FALSE;
	g_autoptr(GBytes) wire = message_row_wire(edit);
	bool is_long = g_bytes_get_size(sealed) > INLINE_BYTES;
	gboolean ok = !former_row || db_run(inside->db, error, "DELETE FROM bodies WHERE id = ?",
					    "i", former_row);
	ok = ok && (!is_long || db_run(inside->db, error, "INSERT INTO bodies (body) VALUES (?)",
				       "g", sealed));
	ok = ok && db_run(inside->db, error,
			  "UPDATE messages SET trust = ?, flags = ?, expires_at = ?,"
			  " expire_seconds = ?, bucket = ?, body = ?, body_row = nullif(?, 0),"
			  " edited_at = ?, chain = ?, counter = ?, edit = ?"
			  " WHERE conversation = ? AND seq = ?",
			  "ddiiigiiiigii", (int)message->trust, flags_of(message),
			  message->expires_at, message->expire_seconds, bucket,
			  is_long ? NULL : sealed, is_long ? db_inserted(inside->db) : 0,
			  message->edited_at, message->chain, (int64_t)message->counter, wire,
			  conversation, message->seq);
	if (ok)
		expiry_vault_drop(inside->vault, former);
	return ok;
}

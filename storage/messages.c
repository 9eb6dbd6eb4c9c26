#include "storage/messages.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/expiry_vault.h"
#include "storage/file_rows.h"
#include "storage/inside.h"
#include "storage/message_row.h"
#include "storage/names.h"
#include "storage/search.h"

enum { PREVIEW_BYTES = 160 };

/* -- writing ---------------------------------------------------------------------------------- */

static gboolean is_there(struct inside *inside, const struct message *message, int64_t conversation,
			 int64_t sender, bool *is_there, GError **error)
{
	GBytes *wire = message_row_wire(message->id);
	struct query query;

	gboolean ok =
		db_query(
			inside->db, &query, error,
			"SELECT 1 FROM messages WHERE conversation = ? AND wire = ? AND sender = ?",
			"igi", conversation, wire, sender) &&
		query_next(&query, is_there, error);
	query_close(&query);
	g_bytes_unref(wire);
	return ok;
}

/* The conversation's own row follows, so that no list has to count. */
static gboolean follow(struct inside *inside, const struct message *message, int64_t conversation,
		       GError **error)
{
	int64_t at = message->received_at ? message->received_at : message->sent_at;
	bool is_unread = message->direction == DIRECTION_IN && message->read_at == 0;

	return db_run(inside->db, error,
		      "UPDATE conversations SET next_seq = ? + 1, last_at = ?, arrival = ?,"
		      " unread = unread + ?, messages = messages + 1 WHERE id = ?",
		      "iiidi", message->seq, at, message->arrival, is_unread, conversation);
}

gboolean messages_put(struct store *store, struct message *message, bool *is_new, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t conversation, sender, seq;
	bool is_old = false;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, message->conversation, &conversation, error) ||
	    !db_number(inside->db, error, "SELECT next_seq FROM conversations WHERE id = ?",
		       conversation, &seq))
		return FALSE;
	if (!seq) {
		error_set_plain(error, ERROR_NO_CONTACT);
		return FALSE;
	}
	if (!names_intern(inside->names, message->from, &sender, error) ||
	    !is_there(inside, message, conversation, sender, &is_old, error))
		return FALSE;
	*is_new = !is_old;
	if (is_old)
		return TRUE;
	message->seq = seq;
	message->arrival = ++inside->arrivals;
	if (!message_row_insert(inside, message, conversation, sender, error) ||
	    !follow(inside, message, conversation, error))
		return FALSE;
	search_add(inside->search, conversation, message);
	return TRUE;
}

/* What message_state and message_read have to know of a row. */
struct standing {
	bool is_found;
	int64_t seq;
	enum direction direction;
	enum state state;
	int64_t read_at;
	int64_t expires_at;
	int64_t body_row;
	int64_t bucket;
};

#define STANDING_COLUMNS "seq, direction, state, read_at, expires_at, ifnull(body_row, 0), bucket"

/* Takes QUERY, whose columns are STANDING_COLUMNS. */
static gboolean read_standing(struct query *query, struct standing *standing, GError **error)
{
	gboolean ok = query_next(query, &standing->is_found, error);

	if (ok && standing->is_found) {
		standing->seq = query_int(query, 0);
		standing->direction = (enum direction)query_int(query, 1);
		standing->state = (enum state)query_int(query, 2);
		standing->read_at = query_int(query, 3);
		standing->expires_at = query_int(query, 4);
		standing->body_row = query_int(query, 5);
		standing->bucket = query_int(query, 6);
	}
	query_close(query);
	return ok;
}

/* The row has just got its deadline: its body goes under a key that dies with it. */
static gboolean settle(struct inside *inside, int64_t conversation, int64_t seq, GError **error)
{
	struct message row;
	struct query query;
	bool has = false;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages"
			       " WHERE conversation = ? AND seq = ?",
			       "ii", conversation, seq) &&
		      query_next(&query, &has, error) &&
		      (!has || message_row_read(inside, &query, &row, error));
	query_close(&query);
	if (!ok || !has)
		return ok;
	/* A damaged body stays as it is; its row goes all the same. */
	ok = row.kind == KIND_UNREADABLE || message_row_settle(inside, &row, conversation, error);
	message_clear(&row);
	return ok;
}

/* Once the other side has it, it can't fail; a failed one may be tried again. */
static bool may_become(enum state now, enum state next)
{
	if (now == next)
		return false;
	if (now == STATE_FAILED)
		return true;
	if (next == STATE_FAILED)
		return now <= STATE_SENT;
	return next > now;
}

gboolean messages_state(struct store *store, const char *conversation, const char *id,
			enum state state, int64_t expires_at, bool *changed, GError **error)
{
	struct inside *inside = inside_of(store);
	struct standing now = { 0 };
	struct query query;
	int64_t number;

	if (changed)
		*changed = false;
	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, conversation, &number, error))
		return FALSE;
	GBytes *wire = message_row_wire(id);
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " STANDING_COLUMNS " FROM messages"
			       " WHERE conversation = ? AND wire = ? AND direction = 1",
			       "ig", number, wire) &&
		      read_standing(&query, &now, error);
	query_close(&query);
	g_bytes_unref(wire);
	if (!ok || !now.is_found)
		return ok;
	bool moves = may_become(now.state, state);
	bool starts = expires_at && !now.expires_at;
	if (!moves && !starts)
		return TRUE;
	if (changed)
		*changed = true;
	return db_run(inside->db, error,
		      "UPDATE messages SET state = ?, expires_at = ?"
		      " WHERE conversation = ? AND seq = ?",
		      "diii", (int)(moves ? state : now.state),
		      starts ? expires_at : now.expires_at, number, now.seq) &&
	       (!starts || settle(inside, number, now.seq, error));
}

static gboolean drop_body(struct inside *inside, int64_t conversation, const struct standing *now,
			  GError **error)
{
	if (now->body_row &&
	    !db_run(inside->db, error, "DELETE FROM bodies WHERE id = ?", "i", now->body_row))
		return FALSE;
	search_forget(inside->search, conversation, now->seq);
	expiry_vault_drop(inside->vault, now->bucket);
	inside->erasing++;
	return db_run(inside->db, error,
		      "UPDATE messages SET body = NULL, body_row = NULL, bucket = 0"
		      " WHERE conversation = ? AND seq = ?",
		      "ii", conversation, now->seq);
}

gboolean messages_read(struct store *store, const char *conversation, int64_t seq, int64_t read_at,
		       int64_t expires_at, bool drop, GError **error)
{
	struct inside *inside = inside_of(store);
	struct standing now = { 0 };
	struct query query;
	int64_t number;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, conversation, &number, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " STANDING_COLUMNS " FROM messages"
			       " WHERE conversation = ? AND seq = ? AND direction = 0",
			       "ii", number, seq) &&
		      read_standing(&query, &now, error);
	query_close(&query);
	if (!ok || !now.is_found)
		return ok;
	bool starts = expires_at && !now.expires_at;
	bool is_first = !now.read_at && read_at;
	if ((is_first || starts) &&
	    !db_run(inside->db, error,
		    "UPDATE messages SET read_at = ?, expires_at = ?, state = ?"
		    " WHERE conversation = ? AND seq = ?",
		    "iidii", is_first ? read_at : now.read_at, starts ? expires_at : now.expires_at,
		    (int)(is_first ? STATE_READ : now.state), number, seq))
		return FALSE;
	if (is_first &&
	    !db_run(inside->db, error, "UPDATE conversations SET unread = unread - 1 WHERE id = ?",
		    "i", number))
		return FALSE;
	if (drop)
		return drop_body(inside, number, &now, error);
	return !starts || settle(inside, number, seq, error);
}

gboolean messages_amend(struct store *store, const struct message *message, const char *edit,
			GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t number;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, message->conversation, &number, error) ||
	    !message_row_amend(inside, message, number, edit, error))
		return FALSE;
	search_forget(inside->search, number, message->seq);
	search_add(inside->search, number, message);
	inside->erasing++;
	return TRUE;
}

gboolean messages_again(struct store *store, const char *conversation, int64_t seq, int64_t at,
			GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t number, was_read;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, conversation, &number, error))
		return FALSE;
	if (!db_run(inside->db, error,
		    "UPDATE messages SET count = max(count, 1) + 1"
		    " WHERE conversation = ? AND seq = ? AND kind = ? AND direction = 0",
		    "iid", number, seq, (int)KIND_UNREADABLE))
		return FALSE;
	if (db_changes(inside->db) == 0)
		return TRUE;
	if (!db_run(inside->db, error,
		    "UPDATE messages SET read_at = 0, state = ?"
		    " WHERE conversation = ? AND seq = ? AND read_at > 0",
		    "dii", (int)STATE_DELIVERED, number, seq))
		return FALSE;
	was_read = db_changes(inside->db);
	return db_run(inside->db, error,
		      "UPDATE conversations SET last_at = max(last_at, ?), unread = unread + ?"
		      " WHERE id = ?",
		      "iii", at, was_read, number);
}

/* With all the bodies of a conversation their keys go. */
static gboolean drop_keys(struct inside *inside, int64_t id, GError **error)
{
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT bucket FROM messages WHERE conversation = ? AND bucket > 0",
			       "i", id);
	while (ok && (ok = query_next(&query, &has, error)) && has)
		expiry_vault_drop(inside->vault, query_int(&query, 0));
	query_close(&query);
	return ok;
}

gboolean messages_del_all(struct inside *inside, int64_t id, GError **error)
{
	int64_t count;

	if (!db_number(inside->db, error, "SELECT messages FROM conversations WHERE id = ?", id,
		       &count))
		return FALSE;
	inside->erasing += (uint64_t)MAX(count, 0);
	search_forget_all(inside->search, id);
	return drop_keys(inside, id, error) && file_rows_gone_all(inside, id, error) &&
	       db_run(inside->db, error,
		      "DELETE FROM bodies WHERE id IN (SELECT body_row FROM messages"
		      " WHERE conversation = ? AND body_row IS NOT NULL)",
		      "i", id) &&
	       db_run(inside->db, error, "DELETE FROM messages WHERE conversation = ?", "i", id);
}

/* -- reading ---------------------------------------------------------------------------------- */

/* The first of QUERY's rows, if there is one. */
static gboolean get_one(struct inside *inside, struct query *query, struct message **message,
			GError **error)
{
	struct message row;
	bool has = false;
	gboolean ok = query_next(query, &has, error);

	if (ok && has) {
		ok = message_row_read(inside, query, &row, error);
		if (ok)
			*message = g_memdup2(&row, sizeof(row));
	}
	return ok;
}

static gboolean get_by(struct store *store, const char *sql, const char *conversation,
		       const char *id, struct message **message, GError **error)
{
	struct inside *inside = inside_of(store);
	g_autoptr(GBytes) wire = message_row_wire(id);
	struct query query;
	int64_t number;

	*message = NULL;
	if (!names_find(inside->names, conversation, &number, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error, sql, "ig", number, wire) &&
		      get_one(inside, &query, message, error);
	query_close(&query);
	return ok;
}

gboolean messages_get(struct store *store, const char *conversation, const char *id,
		      struct message **message, GError **error)
{
	return get_by(store,
		      "SELECT " MESSAGE_COLUMNS " FROM messages"
		      " WHERE conversation = ? AND wire = ? ORDER BY seq LIMIT 1",
		      conversation, id, message, error);
}

gboolean messages_amended(struct store *store, const char *conversation, const char *edit,
			  struct message **message, GError **error)
{
	return get_by(store,
		      "SELECT " MESSAGE_COLUMNS " FROM messages"
		      " WHERE conversation = ? AND edit = ? AND edit IS NOT NULL"
		      " ORDER BY seq LIMIT 1",
		      conversation, edit, message, error);
}

static gboolean page(struct inside *inside, const char *sql, const char *conversation,
		     int64_t place, unsigned limit, message_func func, void *user, GError **error)
{
	struct query query;
	int64_t number;

	if (!names_find(inside->names, conversation, &number, error))
		return FALSE;
	gboolean ok =
		db_query(inside->db, &query, error, sql, "iii", number, place, (int64_t)limit) &&
		message_row_each(inside, &query, func, user, error);
	query_close(&query);
	return ok;
}

gboolean messages_before(struct store *store, const char *conversation, int64_t before,
			 unsigned limit, message_func func, void *user, GError **error)
{
	return page(inside_of(store),
		    "SELECT " MESSAGE_COLUMNS " FROM messages"
		    " WHERE conversation = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
		    conversation, before ? before : INT64_MAX, limit, func, user, error);
}

gboolean messages_after(struct store *store, const char *conversation, int64_t after,
			unsigned limit, message_func func, void *user, GError **error)
{
	return page(inside_of(store),
		    "SELECT " MESSAGE_COLUMNS " FROM messages"
		    " WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
		    conversation, after, limit, func, user, error);
}

/* The conditions are those of the partial indexes, word for word, or SQLite doesn't use them. */
gboolean messages_unread(struct store *store, const char *conversation, unsigned limit,
			 message_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;

	if (conversation)
		return page(inside,
			    "SELECT " MESSAGE_COLUMNS " FROM messages INDEXED BY messages_unread_in"
			    " WHERE conversation = ?"
			    " AND read_at = 0 AND direction = 0 AND seq > ?"
			    " ORDER BY seq LIMIT ?",
			    conversation, 0, limit, func, user, error);
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages INDEXED BY messages_unread"
			       " WHERE read_at = 0 AND direction = 0"
			       " ORDER BY arrival, received_at, conversation, seq LIMIT ?",
			       "i", (int64_t)limit) &&
		      message_row_each(inside, &query, func, user, error);
	query_close(&query);
	return ok;
}

gboolean messages_preview(struct inside *inside, int64_t id, char **preview, int64_t *until,
			  GError **error)
{
	struct message row;
	struct query query;
	bool has = false;

	*preview = NULL;
	*until = 0;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages"
			       " WHERE conversation = ? ORDER BY seq DESC LIMIT 1",
			       "i", id) &&
		      query_next(&query, &has, error);
	if (ok && has && message_row_read(inside, &query, &row, error)) {
		/* What the sender sealed stands in no list. */
		bool is_shown = row.body && !row.sealed;
		size_t bytes = is_shown ? strlen(row.body) : 0;

		if (bytes > PREVIEW_BYTES)
			bytes = (size_t)(g_utf8_find_prev_char(row.body,
							       row.body + PREVIEW_BYTES + 1) -
					 row.body);
		*preview = is_shown ? plain_ndup(row.body, bytes) : NULL;
		*until = row.expires_at;
		message_clear(&row);
	} else if (has) {
		ok = FALSE;
	}
	query_close(&query);
	return ok;
}

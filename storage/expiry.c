#include "storage/expiry.h"

#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "storage/clock_file.h"
#include "storage/expiry_vault.h"
#include "storage/file_rows.h"
#include "storage/files.h"
#include "storage/inside.h"
#include "storage/messages.h"
#include "storage/message_row.h"
#include "storage/names.h"
#include "storage/search.h"

/* One message that goes. */
struct leaving {
	int64_t conversation;
	int64_t sender;
	int64_t seq;
	int64_t body_row;
	int64_t bucket;
	GBytes *wire;
	bool is_unread;
};

#define LEAVING_COLUMNS \
	"conversation, seq, ifnull(body_row, 0), wire, read_at = 0 AND direction = 0, bucket, " \
	"sender"

/* -- the clock ------------------------------------------------------------------------------ */

/* The later of what the database and the file beside the vault say. */
static gboolean clock_get(struct store *store, struct apptime *saved, GError **error)
{
	const struct inside *inside = inside_of(store);
	struct clock_record file;
	struct query query;
	bool has = false;

	memset(saved, 0, sizeof(*saved));
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT time, wall, boot, boot_id, doubt, base_time, base_wall"
			       " FROM clock",
			       "") &&
		      query_next(&query, &has, error);
	if (ok && has) {
		char *boot_id = query_text(&query, 3);

		saved->time = query_int(&query, 0);
		saved->wall = query_int(&query, 1);
		saved->boot = query_int(&query, 2);
		saved->doubt = query_int(&query, 4);
		saved->base_time = query_int(&query, 5);
		saved->base_wall = query_int(&query, 6);
		g_strlcpy(saved->boot_id, boot_id ? boot_id : "", sizeof(saved->boot_id));
		g_free(boot_id);
	}
	query_close(&query);
	if (ok && clock_file_read(inside->clock_file, inside->keys.clock, &file) &&
	    file.time.time > saved->time)
		*saved = file.time;
	return ok;
}

static gboolean clock_put(struct store *store, const struct apptime *now, GError **error)
{
	struct inside *inside = inside_of(store);

	if (!db_is_writing(inside->db)) {
		const struct clock_record record = { *now, inside->commits };

		return clock_file_write(inside->clock_file, inside->keys.clock, &record, true,
					error);
	}
	inside->saved = *now;
	return db_run(inside->db, error,
		      "UPDATE clock SET time = ?, wall = ?, boot = ?, boot_id = ?, doubt = ?,"
		      " base_time = ?, base_wall = ?",
		      "iiitiii", now->time, now->wall, now->boot, now->boot_id, now->doubt,
		      now->base_time, now->base_wall);
}

static bool is_older(struct store *store)
{
	return inside_of(store)->is_older;
}

/* -- deadlines ------------------------------------------------------------------------------ */

static gboolean next_deadline(struct store *store, int64_t after, int64_t *deadline,
			      GError **error)
{
	const struct inside *inside = inside_of(store);
	int64_t key = expiry_vault_next(inside->vault);

	if (!db_number(inside->db, error,
		       "SELECT expires_at FROM messages INDEXED BY messages_deadline"
		       " WHERE expires_at > 0 AND expires_at > ? ORDER BY expires_at LIMIT 1",
		       after, deadline))
		return FALSE;
	if (key > after && (!*deadline || key < *deadline))
		*deadline = key;
	return TRUE;
}

static gboolean count_due(struct store *store, int64_t after, int64_t until, gone_func due,
			  void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT conversation, count(*) FROM messages INDEXED BY"
			       " messages_deadline WHERE expires_at > 0 AND expires_at > ?"
			       " AND expires_at <= ? GROUP BY conversation",
			       "ii", after, until);
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		const char *address = names_get(inside->names, query_int(&query, 0), error);

		ok = address != NULL;
		if (ok)
			due(address, (unsigned)query_int(&query, 1), user);
	}
	query_close(&query);
	return ok;
}

/* -- the clock went back -------------------------------------------------------------------- */

/* The row under its new deadline, its body under the key of that. */
static gboolean shift_row(struct inside *inside, struct message *message, int64_t back,
			  GError **error)
{
	int64_t conversation;

	message->expires_at = MAX(message->expires_at - back, 1);
	return names_find(inside->names, message->conversation, &conversation, error) &&
	       db_run(inside->db, error,
		      "UPDATE messages SET expires_at = ? WHERE conversation = ? AND seq = ?",
		      "iii", message->expires_at, conversation, message->seq) &&
	       (message->kind == KIND_UNREADABLE ||
		message_row_settle(inside, message, conversation, error));
}

static gboolean gather(const struct message *message, void *user)
{
	g_ptr_array_add(user, message_copy(message));
	return TRUE;
}

static gboolean shift(struct store *store, int64_t since, int64_t back, GError **error)
{
	struct inside *inside = inside_of(store);
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	struct query query;

	if (!inside_check_writing(store, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages INDEXED BY"
			       " messages_deadline WHERE expires_at > 0 AND expires_at > ?"
			       " AND expires_at - expire_seconds * 1000 > ?",
			       "ii", since, since) &&
		      message_row_each(inside, &query, gather, rows, error);
	query_close(&query);
	for (unsigned i = 0; ok && i < rows->len; i++)
		ok = shift_row(inside, rows->pdata[i], back, error);
	return ok;
}

/* -- going ---------------------------------------------------------------------------------- */

static void leaving_free(void *data)
{
	struct leaving *leaving = data;

	g_bytes_unref(leaving->wire);
	g_free(leaving);
}

/* Reads all rows of QUERY (LEAVING_COLUMNS), closes it. NULL on error. */
static GPtrArray *read_leaving(struct query *query, gboolean ok, GError **error)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(leaving_free);
	bool has = true;

	while (ok && (ok = query_next(query, &has, error)) && has) {
		struct leaving *leaving = g_new0(struct leaving, 1);

		leaving->conversation = query_int(query, 0);
		leaving->seq = query_int(query, 1);
		leaving->body_row = query_int(query, 2);
		leaving->wire = query_bytes(query, 3);
		leaving->is_unread = query_int(query, 4);
		leaving->bucket = query_int(query, 5);
		leaving->sender = query_int(query, 6);
		g_ptr_array_add(rows, leaving);
	}
	query_close(query);
	if (ok)
		return rows;
	g_ptr_array_unref(rows);
	return NULL;
}

/* These keep a message's id as text, whatever the messages table keeps. */
static gboolean drop_outbox(struct inside *inside, const struct leaving *leaving, GError **error)
{
	size_t bytes;
	const void *wire = g_bytes_get_data(leaving->wire, &bytes);
	char *id = message_row_id(wire, bytes);
	gboolean ok = db_run(inside->db, error,
			     "DELETE FROM outbox WHERE conversation = ? AND id = ?", "it",
			     leaving->conversation, id) &&
		      file_rows_gone(inside, leaving->conversation, leaving->sender, id, error);

	g_free(id);
	return ok;
}

static gboolean drop_row(struct inside *inside, const struct leaving *leaving, bool leave_line,
			 GError **error)
{
	search_forget(inside->search, leaving->conversation, leaving->seq);
	expiry_vault_drop(inside->vault, leaving->bucket);
	if (leaving->body_row &&
	    !db_run(inside->db, error, "DELETE FROM bodies WHERE id = ?", "i", leaving->body_row))
		return FALSE;
	if (!drop_outbox(inside, leaving, error))
		return FALSE;
	if (leave_line)
		return db_run(inside->db, error,
			      "UPDATE messages SET body = NULL, body_row = NULL, bucket = 0,"
			      " expires_at = 0, kind = ? WHERE conversation = ? AND seq = ?",
			      "dii", (int)KIND_GONE, leaving->conversation, leaving->seq);
	return db_run(inside->db, error, "DELETE FROM messages WHERE conversation = ? AND seq = ?",
		      "ii", leaving->conversation, leaving->seq);
}

/* The counters of the conversation follow, once for a run of its rows. */
static gboolean follow(struct inside *inside, int64_t conversation, unsigned count, unsigned unread,
		       bool leave_line, GError **error)
{
	return db_run(inside->db, error,
		      "UPDATE conversations SET messages = messages - ?, unread = unread - ?"
		      " WHERE id = ?",
		      "iii", (int64_t)(leave_line ? 0 : count), (int64_t)(leave_line ? 0 : unread),
		      conversation);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
	const struct leaving *left = *(const struct leaving *const *)a;
	const struct leaving *right = *(const struct leaving *const *)b;

	if (left->conversation != right->conversation)
		return left->conversation < right->conversation ? -1 : 1;
	return left->seq < right->seq ? -1 : left->seq > right->seq;
}

static gboolean drop_all(struct inside *inside, GPtrArray *rows, bool leave_line, gone_func gone,
			 void *user, GError **error)
{
	unsigned count = 0, unread = 0;

	g_ptr_array_sort(rows, by_place);
	for (unsigned i = 0; i < rows->len; i++) {
		const struct leaving *leaving = rows->pdata[i];
		const struct leaving *next = i + 1 < rows->len ? rows->pdata[i + 1] : NULL;

		if (!drop_row(inside, leaving, leave_line, error))
			return FALSE;
		count++;
		unread += leaving->is_unread;
		if (next && next->conversation == leaving->conversation)
			continue;
		if (!follow(inside, leaving->conversation, count, unread, leave_line, error))
			return FALSE;
		const char *address = gone ? names_get(inside->names, leaving->conversation, error)
					   : NULL;
		if (gone && !address)
			return FALSE;
		if (gone)
			gone(address, count, user);
		count = unread = 0;
	}
	inside->erasing += rows->len;
	return TRUE;
}

static gboolean sweep(struct store *store, int64_t time, unsigned limit, bool leave_line,
		      gone_func gone, void *user, unsigned *count, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;

	*count = 0;
	if (!inside_check_writing(store, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " LEAVING_COLUMNS " FROM messages INDEXED BY"
			       " messages_deadline WHERE expires_at > 0 AND expires_at <= ?"
			       " ORDER BY expires_at LIMIT ?",
			       "ii", time, (int64_t)limit);
	GPtrArray *rows = read_leaving(&query, ok, error);
	if (!rows)
		return FALSE;
	ok = drop_all(inside, rows, leave_line, gone, user, error);
	*count = rows->len;
	g_ptr_array_unref(rows);
	return ok;
}

static gboolean held(struct store *store, const char *address, struct store_held *result,
		     GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = false;
	int64_t id;

	memset(result, 0, sizeof(*result));
	if (!names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT count(*), coalesce(sum(direction = ? AND state = ?), 0)"
			       " FROM messages WHERE conversation = ? AND kind IN (?, ?)",
			       "iiiii", (int64_t)DIRECTION_OUT, (int64_t)STATE_QUEUED, id,
			       (int64_t)KIND_TEXT, (int64_t)KIND_UNREADABLE) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		result->messages = (unsigned)query_int(&query, 0);
		result->queued = (unsigned)query_int(&query, 1);
	}
	query_close(&query);
	return ok;
}

static gboolean clear(struct store *store, const char *address, unsigned limit, unsigned *count,
		      GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t id;

	*count = 0;
	if (!inside_check_writing(store, error) || !names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " LEAVING_COLUMNS " FROM messages WHERE conversation = ?"
			       " ORDER BY seq LIMIT ?",
			       "ii", id, (int64_t)limit);
	GPtrArray *rows = read_leaving(&query, ok, error);
	if (!rows)
		return FALSE;
	ok = drop_all(inside, rows, false, NULL, NULL, error);
	*count = rows->len;
	g_ptr_array_unref(rows);
	if (!ok || *count > 0)
		return ok;
	return db_run(inside->db, error, "DELETE FROM outbox WHERE conversation = ?", "i", id) &&
	       db_run(inside->db, error,
		      "UPDATE conversations SET draft = NULL, last_at = 0, arrival = 0, unread = 0"
		      " WHERE id = ?",
		      "i", id);
}

static gboolean clear_one(struct store *store, const char *address, int64_t seq, unsigned *count,
			  GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t id;

	*count = 0;
	if (!inside_check_writing(store, error) || !names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " LEAVING_COLUMNS " FROM messages WHERE conversation = ?"
			       " AND seq = ?",
			       "ii", id, seq);
	GPtrArray *rows = read_leaving(&query, ok, error);
	if (!rows)
		return FALSE;
	ok = drop_all(inside, rows, false, NULL, NULL, error);
	*count = rows->len;
	g_ptr_array_unref(rows);
	return ok;
}

/* -- erasing -------------------------------------------------------------------------------- */

static gboolean scrub(struct store *store, int64_t time, GError **error)
{
	struct inside *inside = inside_of(store);

	/* The keys need no room and no log: they go whatever is in the way of the rest. */
	if (!expiry_vault_expire(inside->vault, time, error) || !db_flush(inside->db, error))
		return FALSE;
	inside->erasing = 0;
	/* What a full disk took away comes back when there is room again. */
	if (inside->is_released && files_make_ballast(inside->ballast, NULL))
		inside->is_released = false;
	return TRUE;
}

static gboolean count_erasing(struct store *store, int64_t time, struct store_erasing *erasing,
			      GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t due;

	*erasing = (struct store_erasing){ .rows = inside->erasing,
					   .keys = expiry_vault_due(inside->vault, time) };
	if (!db_number(inside->db, error,
		       "SELECT count(*) FROM messages INDEXED BY messages_deadline"
		       " WHERE expires_at > 0 AND expires_at <= ?",
		       time, &due))
		return FALSE;
	erasing->due = (uint64_t)due;
	return TRUE;
}

static bool release(struct store *store)
{
	struct inside *inside = inside_of(store);

	if (unlink(inside->ballast) < 0)
		return false;
	inside->is_released = true;
	return true;
}

static bool spare(struct store *store)
{
	struct inside *inside = inside_of(store);

	if (!files_spare_ballast(inside->ballast))
		return false;
	inside->is_released = true;
	return true;
}

static void keep_short(struct store *store)
{
	inside_of(store)->is_short_kept = true;
}

const struct store_expiry_ops expiry_ops = {
	.clock_get = clock_get,
	.clock_put = clock_put,
	.is_older = is_older,
	.next = next_deadline,
	.due = count_due,
	.shift = shift,
	.sweep = sweep,
	.held = held,
	.clear = clear,
	.clear_one = clear_one,
	.amend = messages_amend,
	.amended = messages_amended,
	.scrub = scrub,
	.erasing = count_erasing,
	.release = release,
	.spare = spare,
	.keep_short = keep_short,
};

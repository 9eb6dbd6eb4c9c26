#include "storage/file_rows.h"

#include <string.h>

#include "core/base/error.h"
#include "storage/inside.h"
#include "storage/names.h"

#define FILE_COLUMNS "number, conversation, sender, id, is_out, state, count, done, path"

/* -- which one -------------------------------------------------------------------------------- */

/* The number of KEY's row; 0 when there is none. */
static gboolean find(struct inside *inside, const struct file_key *key, int64_t *number,
		     GError **error)
{
	int64_t conversation, sender;
	struct query query;
	bool has = false;

	*number = 0;
	if (!names_find(inside->names, key->conversation, &conversation, error) ||
	    !names_find(inside->names, key->from, &sender, error))
		return FALSE;
	if (!conversation || !sender)
		return TRUE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT number FROM files WHERE conversation = ? AND sender = ?"
			       " AND id = ?",
			       "iit", conversation, sender, key->id) &&
		      query_next(&query, &has, error);
	if (ok && has)
		*number = query_int(&query, 0);
	query_close(&query);
	return ok;
}

/* -- rows ------------------------------------------------------------------------------------- */

static gboolean put(struct store *store, const struct file_row *row, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t number, conversation, sender;

	if (!inside_check_writing(store, error) || !find(inside, &row->key, &number, error))
		return FALSE;
	if (number)
		return db_run(inside->db, error,
			      "UPDATE files SET state = ?, count = ?, done = ?, path = ?"
			      " WHERE number = ?",
			      "diiti", (int)row->state, (int64_t)row->count, (int64_t)row->done,
			      row->path, number);
	return names_intern(inside->names, row->key.conversation, &conversation, error) &&
	       names_intern(inside->names, row->key.from, &sender, error) &&
	       db_run(inside->db, error,
		      "INSERT INTO files (conversation, sender, id, is_out, state, count, done,"
		      " path) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		      "iitddiit", conversation, sender, row->key.id, row->is_out, (int)row->state,
		      (int64_t)row->count, (int64_t)row->done, row->path);
}

static struct file_row *read_row(struct inside *inside, const struct query *query, GError **error)
{
	const char *conversation = names_get(inside->names, query_int(query, 1), error);
	const char *from = conversation ? names_get(inside->names, query_int(query, 2), error)
					: NULL;
	int64_t state = query_int(query, 5);
	struct file_row *row;

	if (!from)
		return NULL;
	if (state < 0 || state >= FILE_STATE_COUNT) {
		error_set_plain(error, ERROR_DAMAGED);
		return NULL;
	}
	row = g_new0(struct file_row, 1);
	row->key.conversation = g_strdup(conversation);
	row->key.from = g_strdup(from);
	row->key.id = query_text(query, 3);
	row->is_out = query_int(query, 4);
	row->state = (enum file_state)state;
	row->count = (unsigned)query_int(query, 6);
	row->done = (unsigned)query_int(query, 7);
	row->path = query_text(query, 8);
	return row;
}

static gboolean get(struct store *store, const struct file_key *key, struct file_row **row,
		    GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t number;
	bool has = false;

	*row = NULL;
	if (!find(inside, key, &number, error))
		return FALSE;
	if (!number)
		return TRUE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " FILE_COLUMNS " FROM files WHERE number = ?", "i",
			       number) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*row = read_row(inside, &query, error);
		ok = *row != NULL;
	}
	query_close(&query);
	return ok;
}

/* Takes QUERY. */
static gboolean walk(struct inside *inside, struct query *query, gboolean ok, file_func func,
		     void *user, GError **error)
{
	gboolean go_on = TRUE;
	bool has = true;

	while (ok && go_on && (ok = query_next(query, &has, error)) && has) {
		struct file_row *row = read_row(inside, query, error);

		ok = row != NULL;
		if (ok)
			go_on = func(row, user);
		file_row_free(row);
	}
	query_close(query);
	return ok;
}

static gboolean each(struct store *store, const char *conversation, file_func func, void *user,
		     GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t number;
	gboolean ok;

	if (!conversation) {
		ok = db_query(inside->db, &query, error,
			      "SELECT " FILE_COLUMNS " FROM files ORDER BY number", "");
		return walk(inside, &query, ok, func, user, error);
	}
	if (!names_find(inside->names, conversation, &number, error))
		return FALSE;
	ok = db_query(inside->db, &query, error,
		      "SELECT " FILE_COLUMNS " FROM files WHERE conversation = ? ORDER BY number",
		      "i", number);
	return walk(inside, &query, ok, func, user, error);
}

static gboolean drop(struct store *store, const struct file_key *key, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t number;

	if (!inside_check_writing(store, error) || !find(inside, key, &number, error))
		return FALSE;
	inside->erasing += number != 0;
	return db_run(inside->db, error, "DELETE FROM files WHERE number = ?", "i", number);
}

/* -- chunks ----------------------------------------------------------------------------------- */

static gboolean chunk_put(struct store *store, const struct file_key *key, unsigned number,
			  GBytes *bytes, bool *is_new, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t file;

	*is_new = false;
	if (!inside_check_writing(store, error) || !find(inside, key, &file, error))
		return FALSE;
	if (!file) {
		error_set(error, ERROR_FAILED,
			  "A part of a file that nobody spoke of was refused.");
		return FALSE;
	}
	if (!db_run(inside->db, error,
		    "INSERT OR IGNORE INTO file_chunks (file, number, bytes) VALUES (?, ?, ?)",
		    "iig", file, (int64_t)number, bytes))
		return FALSE;
	*is_new = db_changes(inside->db) > 0;
	return TRUE;
}

static gboolean chunk_get(struct store *store, const struct file_key *key, unsigned number,
			  GBytes **bytes, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t file;
	bool has = false;

	*bytes = NULL;
	if (!find(inside, key, &file, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT bytes FROM file_chunks WHERE file = ? AND number = ?", "ii",
			       file, (int64_t)number) &&
		      query_next(&query, &has, error);
	if (ok && has)
		*bytes = query_bytes(&query, 0);
	query_close(&query);
	return ok;
}

static gboolean chunk_numbers(struct store *store, const struct file_key *key, GArray *numbers,
			      GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t file;
	bool has = true;

	if (!find(inside, key, &file, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT number FROM file_chunks WHERE file = ? ORDER BY number", "i",
			       file);
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		unsigned number = (unsigned)query_int(&query, 0);

		g_array_append_val(numbers, number);
	}
	query_close(&query);
	return ok;
}

static gboolean chunks_drop(struct store *store, const struct file_key *key, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t file;

	return inside_check_writing(store, error) && find(inside, key, &file, error) &&
	       db_run(inside->db, error, "DELETE FROM file_chunks WHERE file = ?", "i", file);
}

/* A blob's length stands in front of it: none of them is read. */
static gboolean held(struct store *store, const char *from, int64_t *bytes, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t sender = 0;

	*bytes = 0;
	if (!from)
		return db_number(inside->db, error,
				 "SELECT ifnull(sum(length(bytes)), 0) FROM file_chunks WHERE"
				 " file >= ?",
				 0, bytes);
	if (!names_find(inside->names, from, &sender, error))
		return FALSE;
	return db_number(inside->db, error,
			 "SELECT ifnull(sum(length(bytes)), 0) FROM file_chunks"
			 " WHERE file IN"
			 " (SELECT number FROM files WHERE sender = ? AND is_out = 0)",
			 sender, bytes);
}

/* -- with their messages ---------------------------------------------------------------------- */

gboolean file_rows_gone(struct inside *inside, int64_t conversation, int64_t sender, const char *id,
			GError **error)
{
	return db_run(inside->db, error,
		      "DELETE FROM files WHERE conversation = ? AND sender = ? AND id = ?", "iit",
		      conversation, sender, id);
}

gboolean file_rows_gone_all(struct inside *inside, int64_t conversation, GError **error)
{
	return db_run(inside->db, error, "DELETE FROM files WHERE conversation = ?", "i",
		      conversation);
}

const struct store_files_ops file_rows_ops = {
	.put = put,
	.get = get,
	.each = each,
	.drop = drop,
	.chunk_put = chunk_put,
	.chunk_get = chunk_get,
	.chunk_numbers = chunk_numbers,
	.chunks_drop = chunks_drop,
	.held = held,
};

#include "storage/sessions.h"

#include "storage/inside.h"
#include "storage/names.h"

static gboolean get_from(struct store *store, const char *sql, const char *address,
			 uint32_t device, GBytes **record, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = false;
	int64_t id;

	*record = NULL;
	if (!names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error, sql, "ii", id, (int64_t)device) &&
		      query_next(&query, &has, error);
	if (ok && has)
		*record = query_bytes(&query, 0);
	query_close(&query);
	return ok;
}

gboolean sessions_get(struct store *store, const char *address, uint32_t device, GBytes **record,
		      GError **error)
{
	return get_from(store, "SELECT record FROM sessions WHERE address = ? AND device = ?",
			address, device, record, error);
}

/* Updated in place first: a session is written with every message, and made once. */
gboolean sessions_put(struct store *store, const char *address, uint32_t device, GBytes *record,
		      GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;

	if (!inside_check_writing(store, error) ||
	    !names_intern(inside->names, address, &id, error) ||
	    !db_run(inside->db, error,
		    "UPDATE sessions SET record = ? WHERE address = ? AND device = ?", "gii",
		    record, id, (int64_t)device))
		return FALSE;
	return db_changes(inside->db) > 0 ||
	       db_run(inside->db, error,
		      "INSERT INTO sessions (address, device, record) VALUES (?, ?, ?)", "iig", id,
		      (int64_t)device, record);
}

gboolean sessions_del(struct store *store, const char *address, uint32_t device, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;

	return inside_check_writing(store, error) &&
	       names_find(inside->names, address, &id, error) &&
	       db_run(inside->db, error, "DELETE FROM sessions WHERE address = ? AND device = ?",
		      "ii", id, (int64_t)device);
}

/* -- retired sessions ------------------------------------------------------------------------- */

gboolean sessions_retire(struct store *store, GError **error)
{
	struct db *db = inside_of(store)->db;

	return inside_check_writing(store, error) &&
	       db_run(db, error,
		      "INSERT OR REPLACE INTO retired_sessions (address, device, record)"
		      " SELECT address, device, record FROM sessions",
		      "") &&
	       db_run(db, error, "DELETE FROM sessions", "");
}

gboolean sessions_retired_get(struct store *store, const char *address, uint32_t device,
			      GBytes **record, GError **error)
{
	return get_from(store, "SELECT record FROM retired_sessions"
			       " WHERE address = ? AND device = ?",
			address, device, record, error);
}

gboolean sessions_retired_put(struct store *store, const char *address, uint32_t device,
			      GBytes *record, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;

	if (!inside_check_writing(store, error))
		return FALSE;
	if (!record)
		return names_find(inside->names, address, &id, error) &&
		       db_run(inside->db, error,
			      "DELETE FROM retired_sessions WHERE address = ? AND device = ?", "ii",
			      id, (int64_t)device);
	return names_intern(inside->names, address, &id, error) &&
	       db_run(inside->db, error,
		      "INSERT OR REPLACE INTO retired_sessions (address, device, record)"
		      " VALUES (?, ?, ?)",
		      "iig", id, (int64_t)device, record);
}

gboolean sessions_retired_drop(struct store *store, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error, "DELETE FROM retired_sessions", "");
}

/* -- prekeys ---------------------------------------------------------------------------------- */

#define KEY_COLUMNS "kind, id, record, made_at, used_at, batch"

static void read_key(const struct query *query, struct key_row *row)
{
	row->kind = (enum key_kind)query_int(query, 0);
	row->id = (uint32_t)query_int(query, 1);
	row->record = query_bytes(query, 2);
	row->made_at = query_int(query, 3);
	row->used_at = query_int(query, 4);
	row->batch = query_int(query, 5);
}

gboolean prekeys_get(struct store *store, enum key_kind kind, uint32_t id, struct key_row **row,
		     GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = false;

	*row = NULL;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " KEY_COLUMNS " FROM prekeys WHERE kind = ? AND id = ?",
			       "di", (int)kind, (int64_t)id) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*row = g_new0(struct key_row, 1);
		read_key(&query, *row);
	}
	query_close(&query);
	return ok;
}

gboolean prekeys_put(struct store *store, const struct key_row *row, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error,
		      "INSERT OR REPLACE INTO prekeys (" KEY_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)",
		      "digiii", (int)row->kind, (int64_t)row->id, row->record, row->made_at,
		      row->used_at, row->batch);
}

gboolean prekeys_del(struct store *store, enum key_kind kind, uint32_t id, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error, "DELETE FROM prekeys WHERE kind = ? AND id = ?",
		      "di", (int)kind, (int64_t)id);
}

gboolean prekeys_each(struct store *store, enum key_kind kind, key_func func, void *user,
		      GError **error)
{
	struct inside *inside = inside_of(store);
	struct key_row row;
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " KEY_COLUMNS " FROM prekeys WHERE kind = ? ORDER BY id",
			       "d", (int)kind);
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		read_key(&query, &row);
		go_on = func(&row, user);
		g_bytes_unref(row.record);
	}
	query_close(&query);
	return ok;
}

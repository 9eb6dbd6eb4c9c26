#include "storage/records.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "storage/inside.h"
#include "storage/names.h"

enum { DIGEST_BYTES = 32 };

/* -- settings --------------------------------------------------------------------------------- */

gboolean settings_get(struct store *store, const char *name, GBytes **value, GError **error)
{
	struct query query;
	bool has = false;

	*value = NULL;
	gboolean ok = db_query(inside_of(store)->db, &query, error,
			       "SELECT value FROM settings WHERE name = ?", "t", name) &&
		      query_next(&query, &has, error);
	if (ok && has)
		*value = query_bytes(&query, 0);
	query_close(&query);
	return ok;
}

gboolean settings_put(struct store *store, const char *name, GBytes *value, GError **error)
{
	struct db *db = inside_of(store)->db;

	if (!inside_check_writing(store, error))
		return FALSE;
	if (!value)
		return db_run(db, error, "DELETE FROM settings WHERE name = ?", "t", name);
	return db_run(db, error, "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
		      "tg", name, value);
}

/* -- outbox ----------------------------------------------------------------------------------- */

gboolean outbox_put(struct store *store, struct outbox_row *row, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t conversation;

	if (!inside_check_writing(store, error) ||
	    !names_intern(inside->names, row->conversation, &conversation, error) ||
	    !db_run(inside->db, error,
		    "INSERT INTO outbox (conversation, id, recipient, device, is_own,"
		    " made_at, bytes)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?)",
		    "ittidig", conversation, row->id, row->to, (int64_t)row->device, row->is_own,
		    row->made_at, row->bytes))
		return FALSE;
	row->row = db_inserted(inside->db);
	return TRUE;
}

static gboolean read_outbox(struct inside *inside, const struct query *query,
			    struct outbox_row *row, GError **error)
{
	const char *conversation = names_get(inside->names, query_int(query, 1), error);

	memset(row, 0, sizeof(*row));
	if (!conversation)
		return FALSE;
	row->row = query_int(query, 0);
	row->conversation = g_strdup(conversation);
	row->id = query_text(query, 2);
	row->to = query_text(query, 3);
	row->device = (uint32_t)query_int(query, 4);
	row->is_own = query_int(query, 5);
	row->made_at = query_int(query, 6);
	row->bytes = query_bytes(query, 7);
	return TRUE;
}

gboolean outbox_each(struct store *store, outbox_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct outbox_row row;
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;

	gboolean ok =
		db_query(inside->db, &query, error,
			 "SELECT row, conversation, id, recipient, device, is_own, made_at, bytes"
			 " FROM outbox ORDER BY row",
			 "");
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		ok = read_outbox(inside, &query, &row, error);
		if (!ok)
			break;
		go_on = func(&row, user);
		outbox_row_clear(&row);
	}
	query_close(&query);
	return ok;
}

gboolean outbox_del(struct store *store, int64_t row, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error, "DELETE FROM outbox WHERE row = ?", "i", row);
}

gboolean outbox_count(struct store *store, const char *conversation, const char *id,
		      unsigned *count, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t number = 0;
	bool has = false;

	*count = 0;
	if (conversation && !names_find(inside->names, conversation, &number, error))
		return FALSE;
	if (conversation && !number)
		return TRUE;
	gboolean ok;
	if (id)
		ok = db_query(inside->db, &query, error,
			      "SELECT count(*) FROM outbox WHERE conversation = ? AND id = ?"
			      " AND is_own = 0",
			      "it", number, id);
	else if (conversation)
		ok = db_query(inside->db, &query, error,
			      "SELECT count(*) FROM outbox WHERE conversation = ?", "i", number);
	else
		ok = db_query(inside->db, &query, error, "SELECT count(*) FROM outbox", "");
	ok = ok && query_next(&query, &has, error);
	if (ok && has)
		*count = (unsigned)query_int(&query, 0);
	query_close(&query);
	return ok;
}

/* -- seen ------------------------------------------------------------------------------------- */

gboolean seen_put(struct store *store, const uint8_t *digest, int64_t at, bool *is_new,
		  GError **error)
{
	struct db *db = inside_of(store)->db;

	if (!inside_check_writing(store, error) ||
	    !db_run(db, error, "INSERT OR IGNORE INTO seen (digest, at) VALUES (?, ?)", "bi",
		    (const void *)digest, (size_t)DIGEST_BYTES, at))
		return FALSE;
	*is_new = db_changes(db) > 0;
	return TRUE;
}

gboolean seen_has(struct store *store, const uint8_t *digest, bool *is, GError **error)
{
	struct query query;
	gboolean ok = db_query(inside_of(store)->db, &query, error,
			       "SELECT 1 FROM seen WHERE digest = ?", "b", (const void *)digest,
			       (size_t)DIGEST_BYTES) &&
		      query_next(&query, is, error);

	query_close(&query);
	return ok;
}

gboolean seen_unsee(struct store *store, const uint8_t *digest, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error, "DELETE FROM seen WHERE digest = ?", "b",
		      (const void *)digest, (size_t)DIGEST_BYTES);
}

gboolean seen_prune(struct store *store, int64_t before, GError **error)
{
	return inside_check_writing(store, error) &&
	       db_run(inside_of(store)->db, error, "DELETE FROM seen WHERE at < ?", "i", before);
}

/* -- journal ---------------------------------------------------------------------------------- */

gboolean journal_put(struct store *store, struct journal_row *row, GError **error)
{
	struct db *db = inside_of(store)->db;

	if (!inside_check_writing(store, error) ||
	    !db_run(db, error,
		    "INSERT INTO journal (at, what, address, device, detail, link)"
		    " VALUES (?, ?, ?, ?, ?, ?)",
		    "ittitb", row->at, row->what, row->address, (int64_t)row->device, row->detail,
		    (const void *)row->link, sizeof(row->link)))
		return FALSE;
	row->number = db_inserted(db);
	return TRUE;
}

static gboolean read_journal(const struct query *query, struct journal_row *row, GError **error)
{
	size_t bytes;
	const void *link = query_blob(query, 6, &bytes);

	memset(row, 0, sizeof(*row));
	if (bytes != sizeof(row->link)) {
		error_set_plain(error, ERROR_DAMAGED);
		return FALSE;
	}
	memcpy(row->link, link, sizeof(row->link));
	row->number = query_int(query, 0);
	row->at = query_int(query, 1);
	row->what = query_text(query, 2);
	row->address = query_text(query, 3);
	row->device = (uint32_t)query_int(query, 4);
	row->detail = query_text(query, 5);
	return TRUE;
}

gboolean journal_each(struct store *store, int64_t after, journal_func func, void *user,
		      GError **error)
{
	struct journal_row row;
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;

	gboolean ok = db_query(inside_of(store)->db, &query, error,
			       "SELECT number, at, what, address, device, detail, link FROM journal"
			       " WHERE number > ? ORDER BY number",
			       "i", after);
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		ok = read_journal(&query, &row, error);
		if (!ok)
			break;
		go_on = func(&row, user);
		journal_row_clear(&row);
	}
	query_close(&query);
	return ok;
}

/* -- counts ----------------------------------------------------------------------------------- */

gboolean records_count(struct store *store, struct store_counts *counts, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t now = clock_wall(inside->clock);
	struct query query;
	bool has = false;

	memset(counts, 0, sizeof(*counts));
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT ifnull(sum(messages), 0), count(*),"
			       " ifnull(sum(CASE WHEN muted_to > ? THEN 0 ELSE unread END), 0),"
			       " (SELECT count(*) FROM outbox),"
			       " ifnull(sum(CASE WHEN muted_to > ? THEN unread ELSE 0 END), 0)"
			       " FROM conversations",
			       "ii", now, now) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		counts->messages = (uint64_t)query_int(&query, 0);
		counts->contacts = (uint64_t)query_int(&query, 1);
		counts->unread = (uint64_t)query_int(&query, 2);
		counts->outbox = (uint64_t)query_int(&query, 3);
		counts->unread_muted = (uint64_t)query_int(&query, 4);
	}
	query_close(&query);
	return ok;
}

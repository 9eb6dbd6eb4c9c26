#include "storage/db.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/erase_vfs.h"

/* "sott", so that `file` and we know the database for ours. */
enum {
	APPLICATION_ID = 0x736f7474,
	KEY_BYTES = 32,
	KEY_TEXT_BYTES = 2 + 2 * KEY_BYTES + 1,
	LOOK_STEPS = 250, /* of SQLite's machine, each at most a page from the disk */
};

struct db {
	sqlite3 *handle;
	GHashTable *kept; /* literal's address -> sqlite3_stmt, at rest */
	char *path;
	const struct cancel *cancel;
	bool is_cut; /* the open transaction: something in it ended early */
};

/* -- errors ----------------------------------------------------------------------------------- */

/* SQLCipher answers a page that fails its MAC with the general error code, at any step. */
static bool is_damage(int rc)
{
	return rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || rc == SQLITE_ERROR ||
	       rc == SQLITE_FORMAT;
}

static void set_error(struct db *db, int rc, GError **error)
{
	int errnum = db->handle ? sqlite3_system_errno(db->handle) : 0;
	const char *words = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc);

	rc &= 0xff;
	if (rc == SQLITE_INTERRUPT)
		error_set_plain(error, ERROR_CANCELLED);
	else if (rc == SQLITE_FULL ||
		 (rc == SQLITE_IOERR && (errnum == ENOSPC || errnum == EDQUOT)))
		error_set(error, ERROR_FULL,
			  "The disk is full: %s can't grow; free some space and try again.",
			  db->path);
	else if (is_damage(rc))
		error_set(error, ERROR_DAMAGED,
			  "The database %s is damaged (%s); restore the profile from a backup.",
			  db->path, words);
	else if (rc == SQLITE_IOERR || rc == SQLITE_CANTOPEN || rc == SQLITE_READONLY ||
		 rc == SQLITE_PERM || rc == SQLITE_AUTH)
		error_set(error, ERROR_IO, "The database %s can't be read or written: %s%s%s.",
			  db->path, words, errnum ? ", " : "", errnum ? g_strerror(errnum) : "");
	else if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		error_set(error, ERROR_FAILED,
			  "The database %s is busy with an unfinished query; try again.", db->path);
	else
		error_set(error, ERROR_FAILED, "The database %s failed: %s.", db->path, words);
}

static gboolean check(struct db *db, int rc, GError **error)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
		return TRUE;
	db->is_cut |= (rc & 0xff) == SQLITE_INTERRUPT;
	set_error(db, rc, error);
	return FALSE;
}

/* -- opening ---------------------------------------------------------------------------------- */

static gboolean set_key(struct db *db, const struct secret *key, GError **error)
{
	static const char digits[] = "0123456789abcdef";
	struct secret *text = secret_new(KEY_TEXT_BYTES, error);

	if (!text)
		return FALSE;
	uint8_t *out = secret_data(text);
	const uint8_t *in = secret_peek(key);
	*out++ = 'x';
	*out++ = '\'';
	for (int i = 0; i < KEY_BYTES; i++) {
		*out++ = (uint8_t)digits[in[i] >> 4];
		*out++ = (uint8_t)digits[in[i] & 15];
	}
	*out = '\'';
	int rc = sqlite3_key(db->handle, secret_peek(text), KEY_TEXT_BYTES);
	secret_free(text);
	return check(db, rc, error);
}

/* Run a pragma; its first value, or NULL when it gives none, in *REPLY (may be NULL). */
static gboolean pragma(struct db *db, const char *sql, char **reply, GError **error)
{
	sqlite3_stmt *stmt = NULL;

	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (reply)
		*reply = rc == SQLITE_ROW ? g_strdup((const char *)sqlite3_column_text(stmt, 0)) :
					    NULL;
	gboolean ok = check(db, rc, error);
	sqlite3_finalize(stmt);
	return ok;
}

/* PRAGMA that must answer WANTED. */
static gboolean pragma_is(struct db *db, const char *sql, const char *wanted, GError **error)
{
	char *reply = NULL;
	gboolean ok = pragma(db, sql, &reply, error);

	if (ok && g_strcmp0(reply, wanted) != 0) {
		error_set(error, ERROR_FAILED, "The database %s doesn't accept \"%s\" (says %s).",
			  db->path, sql, reply ? reply : "nothing");
		ok = FALSE;
	}
	g_free(reply);
	return ok;
}

/* What has to be said before the first page is read. Unknown pragmas are silent on 3.4.1. */
static gboolean set_cipher(struct db *db, const struct secret *key, GError **error)
{
	char *version = NULL;

	if (!set_key(db, key, error) ||
	    !pragma(db, "PRAGMA cipher_log_level = NONE", NULL, error) ||
	    !pragma(db, "PRAGMA cipher_compatibility = 3", NULL, error) ||
	    !pragma(db, "PRAGMA cipher_page_size = 4096", NULL, error) ||
	    !pragma(db, "PRAGMA cipher_version", &version, error))
		return FALSE;
	gboolean is_cipher = version != NULL;
	g_free(version);
	if (!is_cipher)
		error_set(
			error, ERROR_UNAVAILABLE,
			"This program is linked with a plain SQLite, which would write "
			"everything in the clear; link it with SQLCipher.");
	return is_cipher;
}

/* SECURE_DELETE is never FAST: that would switch it off on this version. */
static gboolean set_pragmas(struct db *db, GError **error)
{
	return pragma_is(db, "PRAGMA locking_mode = EXCLUSIVE", "exclusive", error) &&
	       pragma_is(db, "PRAGMA journal_mode = WAL", "wal", error) &&
	       pragma(db, "PRAGMA synchronous = FULL", NULL, error) &&
	       pragma_is(db, "PRAGMA synchronous", "2", error) &&
	       pragma_is(db, "PRAGMA secure_delete = ON", "1", error) &&
	       pragma(db, "PRAGMA temp_store = 2", NULL, error) &&
	       pragma(db, "PRAGMA cache_size = -16000", NULL, error) &&
	       pragma(db, "PRAGMA wal_autocheckpoint = 250", NULL, error) &&
	       pragma(db, "PRAGMA foreign_keys = ON", NULL, error);
}

static gboolean check_application(struct db *db, bool make, GError **error)
{
	if (make)
		return pragma(db, "PRAGMA application_id = 1936684148", NULL, error);
	char *reply = NULL;
	if (!pragma(db, "PRAGMA application_id", &reply, error))
		return FALSE;
	gboolean ok = reply && g_ascii_strtoll(reply, NULL, 10) == APPLICATION_ID;
	if (!ok)
		error_set(error, ERROR_DAMAGED, "%s is not a database of sotto's.", db->path);
	g_free(reply);
	return ok;
}

static void free_statement(void *stmt)
{
	sqlite3_finalize(stmt);
}

struct db *db_open(const char *path, const struct secret *key, bool make, const char *vfs,
		   GError **error)
{
	G_STATIC_ASSERT(APPLICATION_ID == 1936684148);
	struct db *db = g_new0(struct db, 1);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);

	db->path = g_strdup(path);
	db->kept = g_hash_table_new_full(NULL, NULL, NULL, free_statement);
	int rc = erase_vfs_add(DB_VFS, NULL, ERASE_TWO_PHASES);
	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(path, &db->handle, flags, vfs);
	if (check(db, rc, error) && set_cipher(db, key, error) && set_pragmas(db, error) &&
	    check_application(db, make, error))
		return db;
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	g_hash_table_remove_all(db->kept);
	if (db->handle) {
		db_rollback(db);
		/* What can't be moved now is moved at the next opening. */
		if (!db_flush(db, NULL))
			g_debug("the log of %s could not be moved", db->path);
		sqlite3_close_v2(db->handle);
	}
	g_hash_table_unref(db->kept);
	g_free(db->path);
	g_free(db);
}

/* -- ending early ----------------------------------------------------------------------------- */

static int look(void *user)
{
	return cancel_is_raised(((struct db *)user)->cancel);
}

void db_heed(struct db *db, const struct cancel *cancel)
{
	db->cancel = cancel;
	sqlite3_progress_handler(db->handle, cancel ? LOOK_STEPS : 0, cancel ? look : NULL, db);
}

/* -- transactions ----------------------------------------------------------------------------- */

gboolean db_begin(struct db *db, GError **error)
{
	db->is_cut = false;
	return db_run(db, error, "BEGIN IMMEDIATE", "");
}

gboolean db_commit(struct db *db, GError **error)
{
	/* Whoever reads nothing where reading was cut short would take that for nothing there. */
	if (db->is_cut) {
		error_set_plain(error, ERROR_CANCELLED);
		return FALSE;
	}
	return db_run(db, error, "COMMIT", "");
}

void db_rollback(struct db *db)
{
	/* It can only fail when SQLite has rolled back by itself. */
	if (db_is_writing(db))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_is_writing(const struct db *db)
{
	return !sqlite3_get_autocommit(db->handle);
}

gboolean db_flush(struct db *db, GError **error)
{
	return check(
		db,
		sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
		error);
}

gboolean db_script(struct db *db, const char *sql, GError **error)
{
	return check(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL), error);
}

/* -- statements ------------------------------------------------------------------------------- */

static int bind_one(sqlite3_stmt *stmt, int at, char type, va_list *values)
{
	switch (type) {
	case 'i':
		return sqlite3_bind_int64(stmt, at, va_arg(*values, int64_t));
	case 'd':
		return sqlite3_bind_int64(stmt, at, va_arg(*values, int));
	case 't':
		return sqlite3_bind_text(stmt, at, va_arg(*values, const char *), -1,
					 SQLITE_STATIC);
	case 'b': {
		const void *data = va_arg(*values, const void *);
		size_t bytes = va_arg(*values, size_t);

		return sqlite3_bind_blob64(stmt, at, data, bytes, SQLITE_STATIC);
	}
	case 'g': {
		GBytes *bytes = va_arg(*values, GBytes *);
		size_t size = 0;
		const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

		/* An empty GBytes may have no data, but isn't NULL. */
		return sqlite3_bind_blob64(stmt, at, bytes && !data ? "" : data, size,
					   SQLITE_STATIC);
	}
	default:
		return SQLITE_MISUSE;
	}
}

/*
 * A statement ready to be bound: the kept one, or a fresh one when that is in the middle of its
 * rows.
 */
static int take(struct db *db, const char *sql, struct query *query)
{
	sqlite3_stmt *stmt = g_hash_table_lookup(db->kept, sql);
	int rc = SQLITE_OK;

	*query = (struct query){ .db = db };
	if (!stmt) {
		rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
		if (rc != SQLITE_OK)
			return rc;
		g_hash_table_insert(db->kept, (gpointer)(uintptr_t)sql, stmt);
		query->is_kept = true;
	} else if (sqlite3_stmt_busy(stmt)) {
		rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	} else {
		query->is_kept = true;
	}
	query->stmt = stmt;
	return rc;
}

static gboolean start(struct db *db, struct query *query, GError **error, const char *sql,
		      const char *format, va_list *values)
{
	int rc = take(db, sql, query);

	for (int at = 1; rc == SQLITE_OK && *format; format++, at++)
		rc = bind_one(query->stmt, at, *format, values);
	return check(db, rc, error);
}

void query_close(struct query *query)
{
	if (!query->stmt)
		return;
	if (query->is_kept) {
		sqlite3_reset(query->stmt);
		sqlite3_clear_bindings(query->stmt);
	} else {
		sqlite3_finalize(query->stmt);
	}
	query->stmt = NULL;
}

gboolean db_run(struct db *db, GError **error, const char *sql, const char *format, ...)
{
	struct query query;
	va_list values;

	va_start(values, format);
	gboolean ok = start(db, &query, error, sql, format, &values);
	va_end(values);
	if (ok)
		ok = check(db, sqlite3_step(query.stmt), error);
	query_close(&query);
	return ok;
}

int64_t db_changes(const struct db *db)
{
	return sqlite3_changes(db->handle);
}

int64_t db_inserted(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

gboolean db_query(struct db *db, struct query *query, GError **error, const char *sql,
		  const char *format, ...)
{
	va_list values;

	va_start(values, format);
	gboolean ok = start(db, query, error, sql, format, &values);
	va_end(values);
	return ok;
}

gboolean query_next(struct query *query, bool *has, GError **error)
{
	int rc = sqlite3_step(query->stmt);

	*has = rc == SQLITE_ROW;
	return check(query->db, rc, error);
}

int64_t query_int(const struct query *query, int column)
{
	return sqlite3_column_int64(query->stmt, column);
}

bool query_is_null(const struct query *query, int column)
{
	return sqlite3_column_type(query->stmt, column) == SQLITE_NULL;
}

char *query_text(const struct query *query, int column)
{
	return g_strdup((const char *)sqlite3_column_text(query->stmt, column));
}

const void *query_blob(const struct query *query, int column, size_t *bytes)
{
	const void *data = sqlite3_column_blob(query->stmt, column);

	*bytes = (size_t)sqlite3_column_bytes(query->stmt, column);
	return data;
}

GBytes *query_bytes(const struct query *query, int column)
{
	size_t bytes;
	const void *data = query_blob(query, column, &bytes);

	return query_is_null(query, column) ? NULL : g_bytes_new(data, bytes);
}

gboolean db_number(struct db *db, GError **error, const char *sql, int64_t value, int64_t *number)
{
	struct query query;
	bool has = false;

	gboolean ok =
		db_query(db, &query, error, sql, "i", value) && query_next(&query, &has, error);
	*number = ok && has ? query_int(&query, 0) : 0;
	query_close(&query);
	return ok;
}

/*
 * db: an open, encrypted database, its transaction and its prepared statements.
 *
 * SQL text is always a string literal: statements are kept, ready, under the literal's address.
 * Values are given by a format, one character each:
 *     i int64_t   d int or bool   t const char * or NULL   b const void * and size_t (NULL: NULL)
 *     g GBytes * or NULL
 * They are borrowed until the statement has run or its query is closed.
 *
 * Only one thread uses a db. Errors: ERROR_FULL, ERROR_IO, ERROR_DAMAGED, with whole sentences.
 */
#ifndef SOTTO_STORAGE_DB_H
#define SOTTO_STORAGE_DB_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "storage/sqlite.h"

struct cancel;
struct secret;
struct db;

/* The name of the wiping layer that db_open puts under every database. */
#define DB_VFS "sotto"

/*
 * Open the database at PATH with the raw 32-byte KEY over VFS, making it when MAKE. ERROR_DAMAGED
 * when it can't be read with that key; ERROR_UNAVAILABLE when a plain SQLite is linked.
 */
struct db *db_open(const char *path, const struct secret *key, bool make, const char *vfs,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Roll back what is open, move the log into the database, wipe it, close. NULL is fine. */
void db_close(struct db *db);

/*
 * Statements that take long end with ERROR_CANCELLED when CANCEL (borrowed; NULL: nobody) is
 * raised; so does the transaction that they stand in, whose commit then fails.
 */
void db_heed(struct db *db, const struct cancel *cancel);

gboolean db_begin(struct db *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Returns when everything is on the disk. */
gboolean db_commit(struct db *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void db_rollback(struct db *db);
bool db_is_writing(const struct db *db);

/*
 * Move the whole log into the database, wipe and truncate it. FALSE with ERROR_FAILED when an
 * unfinished query is in the way: then nothing deleted since is erased yet.
 */
gboolean db_flush(struct db *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Run several statements without values, as migrations do. */
gboolean db_script(struct db *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Run a statement that gives no rows. */
gboolean db_run(struct db *db, GError **error, const char *sql, const char *format,
		...) G_GNUC_WARN_UNUSED_RESULT;
/* How many rows the last db_run touched; the row it inserted. */
int64_t db_changes(const struct db *db);
int64_t db_inserted(const struct db *db);

/* A statement that gives rows. Close it in every case, after a failed db_query too. */
struct query {
	struct db *db;
	sqlite3_stmt *stmt;
	bool is_kept;
};

/* Several queries of the same text may be open at the same time. */
gboolean db_query(struct db *db, struct query *query, GError **error, const char *sql,
		  const char *format, ...) G_GNUC_WARN_UNUSED_RESULT;
/* The next row; *HAS false behind the last. */
gboolean query_next(struct query *query, bool *has, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void query_close(struct query *query);

/* The columns of the row, from 0. Pointers are valid until query_next or query_close. */
int64_t query_int(const struct query *query, int column);
bool query_is_null(const struct query *query, int column);
/* A copy, or NULL for NULL; free with g_free. */
char *query_text(const struct query *query, int column);
const void *query_blob(const struct query *query, int column, size_t *bytes);
/* A copy; NULL for NULL. */
GBytes *query_bytes(const struct query *query, int column);

/*
 * The first column of the first row of a statement with VALUE as its one parameter; 0 without a
 * row.
 */
gboolean db_number(struct db *db, GError **error, const char *sql, int64_t value,
		   int64_t *number) G_GNUC_WARN_UNUSED_RESULT;

#endif

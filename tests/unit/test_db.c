/* The encrypted database, its statements, its tables, and the layer that wipes. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/db.h"
#include "storage/schema.h"

struct fixture {
	char *folder;
	char *path;
	struct secret *key;
	struct db *db;
};

static struct db *open_db(struct fixture *fixture, bool make)
{
	GError *error = NULL;
	struct db *db = db_open(fixture->path, fixture->key, make, DB_VFS, &error);

	if (!db)
		fail_msg("%s", error->message);
	return db;
}

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "store.db", NULL);
	fixture->key = secret_new_random(32, NULL);
	fixture->db = open_db(fixture, true);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	db_close(fixture->db);
	unlink(fixture->path);
	assert_int_equal(rmdir(fixture->folder), 0); /* no log is left behind */
	secret_free(fixture->key);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

static void must(gboolean ok, GError *error)
{
	if (!ok)
		fail_msg("%s", error ? error->message : "failed");
}

#define DO(call)                                          \
	do {                                              \
		GError *error_ = NULL, **error = &error_; \
		gboolean ok_ = (call);                    \
		must(ok_, error_);                        \
	} while (0)

static int64_t number(struct db *db, const char *sql)
{
	struct query query;
	bool has = false;

	DO(db_query(db, &query, error, sql, "") && query_next(&query, &has, error));
	int64_t value = has ? query_int(&query, 0) : -1;
	query_close(&query);
	return value;
}

static void test_pragmas(void **state)
{
	struct fixture *fixture = *state;
	struct query query;
	bool has = false;

	assert_int_equal(number(fixture->db, "PRAGMA synchronous"), 2);
	assert_int_equal(number(fixture->db, "PRAGMA secure_delete"), 1);
	assert_int_equal(number(fixture->db, "PRAGMA temp_store"), 2);
	assert_int_equal(number(fixture->db, "PRAGMA cache_size"), -16000);
	assert_int_equal(number(fixture->db, "PRAGMA wal_autocheckpoint"), 250);
	assert_int_equal(number(fixture->db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(fixture->db, "PRAGMA page_size"), 4096);
	DO(db_query(fixture->db, &query, error, "PRAGMA journal_mode", "") &&
	   query_next(&query, &has, error));
	char *mode = query_text(&query, 0);
	assert_string_equal(mode, "wal");
	g_free(mode);
	query_close(&query);
}

static void test_values(void **state)
{
	struct fixture *fixture = *state;
	GBytes *empty = g_bytes_new(NULL, 0);
	struct query query;
	size_t bytes = 9;
	bool has = false;

	DO(db_script(fixture->db, "CREATE TABLE t (a, b, c, d, e, f)", error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", "idtbgg",
		  INT64_MIN, -5, "text", (const void *)"\0x", (size_t)2, empty, NULL));
	assert_int_equal(db_changes(fixture->db), 1);
	DO(db_query(fixture->db, &query, error, "SELECT a, b, c, d, e, f FROM t", "") &&
	   query_next(&query, &has, error));
	assert_true(has);
	assert_true(query_int(&query, 0) == INT64_MIN && query_int(&query, 1) == -5);
	char *text = query_text(&query, 2);
	assert_string_equal(text, "text");
	g_free(text);
	assert_memory_equal(query_blob(&query, 3, &bytes), "\0x", 2);
	assert_int_equal(bytes, 2);
	assert_false(query_is_null(&query, 4));
	assert_true(query_is_null(&query, 5));
	assert_null(query_bytes(&query, 5));
	DO(query_next(&query, &has, error));
	assert_false(has);
	query_close(&query);
	g_bytes_unref(empty);
}

static int count_nested(struct db *db, int depth)
{
	struct query query;
	bool has = true;
	int rows = 0;

	DO(db_query(db, &query, error, "SELECT a FROM t", ""));
	while (has) {
		DO(query_next(&query, &has, error));
		rows += has ? 1 + (depth ? count_nested(db, depth - 1) : 0) : 0;
	}
	query_close(&query);
	return rows;
}

static void test_nested(void **state)
{
	struct fixture *fixture = *state;

	DO(db_script(fixture->db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)", error));
	assert_int_equal(count_nested(fixture->db, 2), 3 + 9 + 27);
}

static void test_rollback(void **state)
{
	struct fixture *fixture = *state;

	DO(db_script(fixture->db, "CREATE TABLE t (a)", error));
	DO(db_begin(fixture->db, error));
	assert_true(db_is_writing(fixture->db));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (1)", ""));
	db_rollback(fixture->db);
	db_rollback(fixture->db);
	assert_false(db_is_writing(fixture->db));
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (2)", ""));
	DO(db_commit(fixture->db, error));
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (3)", ""));
	db_close(fixture->db);
	fixture->db = open_db(fixture, false);
	assert_int_equal(number(fixture->db, "SELECT sum(a) FROM t"), 2);
}

/* An unfinished SELECT keeps the log from being emptied, and that is told. */
static void test_flush(void **state)
{
	struct fixture *fixture = *state;
	char *log = g_strconcat(fixture->path, "-wal", NULL);
	struct query query;
	struct stat st;
	bool has;

	DO(db_script(fixture->db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)", error));
	assert_int_equal(stat(log, &st), 0);
	assert_true(st.st_size > 0);
	DO(db_query(fixture->db, &query, error, "SELECT a FROM t", "") &&
	   query_next(&query, &has, error));
	GError *failure = NULL;
	assert_false(db_flush(fixture->db, &failure));
	assert_true(error_is(failure, ERROR_FAILED));
	g_clear_error(&failure);
	query_close(&query);
	DO(db_flush(fixture->db, error));
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_size, 0);
	g_free(log);
}

static void assert_open_fails(struct fixture *fixture, enum error code)
{
	GError *error = NULL;

	assert_null(db_open(fixture->path, fixture->key, false, DB_VFS, &error));
	assert_true(error_is(error, code));
	g_clear_error(&error);
}

static void test_refused(void **state)
{
	struct fixture *fixture = *state;
	struct secret *right = fixture->key;

	DO(db_script(fixture->db, "CREATE TABLE t (a)", error));
	g_clear_pointer(&fixture->db, db_close);
	fixture->key = secret_new_random(32, NULL);
	assert_open_fails(fixture, ERROR_DAMAGED);
	secret_free(fixture->key);
	fixture->key = right;
	fixture->db = open_db(fixture, false);
	g_clear_pointer(&fixture->db, db_close);
	/* A database in the clear isn't taken, whatever the key. */
	sqlite3 *plain = NULL;
	unlink(fixture->path);
	assert_int_equal(sqlite3_open(fixture->path, &plain), SQLITE_OK);
	assert_int_equal(sqlite3_exec(plain, "CREATE TABLE t (a)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(plain);
	assert_open_fails(fixture, ERROR_DAMAGED);
	assert_true(g_file_set_contents(fixture->path, "not a database at all", -1, NULL));
	assert_open_fails(fixture, ERROR_DAMAGED);
	unlink(fixture->path);
	assert_open_fails(fixture, ERROR_IO);
}

static void test_schema(void **state)
{
	struct fixture *fixture = *state;
	GError *failure = NULL;

	DO(schema_upgrade(fixture->db, error));
	assert_int_equal(number(fixture->db, "PRAGMA user_version"), schema_version());
	int64_t things = number(fixture->db, "SELECT count(*) FROM sqlite_master");
	assert_true(things > 10);
	DO(schema_upgrade(fixture->db, error));
	db_close(fixture->db);
	fixture->db = open_db(fixture, false);
	DO(schema_upgrade(fixture->db, error));
	assert_int_equal(number(fixture->db, "SELECT count(*) FROM sqlite_master"), things);
	assert_int_equal(number(fixture->db, "SELECT count(*) FROM clock"), 1);
	DO(db_script(fixture->db, "PRAGMA user_version = 1000", error));
	assert_false(schema_upgrade(fixture->db, &failure));
	assert_true(error_is(failure, ERROR_UNAVAILABLE));
	g_clear_error(&failure);
}

/* What was stored before messages had a number goes before all that comes, by its times. */
static void test_arrival(void **state)
{
	static const char rows[] =
		"INSERT INTO addresses VALUES (1, 'alice'), (2, 'bob');"
		"INSERT INTO conversations (id, rule, receipts, is_known, is_listed, has_owner,"
		" owner, added_at, timer, timer_version, last_at) VALUES"
		" (1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 700), (2, 0, 0, 1, 1, 0, 0, 1, 0, 0, 900);"
		"INSERT INTO messages (conversation, seq, wire, sender, device, direction, state,"
		" kind, trust, flags, sent_at, received_at, read_at, expires_at, expire_seconds)"
		" VALUES (1, 1, x'01', 1, 1, 0, 2, 0, 0, 0, 5, 700, 0, 0, 0),"
		" (2, 1, x'02', 2, 1, 0, 2, 0, 0, 0, 5, 600, 0, 0, 0),"
		" (2, 2, x'03', 2, 1, 0, 2, 0, 0, 0, 5, 900, 0, 0, 0);";
	static const char first[] = "SELECT conversation FROM messages INDEXED BY messages_unread"
				    " WHERE read_at = 0 AND direction = 0"
				    " ORDER BY arrival, received_at LIMIT 1";
	struct fixture *fixture = *state;

	DO(schema_upgrade_to(fixture->db, 4, error) && db_script(fixture->db, rows, error) &&
	   schema_upgrade(fixture->db, error));
	assert_int_equal(number(fixture->db, "SELECT max(arrival) FROM conversations"), 900);
	assert_int_equal(number(fixture->db, "SELECT max(arrival) FROM messages"), 0);
	assert_int_equal(number(fixture->db, first), 2);
	DO(db_script(fixture->db, "DELETE FROM messages WHERE conversation = 2 AND seq = 1;"
				  "UPDATE messages SET arrival = 901 WHERE seq = 2", error));
	assert_int_equal(number(fixture->db, first), 1);
}

/* The indexes are the ones that the hot queries use: no scan, no sorting. */
static void test_plans(void **state)
{
	static const struct {
		const char *sql, *uses;
	} plans[] = {
		{ "SELECT body FROM messages WHERE conversation = 1 AND seq < 9 ORDER BY seq DESC",
		  "USING PRIMARY KEY" },
		{ "SELECT 1 FROM messages WHERE conversation = 1 AND wire = 2 AND sender = 3",
		  "messages_wire" },
		{ "SELECT seq FROM messages WHERE expires_at > 0 AND expires_at <= 9"
		  " ORDER BY expires_at",
		  "messages_deadline" },
		/* The partial index's condition is there in so many words, or it would be a scan.
		 */
		{ "SELECT expires_at FROM messages WHERE expires_at > 0 AND expires_at > ?"
		  " ORDER BY expires_at LIMIT 1",
		  "messages_deadline (expires_at>" },
		{ "SELECT seq FROM messages WHERE bucket > 0 AND bucket = 3", "messages_bucket" },
		{ "SELECT 1 FROM outbox WHERE conversation = 1 AND id = 'x'", "outbox_message" },
		{ "SELECT seq FROM messages WHERE read_at = 0 AND direction = 0"
		  " ORDER BY arrival, received_at",
		  "messages_unread" },
		{ "DELETE FROM seen WHERE at < 5", "seen_at" },
	};
	struct fixture *fixture = *state;
	struct query query;
	bool has = false;

	DO(schema_upgrade(fixture->db, error));
	for (size_t i = 0; i < G_N_ELEMENTS(plans); i++) {
		char *sql = g_strconcat("EXPLAIN QUERY PLAN ", plans[i].sql, NULL);

		DO(db_query(fixture->db, &query, error, g_intern_string(sql), "") &&
		   query_next(&query, &has, error));
		char *plan = query_text(&query, 3);
		if (!strstr(plan, plans[i].uses))
			fail_msg("%s: %s", plans[i].sql, plan);
		g_free(plan);
		query_close(&query);
		g_free(sql);
	}
}

static const char many[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
			   " WHERE i < 100000) SELECT count(*) FROM n";

static bool reads_many(struct fixture *fixture, GError **error)
{
	int64_t value = 0;

	if (!db_number(fixture->db, error, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
					   "i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n",
		       100000, &value))
		return false;
	assert_int_equal(value, 100000);
	return true;
}

/* A long statement ends when it is asked to, and takes its transaction along. */
static void test_cut_short(void **state)
{
	struct fixture *fixture = *state;
	struct cancel cancel = {0};
	GError *failure = NULL;

	DO(db_script(fixture->db, "CREATE TABLE t (a)", error));
	db_heed(fixture->db, &cancel);
	assert_int_equal(number(fixture->db, many), 100000);
	cancel_raise(&cancel);
	assert_false(reads_many(fixture, &failure));
	assert_true(error_is(failure, ERROR_CANCELLED));
	g_clear_error(&failure);
	/* A short one doesn't: what is to be done whole consists of those. */
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (?)", "d", 1));
	DO(db_commit(fixture->db, error));
	/* Reading that was cut short isn't mistaken for nothing there. */
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (?)", "d", 2));
	assert_false(reads_many(fixture, NULL));
	cancel_lower(&cancel);
	assert_false(db_commit(fixture->db, &failure));
	assert_true(error_is(failure, ERROR_CANCELLED));
	g_clear_error(&failure);
	db_rollback(fixture->db);
	assert_int_equal(number(fixture->db, "SELECT count(*) FROM t"), 1);
	/* Writing that was is rolled back by itself. */
	DO(db_begin(fixture->db, error));
	cancel_raise(&cancel);
	assert_false(db_run(fixture->db, &failure,
			    "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
			    "i + 1 FROM n WHERE i < 100000) SELECT i FROM n", ""));
	assert_true(error_is(failure, ERROR_CANCELLED));
	g_clear_error(&failure);
	cancel_lower(&cancel);
	assert_false(db_commit(fixture->db, NULL));
	db_rollback(fixture->db);
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO t VALUES (?)", "d", 3));
	DO(db_commit(fixture->db, error));
	assert_int_equal(number(fixture->db, "SELECT count(*) FROM t"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pragmas, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_short, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nested, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rollback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flush, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_schema, setup, teardown),
		cmocka_unit_test_setup_teardown(test_arrival, setup, teardown),
		cmocka_unit_test_setup_teardown(test_plans, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}

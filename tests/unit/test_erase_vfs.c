/* The layer that wipes: its order, its cost, and what a power cut in the middle of it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "core/base/secret.h"
#include "storage/db.h"
#include "storage/erase_vfs.h"
#include "tests/support/cut_vfs.h"

struct fixture {
	char *folder;
	char *left; /* what a cut left */
	char *path;
	struct secret *key;
	struct cut_disk *disk;
	struct db *db;
	GRand *dice;
	GString *log; /* what happened to the log file, a letter each; NULL: isn't noted */
	bool is_wiping;
	bool is_looking;
	unsigned cuts_wanted;
	unsigned cuts, corrupt, lost;
	int acknowledged;
};

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

static bool is_zero(const char *data, int bytes)
{
	for (int i = 0; i < bytes; i++) {
		if (data[i])
			return false;
	}
	return true;
}

/* Open what the cut left, as the next start would, and compare with what was acknowledged. */
static void look(struct fixture *fixture)
{
	char *path = g_build_filename(fixture->left, "store.db", NULL);
	bool is_whole = false, has = false;
	int64_t newest = -1;
	struct query query;

	cut_disk_leave(fixture->disk, fixture->dice, fixture->left);
	struct db *db = db_open(path, fixture->key, false, DB_VFS, NULL);
	if (db && db_query(db, &query, NULL, "PRAGMA integrity_check", "")) {
		if (query_next(&query, &has, NULL) && has) {
			char *verdict = query_text(&query, 0);

			is_whole = g_strcmp0(verdict, "ok") == 0;
			g_free(verdict);
		}
		query_close(&query);
	}
	if (is_whole && !db_number(db, NULL, "SELECT max(n) FROM rows WHERE n > ?", -1, &newest))
		is_whole = false;
	fixture->cuts++;
	fixture->corrupt += !is_whole;
	fixture->lost += is_whole && newest < fixture->acknowledged;
	db_close(db);
	g_free(path);
}

static void watch(const struct cut_event *event, void *user)
{
	struct fixture *fixture = user;

	if (fixture->log && g_str_has_suffix(event->file, "-wal")) {
		if (event->what == CUT_WRITE)
			g_string_append_c(fixture->log, !is_zero(event->data, event->bytes) ? 'w' :
							event->offset == 0 && event->bytes <= 512 ?
											      'h' :
											      'z');
		else
			g_string_append_c(fixture->log, event->what == CUT_SYNC	    ? 's' :
							event->what == CUT_TRUNCATE ? 't' :
										      'd');
	}
	if (fixture->is_looking || !fixture->is_wiping || fixture->cuts >= fixture->cuts_wanted ||
	    g_rand_int_range(fixture->dice, 0, 3) > 0)
		return;
	fixture->is_looking = true;
	look(fixture);
	fixture->is_looking = false;
}

static void start(struct fixture *fixture, const char *name, enum erase_mode mode)
{
	char *cut = g_strconcat(name, "-cut", NULL);

	fixture->disk = cut_disk_new(cut, watch, fixture);
	assert_int_equal(erase_vfs_add(name, cut, mode), SQLITE_OK);
	g_free(cut);
	DO((fixture->db = db_open(fixture->path, fixture->key, true, name, error)) != NULL);
	DO(db_script(fixture->db,
		     "CREATE TABLE rows (n INTEGER PRIMARY KEY, text, due);"
		     "CREATE INDEX by_text ON rows (text); INSERT INTO rows VALUES (0, '', 0)",
		     error));
	DO(db_flush(fixture->db, error));
}

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->left = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "store.db", NULL);
	fixture->key = secret_new_random(32, NULL);
	fixture->dice = g_rand_new_with_seed(7);
	*state = fixture;
	return 0;
}

static void remove_files(const char *folder)
{
	static const char *const names[] = { "store.db", "store.db-wal", "store.db-journal" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(folder, names[i], NULL);

		g_unlink(path);
		g_free(path);
	}
	g_rmdir(folder);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fixture->is_wiping = false;
	db_close(fixture->db);
	remove_files(fixture->folder);
	remove_files(fixture->left);
	if (fixture->log)
		g_string_free(fixture->log, TRUE);
	secret_free(fixture->key);
	g_rand_free(fixture->dice);
	g_free(fixture->folder);
	g_free(fixture->left);
	g_free(fixture->path);
	g_free(fixture);
	return 0;
}

/* A row and its change in pages here and there, committed. */
static void write_row(struct fixture *fixture, int n)
{
	char text[400];

	memset(text, 'a' + g_rand_int_range(fixture->dice, 0, 26), sizeof(text));
	text[g_rand_int_range(fixture->dice, 10, 399)] = '\0';
	text[399] = '\0';
	DO(db_begin(fixture->db, error));
	DO(db_run(fixture->db, error, "INSERT INTO rows VALUES (?, ?, ?)", "dtd", n, text, n % 5));
	DO(db_run(fixture->db, error, "UPDATE rows SET text = text || 'x' WHERE n IN (?, ?)", "dd",
		  n / 2, n / 3));
	DO(db_commit(fixture->db, error));
	fixture->acknowledged = n;
}

/* A commit appends and syncs once. */
static void test_one_sync(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, "test-sync", ERASE_TWO_PHASES);
	write_row(fixture, 1);
	for (int n = 2; n < 20; n++) {
		fixture->log = g_string_new(NULL);
		write_row(fixture, n);
		const char *sync = strchr(fixture->log->str, 's');
		assert_non_null(sync);
		assert_string_equal(sync, "s");
		assert_int_equal(strspn(fixture->log->str, "w"), fixture->log->len - 1);
		g_string_free(g_steal_pointer(&fixture->log), TRUE);
	}
}

/* Header, sync, everything, sync, and only then shorter. */
static void test_order(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, "test-order", ERASE_TWO_PHASES);
	for (int n = 1; n < 30; n++)
		write_row(fixture, n);
	fixture->log = g_string_new(NULL);
	DO(db_flush(fixture->db, error));
	const char *wipe = strstr(fixture->log->str, "hsz");
	assert_non_null(wipe);
	wipe += 2;
	wipe += strspn(wipe, "z");
	if (strcmp(wipe, "st") != 0 && strcmp(wipe, "sts") != 0)
		fail_msg("%s", fixture->log->str);
}

static void cut(struct fixture *fixture, unsigned cuts)
{
	fixture->cuts_wanted = cuts;
	for (int n = 1; fixture->cuts < cuts; n++) {
		write_row(fixture, n);
		if (n % 10 != 0)
			continue;
		DO(db_run(fixture->db, error, "DELETE FROM rows WHERE due = 1 AND n < ?", "d", n));
		fixture->is_wiping = true;
		DO(db_flush(fixture->db, error));
		fixture->is_wiping = false;
	}
}

static void test_cuts(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, "test-two", ERASE_TWO_PHASES);
	cut(fixture, 400);
	assert_int_equal(fixture->corrupt, 0);
	assert_int_equal(fixture->lost, 0);
}

/* The control: in one phase, some of the cuts corrupt. */
static void test_cuts_one_phase(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, "test-one", ERASE_ONE_PHASE);
	cut(fixture, 400);
	assert_true(fixture->corrupt + fixture->lost > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_sync, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cuts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cuts_one_phase, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("erase_vfs", tests, NULL, NULL);
}

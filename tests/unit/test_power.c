/*
 * Power cuts while a log is being wiped: the wiping layer in two phases leaves a whole database
 * every time; in one phase, the control, it doesn't.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/db.h"
#include "storage/erase_vfs.h"
#include "tests/support/power_vfs.h"

enum { CUTS = 2000, CONTROL_CUTS = 600, FLUSH_EVERY = 12, ROWS_MAX = 60, BODY_BYTES = 900 };

struct world {
	struct power *power;
	struct secret *key;
	char *folder;  /* where the database lives */
	char *cut;     /* what a cut leaves */
	GRand *dice;
	int64_t acked;	/* the newest transaction that commit() answered for */
	int64_t erased; /* rows up to here were swept and scrubbed, where divisible by 5 */
	unsigned wanted, cuts, corrupt, lost, risen;
	bool is_watching;
};

static gboolean number(struct db *db, const char *sql, int64_t value, int64_t *out)
{
	return db_number(db, NULL, sql, value, out);
}

/* Open what the cut left, as the next start would. */
static void judge(struct world *world)
{
	char *path = g_build_filename(world->cut, "store.db", NULL);
	struct db *db = db_open(path, world->key, false, DB_VFS, NULL);
	struct query query = { 0 };
	int64_t seq = 0, rows = 0;
	bool has = false;

	gboolean ok = db && db_query(db, &query, NULL, "PRAGMA integrity_check", "") &&
		      query_next(&query, &has, NULL) && has;
	char *answer = ok ? query_text(&query, 0) : NULL;
	query_close(&query);
	ok = ok && g_strcmp0(answer, "ok") == 0 &&
	     number(db, "SELECT v FROM seq WHERE v >= ?", 0, &seq) &&
	     number(db, "SELECT count(*) FROM m WHERE id % 5 = 0 AND id <= ?", world->erased,
		    &rows);
	world->corrupt += !ok;
	world->lost += ok && seq < world->acked;
	world->risen += ok && rows > 0;
	g_free(answer);
	db_close(db);
	unlink(path);
	g_free(path);
}

static void hook(struct power *power, void *user)
{
	struct world *world = user;

	if (!world->is_watching || !power_is_wiping(power) || world->cuts >= world->wanted)
		return;
	power_cut(power, world->cut, world->dice);
	world->cuts++;
	judge(world);
}

static void must(gboolean ok)
{
	if (!ok)
		fail_msg("the database in use failed");
}

/* One transaction: a new row, two that change, an old one of those that stay goes. */
static void work(struct world *world, struct db *db, int64_t i)
{
	char body[BODY_BYTES + 1];

	memset(body, 'a' + (int)(i % 26), BODY_BYTES);
	body[g_rand_int_range(world->dice, 100, BODY_BYTES)] = '\0';
	must(db_begin(db, NULL));
	must(db_run(db, NULL, "INSERT INTO m VALUES (?, ?, ?)", "iit", i, i % 7, body));
	must(db_run(db, NULL, "UPDATE m SET body = body || 'x' WHERE id IN (?, ?)", "ii", i - 3,
		    i - 7));
	must(db_run(db, NULL, "DELETE FROM m WHERE id <= ?", "i", i - ROWS_MAX));
	must(db_run(db, NULL, "UPDATE seq SET v = ?", "i", i));
	must(db_commit(db, NULL));
	world->acked = i;
}

static void run(struct world *world, const char *vfs, unsigned cuts)
{
	char *path = g_build_filename(world->folder, "store.db", NULL);
	struct db *db = db_open(path, world->key, true, vfs, NULL);

	assert_non_null(db);
	world->wanted = cuts;
	world->cuts = world->corrupt = world->lost = world->risen = 0;
	world->acked = world->erased = 0;
	must(db_script(db,
		       "CREATE TABLE seq (v); INSERT INTO seq VALUES (0);"
		       "CREATE TABLE m (id INTEGER PRIMARY KEY, c, body TEXT);"
		       "CREATE INDEX m_c ON m (c, id)",
		       NULL));
	must(db_flush(db, NULL));
	world->is_watching = true;
	for (int64_t i = 1; world->cuts < world->wanted && i < 100000; i++) {
		work(world, db, i);
		if (i % FLUSH_EVERY)
			continue;
		must(db_run(db, NULL, "DELETE FROM m WHERE id % 5 = 0 AND id <= ?", "i", i));
		must(db_flush(db, NULL));
		world->erased = i;
	}
	world->is_watching = false;
	db_close(db);
	power_forget(world->power);
	unlink(path);
	g_free(path);
	print_message("%s: %u cuts, %u corrupt, %u lost, %u risen\n", vfs, world->cuts,
		      world->corrupt, world->lost, world->risen);
}

static int setup(void **state)
{
	struct world *world = g_new0(struct world, 1);

	world->key = secret_new_random(32, NULL);
	world->folder = g_dir_make_tmp("sotto-power-XXXXXX", NULL);
	world->cut = g_dir_make_tmp("sotto-cut-XXXXXX", NULL);
	world->dice = g_rand_new_with_seed(4);
	world->power = power_vfs_add("power", hook, world);
	assert_int_equal(erase_vfs_add("power-two", "power", ERASE_TWO_PHASES), 0);
	assert_int_equal(erase_vfs_add("power-one", "power", ERASE_ONE_PHASE), 0);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;
	char *log = g_build_filename(world->cut, "store.db-wal", NULL);

	unlink(log);
	rmdir(world->folder);
	rmdir(world->cut);
	secret_free(world->key);
	g_rand_free(world->dice);
	g_free(world->folder);
	g_free(world->cut);
	g_free(log);
	g_free(world);
	return 0;
}

static void test_two_phases(void **state)
{
	struct world *world = *state;

	run(world, "power-two", CUTS);
	assert_int_equal(world->cuts, CUTS);
	assert_int_equal(world->corrupt, 0);
	assert_int_equal(world->lost, 0);
	assert_int_equal(world->risen, 0);
}

/* The control. */
static void test_one_phase_corrupts(void **state)
{
	struct world *world = *state;

	run(world, "power-one", CONTROL_CUTS);
	assert_int_equal(world->cuts, CONTROL_CUTS);
	assert_true(world->corrupt + world->lost + world->risen > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_phases),
		cmocka_unit_test(test_one_phase_corrupts),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("power", tests, setup, teardown);
}

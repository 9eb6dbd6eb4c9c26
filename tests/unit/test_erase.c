/*
 * Erasing: what is looked for, with the key, in every file and in a raw disk image; a reader in the
 * way; kill -9 in a sweep; a full disk. Each with a control in which the bytes are still found.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "storage/erase_vfs.h"
#include "storage/files.h"
#include "storage/inside.h"
#include "storage/opened.h"
#include "storage/search.h"
#include "tests/support/disk.h"
#include "tests/support/store_suite.h"

enum {
	MESSAGES = 400,
	KEYS = 40,
	KEY_BYTES = 64,
	LONG_BYTES = 5000,
	NEEDLE_BYTES = 32,
	NEEDLE_AT = 24, /* behind the nonce */
	DEADLINE = 1000000,
	KILLS = 25,
	IMAGE_MIB = 24,
};

struct fixture {
	char *folder;
	struct secret *master;
	struct store *store;
	GPtrArray *needles; /* GBytes: pieces of sealed bodies and of prekeys, as the database has
			       them */
	guint from; /* which one is looked for first */
	unsigned kept; /* messages that stay */
};

static char *file(const struct fixture *fixture, const char *name)
{
	return g_build_filename(fixture->folder, name, NULL);
}

static bool open_store(struct fixture *fixture, bool make)
{
	char *path = file(fixture, "store.db");
	struct opened_options options = { path, make, clock_system(), SEARCH_INDEX_FROM, NULL };

	fixture->store = opened_new(&options, fixture->master, NULL);
	g_free(path);
	return fixture->store != NULL;
}

static void close_store(struct fixture *fixture)
{
	if (fixture->store)
		fixture->store->ops->close(fixture->store);
	fixture->store = NULL;
}

static struct fixture *fixture_new(void)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp("sotto-erase-XXXXXX", NULL);
	fixture->master = secret_new_random(32, NULL);
	fixture->needles = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return fixture;
}

static void fixture_free(struct fixture *fixture)
{
	static const char *const names[] = {"store.db", "store.db-wal", "vault", "clock",
					    "ballast",	"image",	NULL};

	close_store(fixture);
	for (const char *const *name = names; *name; name++) {
		char *path = file(fixture, *name);

		unlink(path);
		g_free(path);
	}
	rmdir(fixture->folder);
	secret_free(fixture->master);
	g_ptr_array_unref(fixture->needles);
	g_free(fixture->folder);
	g_free(fixture);
}

/* Prekeys: the even ones were used. */
static bool fill_keys(struct fixture *fixture)
{
	bool ok = true;

	for (uint32_t n = 1; ok && n <= KEYS; n++) {
		uint8_t bytes[KEY_BYTES];
		struct key_row row = { .kind = KEY_PREKEY, .id = n, .made_at = 1,
				       .used_at = n % 2 ? 0 : 2, .batch = 1 };

		crypto_random(bytes, sizeof(bytes));
		row.record = g_bytes_new(bytes, sizeof(bytes));
		ok = fixture->store->ops->key_put(fixture->store, &row, NULL);
		g_bytes_unref(row.record);
	}
	return ok;
}

/* Messages that have been sent: the even ones go at DEADLINE, the odd ones stay; every third is
 * long. */
static bool fill(struct fixture *fixture, int count)
{
	const struct store_ops *ops = fixture->store->ops;
	char *body = g_strnfill(LONG_BYTES, 'b');
	bool ok = ops->begin(fixture->store, NULL);

	store_suite_contact(fixture->store, "bob");
	for (int n = 1; ok && n <= count; n++) {
		struct message message;
		bool is_new;

		store_suite_message(&message, "bob", n, DIRECTION_OUT,
				    n % 3 ? "short words" : body);
		message.expire_seconds = n % 2 ? 0 : 3600;
		ok = ops->message_put(fixture->store, &message, &is_new, NULL) &&
		     ops->message_state(fixture->store, "bob", message.id, STATE_SENT,
					n % 2 ? 0 : DEADLINE, NULL, NULL);
		message_clear(&message);
	}
	g_free(body);
	return ok && fill_keys(fixture) && ops->commit(fixture->store, NULL);
}

/* Two pieces of each blob that the query WHAT gives. */
static bool add_needles(struct fixture *fixture, const char *what)
{
	struct query query;
	bool has = true;
	gboolean ok = db_query(inside_of(fixture->store)->db, &query, NULL, what, "");

	while (ok && (ok = query_next(&query, &has, NULL)) && has) {
		size_t bytes;
		const uint8_t *blob = query_blob(&query, 0, &bytes);

		/* A short body has 51 bytes: its tail is taken. */
		g_ptr_array_add(fixture->needles,
				g_bytes_new(blob + MIN((size_t)NEEDLE_AT, bytes - NEEDLE_BYTES),
					    NEEDLE_BYTES));
		g_ptr_array_add(fixture->needles,
				g_bytes_new(blob + bytes - NEEDLE_BYTES, NEEDLE_BYTES));
	}
	query_close(&query);
	return ok;
}

/* What to look for: of each body that goes, and of each key that was used. */
static bool take_needles(struct fixture *fixture)
{
	return add_needles(fixture,
			   "SELECT ifnull(m.body, b.body) FROM messages m LEFT JOIN bodies b"
			   " ON b.id = m.body_row WHERE m.expires_at > 0") &&
	       add_needles(fixture, "SELECT record FROM prekeys WHERE used_at > 0") &&
	       fixture->needles->len == (guint)MESSAGES + KEYS;
}

/* -- looking with the key ------------------------------------------------------------------- */

/*
 * CBC needs the block before only, so that all of a file, decrypted in one go at each alignment
 * that occurs, shows every page wherever it lies. One more block is put behind it that opens to
 * proper padding.
 */
static GBytes *decrypt(const struct fixture *fixture, const uint8_t *data, size_t bytes)
{
	static const char context[] = { 's', 'o', 't', 't', 'o', 'k', 'e', 'y' };
	static const uint8_t zero[16];
	uint8_t key[32];
	gsize more;

	bytes -= bytes % 16;
	crypto_derive(secret_peek(fixture->master), context, 1, key, sizeof(key));
	GBytes *pad = crypto_cbc_seal(key, sizeof(key), data + bytes - 16, NULL, 0);
	uint8_t *all = g_malloc(bytes + 16);
	memcpy(all, data, bytes);
	memcpy(all + bytes, g_bytes_get_data(pad, &more), 16);
	GBytes *plain = crypto_cbc_open(key, sizeof(key), zero, all, bytes + 16);
	g_bytes_unref(pad);
	g_free(all);
	return plain;
}

static unsigned count_in(const struct fixture *fixture, const void *data, size_t bytes)
{
	unsigned found = 0;

	for (guint i = fixture->from; i < fixture->needles->len; i++) {
		gsize size;
		const void *needle = g_bytes_get_data(fixture->needles->pdata[i], &size);

		found += memmem(data, bytes, needle, size) != NULL;
	}
	return found;
}

/* How many needles the file shows, in the clear or under the database's key. */
static unsigned carve(const struct fixture *fixture, const char *path)
{
	unsigned found = 0;
	char *data;
	gsize bytes;

	if (!g_file_get_contents(path, &data, &bytes, NULL))
		return 0;
	found = count_in(fixture, data, bytes);
	for (size_t from = 0; from < 16 && bytes >= from + 16; from += 4) {
		GBytes *plain = decrypt(fixture, (const uint8_t *)data + from, bytes - from);
		gsize size;
		const void *words = g_bytes_get_data(plain, &size);

		found += count_in(fixture, words, size);
		g_bytes_unref(plain);
	}
	g_free(data);
	return found;
}

/* In every file there is. */
static unsigned carve_all(const struct fixture *fixture)
{
	GDir *folder = g_dir_open(fixture->folder, 0, NULL);
	unsigned found = 0;

	for (const char *name; (name = g_dir_read_name(folder));) {
		char *path = file(fixture, name);

		found += carve(fixture, path);
		g_free(path);
	}
	g_dir_close(folder);
	return found;
}

/* -- sweeping ------------------------------------------------------------------------------- */

static void count_gone(const char *address, unsigned count, void *user)
{
	(void)address;
	*(unsigned *)user += count;
}

/* As the engine does in the same transaction (ratchet_drop_used()). */
static bool drop_used(struct fixture *fixture)
{
	bool ok = true;

	for (uint32_t n = 2; ok && n <= KEYS; n += 2)
		ok = fixture->store->ops->key_del(fixture->store, KEY_PREKEY, n, NULL);
	return ok;
}

static bool sweep_some(struct fixture *fixture, unsigned limit, unsigned *count, GError **error)
{
	const struct store_ops *ops = fixture->store->ops;
	unsigned gone = 0;

	if (!ops->begin(fixture->store, error))
		return false;
	if (ops->expiry->sweep(fixture->store, DEADLINE, limit, false, count_gone, &gone, count,
			       error) &&
	    gone == *count && drop_used(fixture) && ops->commit(fixture->store, error))
		return true;
	ops->rollback(fixture->store);
	return false;
}

static bool sweep_all(struct fixture *fixture)
{
	unsigned count = 1;

	while (count > 0) {
		if (!sweep_some(fixture, STORE_SWEEP_ROWS, &count, NULL))
			return false;
	}
	return true;
}

static gboolean add_place(const struct message *message, void *user)
{
	if (message->expires_at)
		g_array_append_val((GArray *)user, message->seq);
	return TRUE;
}

/* The same ones, each by hand. */
static bool erase_each(struct fixture *fixture)
{
	const struct store_ops *ops = fixture->store->ops;
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool ok = ops->message_before(fixture->store, "bob", 0, MESSAGES, add_place, places, NULL);

	for (guint i = 0; ok && i < places->len; i++) {
		unsigned count = 0;

		ok = ops->begin(fixture->store, NULL) &&
		     ops->expiry->clear_one(fixture->store, "bob",
					    g_array_index(places, int64_t, i), &count, NULL) &&
		     count == 1 && drop_used(fixture) && ops->commit(fixture->store, NULL);
	}
	return ok && places->len == MESSAGES / 2;
}

static bool scrub(struct fixture *fixture)
{
	return fixture->store->ops->expiry->scrub(fixture->store, DEADLINE, NULL);
}

/* GO: how what goes does. */
static void look_at_files(bool (*go)(struct fixture *fixture))
{
	struct fixture *fixture = fixture_new();
	struct store_counts counts;

	assert_true(open_store(fixture, true) && fill(fixture, MESSAGES));
	assert_true(scrub(fixture) && take_needles(fixture));
	int64_t next = 0;
	fixture->kept = MESSAGES / 2;
	assert_true(fixture->store->ops->expiry->next(fixture->store, 0, &next, NULL));
	assert_int_equal(next, DEADLINE);
	/* The controls: they can be found, keys too, and the sweep alone doesn't change that. */
	assert_true(carve_all(fixture) >= MESSAGES / 2);
	fixture->from = MESSAGES;
	assert_true(carve_all(fixture) >= KEYS / 2);
	fixture->from = 0;
	assert_true(go(fixture));
	assert_true(carve_all(fixture) > 0);
	assert_true(scrub(fixture));
	assert_int_equal(carve_all(fixture), 0);
	close_store(fixture);
	assert_int_equal(carve_all(fixture), 0);
	assert_true(open_store(fixture, false));
	assert_true(fixture->store->ops->counts(fixture->store, &counts, NULL));
	assert_int_equal(counts.messages, fixture->kept);
	fixture_free(fixture);
}

static void test_files(void **state)
{
	(void)state;
	look_at_files(sweep_all);
}

/* With whom it was written goes as well. */
static bool remove_contact(struct fixture *fixture)
{
	const struct store_ops *ops = fixture->store->ops;

	fixture->kept = 0;
	return ops->begin(fixture->store, NULL) &&
	       ops->contact_del(fixture->store, "bob", NULL) && drop_used(fixture) &&
	       ops->commit(fixture->store, NULL);
}

static void test_removed(void **state)
{
	(void)state;
	look_at_files(remove_contact);
}

static void test_one_by_one(void **state)
{
	(void)state;
	look_at_files(erase_each);
}

/* -- a raw disk ----------------------------------------------------------------------------- */

/* On a disk of its own: everything goes, the disk is taken off, and looked at as a whole. The exit
 * code counts. */
static int on_disk(enum erase_mode mode)
{
	struct fixture *fixture = fixture_new();
	char *image = file(fixture, "image"), *top = fixture->folder;
	int found = DISK_SKIP;

	fixture->folder = g_build_filename(top, "disk", NULL);
	if (erase_vfs_add(DB_VFS, NULL, mode) == 0 &&
	    disk_mount(image, fixture->folder, IMAGE_MIB)) {
		bool ok = open_store(fixture, true) && fill(fixture, MESSAGES) &&
			  take_needles(fixture) && sweep_all(fixture) && scrub(fixture);

		close_store(fixture);
		ok = disk_unmount(fixture->folder) && ok;
		found = !ok ? DISK_SKIP - 1 : carve(fixture, image) > 0;
	}
	unlink(image);
	rmdir(top);
	return found;
}

static int wiping_disk(void *data)
{
	(void)data;
	return on_disk(ERASE_TWO_PHASES);
}

static int plain_disk(void *data)
{
	(void)data;
	return on_disk(ERASE_NOTHING);
}

static void test_raw_disk(void **state)
{
	int found = disk_in_child(wiping_disk, NULL);

	(void)state;
	if (found == DISK_SKIP) {
		print_message("a disk image can only be mounted as root: skipped\n");
		skip();
	}
	assert_int_equal(found, 0);
	/* The control: a log that is truncated without being wiped stays on the disk. */
	assert_int_equal(disk_in_child(plain_disk, NULL), 1);
}

/* -- what is in the way --------------------------------------------------------------------- */

/* An unfinished SELECT on the same connection: erasing, not erased, until it is over. */
static void test_reader(void **state)
{
	struct fixture *fixture = fixture_new();
	struct store_erasing erasing;
	struct query query;
	GError *error = NULL;
	bool has;

	(void)state;
	assert_true(open_store(fixture, true) && fill(fixture, MESSAGES));
	assert_true(scrub(fixture) && take_needles(fixture) && sweep_all(fixture));
	assert_true(db_query(inside_of(fixture->store)->db, &query, NULL,
			     "SELECT seq FROM messages", "") &&
		    query_next(&query, &has, NULL) && has);
	const struct store_expiry_ops *expiry = fixture->store->ops->expiry;
	assert_false(expiry->scrub(fixture->store, DEADLINE, &error));
	assert_true(error_is(error, ERROR_FAILED));
	g_clear_error(&error);
	assert_true(expiry->erasing(fixture->store, DEADLINE, &erasing, NULL));
	assert_int_equal(erasing.rows, MESSAGES / 2);
	assert_true(carve_all(fixture) > 0);
	query_close(&query);
	assert_true(scrub(fixture));
	assert_true(expiry->erasing(fixture->store, DEADLINE, &erasing, NULL));
	assert_int_equal(erasing.rows, 0);
	assert_int_equal(carve_all(fixture), 0);
	fixture_free(fixture);
}

static int fill_disk(void *data)
{
	struct fixture *fixture = data;
	char *ballast = file(fixture, "ballast"), *filler = file(fixture, "filler");
	char block[4096] = { 1 };
	GError *error = NULL;
	unsigned count;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", fixture->folder, "tmpfs", 0, "size=24m") < 0)
		return DISK_SKIP;
	if (!files_make_ballast(ballast, NULL) || !open_store(fixture, true) ||
	    !fill(fixture, MESSAGES) || !scrub(fixture) || !take_needles(fixture))
		return 1;
	int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
		;
	/* The control: with nothing kept aside it can't go on. */
	if (sweep_some(fixture, STORE_SWEEP_ROWS, &count, &error) || !error_is(error, ERROR_FULL))
		return 2;
	if (!fixture->store->ops->expiry->release(fixture->store) || !sweep_all(fixture) ||
	    !scrub(fixture))
		return 3;
	/* There is no second one to give. */
	if (files_size(ballast) > 0 && !fixture->store->ops->expiry->release(fixture->store))
		return 4;
	return carve_all(fixture) == 0 ? 0 : 5;
}

static void test_full_disk(void **state)
{
	struct fixture *fixture = fixture_new();
	int result = disk_in_child(fill_disk, fixture);

	(void)state;
	fixture_free(fixture);
	if (result == DISK_SKIP) {
		print_message("a small disk can only be mounted as root: skipped\n");
		skip();
	}
	assert_int_equal(result, 0);
}

/* -- killed --------------------------------------------------------------------------------- */

static int sweep_slowly(struct fixture *fixture)
{
	unsigned count = 1;

	while (count > 0) {
		if (!sweep_some(fixture, 2, &count, NULL) || !scrub(fixture))
			return 1;
	}
	return 0;
}

/* At any moment: the database is whole, what stays stays, and the rest goes at the next start. */
static void test_killed(void **state)
{
	struct fixture *fixture = fixture_new();
	GRand *dice = g_rand_new_with_seed(9);
	struct store_counts counts;
	unsigned unfinished = 0;

	(void)state;
	assert_true(open_store(fixture, true) && fill(fixture, MESSAGES) && take_needles(fixture));
	close_store(fixture);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(open_store(fixture, false) ? sweep_slowly(fixture) : 2);
		g_usleep((gulong)g_rand_int_range(dice, 0, 30000));
		kill(child, SIGKILL);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		unfinished += WIFSIGNALED(status);
		assert_true(open_store(fixture, false));
		struct query query;
		bool has = false;
		assert_true(db_query(inside_of(fixture->store)->db, &query, NULL,
				     "PRAGMA integrity_check", "") &&
			    query_next(&query, &has, NULL) && has);
		char *answer = query_text(&query, 0);
		assert_string_equal(answer, "ok");
		g_free(answer);
		query_close(&query);
		assert_true(fixture->store->ops->counts(fixture->store, &counts, NULL));
		assert_true(counts.messages >= MESSAGES / 2 && counts.messages <= MESSAGES);
		close_store(fixture);
	}
	assert_true(unfinished > 0);
	assert_true(open_store(fixture, false) && sweep_all(fixture) && scrub(fixture));
	assert_true(fixture->store->ops->counts(fixture->store, &counts, NULL));
	assert_int_equal(counts.messages, MESSAGES / 2);
	assert_int_equal(carve_all(fixture), 0);
	g_rand_free(dice);
	fixture_free(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: a process has one wiping layer for its life, and the control wants
		   another. */
		cmocka_unit_test(test_raw_disk), cmocka_unit_test(test_files),
		cmocka_unit_test(test_one_by_one),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_reader),	 cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_killed),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}

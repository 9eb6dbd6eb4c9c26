/* A profile's folder: lock, making, opening, damage, full disks, wiping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "storage/sqlite.h"
#include "storage/vault.h"
#include "tests/support/profile.h"
#include "tests/support/store_suite.h"

static int setup(void **state)
{
	struct profile *profile = g_new0(struct profile, 1);

	profile_init(profile);
	*state = profile;
	return 0;
}

static int teardown(void **state)
{
	profile_clear(*state);
	g_free(*state);
	return 0;
}

static void assert_not_opening(struct profile *profile, const char *text, enum error code)
{
	GError *error = NULL;

	assert_null(profile_open(profile, text, &error));
	if (!error_is(error, code))
		fail_msg("%s", error->message);
	assert_true(strlen(error->message) > 20);
	g_clear_error(&error);
}

/* One message in a transaction; FALSE when the store says no. */
static gboolean put(struct store *store, int n, const char *body, GError **error)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, "bob", n, DIRECTION_IN, body);
	gboolean ok = store->ops->begin(store, error) &&
		      store->ops->message_put(store, &message, &is_new, error) &&
		      store->ops->commit(store, error);
	if (!ok)
		store->ops->rollback(store);
	message_clear(&message);
	return ok;
}

static struct store *create_with_bob(struct profile *profile)
{
	struct store *store = profile_create(profile);

	assert_true(store->ops->begin(store, NULL));
	store_suite_contact(store, "bob");
	assert_true(store->ops->commit(store, NULL));
	return store;
}

static gboolean count_whole(const struct message *message, void *user)
{
	if (message->kind == KIND_TEXT)
		++*(unsigned *)user;
	return TRUE;
}

static void test_life(void **state)
{
	struct profile *profile = *state;
	struct secret *word = profile_word("word");
	GError *error = NULL;
	struct stat st;

	assert_false(profile->door->ops->exists(profile->door));
	assert_false(profile->door->ops->hold(profile->door, &error));
	assert_true(error_is(error, ERROR_NO_PROFILE));
	g_clear_error(&error);
	assert_int_equal(stat(profile->folder, &st), -1);
	struct store *store = profile_create(profile);
	assert_true(profile->door->ops->exists(profile->door));
	assert_int_equal(stat(profile->folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_null(profile->door->ops->create(profile->door, word, KDF_FLOOR, &error));
	assert_true(error_is(error, ERROR_EXISTS));
	g_clear_error(&error);
	/* It is open already. */
	assert_null(profile->door->ops->open(profile->door, word, &error));
	assert_true(error_is(error, ERROR_FAILED));
	g_clear_error(&error);
	store->ops->close(store);
	profile_renew(profile);
	assert_not_opening(profile, "wrong", ERROR_PASSPHRASE);
	store = profile_open(profile, "word", &error);
	assert_non_null(store);
	store->ops->close(store);
	secret_free(word);
}

static void test_modes(void **state)
{
	struct profile *profile = *state;
	mode_t old = umask(0);
	struct store *store = create_with_bob(profile);
	GDir *dir = g_dir_open(profile->folder, 0, NULL);
	const char *name;
	unsigned files = 0;

	while ((name = g_dir_read_name(dir))) {
		char *path = profile_file(profile, name);
		struct stat st;

		assert_int_equal(stat(path, &st), 0);
		if ((st.st_mode & 0777) != 0600)
			fail_msg("%s has mode %o", name, st.st_mode & 0777);
		g_free(path);
		files++;
	}
	assert_int_equal(files, 5); /* header, store.db, its log, ballast, lock */
	g_dir_close(dir);
	store->ops->close(store);
	umask(old);
}

static void test_lock(void **state)
{
	struct profile *profile = *state;
	struct store_door *other = vault_door_new(profile->folder, clock_system());
	struct store *store = profile_create(profile);
	struct store_peek peek;
	GError *error = NULL;

	assert_false(other->ops->hold(other, &error));
	assert_true(error_is(error, ERROR_IN_USE));
	g_clear_error(&error);
	assert_true(other->ops->peek(other, &peek, &error));
	assert_true(peek.is_held && peek.level == KDF_FLOOR && peek.database_bytes > 0);
	/* Held through the lock screen. */
	store->ops->close(store);
	assert_false(other->ops->hold(other, NULL));
	profile->door->ops->release(profile->door);
	assert_true(other->ops->peek(other, &peek, NULL));
	assert_false(peek.is_held);
	assert_true(other->ops->hold(other, &error));
	assert_true(other->ops->hold(other, &error));
	assert_false(profile->door->ops->hold(profile->door, NULL));
	other->ops->free(other);
	assert_true(profile->door->ops->hold(profile->door, NULL));
}

static void test_change(void **state)
{
	struct profile *profile = *state;
	struct secret *word = profile_word("word"), *fresh = profile_word("fresh");
	struct store *store = create_with_bob(profile);
	GError *error = NULL;

	assert_false(profile->door->ops->change(profile->door, fresh, word, &error));
	assert_true(error_is(error, ERROR_PASSPHRASE));
	g_clear_error(&error);
	assert_true(profile->door->ops->change(profile->door, word, fresh, NULL));
	assert_true(put(store, 1, "still open", NULL));
	store->ops->close(store);
	assert_not_opening(profile, "word", ERROR_PASSPHRASE);
	store = profile_open(profile, "fresh", NULL);
	assert_non_null(store);
	store->ops->close(store);
	secret_free(word);
	secret_free(fresh);
}

static void test_lost_database(void **state)
{
	struct profile *profile = *state;
	char *path = profile_file(profile, "store.db");
	struct store *store = profile_create(profile);

	store->ops->close(store);
	assert_int_equal(truncate(path, 0), 0);
	assert_not_opening(profile, "word", ERROR_DAMAGED);
	assert_not_opening(profile, "wrong", ERROR_PASSPHRASE);
	assert_int_equal(unlink(path), 0);
	assert_not_opening(profile, "word", ERROR_DAMAGED);
	/* Looking at it didn't make a new one. */
	assert_int_equal(access(path, F_OK), -1);
	g_free(path);
}

/* One sentence, whoever meets it; it is freed. */
static void same_words(char **words, GError *error, enum error code)
{
	assert_true(error_is(error, code));
	if (!*words)
		*words = g_strdup(error->message);
	assert_string_equal(error->message, *words);
	g_error_free(error);
}

/* What everybody says of a folder that holds no whole profile; g_free. */
static char *said_of(struct profile *profile, enum error code)
{
	const struct store_door_ops *ops = profile->door->ops;
	struct store_peek peek;
	GError *error = NULL;
	char *words = NULL;

	assert_false(ops->exists(profile->door));
	assert_false(ops->hold(profile->door, &error));
	same_words(&words, g_steal_pointer(&error), code);
	assert_false(ops->peek(profile->door, &peek, &error));
	same_words(&words, g_steal_pointer(&error), code);
	return words;
}

/* A missing key file beside a database is damage, and no new profile; told by all in one way. */
static void test_lost_header(void **state)
{
	struct profile *profile = *state;
	char *header = profile_file(profile, "header"), *words = NULL;
	struct secret *word = profile_word("word");
	struct store *store = profile_create(profile);
	GError *error = NULL;

	/* Also where the lock is held already, as behind a lock screen. */
	store->ops->close(store);
	assert_int_equal(unlink(header), 0);
	assert_null(profile->door->ops->open(profile->door, word, &error));
	same_words(&words, g_steal_pointer(&error), ERROR_DAMAGED);
	assert_false(profile->door->ops->change(profile->door, word, word, &error));
	same_words(&words, g_steal_pointer(&error), ERROR_DAMAGED);
	profile_renew(profile);
	g_free(words);
	words = said_of(profile, ERROR_DAMAGED);
	assert_false(profile->door->ops->is_free(profile->door, &error));
	same_words(&words, g_steal_pointer(&error), ERROR_DAMAGED);
	assert_null(profile->door->ops->create(profile->door, word, KDF_FLOOR, &error));
	same_words(&words, g_steal_pointer(&error), ERROR_DAMAGED);
	assert_null(strstr(words, "init"));
	/* What is left can be destroyed; then it is a free place. */
	assert_true(profile->door->ops->hold_rest(profile->door, NULL));
	assert_true(profile->door->ops->wipe(profile->door, NULL));
	assert_int_equal(access(profile->folder, F_OK), -1);
	store = profile_create(profile);
	store->ops->close(store);
	secret_free(word);
	g_free(header);
	g_free(words);
}

/* Until it is finished it is no profile: it says how to go on, and is made again or wiped. */
static void test_unfinished(void **state)
{
	struct profile *profile = *state;
	struct secret *word = profile_word("word");
	struct store_door *other = vault_door_new(profile->folder, clock_system());
	GError *error = NULL;

	for (int is_wiped = 0; is_wiped < 2; is_wiped++) {
		struct store *store =
			profile->door->ops->create(profile->door, word, KDF_FLOOR, NULL);

		assert_non_null(store);
		/* Somebody is at it. */
		assert_false(other->ops->hold(other, &error));
		assert_true(error_is(error, ERROR_IN_USE));
		g_clear_error(&error);
		store->ops->close(store);
		profile_renew(profile);
		char *words = said_of(profile, ERROR_NO_PROFILE);
		assert_non_null(strstr(words, "with `sotto`"));
		g_free(words);
		assert_true(profile->door->ops->is_free(profile->door, NULL));
		if (!is_wiped)
			continue;
		assert_true(profile->door->ops->hold_rest(profile->door, NULL));
		assert_true(profile->door->ops->wipe(profile->door, NULL));
		assert_int_equal(access(profile->folder, F_OK), -1);
	}
	other->ops->free(other);
	struct store *store = profile_create(profile);
	store->ops->close(store);
	/* A wipe that was cut short behind the database is finished, not forgotten. */
	for (const char *const *name = (const char *const[]){ "header", "store.db", NULL }; *name;
	     name++) {
		char *path = profile_file(profile, *name);

		assert_int_equal(unlink(path), 0);
		g_free(path);
	}
	profile_renew(profile);
	assert_true(profile->door->ops->hold_rest(profile->door, NULL));
	assert_true(profile->door->ops->wipe(profile->door, NULL));
	assert_int_equal(access(profile->folder, F_OK), -1);
	assert_false(profile->door->ops->hold_rest(profile->door, NULL));
	secret_free(word);
}

/* Open and read everything; what comes out whole is counted, what doesn't has to be said. */
static unsigned read_all(struct profile *profile, bool *is_told)
{
	struct store *store;
	unsigned whole = 0;
	GError *error = NULL;

	store = profile_open(profile, "word", &error);
	if (store &&
	    !store->ops->message_before(store, "bob", 0, 1000, count_whole, &whole, &error))
		whole = 0;
	*is_told = error != NULL;
	if (error && !error_is(error, ERROR_DAMAGED))
		fail_msg("%s", error->message);
	g_clear_error(&error);
	if (store)
		store->ops->close(store);
	return whole;
}

static void test_damaged_pages(void **state)
{
	enum { MESSAGES = 60, PAGE = 4096 };
	struct profile *profile = *state;
	char *path = profile_file(profile, "store.db"), *good = NULL;
	struct store *store = create_with_bob(profile);
	char *body = g_strnfill(3000, 'x');
	bool is_told = false;
	size_t size = 0;

	for (int i = 0; i < MESSAGES; i++)
		assert_true(put(store, i, i % 3 ? "short" : body, NULL));
	store->ops->close(store);
	assert_true(g_file_get_contents(path, &good, &size, NULL));
	assert_int_equal(read_all(profile, &is_told), MESSAGES);
	assert_false(is_told);
	for (size_t page = 0; page < size / PAGE; page++) {
		char *bad = g_memdup2(good, size);
		unsigned hurt = 0;

		/* By turns: a flipped bit, a page of zeros, another page in its place. */
		if (page % 3 == 0)
			bad[page * PAGE + 1000] ^= 1;
		else if (page % 3 == 1)
			memset(bad + page * PAGE, 0, PAGE);
		else
			memcpy(bad + page * PAGE, good + (page - 1) * PAGE, PAGE);
		assert_true(g_file_set_contents(path, bad, (gssize)size, NULL));
		hurt = read_all(profile, &is_told);
		if (hurt > MESSAGES || (hurt == 0 && !is_told))
			fail_msg("page %u: %u messages, nothing said", (unsigned)page, hurt);
		g_free(bad);
	}
	g_free(good);
	g_free(body);
	g_free(path);
}

static void test_foreign_database(void **state)
{
	struct profile *profile = *state, other;
	char *mine = profile_file(profile, "store.db");

	struct store *store = profile_create(profile);
	store->ops->close(store);
	profile_init(&other);
	store = profile_create(&other);
	store->ops->close(store);
	char *theirs = profile_file(&other, "store.db");
	assert_int_equal(rename(theirs, mine), 0);
	assert_not_opening(profile, "word", ERROR_DAMAGED);
	g_free(mine);
	g_free(theirs);
	profile_clear(&other);
}

static void commit_at(struct store *store, int64_t seq, int64_t time)
{
	const struct apptime now = { .time = time, .wall = time, .boot = time };

	assert_true(put(store, seq, "x", NULL));
	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->expiry->clock_put(store, &now, NULL));
	assert_true(store->ops->commit(store, NULL));
}

/* An older copy of the database in its place is noticed, once; the right one never. */
static void test_put_back(void **state)
{
	struct profile *profile = *state;
	struct store *store = create_with_bob(profile);
	char *path = profile_file(profile, "store.db"), *old = NULL;
	gsize bytes;

	commit_at(store, 1, 1000);
	store->ops->close(store);
	assert_true(g_file_get_contents(path, &old, &bytes, NULL));
	store = profile_open(profile, "word", NULL);
	assert_false(store->ops->expiry->is_older(store));
	commit_at(store, 2, 2000);
	store->ops->close(store);
	store = profile_open(profile, "word", NULL);
	assert_false(store->ops->expiry->is_older(store));
	store->ops->close(store);

	assert_true(g_file_set_contents(path, old, (gssize)bytes, NULL));
	store = profile_open(profile, "word", NULL);
	assert_true(store->ops->expiry->is_older(store));
	commit_at(store, 2, 3000);
	store->ops->close(store);
	store = profile_open(profile, "word", NULL);
	assert_false(store->ops->expiry->is_older(store));
	store->ops->close(store);
	g_free(old);
	g_free(path);
}

static void test_wipe(void **state)
{
	struct profile *profile = *state;
	struct store *store = create_with_bob(profile);
	GError *error = NULL;
	struct stat st;

	assert_true(put(store, 1, "x", NULL));
	store->ops->close(store);
	profile->door->ops->release(profile->door);
	assert_false(profile->door->ops->wipe(profile->door, &error));
	assert_true(error_is(error, ERROR_FAILED));
	g_clear_error(&error);
	assert_true(profile->door->ops->hold(profile->door, NULL));
	assert_true(profile->door->ops->wipe(profile->door, &error));
	assert_int_equal(stat(profile->folder, &st), -1);
	assert_not_opening(profile, "word", ERROR_NO_PROFILE);
	/* While it is open, too; and somebody's own file stays where it is. */
	store = create_with_bob(profile);
	char *own = profile_file(profile, "notes.txt");
	assert_true(g_file_set_contents(own, "mine", -1, NULL));
	assert_true(profile->door->ops->wipe(profile->door, &error));
	store->ops->close(store);
	assert_int_equal(stat(own, &st), 0);
	GDir *dir = g_dir_open(profile->folder, 0, NULL);
	assert_string_equal(g_dir_read_name(dir), "notes.txt");
	assert_null(g_dir_read_name(dir));
	g_dir_close(dir);
	g_free(own);
}

static char *read_file(const char *path)
{
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

/* A copy that is the same file elsewhere: keys and words go there too, all else is left alone. */
static void test_wipe_linked(void **state)
{
	static const char *const names[] = { "header", "store.db", "config", "ballast" };
	struct profile *profile = *state;
	struct store *store = create_with_bob(profile);
	const struct store_door_ops *ops = profile->door->ops;
	g_autofree char *copies = g_dir_make_tmp("sotto-copies-XXXXXX", NULL);
	char *before[G_N_ELEMENTS(names)], *config = profile_file(profile, "config");
	g_autofree char *secret = NULL, *other = NULL;

	assert_true(put(store, 1, "x", NULL));
	store->ops->close(store);
	assert_true(g_file_set_contents(config, "theme = dark\n", -1, NULL));
	assert_null(ops->other_names(profile->door, true));
	assert_null(ops->other_names(profile->door, false));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *copy = g_build_filename(copies, names[i], NULL);
		char *path = profile_file(profile, names[i]);

		assert_int_equal(link(path, copy), 0);
		assert_true(g_file_get_contents(copy, &before[i], NULL, NULL));
		g_free(path);
	}
	secret = ops->other_names(profile->door, true);
	other = ops->other_names(profile->door, false);
	assert_string_equal(secret, "store.db, header");
	assert_string_equal(other, "ballast, config");
	assert_true(ops->wipe(profile->door, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *copy = g_build_filename(copies, names[i], NULL);
		g_autofree char *after = read_file(copy);

		assert_int_equal(memcmp(before[i], after, 13) == 0, i >= 2);
		assert_int_equal(unlink(copy), 0);
		g_free(before[i]);
	}
	assert_int_equal(rmdir(copies), 0);
	g_free(config);
}

/* -- no plaintext on the disk ----------------------------------------------------------------- */

static bool folder_has(const char *folder, const char *canary)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	bool has = false;

	while ((name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL), *data = NULL;
		size_t size = 0;

		assert_true(g_file_get_contents(path, &data, &size, NULL));
		has = has || memmem(data, size, canary, strlen(canary));
		g_free(data);
		g_free(path);
	}
	g_dir_close(dir);
	return has;
}

static void test_canary(void **state)
{
	static const char canary[] = "CANARY-in-the-mine-7719";
	struct profile *profile = *state;
	struct contact contact = { .address = (char *)(uintptr_t) "bob",
				   .alias = (char *)(uintptr_t)canary };
	struct store *store = create_with_bob(profile);
	char *filler = g_strnfill(2000, '.'), *body = g_strconcat(filler, canary, NULL);

	assert_true(put(store, 1, canary, NULL));
	assert_true(put(store, 2, body, NULL));
	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->contact_put(store, &contact, NULL));
	assert_true(store->ops->draft_put(store, "bob", canary, NULL));
	assert_true(store->ops->commit(store, NULL));
	assert_false(folder_has(profile->folder, canary));
	store->ops->close(store);
	assert_false(folder_has(profile->folder, canary));
	/* The control: in a database in the clear the same search finds it. */
	char *path = profile_file(profile, "plain.db");
	char *sql = g_strdup_printf("CREATE TABLE t (a); INSERT INTO t VALUES ('%s')", canary);
	sqlite3 *plain = NULL;
	assert_int_equal(sqlite3_open(path, &plain), SQLITE_OK);
	assert_int_equal(sqlite3_exec(plain, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(plain);
	assert_true(folder_has(profile->folder, canary));
	g_free(sql);
	g_free(path);
	g_free(body);
	g_free(filler);
}

static void test_versions(void **state)
{
	char **versions = vault_versions();

	(void)state;
	assert_true(g_str_has_prefix(versions[0], "SQLCipher "));
	assert_string_not_equal(versions[0], "SQLCipher unknown");
	assert_true(g_str_has_prefix(versions[1], "SQLite "));
	assert_null(versions[2]);
	g_strfreev(versions);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),	  TEST(test_modes),
		TEST(test_lock),	  TEST(test_change),
		TEST(test_lost_database), TEST(test_lost_header), TEST(test_unfinished),
		TEST(test_unfinished),
		TEST(test_damaged_pages), TEST(test_foreign_database),
		TEST(test_put_back),	  TEST(test_wipe), TEST(test_wipe_linked),
		TEST(test_canary),	  TEST(test_versions),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}

/* The keys of bodies that will go: slots overwritten in place, with the profile's key and without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/appclock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "storage/clock_file.h"
#include "storage/expiry_vault.h"
#include "tests/support/profile.h"
#include "tests/support/still_clock.h"
#include "tests/support/store_suite.h"

enum { HOUR = 3600, HOUR_MS = HOUR * 1000 };

struct fixture {
	char *folder;
	char *path;
	struct secret *key;
	struct expiry_vault *vault;
};

static void reopen(struct fixture *fixture)
{
	expiry_vault_close(fixture->vault);
	fixture->vault = expiry_vault_open(fixture->path, fixture->key, NULL);
	assert_non_null(fixture->vault);
}

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "vault", NULL);
	fixture->key = secret_new_random(32, NULL);
	reopen(fixture);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	expiry_vault_close(fixture->vault);
	unlink(fixture->path);
	rmdir(fixture->folder);
	secret_free(fixture->key);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

static void commit(struct fixture *fixture)
{
	assert_true(expiry_vault_prepare(fixture->vault, NULL));
	expiry_vault_settle(fixture->vault, true);
}

static int64_t own(struct fixture *fixture)
{
	int64_t id = 0;

	assert_true(expiry_vault_own(fixture->vault, &id, NULL));
	assert_true(id > 0);
	return id;
}

static int64_t bucket(struct fixture *fixture, int64_t deadline, int64_t seconds, bool is_memory)
{
	int64_t id = 0;

	assert_true(expiry_vault_bucket(fixture->vault, deadline, seconds, is_memory, &id, NULL));
	return id;
}

/* The key's bytes, kept; NULL when it is dead. */
static struct secret *key_of(struct fixture *fixture, int64_t id)
{
	const struct secret *key = expiry_vault_key(fixture->vault, id);

	return key ? secret_copy(key, NULL) : NULL;
}

static void test_own(void **state)
{
	struct fixture *fixture = *state;
	int64_t ids[100];
	struct secret *first;

	for (int i = 0; i < 100; i++)
		ids[i] = own(fixture);
	commit(fixture);
	first = key_of(fixture, ids[0]);
	reopen(fixture);
	struct secret *again = key_of(fixture, ids[0]);
	assert_true(secret_equal(first, again));
	secret_free(first);
	secret_free(again);
	assert_int_equal(expiry_vault_next(fixture->vault), 0);
	for (int i = 0; i < 50; i++)
		expiry_vault_drop(fixture->vault, ids[i]);
	commit(fixture);
	reopen(fixture);
	for (int i = 0; i < 100; i++)
		assert_true((expiry_vault_key(fixture->vault, ids[i]) != NULL) == (i >= 50));
	/* What was never committed is nowhere. */
	int64_t undone = own(fixture);
	expiry_vault_drop(fixture->vault, ids[60]);
	expiry_vault_settle(fixture->vault, false);
	assert_null(expiry_vault_key(fixture->vault, undone));
	assert_non_null(expiry_vault_key(fixture->vault, ids[60]));
}

static void test_buckets(void **state)
{
	struct fixture *fixture = *state;
	int64_t base = 1000 * (int64_t)HOUR_MS;
	int64_t a = bucket(fixture, base + 1, HOUR, false);

	/* An hour's buckets are 112 s wide: 1 / 32, at least a minute. */
	assert_true(bucket(fixture, base + 2, HOUR, false) == a);
	assert_true(bucket(fixture, base + HOUR_MS, HOUR, false) != a);
	commit(fixture);
	int64_t next = expiry_vault_next(fixture->vault);
	assert_true(next > base && next <= base + 1 + 113 * 1000);
	/* A bucket's key doesn't go with one of its bodies. */
	expiry_vault_drop(fixture->vault, a);
	commit(fixture);
	assert_non_null(expiry_vault_key(fixture->vault, a));
	assert_true(expiry_vault_expire(fixture->vault, next - 1, NULL));
	assert_non_null(expiry_vault_key(fixture->vault, a));
	assert_int_equal(expiry_vault_due(fixture->vault, next), 1);
	assert_true(expiry_vault_expire(fixture->vault, next, NULL));
	assert_null(expiry_vault_key(fixture->vault, a));
	reopen(fixture);
	assert_null(expiry_vault_key(fixture->vault, a));
}

static void test_memory_only(void **state)
{
	struct fixture *fixture = *state;
	int64_t id = bucket(fixture, 5000, 60, true);

	commit(fixture);
	assert_non_null(expiry_vault_key(fixture->vault, id));
	assert_int_equal(access(fixture->path, F_OK), -1);
	reopen(fixture);
	assert_null(expiry_vault_key(fixture->vault, id));
}

/* No old version of a slot is anywhere in the file; the control: before its death it is. */
static void test_overwritten_in_place(void **state)
{
	struct fixture *fixture = *state;
	int64_t id = bucket(fixture, 5000, 60, false);
	char *before, *after;
	gsize bytes, now;

	commit(fixture);
	assert_true(g_file_get_contents(fixture->path, &before, &bytes, NULL));
	assert_non_null(memmem(before, bytes, &id, sizeof(id)));
	assert_true(expiry_vault_expire(fixture->vault, INT64_MAX, NULL));
	assert_true(g_file_get_contents(fixture->path, &after, &now, NULL));
	assert_int_equal(bytes, now);
	for (gsize i = 0; i < now; i++)
		assert_int_equal(after[i], 0);
	g_free(before);
	g_free(after);
}

/* Either copy of a torn slot is enough; both gone is a dead key. */
static void test_torn(void **state)
{
	struct fixture *fixture = *state;
	int64_t id = own(fixture);
	char *data;
	gsize bytes;

	commit(fixture);
	for (int copy = 0; copy < 3; copy++) {
		assert_true(g_file_get_contents(fixture->path, &data, &bytes, NULL));
		assert_int_equal(bytes, 8192);
		if (copy != 1)
			memset(data + 40, 0x55, 30);
		if (copy != 0)
			memset(data + 4096 + 40, 0x55, 30);
		char *whole = g_strdup(fixture->path);
		char *torn = g_strconcat(whole, ".torn", NULL);
		assert_true(g_file_set_contents(torn, data, (gssize)bytes, NULL));
		struct expiry_vault *vault = expiry_vault_open(torn, fixture->key, NULL);
		assert_true((expiry_vault_key(vault, id) != NULL) == (copy < 2));
		expiry_vault_close(vault);
		unlink(torn);
		g_free(torn);
		g_free(whole);
		g_free(data);
	}
}

static void test_without_key(void **state)
{
	struct fixture *fixture = *state;
	int64_t soon = bucket(fixture, 50000, 60, false);
	int64_t later = bucket(fixture, 10 * HOUR_MS, 60, false);
	int64_t unread = own(fixture), next = 0;

	commit(fixture);
	assert_true(expiry_vault_expire_file(fixture->path, 1, &next, NULL));
	assert_int_equal(next, 60000);
	assert_true(expiry_vault_expire_file(fixture->path, 60000, &next, NULL));
	assert_true(next == 10 * HOUR_MS);
	reopen(fixture);
	assert_null(expiry_vault_key(fixture->vault, soon));
	assert_non_null(expiry_vault_key(fixture->vault, later));
	assert_non_null(expiry_vault_key(fixture->vault, unread));
	assert_true(expiry_vault_expire_file("/nowhere/vault", 1, &next, NULL));
	assert_int_equal(next, 0);
}

static void test_clock_file(void **state)
{
	struct fixture *fixture = *state;
	struct clock_record now = { { .time = 5, .wall = 6, .boot = 7, .boot_id = "a" }, 0 }, saved;
	char *path = g_build_filename(fixture->folder, "clock", NULL);
	struct secret *other = secret_new_random(32, NULL);

	assert_false(clock_file_read(path, fixture->key, &saved));
	for (now.time.time = 5; now.time.time < 10; now.time.time++, now.commits++)
		assert_true(clock_file_write(path, fixture->key, &now, false, NULL));
	assert_true(clock_file_read(path, fixture->key, &saved));
	assert_true(saved.time.time == 9 && saved.time.wall == 6 && saved.time.boot == 7);
	assert_true(saved.commits == 4);
	assert_true(clock_file_read(path, NULL, &saved));
	assert_false(clock_file_read(path, other, &saved));
	secret_free(other);
	unlink(path);
	g_free(path);
}

/* -- through the store ---------------------------------------------------------------------- */

static char *body_of(struct store *store, const char *id)
{
	struct message *message = NULL;

	assert_true(store->ops->message_get(store, "bob", id, &message, NULL));
	char *body = message && message->body ? g_strdup(message->body) : NULL;
	message_free(message);
	return body;
}

/* Read on a screen, a short-lived body doesn't outlive the lock; read headless it lives to its
 * deadline. */
static void test_short_timers(void **state)
{
	(void)state;
	for (int is_interface = 0; is_interface < 2; is_interface++) {
		struct profile profile;
		struct message message;
		bool is_new;

		profile_init(&profile);
		struct store *store = profile_create(&profile);
		if (is_interface)
			store->ops->expiry->keep_short(store);
		assert_true(store->ops->begin(store, NULL));
		store_suite_contact(store, "bob");
		store_suite_message(&message, "bob", 1, DIRECTION_IN, "a minute");
		message.expire_seconds = 60;
		assert_true(store->ops->message_put(store, &message, &is_new, NULL));
		assert_true(store->ops->commit(store, NULL));
		assert_true(store->ops->begin(store, NULL));
		assert_true(store->ops->message_read(store, "bob", message.seq, 5, 100000, false,
						     NULL));
		assert_true(store->ops->commit(store, NULL));
		char *body = body_of(store, message.id);
		assert_string_equal(body, "a minute");
		g_free(body);
		store->ops->close(store);
		store = profile_open(&profile, "word", NULL);
		body = body_of(store, message.id);
		assert_true((body != NULL) == !is_interface);
		g_free(body);
		store->ops->close(store);
		message_clear(&message);
		profile_clear(&profile);
	}
}

/* A locked process lets the keys die, by the clock's record alone. */
static void test_locked(void **state)
{
	struct profile profile;
	struct message message;
	struct apptime now;
	int64_t wait = 0;
	bool is_new;

	(void)state;
	profile_init(&profile);
	struct store *store = profile_create(&profile);
	apptime_read(clock_system(), &now);
	now.time = now.wall;
	assert_true(store->ops->begin(store, NULL));
	store_suite_contact(store, "bob");
	store_suite_message(&message, "bob", 1, DIRECTION_IN, "an hour");
	message.expire_seconds = HOUR;
	message.expires_at = now.time + HOUR_MS;
	assert_true(store->ops->message_put(store, &message, &is_new, NULL));
	assert_true(store->ops->expiry->clock_put(store, &now, NULL));
	assert_true(store->ops->commit(store, NULL));
	store->ops->close(store);
	assert_true(profile.door->ops->expire(profile.door, &wait, NULL));
	assert_true(wait > HOUR_MS - 1000 && wait <= HOUR_MS + 120 * 1000);
	/* Two hours pass while it is locked: the record was of two hours ago. */
	store = profile_open(&profile, "word", NULL);
	char *body = body_of(store, message.id);
	assert_string_equal(body, "an hour");
	g_free(body);
	now.time += 2 * HOUR_MS;
	assert_true(store->ops->expiry->clock_put(store, &now, NULL));
	store->ops->close(store);
	assert_true(profile.door->ops->expire(profile.door, &wait, NULL));
	assert_int_equal(wait, 0);
	store = profile_open(&profile, "word", NULL);
	assert_null(body_of(store, message.id));
	store->ops->close(store);
	message_clear(&message);
	profile_clear(&profile);
}

/* The slot in which ID is once more, sealed for slot NUMBER with DEADLINE. */
static void put_again(struct fixture *fixture, int64_t id, uint8_t number, int64_t deadline)
{
	g_autofree char *data = NULL;
	gsize bytes;
	uint8_t slot[128] = { 0 };
	static const uint8_t key[32] = { 1 };
	const uint8_t tail[8] = { number, 0, 0, 0, 's', 'k', 'v', '1' };

	memcpy(slot, &deadline, sizeof(deadline));
	memcpy(slot + 8, &id, sizeof(id));
	memcpy(slot + 16, tail, sizeof(tail));
	crypto_rest_seal(secret_peek(fixture->key), slot, 24, key, sizeof(key), slot + 24);
	assert_true(g_file_get_contents(fixture->path, &data, &bytes, NULL));
	memcpy(data + (size_t)number * sizeof(slot), slot, sizeof(slot));
	assert_true(g_file_set_contents(fixture->path, data, (gssize)bytes, NULL));
}

/* A file put together from older ones: the first of a name counts, and all that is due goes. */
static void test_put_together(void **state)
{
	struct fixture *fixture = *state;
	int64_t id = own(fixture);

	commit(fixture);
	put_again(fixture, id, 20, 0);
	put_again(fixture, id, 21, HOUR_MS);
	put_again(fixture, -5, 22, HOUR_MS);
	put_again(fixture, 5, 23, -1);
	put_again(fixture, 7, 24, HOUR_MS);
	put_again(fixture, 8, 25, HOUR_MS);
	reopen(fixture);
	assert_non_null(expiry_vault_key(fixture->vault, id));
	assert_null(expiry_vault_key(fixture->vault, -5));
	assert_null(expiry_vault_key(fixture->vault, 5));
	assert_int_equal(expiry_vault_due(fixture->vault, HOUR_MS), 2);
	assert_true(expiry_vault_expire(fixture->vault, HOUR_MS, NULL));
	assert_null(expiry_vault_key(fixture->vault, 7));
	assert_null(expiry_vault_key(fixture->vault, 8));
	expiry_vault_drop(fixture->vault, id);
	expiry_vault_settle(fixture->vault, true);
	assert_null(expiry_vault_key(fixture->vault, id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_buckets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overwritten_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_put_together, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_file, setup, teardown),
		cmocka_unit_test(test_short_timers),
		cmocka_unit_test(test_locked),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("expiry_vault", tests, NULL, NULL);
}

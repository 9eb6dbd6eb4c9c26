/* Two parties with stores in memory; every promise of core/ratchet.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/error.h"
#include "core/ratchet.h"
#include "core/ratchet_record.h"
#include "core/secret.h"
#include "core/store.h"
#include "tests/support/fake_store.h"

#define DAY (24 * 60 * 60 * (int64_t)1000)

struct still_clock {
	struct clock clock;
	int64_t wall;
};

struct party {
	const char *address;
	uint32_t device;
	struct store *store;
	struct ratchet *ratchet;
	struct still_clock *clock;
};

struct pair {
	struct still_clock clock;
	struct party alice;
	struct party bob;
};

static int64_t still_wall(const struct clock *clock)
{
	return ((const struct still_clock *)clock)->wall;
}

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		GError *error = NULL;                                                              \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, error ? error->message : "no error");            \
		assert_null(error);                                                                \
	} while (0)

#define assert_error(call, expected)                                                               \
	do {                                                                                       \
		GError *error = NULL;                                                              \
		assert_false(call);                                                                \
		assert_non_null(error);                                                            \
		if (!error_is(error, expected))                                                    \
			fail_msg("%s: %s", #call, error->message);                                 \
		assert_true(strlen(error->message) > 10);                                          \
		g_error_free(error);                                                               \
	} while (0)

static void begin(struct party *party)
{
	assert_ok(party->store->ops->begin(party->store, &error));
}

static void commit(struct party *party)
{
	assert_ok(ratchet_flush(party->ratchet, &error));
	assert_ok(party->store->ops->commit(party->store, &error));
}

static void rollback(struct party *party)
{
	party->store->ops->rollback(party->store);
	ratchet_forget(party->ratchet);
}

static void party_init(struct party *party, const char *address, uint32_t device,
		       struct still_clock *clock)
{
	party->address = address;
	party->device = device;
	party->clock = clock;
	party->store = fake_store_new();
	begin(party);
	assert_ok(ratchet_create(party->store, &clock->clock, &error));
	assert_ok(party->store->ops->commit(party->store, &error));
	party->ratchet = NULL;
	assert_ok((party->ratchet = ratchet_new(party->store, &clock->clock, &error)) != NULL);
}

static void party_clear(struct party *party)
{
	ratchet_free(party->ratchet);
	party->store->ops->close(party->store);
}

static int setup(void **state)
{
	struct pair *pair = g_new0(struct pair, 1);

	pair->clock.clock.wall = still_wall;
	pair->clock.wall = 1700000000000;
	party_init(&pair->alice, "alice", 11, &pair->clock);
	party_init(&pair->bob, "bob", G_MAXINT32, &pair->clock);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	party_clear(&pair->alice);
	party_clear(&pair->bob);
	g_free(pair);
	return 0;
}

/* OTHER's device on PARTY's record, with its key, or with KEY. */
static void put_device(struct party *party, const struct party *other, const uint8_t *key)
{
	struct device row = {
		.address = (char *)other->address,
		.id = other->device,
		.has_key = true,
		.is_active = true,
		.trust = TRUST_TRUSTED,
	};

	if (key)
		memcpy(row.key, key, sizeof(row.key));
	else
		ratchet_identity(other->ratchet, row.key);
	begin(party);
	assert_ok(party->store->ops->device_put(party->store, &row, &error));
	commit(party);
}

static void take_bundle(struct party *party, struct bundle *bundle)
{
	assert_ok(ratchet_bundle(party->ratchet, bundle, &error));
	bundle->device = party->device;
}

static void start(struct party *party, struct party *other)
{
	struct bundle bundle;

	take_bundle(other, &bundle);
	put_device(party, other, NULL);
	begin(party);
	assert_ok(ratchet_start(party->ratchet, other->address, &bundle, &error));
	commit(party);
	bundle_clear(&bundle);
}

static GBytes *seal(struct party *from, struct party *to, const char *text, bool *is_prekey)
{
	GBytes *sealed = NULL;

	begin(from);
	assert_ok((sealed = ratchet_seal(from->ratchet, to->address, to->device, text, strlen(text),
					 is_prekey, &error)) != NULL);
	commit(from);
	return sealed;
}

static gboolean try_open(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
			 struct ratchet_opened *opened, GError **error)
{
	return ratchet_open(to->ratchet, from->address, from->device,
			    g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), is_prekey,
			    opened, error);
}

static void expect(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		   const char *text)
{
	struct ratchet_opened opened;
	uint8_t key[CONTACT_KEY_BYTES];

	begin(to);
	assert_ok(try_open(to, from, sealed, is_prekey, &opened, &error));
	commit(to);
	assert_int_equal(opened.bytes, strlen(text));
	assert_memory_equal(opened.data, text, opened.bytes);
	assert_int_equal(opened.is_prekey, is_prekey);
	ratchet_identity(from->ratchet, key);
	assert_memory_equal(opened.identity, key, sizeof(key));
	ratchet_opened_clear(&opened);
}

static void say(struct party *from, struct party *to, const char *text, bool expect_prekey)
{
	bool is_prekey = !expect_prekey;
	g_autoptr(GBytes) sealed = seal(from, to, text, &is_prekey);

	assert_int_equal(is_prekey, expect_prekey);
	expect(to, from, sealed, is_prekey, text);
}

/* A session both ways. */
static void introduce(struct pair *pair)
{
	start(&pair->alice, &pair->bob);
	say(&pair->alice, &pair->bob, "hello", true);
	put_device(&pair->bob, &pair->alice, NULL);
	say(&pair->bob, &pair->alice, "hello yourself", false);
}

static GBytes *session_of(struct party *party, struct party *other)
{
	GBytes *record = NULL;

	assert_ok(party->store->ops->session_get(party->store, other->address, other->device,
						 &record, &error));
	assert_non_null(record);
	return record;
}

/* -- life and keys ---------------------------------------------------------------------------- */

static void test_create(void **state)
{
	struct pair *pair = *state;
	struct store *empty = fake_store_new();
	uint8_t key[CONTACT_KEY_BYTES];
	struct bundle bundle;

	ratchet_identity(pair->alice.ratchet, key);
	assert_int_equal(key[0], 5);
	take_bundle(&pair->alice, &bundle);
	assert_memory_equal(bundle.identity, key, sizeof(key));
	assert_int_equal(bundle.prekey_count, BUNDLE_PREKEYS);
	for (size_t i = 0; i < bundle.prekey_count; i++) {
		assert_int_equal(bundle.prekeys[i].key[0], 5);
		assert_in_range(bundle.prekeys[i].id, 1, 0xfffffe);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(bundle.prekeys[i].id, bundle.prekeys[j].id);
	}
	bundle_clear(&bundle);
	assert_error(ratchet_new(empty, &pair->clock.clock, &error), ERROR_DAMAGED);
	empty->ops->close(empty);
	begin(&pair->alice);
	assert_error(ratchet_create(pair->alice.store, &pair->clock.clock, &error), ERROR_EXISTS);
	rollback(&pair->alice);
}

static void test_damaged_identity(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	g_autoptr(GBytes) value = NULL;
	g_autoptr(GBytes) broken = NULL;
	g_autofree uint8_t *copy = NULL;

	assert_ok(alice->store->ops->setting_get(alice->store, "identity", &value, &error));
	copy = g_memdup2(g_bytes_get_data(value, NULL), g_bytes_get_size(value));
	copy[g_bytes_get_size(value) - 5] ^= 1; /* of the private half */
	broken = g_bytes_new(copy, g_bytes_get_size(value));
	begin(alice);
	assert_ok(alice->store->ops->setting_put(alice->store, "identity", broken, &error));
	commit(alice);
	assert_error(ratchet_new(alice->store, &pair->clock.clock, &error), ERROR_DAMAGED);
}

static void test_reopen(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;

	introduce(pair);
	ratchet_free(bob->ratchet);
	bob->ratchet = NULL;
	assert_ok((bob->ratchet = ratchet_new(bob->store, &pair->clock.clock, &error)) != NULL);
	say(&pair->alice, bob, "still there?", false);
	say(bob, &pair->alice, "still there.", false);
}

static void test_used_prekey(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	struct bundle before;
	struct bundle after;
	unsigned missing = 0;
	uint32_t used = 0;
	bool changed = true;
	struct key_row *row = NULL;

	begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	commit(bob);
	assert_false(changed);
	take_bundle(bob, &before);
	introduce(pair);
	begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	commit(bob);
	assert_true(changed);
	take_bundle(bob, &after);
	assert_int_equal(after.prekey_count, BUNDLE_PREKEYS);
	assert_int_equal(after.signed_id, before.signed_id);
	for (size_t i = 0; i < before.prekey_count; i++) {
		size_t j = 0;

		while (j < after.prekey_count && after.prekeys[j].id != before.prekeys[i].id)
			j++;
		if (j == after.prekey_count) {
			missing++;
			used = before.prekeys[i].id;
		}
	}
	assert_int_equal(missing, 1);
	assert_ok(bob->store->ops->key_get(bob->store, KEY_PREKEY, used, &row, &error));
	assert_non_null(row);
	assert_int_equal(row->used_at, pair->clock.wall);
	key_row_free(row);
	bundle_clear(&before);
	bundle_clear(&after);
}

static bool refresh(struct party *party)
{
	bool changed = false;

	begin(party);
	assert_ok(ratchet_refresh(party->ratchet, &changed, &error));
	commit(party);
	return changed;
}

static void drop(struct party *party, struct party *other)
{
	begin(party);
	assert_ok(ratchet_drop(party->ratchet, other->address, other->device, &error));
	commit(party);
}

static void refuse(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		   enum error code)
{
	struct ratchet_opened opened;

	begin(to);
	assert_error(try_open(to, from, sealed, is_prekey, &opened, &error), code);
	assert_null(opened.data);
	commit(to);
}

/* Both must hold before a used prekey's private half goes: 24 hours, and two publications. */
static void test_used_prekey_deleted(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	start(alice, bob);
	sealed = seal(alice, bob, "again", &is_prekey);
	expect(bob, alice, sealed, true, "again");
	refuse(bob, alice, sealed, true, ERROR_DUPLICATE);
	assert_true(refresh(bob));
	pair->clock.wall += 2 * DAY;
	assert_false(refresh(bob));
	/* Without its session the message, come again, shows whether the prekey is still there. */
	drop(bob, alice);
	expect(bob, alice, sealed, true, "again");
	drop(bob, alice);
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
	assert_true(refresh(bob));
	expect(bob, alice, sealed, true, "again");
	drop(bob, alice);
	assert_false(refresh(bob));
	refuse(bob, alice, sealed, true, ERROR_CRYPTO);
}

static void test_used_prekey_kept_a_day(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	start(alice, bob);
	sealed = seal(alice, bob, "again", &is_prekey);
	for (int i = 0; i < 4; i++) {
		start(alice, bob);
		expect(bob, alice, sealed, true, "again");
		drop(bob, alice);
		say(alice, bob, "another", true);
		drop(bob, alice);
		assert_true(refresh(bob));
	}
	pair->clock.wall += DAY - 1;
	assert_false(refresh(bob));
	expect(bob, alice, sealed, true, "again");
	drop(bob, alice);
	pair->clock.wall += 1;
	assert_false(refresh(bob));
	refuse(bob, alice, sealed, true, ERROR_CRYPTO);
}

/* The publications are counted from the last one that a prekey was in, not from its first. */
static void test_old_prekey_used(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	for (int i = 0; i < 3; i++) {
		pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
		assert_true(refresh(bob));
	}
	start(alice, bob);
	sealed = seal(alice, bob, "again", &is_prekey);
	expect(bob, alice, sealed, true, "again");
	drop(bob, alice);
	assert_true(refresh(bob));
	pair->clock.wall += 2 * DAY;
	assert_false(refresh(bob));
	expect(bob, alice, sealed, true, "again");
}

static void test_signed_rotation(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	struct ratchet_opened opened;
	struct bundle first;
	struct bundle second;
	bool changed;
	bool is_prekey;
	g_autoptr(GBytes) early = NULL;
	g_autoptr(GBytes) late = NULL;

	take_bundle(bob, &first);
	start(alice, bob);
	early = seal(alice, bob, "early", &is_prekey);
	late = seal(alice, bob, "late", &is_prekey);
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY - 1;
	begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	assert_false(changed);
	pair->clock.wall += 1;
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	commit(bob);
	assert_true(changed);
	take_bundle(bob, &second);
	assert_int_not_equal(first.signed_id, second.signed_id);
	assert_memory_not_equal(first.signed_key, second.signed_key, CONTACT_KEY_BYTES);
	expect(bob, alice, early, true, "early");
	begin(bob);
	assert_ok(ratchet_drop(bob->ratchet, alice->address, alice->device, &error));
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	assert_true(changed);
	assert_error(try_open(bob, alice, late, true, &opened, &error), ERROR_CRYPTO);
	/* A clock that was set back: the key from the future is replaced, not kept for ever. */
	pair->clock.wall -= 100 * DAY;
	assert_ok(ratchet_refresh(bob->ratchet, &changed, &error));
	assert_true(changed);
	commit(bob);
	bundle_clear(&first);
	bundle_clear(&second);
}

/* -- sealing and opening ---------------------------------------------------------------------- */

static void test_conversation(void **state)
{
	struct pair *pair = *state;

	introduce(pair);
	for (int i = 0; i < 20; i++) {
		say(&pair->alice, &pair->bob, "ping", false);
		say(&pair->bob, &pair->alice, "pong", false);
		say(&pair->bob, &pair->alice, "pong again", false);
	}
}

static void test_no_session(void **state)
{
	struct pair *pair = *state;
	struct ratchet_opened opened;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	assert_false(ratchet_has_session(pair->alice.ratchet, "bob", pair->bob.device));
	begin(&pair->alice);
	assert_error(ratchet_seal(pair->alice.ratchet, "bob", 7, "x", 1, &is_prekey, &error),
		     ERROR_NO_SESSION);
	assert_error(ratchet_seal(pair->alice.ratchet, "bob", 0, "x", 1, &is_prekey, &error),
		     ERROR_FORMAT);
	rollback(&pair->alice);
	introduce(pair);
	assert_true(ratchet_has_session(pair->alice.ratchet, "bob", pair->bob.device));
	sealed = seal(&pair->alice, &pair->bob, "x", &is_prekey);
	begin(&pair->bob);
	assert_ok(ratchet_drop(pair->bob.ratchet, "alice", pair->alice.device, &error));
	assert_error(try_open(&pair->bob, &pair->alice, sealed, false, &opened, &error),
		     ERROR_NO_SESSION);
	commit(&pair->bob);
	assert_false(ratchet_has_session(pair->bob.ratchet, "alice", pair->alice.device));
}

static void test_order_and_duplicates(void **state)
{
	struct pair *pair = *state;
	GBytes *sealed[10];
	struct ratchet_opened opened;
	bool is_prekey;
	char text[] = "0";

	introduce(pair);
	for (int i = 0; i < 10; i++) {
		text[0] = (char)('0' + i);
		sealed[i] = seal(&pair->alice, &pair->bob, text, &is_prekey);
	}
	for (int i = 9; i >= 0; i--) {
		text[0] = (char)('0' + i);
		expect(&pair->bob, &pair->alice, sealed[i], false, text);
	}
	begin(&pair->bob);
	for (int i = 0; i < 10; i++) {
		assert_error(try_open(&pair->bob, &pair->alice, sealed[i], false, &opened, &error),
			     ERROR_DUPLICATE);
		assert_null(opened.data);
		g_bytes_unref(sealed[i]);
	}
	commit(&pair->bob);
}

static void test_far_ahead(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct ratchet_opened opened;
	GBytes *far = NULL;
	GBytes *too_far = NULL;
	bool is_prekey;

	introduce(pair);
	begin(alice);
	for (int i = 0; i <= RATCHET_SKIPPED_MAX + 100; i++) {
		GBytes *sealed = NULL;

		assert_ok((sealed = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "x", 1,
						 &is_prekey, &error)) != NULL);
		if (i == RATCHET_SKIPPED_MAX)
			far = sealed;
		else if (i == RATCHET_SKIPPED_MAX + 1)
			too_far = sealed;
		else
			g_bytes_unref(sealed);
	}
	commit(alice);
	begin(&pair->bob);
	assert_error(try_open(&pair->bob, alice, too_far, false, &opened, &error), ERROR_CRYPTO);
	commit(&pair->bob);
	expect(&pair->bob, alice, far, false, "x");
	expect(&pair->bob, alice, too_far, false, "x");
	g_bytes_unref(far);
	g_bytes_unref(too_far);
}

/* Any flipped byte is refused, and the genuine message opens all the same. */
static void test_forged(void **state)
{
	struct pair *pair = *state;
	bool is_prekey[2];
	GBytes *sealed[2];

	start(&pair->alice, &pair->bob);
	sealed[0] = seal(&pair->alice, &pair->bob, "genuine", &is_prekey[0]);
	for (int round = 0; round < 2; round++) {
		gsize bytes = 0;
		const uint8_t *data = g_bytes_get_data(sealed[round], &bytes);

		assert_int_equal(is_prekey[round], round == 0);
		for (gsize i = 0; i <= bytes; i++) {
			g_autofree uint8_t *copy = g_memdup2(data, bytes);
			struct ratchet_opened opened;
			GError *error = NULL;
			gsize kept = bytes;

			if (i == bytes)
				kept = bytes / 2;
			else
				copy[i] ^= 0x40;
			begin(&pair->bob);
			if (ratchet_open(pair->bob.ratchet, "alice", pair->alice.device, copy, kept,
					 is_prekey[round], &opened, &error)) {
				/* The registration id in a prekey message isn't authenticated. */
				assert_int_equal(round, 0);
				assert_memory_equal(opened.data, "genuine", 7);
				ratchet_opened_clear(&opened);
			} else {
				assert_true(error_is(error, ERROR_CRYPTO));
				assert_null(opened.data);
				assert_int_equal(opened.identity[0], 0);
				g_error_free(error);
			}
			rollback(&pair->bob);
		}
		expect(&pair->bob, &pair->alice, sealed[round], is_prekey[round],
		       round ? "genuine too" : "genuine");
		if (round == 0) {
			put_device(&pair->bob, &pair->alice, NULL);
			say(&pair->bob, &pair->alice, "go on", false);
			sealed[1] = seal(&pair->alice, &pair->bob, "genuine too", &is_prekey[1]);
		}
		g_bytes_unref(sealed[round]);
	}
}

/* A failed open leaves the cache as it was, without any rollback. */
static void test_failed_open_changes_nothing(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	g_autoptr(GBytes) sealed = NULL;
	g_autoptr(GBytes) broken = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autofree uint8_t *copy = NULL;
	struct ratchet_opened opened;
	bool is_prekey;

	introduce(pair);
	sealed = seal(&pair->alice, bob, "text", &is_prekey);
	copy = g_memdup2(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
	copy[g_bytes_get_size(sealed) - 1] ^= 1;
	broken = g_bytes_new(copy, g_bytes_get_size(sealed));
	before = session_of(bob, &pair->alice);
	begin(bob);
	assert_error(try_open(bob, &pair->alice, broken, false, &opened, &error), ERROR_CRYPTO);
	assert_error(try_open(bob, &pair->alice, broken, true, &opened, &error), ERROR_CRYPTO);
	assert_error(try_open(bob, &pair->bob, broken, true, &opened, &error), ERROR_CRYPTO);
	/* Nothing to write: were there a write, it would fail. */
	fake_store_fail_at(bob->store, 1, ERROR_FULL);
	assert_ok(ratchet_flush(bob->ratchet, &error));
	fake_store_fail_at(bob->store, 0, ERROR_FULL);
	commit(bob);
	after = session_of(bob, &pair->alice);
	assert_true(g_bytes_equal(before, after));
	expect(bob, &pair->alice, sealed, false, "text");
}

static void test_rollback(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	g_autoptr(GBytes) first = NULL;
	g_autoptr(GBytes) second = NULL;
	bool is_prekey;

	introduce(pair);
	begin(alice);
	assert_ok((first = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "same", 4,
					&is_prekey, &error)) != NULL);
	rollback(alice);
	begin(alice);
	assert_ok((second = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "same", 4,
					 &is_prekey, &error)) != NULL);
	commit(alice);
	/* The very same state sealed them. */
	assert_true(g_bytes_equal(first, second));
	expect(&pair->bob, alice, second, false, "same");
}

/* The store fails at each of its calls in turn; after a rollback everything works. */
static void test_failing_store(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	struct ratchet_opened opened;
	g_autoptr(GBytes) sealed = NULL;
	bool is_prekey;
	unsigned failures = 0;

	start(&pair->alice, bob);
	sealed = seal(&pair->alice, bob, "text", &is_prekey);
	for (unsigned n = 1;; n++) {
		GError *error = NULL;
		gboolean is_done;

		begin(bob);
		fake_store_fail_at(bob->store, n, ERROR_FULL);
		is_done = try_open(bob, &pair->alice, sealed, true, &opened, &error) &&
			  ratchet_flush(bob->ratchet, &error);
		fake_store_fail_at(bob->store, 0, ERROR_FULL);
		rollback(bob);
		ratchet_opened_clear(&opened);
		if (is_done)
			break;
		failures++;
		assert_true(error_is(error, ERROR_FULL));
		g_error_free(error);
		assert_false(ratchet_has_session(bob->ratchet, "alice", pair->alice.device));
	}
	assert_in_range(failures, 5, 20);
	expect(bob, &pair->alice, sealed, true, "text");
}

/* One write for each session and transaction, however many messages. */
static void test_cache(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	unsigned calls;
	bool is_prekey;

	introduce(pair);
	begin(alice);
	calls = fake_store_calls(alice->store);
	for (int i = 0; i < 100; i++) {
		GBytes *sealed = NULL;

		assert_ok((sealed = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "x", 1,
						 &is_prekey, &error)) != NULL);
		g_bytes_unref(sealed);
	}
	assert_ok(ratchet_flush(alice->ratchet, &error));
	/* One session read, one written, a device's row looked up for each message. */
	assert_int_equal(fake_store_calls(alice->store) - calls, 102);
	commit(alice);
}

static void test_heartbeat(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	unsigned wanted = 0;

	introduce(pair);
	for (unsigned i = 0; i < 2 * RATCHET_HEARTBEAT + 10; i++) {
		struct ratchet_opened opened;
		bool is_prekey;
		g_autoptr(GBytes) sealed = seal(&pair->alice, bob, "x", &is_prekey);

		begin(bob);
		assert_ok(try_open(bob, &pair->alice, sealed, false, &opened, &error));
		commit(bob);
		if (i < RATCHET_HEARTBEAT)
			assert_false(opened.wants_heartbeat);
		if (i == RATCHET_HEARTBEAT)
			assert_true(opened.wants_heartbeat);
		if (opened.wants_heartbeat) {
			bool dummy;
			g_autoptr(GBytes) lost = seal(bob, &pair->alice, "", &dummy);

			wanted++;
		}
		ratchet_opened_clear(&opened);
	}
	/* Asked for once, and once more, as the answer was lost. */
	assert_int_equal(wanted, 2);
	say(bob, &pair->alice, "an answer", false);
	say(&pair->alice, bob, "a new chain", false);
}

/* -- identities ------------------------------------------------------------------------------- */

static void test_other_identity(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	struct party mallory;
	struct ratchet_opened opened;
	struct bundle bundle;
	uint8_t key[CONTACT_KEY_BYTES];
	uint8_t other[CONTACT_KEY_BYTES];
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;
	g_autoptr(GBytes) ordinary = NULL;
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;

	party_init(&mallory, "alice", alice->device, &pair->clock);
	introduce(pair);
	before = session_of(bob, alice);
	start(&mallory, bob);
	sealed = seal(&mallory, bob, "it's me, alice", &is_prekey);
	begin(bob);
	assert_error(try_open(bob, &mallory, sealed, true, &opened, &error), ERROR_TRUST);
	commit(bob);
	ratchet_identity(mallory.ratchet, key);
	assert_memory_equal(opened.identity, key, sizeof(key));
	after = session_of(bob, alice);
	assert_true(g_bytes_equal(before, after));

	/* The row changes behind the session: neither direction goes on. */
	ordinary = seal(alice, bob, "ordinary", &is_prekey);
	put_device(bob, alice, key);
	begin(bob);
	assert_error(ratchet_seal(bob->ratchet, "alice", alice->device, "x", 1, &is_prekey, &error),
		     ERROR_TRUST);
	assert_error(try_open(bob, alice, ordinary, false, &opened, &error), ERROR_TRUST);
	commit(bob);
	ratchet_identity(alice->ratchet, other);
	assert_memory_equal(opened.identity, other, sizeof(other));
	put_device(bob, alice, NULL);
	expect(bob, alice, ordinary, false, "ordinary");

	/* A bundle with another identity, and one of a device without a row. */
	take_bundle(&mallory, &bundle);
	begin(bob);
	assert_error(ratchet_start(bob->ratchet, "alice", &bundle, &error), ERROR_TRUST);
	bundle.device = 4711;
	assert_error(ratchet_start(bob->ratchet, "alice", &bundle, &error), ERROR_TRUST);
	commit(bob);
	bundle_clear(&bundle);
	party_clear(&mallory);
}

/* What a prekey message claims doesn't count once the session stands: who sealed it does. */
static void test_claimed_identity(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct ratchet_opened opened;
	uint8_t key[CONTACT_KEY_BYTES];
	uint8_t claimed[CONTACT_KEY_BYTES];
	bool is_prekey;
	g_autofree uint8_t *copy = NULL;
	g_autoptr(GBytes) sealed = NULL;
	uint8_t *place;
	gsize bytes;

	start(alice, &pair->bob);
	say(alice, &pair->bob, "first", true);
	sealed = seal(alice, &pair->bob, "second", &is_prekey);
	assert_true(is_prekey);
	bytes = g_bytes_get_size(sealed);
	copy = g_memdup2(g_bytes_get_data(sealed, NULL), bytes);
	ratchet_identity(alice->ratchet, key);
	ratchet_identity(pair->bob.ratchet, claimed);
	place = memmem(copy, bytes, key, sizeof(key));
	assert_non_null(place);
	memcpy(place, claimed, sizeof(claimed));
	begin(&pair->bob);
	assert_ok(ratchet_open(pair->bob.ratchet, "alice", alice->device, copy, bytes, true,
			       &opened, &error));
	commit(&pair->bob);
	assert_memory_equal(opened.identity, key, sizeof(key));
	ratchet_opened_clear(&opened);
}

static void test_bad_bundle(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct bundle bundle;

	put_device(alice, &pair->bob, NULL);
	take_bundle(&pair->bob, &bundle);
	begin(alice);
	bundle.signature[10] ^= 1;
	assert_error(ratchet_start(alice->ratchet, "bob", &bundle, &error), ERROR_CRYPTO);
	bundle.signature[10] ^= 1;
	bundle.signed_key[10] ^= 1;
	assert_error(ratchet_start(alice->ratchet, "bob", &bundle, &error), ERROR_CRYPTO);
	bundle.signed_key[10] ^= 1;
	bundle.signed_key[0] = 6;
	assert_error(ratchet_start(alice->ratchet, "bob", &bundle, &error), ERROR_CRYPTO);
	bundle.signed_key[0] = 5;
	assert_false(ratchet_has_session(alice->ratchet, "bob", pair->bob.device));
	bundle.device = 0;
	assert_error(ratchet_start(alice->ratchet, "bob", &bundle, &error), ERROR_FORMAT);
	bundle.device = pair->bob.device;
	/* Foreign bundles may have a prekey 0, or run out of them. */
	bundle.prekey_count = 0;
	assert_ok(ratchet_start(alice->ratchet, "bob", &bundle, &error));
	commit(alice);
	say(alice, &pair->bob, "without a one-time prekey", true);
	bundle_clear(&bundle);
}

/* Both start at once: each opens what the other sealed, and they meet again. */
static void test_simultaneous(void **state)
{
	struct pair *pair = *state;
	bool is_prekey;
	g_autoptr(GBytes) one = NULL;
	g_autoptr(GBytes) two = NULL;

	start(&pair->alice, &pair->bob);
	start(&pair->bob, &pair->alice);
	one = seal(&pair->alice, &pair->bob, "one", &is_prekey);
	two = seal(&pair->bob, &pair->alice, "two", &is_prekey);
	expect(&pair->bob, &pair->alice, one, true, "one");
	expect(&pair->alice, &pair->bob, two, true, "two");
	for (int i = 0; i < 3; i++) {
		say(&pair->alice, &pair->bob, "ping", false);
		say(&pair->bob, &pair->alice, "pong", false);
	}
}

/* -- the look into a record ------------------------------------------------------------------- */

static void test_record(void **state)
{
	struct pair *pair = *state;
	uint8_t key[CONTACT_KEY_BYTES];
	uint8_t expected[CONTACT_KEY_BYTES];
	g_autoptr(GBytes) record = NULL;
	gsize bytes = 0;
	const uint8_t *data;

	introduce(pair);
	record = session_of(&pair->alice, &pair->bob);
	ratchet_identity(pair->bob.ratchet, expected);
	assert_true(ratchet_record_identity(record, key));
	assert_memory_equal(key, expected, sizeof(key));
	assert_false(ratchet_record_has_answered(record));
	say(&pair->alice, &pair->bob, "an answer", false);
	g_bytes_unref(record);
	record = session_of(&pair->alice, &pair->bob);
	assert_true(ratchet_record_has_answered(record));
	data = g_bytes_get_data(record, &bytes);
	/* Cut short or bent it never reads past its end (the sanitizer watches). */
	for (gsize i = 0; i < bytes; i++) {
		g_autofree uint8_t *copy = g_memdup2(data, bytes);
		g_autoptr(GBytes) cut = g_bytes_new(data, i);
		g_autoptr(GBytes) bent = NULL;

		(void)ratchet_record_identity(cut, key);
		(void)ratchet_record_has_answered(cut);
		copy[i] = 0xff;
		bent = g_bytes_new(copy, bytes);
		(void)ratchet_record_identity(bent, key);
		(void)ratchet_record_has_answered(bent);
	}
	{
		g_autoptr(GBytes) empty = g_bytes_new("", 0);

		assert_false(ratchet_record_identity(empty, key));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_create),
		TEST(test_damaged_identity),
		TEST(test_reopen),
		TEST(test_used_prekey),
		TEST(test_used_prekey_deleted),
		TEST(test_used_prekey_kept_a_day),
		TEST(test_old_prekey_used),
		TEST(test_signed_rotation),
		TEST(test_conversation),
		TEST(test_no_session),
		TEST(test_order_and_duplicates),
		TEST(test_far_ahead),
		TEST(test_forged),
		TEST(test_failed_open_changes_nothing),
		TEST(test_rollback),
		TEST(test_failing_store),
		TEST(test_cache),
		TEST(test_heartbeat),
		TEST(test_other_identity),
		TEST(test_claimed_identity),
		TEST(test_bad_bundle),
		TEST(test_simultaneous),
		TEST(test_record),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

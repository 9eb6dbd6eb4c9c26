/* Two parties with stores in memory; every promise of core/ratchet/ratchet.h about sealing and
 * opening. */
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "tests/support/leftover.h"
#include "tests/support/parties.h"
#include "tests/support/record_keys.h"

/* -- sealing and opening ---------------------------------------------------------------------- */

static void test_conversation(void **state)
{
	struct pair *pair = *state;

	pair_introduce(pair);
	for (int i = 0; i < 20; i++) {
		party_say(&pair->alice, &pair->bob, "ping", false);
		party_say(&pair->bob, &pair->alice, "pong", false);
		party_say(&pair->bob, &pair->alice, "pong again", false);
	}
}

static void test_no_session(void **state)
{
	struct pair *pair = *state;
	struct ratchet_opened opened;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	assert_false(ratchet_has_session(pair->alice.ratchet, "bob", pair->bob.device));
	party_begin(&pair->alice);
	assert_error(ratchet_seal(pair->alice.ratchet, "bob", 7, "x", 1, &is_prekey, &error),
		     ERROR_NO_SESSION);
	assert_error(ratchet_seal(pair->alice.ratchet, "bob", 0, "x", 1, &is_prekey, &error),
		     ERROR_FORMAT);
	party_rollback(&pair->alice);
	pair_introduce(pair);
	assert_true(ratchet_has_session(pair->alice.ratchet, "bob", pair->bob.device));
	sealed = party_seal(&pair->alice, &pair->bob, "x", &is_prekey);
	party_begin(&pair->bob);
	assert_ok(ratchet_drop(pair->bob.ratchet, "alice", pair->alice.device, &error));
	assert_error(party_open(&pair->bob, &pair->alice, sealed, false, &opened, &error),
		     ERROR_NO_SESSION);
	party_commit(&pair->bob);
	assert_false(ratchet_has_session(pair->bob.ratchet, "alice", pair->alice.device));
}

static void test_order_and_duplicates(void **state)
{
	struct pair *pair = *state;
	GBytes *sealed[10];
	struct ratchet_opened opened;
	bool is_prekey;
	char text[] = "0";

	pair_introduce(pair);
	for (int i = 0; i < 10; i++) {
		text[0] = (char)('0' + i);
		sealed[i] = party_seal(&pair->alice, &pair->bob, text, &is_prekey);
	}
	for (int i = 9; i >= 0; i--) {
		text[0] = (char)('0' + i);
		party_expect(&pair->bob, &pair->alice, sealed[i], false, text);
	}
	party_begin(&pair->bob);
	for (int i = 0; i < 10; i++) {
		assert_error(
			party_open(&pair->bob, &pair->alice, sealed[i], false, &opened, &error),
			ERROR_DUPLICATE);
		assert_null(opened.data);
		g_bytes_unref(sealed[i]);
	}
	party_commit(&pair->bob);
}

static void test_far_ahead(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct ratchet_opened opened;
	GBytes *far = NULL;
	GBytes *too_far = NULL;
	bool is_prekey;

	pair_introduce(pair);
	party_begin(alice);
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
	party_commit(alice);
	party_begin(&pair->bob);
	assert_error(party_open(&pair->bob, alice, too_far, false, &opened, &error), ERROR_CRYPTO);
	party_commit(&pair->bob);
	party_expect(&pair->bob, alice, far, false, "x");
	party_expect(&pair->bob, alice, too_far, false, "x");
	g_bytes_unref(far);
	g_bytes_unref(too_far);
}

/* Any flipped byte is refused, and the genuine message opens all the same. */
static void test_forged(void **state)
{
	struct pair *pair = *state;
	bool is_prekey[2];
	GBytes *sealed[2];

	party_start(&pair->alice, &pair->bob);
	sealed[0] = party_seal(&pair->alice, &pair->bob, "genuine", &is_prekey[0]);
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
			party_begin(&pair->bob);
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
			party_rollback(&pair->bob);
		}
		party_expect(&pair->bob, &pair->alice, sealed[round], is_prekey[round],
			     round ? "genuine too" : "genuine");
		if (round == 0) {
			party_meet(&pair->bob, &pair->alice, NULL);
			party_say(&pair->bob, &pair->alice, "go on", false);
			sealed[1] =
				party_seal(&pair->alice, &pair->bob, "genuine too", &is_prekey[1]);
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

	pair_introduce(pair);
	sealed = party_seal(&pair->alice, bob, "text", &is_prekey);
	copy = g_memdup2(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
	copy[g_bytes_get_size(sealed) - 1] ^= 1;
	broken = g_bytes_new(copy, g_bytes_get_size(sealed));
	before = party_session(bob, &pair->alice);
	party_begin(bob);
	assert_error(party_open(bob, &pair->alice, broken, false, &opened, &error), ERROR_CRYPTO);
	assert_error(party_open(bob, &pair->alice, broken, true, &opened, &error), ERROR_CRYPTO);
	assert_error(party_open(bob, &pair->bob, broken, true, &opened, &error), ERROR_CRYPTO);
	/* Nothing to write: were there a write, it would fail. */
	fake_store_fail_at(bob->store, 1, ERROR_FULL);
	assert_ok(ratchet_flush(bob->ratchet, &error));
	fake_store_fail_at(bob->store, 0, ERROR_FULL);
	party_commit(bob);
	after = party_session(bob, &pair->alice);
	assert_true(g_bytes_equal(before, after));
	party_expect(bob, &pair->alice, sealed, false, "text");
}

static void test_rollback(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	g_autoptr(GBytes) first = NULL;
	g_autoptr(GBytes) second = NULL;
	bool is_prekey;

	pair_introduce(pair);
	party_begin(alice);
	assert_ok((first = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "same", 4,
					&is_prekey, &error)) != NULL);
	party_rollback(alice);
	party_begin(alice);
	assert_ok((second = ratchet_seal(alice->ratchet, "bob", pair->bob.device, "same", 4,
					 &is_prekey, &error)) != NULL);
	party_commit(alice);
	/* The very same state sealed them. */
	assert_true(g_bytes_equal(first, second));
	party_expect(&pair->bob, alice, second, false, "same");
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

	party_start(&pair->alice, bob);
	sealed = party_seal(&pair->alice, bob, "text", &is_prekey);
	for (unsigned n = 1;; n++) {
		GError *error = NULL;
		gboolean is_done;

		party_begin(bob);
		fake_store_fail_at(bob->store, n, ERROR_FULL);
		is_done = party_open(bob, &pair->alice, sealed, true, &opened, &error) &&
			  ratchet_flush(bob->ratchet, &error);
		fake_store_fail_at(bob->store, 0, ERROR_FULL);
		party_rollback(bob);
		ratchet_opened_clear(&opened);
		if (is_done)
			break;
		failures++;
		assert_true(error_is(error, ERROR_FULL));
		g_error_free(error);
		assert_false(ratchet_has_session(bob->ratchet, "alice", pair->alice.device));
	}
	assert_in_range(failures, 5, 20);
	party_expect(bob, &pair->alice, sealed, true, "text");
}

/* One write for each session and transaction, however many messages. */
static void test_cache(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	unsigned calls;
	bool is_prekey;

	pair_introduce(pair);
	party_begin(alice);
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
	party_commit(alice);
}

static void test_heartbeat(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	unsigned wanted = 0;

	pair_introduce(pair);
	for (unsigned i = 0; i < 2 * RATCHET_HEARTBEAT + 10; i++) {
		struct ratchet_opened opened;
		bool is_prekey;
		g_autoptr(GBytes) sealed = party_seal(&pair->alice, bob, "x", &is_prekey);

		party_begin(bob);
		assert_ok(party_open(bob, &pair->alice, sealed, false, &opened, &error));
		party_commit(bob);
		if (i < RATCHET_HEARTBEAT)
			assert_false(opened.wants_heartbeat);
		if (i == RATCHET_HEARTBEAT)
			assert_true(opened.wants_heartbeat);
		if (opened.wants_heartbeat) {
			/* The answer is made, and lost on its way. */
			g_bytes_unref(party_seal(bob, &pair->alice, "", &is_prekey));
			wanted++;
		}
		ratchet_opened_clear(&opened);
	}
	/* Asked for once, and once more, as the answer was lost. */
	assert_int_equal(wanted, 2);
	party_say(bob, &pair->alice, "an answer", false);
	party_say(&pair->alice, bob, "a new chain", false);
}

/* -- identities ------------------------------------------------------------------------------- */

static void put_session(struct party *party, const struct party *other, GBytes *record)
{
	party_begin(party);
	assert_ok(party->store->ops->session_put(party->store, other->address, other->device,
						 record, &error));
	party_commit(party);
}

/* Whoever copied a session reads what comes under it, and nothing once both have written again. */
static void test_heals(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice, *bob = &pair->bob;
	g_autoptr(GBytes) copied = NULL, before = NULL, after = NULL;
	bool is_prekey;

	pair_introduce(pair);
	copied = party_session(bob, alice);
	before = party_seal(alice, bob, "before", &is_prekey);
	party_expect(bob, alice, before, is_prekey, "before");
	party_say(bob, alice, "an answer", false);
	party_say(alice, bob, "and one to that", false);
	party_say(bob, alice, "the second", false);
	after = party_seal(alice, bob, "after", &is_prekey);
	put_session(bob, alice, copied);
	party_expect(bob, alice, before, is_prekey, "before");
	put_session(bob, alice, copied);
	party_refuse(bob, alice, after, is_prekey, ERROR_CRYPTO);
}

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
	pair_introduce(pair);
	before = party_session(bob, alice);
	party_start(&mallory, bob);
	sealed = party_seal(&mallory, bob, "it's me, alice", &is_prekey);
	party_begin(bob);
	assert_error(party_open(bob, &mallory, sealed, true, &opened, &error), ERROR_TRUST);
	party_commit(bob);
	ratchet_identity(mallory.ratchet, key);
	assert_memory_equal(opened.identity, key, sizeof(key));
	after = party_session(bob, alice);
	assert_true(g_bytes_equal(before, after));

	/* The row changes behind the session: neither direction goes on. */
	ordinary = party_seal(alice, bob, "ordinary", &is_prekey);
	party_meet(bob, alice, key);
	party_begin(bob);
	assert_error(ratchet_seal(bob->ratchet, "alice", alice->device, "x", 1, &is_prekey, &error),
		     ERROR_TRUST);
	assert_error(party_open(bob, alice, ordinary, false, &opened, &error), ERROR_TRUST);
	party_commit(bob);
	ratchet_identity(alice->ratchet, other);
	assert_memory_equal(opened.identity, other, sizeof(other));
	party_meet(bob, alice, NULL);
	party_expect(bob, alice, ordinary, false, "ordinary");

	/* A bundle with another identity, and one of a device without a row. */
	party_bundle(&mallory, &bundle);
	party_begin(bob);
	assert_error(ratchet_start(bob->ratchet, "alice", &bundle, &error), ERROR_TRUST);
	bundle.device = 4711;
	assert_error(ratchet_start(bob->ratchet, "alice", &bundle, &error), ERROR_TRUST);
	party_commit(bob);
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

	party_start(alice, &pair->bob);
	party_say(alice, &pair->bob, "first", true);
	sealed = party_seal(alice, &pair->bob, "second", &is_prekey);
	assert_true(is_prekey);
	bytes = g_bytes_get_size(sealed);
	copy = g_memdup2(g_bytes_get_data(sealed, NULL), bytes);
	ratchet_identity(alice->ratchet, key);
	ratchet_identity(pair->bob.ratchet, claimed);
	place = memmem(copy, bytes, key, sizeof(key));
	assert_non_null(place);
	memcpy(place, claimed, sizeof(claimed));
	party_begin(&pair->bob);
	assert_ok(ratchet_open(pair->bob.ratchet, "alice", alice->device, copy, bytes, true,
			       &opened, &error));
	party_commit(&pair->bob);
	assert_memory_equal(opened.identity, key, sizeof(key));
	ratchet_opened_clear(&opened);
}

static void test_bad_bundle(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct bundle bundle;

	party_meet(alice, &pair->bob, NULL);
	party_bundle(&pair->bob, &bundle);
	party_begin(alice);
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
	party_commit(alice);
	party_say(alice, &pair->bob, "without a one-time prekey", true);
	bundle_clear(&bundle);
}

/* Both start at once: each opens what the other sealed, and they meet again. */
static void test_simultaneous(void **state)
{
	struct pair *pair = *state;
	bool is_prekey;
	g_autoptr(GBytes) one = NULL;
	g_autoptr(GBytes) two = NULL;

	party_start(&pair->alice, &pair->bob);
	party_start(&pair->bob, &pair->alice);
	one = party_seal(&pair->alice, &pair->bob, "one", &is_prekey);
	two = party_seal(&pair->bob, &pair->alice, "two", &is_prekey);
	party_expect(&pair->bob, &pair->alice, one, true, "one");
	party_expect(&pair->alice, &pair->bob, two, true, "two");
	for (int i = 0; i < 3; i++) {
		party_say(&pair->alice, &pair->bob, "ping", false);
		party_say(&pair->bob, &pair->alice, "pong", false);
	}
}

/* -- what is left in memory ------------------------------------------------------------------- */

static void count_left(const uint8_t *key, void *count)
{
	*(unsigned *)count += leftover_on_stack(key, RECORD_KEY_BYTES);
}

/* How many of the keys in RECORD, which is freed, lie on the stack. */
static unsigned left_of(GBytes *record)
{
	unsigned count = 0;
	gsize bytes;
	const uint8_t *data = g_bytes_get_data(record, &bytes);

	assert_true(record_keys(data, bytes, count_left, &count));
	g_bytes_unref(record);
	return count;
}

static unsigned identity_left(struct party *party)
{
	g_autoptr(GBytes) value = NULL;
	unsigned count = 0;

	assert_ok(party->store->ops->setting_get(party->store, "identity", &value, &error));
	count_left((const uint8_t *)g_bytes_get_data(value, NULL) + CONTACT_KEY_BYTES, &count);
	return count;
}

__attribute__((noinline)) static void put_on_stack(const uint8_t *key, void *user)
{
	volatile uint8_t below[8 * 1024];

	(void)user;
	(void)below;
	for (size_t i = 0; i < RECORD_KEY_BYTES; i++)
		below[i] = key[i];
}

/* Neither before a call nor behind it do keys of the session lie on the stack; the control does. */
static void test_leaves_nothing(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice, *bob = &pair->bob;
	g_autoptr(GBytes) control = NULL;
	gsize bytes;

	stack_wipe();
	party_start(alice, bob);
	assert_int_equal(left_of(party_session(alice, bob)), 0);
	assert_int_equal(identity_left(alice), 0);
	for (int i = 0; i < 6; i++) {
		struct party *from = i % 2 ? bob : alice, *to = i % 2 ? alice : bob;
		struct ratchet_opened opened;
		bool is_prekey;
		g_autoptr(GBytes) sealed = NULL;

		if (i == 1)
			party_meet(bob, alice, NULL);
		sealed = party_seal(from, to, "word", &is_prekey);
		assert_int_equal(left_of(party_session(from, to)), 0);
		party_begin(to);
		assert_ok(party_open(to, from, sealed, is_prekey, &opened, &error));
		assert_int_equal(identity_left(to), 0);
		party_commit(to);
		assert_int_equal(left_of(party_session(to, from)), 0);
		assert_int_equal(identity_left(to), 0);
		ratchet_opened_clear(&opened);
	}
	control = party_session(alice, bob);
	assert_true(record_keys(g_bytes_get_data(control, &bytes), g_bytes_get_size(control),
				put_on_stack, NULL));
	assert_true(left_of(party_session(alice, bob)) > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
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
		TEST(test_heals),
		TEST(test_other_identity),
		TEST(test_claimed_identity),
		TEST(test_bad_bundle),
		TEST(test_simultaneous),
		TEST(test_leaves_nothing),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

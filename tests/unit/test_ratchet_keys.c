/* The own keys: made, published, used up, rotated, deleted. */
#include "core/base/secret.h"
#include "core/ratchet/ratchet_keys.h"
#include "tests/support/parties.h"

static void test_create(void **state)
{
	struct pair *pair = *state;
	struct store *empty = fake_store_new();
	uint8_t key[CONTACT_KEY_BYTES];
	struct bundle bundle;

	ratchet_identity(pair->alice.ratchet, key);
	assert_int_equal(key[0], 5);
	party_bundle(&pair->alice, &bundle);
	assert_memory_equal(bundle.identity, key, sizeof(key));
	assert_int_equal(bundle.prekey_count, BUNDLE_PREKEYS);
	for (size_t i = 0; i < bundle.prekey_count; i++) {
		assert_int_equal(bundle.prekeys[i].key[0], 5);
		assert_in_range(bundle.prekeys[i].id, 1, 0xfffffe);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(bundle.prekeys[i].id, bundle.prekeys[j].id);
	}
	bundle_clear(&bundle);
	assert_error(ratchet_new(empty, pair->alice.appclock, &error), ERROR_DAMAGED);
	empty->ops->close(empty);
	party_begin(&pair->alice);
	assert_error(ratchet_create(pair->alice.store, &pair->clock.clock, &error), ERROR_EXISTS);
	party_rollback(&pair->alice);
}

static int by_id(const void *a, const void *b)
{
	const struct bundle_prekey *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* How many of BUNDLE's prekeys follow another one. */
static unsigned followers(struct bundle *bundle)
{
	unsigned count = 0;

	qsort(bundle->prekeys, bundle->prekey_count, sizeof(*bundle->prekeys), by_id);
	for (size_t i = 1; i < bundle->prekey_count; i++)
		count += bundle->prekeys[i].id == bundle->prekeys[i - 1].id + 1;
	return count;
}

/* Whoever reads the published keys once learns from their ids neither how many conversations have
 * begun nor for how many weeks the device has been there. */
static void test_ids_count_nothing(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;
	struct bundle bundle;
	uint32_t signed_id;

	party_bundle(bob, &bundle);
	signed_id = bundle.signed_id;
	assert_in_range(followers(&bundle), 0, 2);
	/* The control: ids that are counted up are found. */
	for (size_t i = 0; i < bundle.prekey_count; i++)
		bundle.prekeys[i].id = 4711 + (uint32_t)i;
	assert_int_equal(followers(&bundle), BUNDLE_PREKEYS - 1);
	bundle_clear(&bundle);
	for (int i = 0; i < 20; i++) {
		party_start(&pair->alice, bob);
		party_say(&pair->alice, bob, "hello", true);
		party_drop(bob, &pair->alice);
		assert_true(party_refresh(bob));
	}
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
	assert_true(party_refresh(bob));
	party_bundle(bob, &bundle);
	assert_in_range(followers(&bundle), 0, 2);
	assert_true(bundle.signed_id != signed_id && bundle.signed_id != signed_id + 1);
	bundle_clear(&bundle);
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
	party_begin(alice);
	assert_ok(alice->store->ops->setting_put(alice->store, "identity", broken, &error));
	party_commit(alice);
	assert_error(ratchet_new(alice->store, alice->appclock, &error), ERROR_DAMAGED);
}

static void test_reopen(void **state)
{
	struct pair *pair = *state;
	struct party *bob = &pair->bob;

	pair_introduce(pair);
	ratchet_free(bob->ratchet);
	bob->ratchet = NULL;
	assert_ok((bob->ratchet = ratchet_new(bob->store, bob->appclock, &error)) != NULL);
	party_say(&pair->alice, bob, "still there?", false);
	party_say(bob, &pair->alice, "still there.", false);
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

	party_begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed,
				  &error));
	party_commit(bob);
	assert_false(changed);
	party_bundle(bob, &before);
	pair_introduce(pair);
	party_begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed,
				  &error));
	party_commit(bob);
	assert_true(changed);
	party_bundle(bob, &after);
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

/* By the clock that deadlines live on, whatever the wall clock is set to. */
static void test_used_by_app_clock(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	party_start(alice, bob);
	sealed = party_seal(alice, bob, "again", &is_prekey);
	/* Set back by a year while it is used: that doesn't let it grow old at once. */
	pair->clock.ahead = -365 * DAY;
	for (int i = 0; i < 4; i++) {
		party_start(alice, bob);
		party_expect(bob, alice, sealed, true, "again");
		party_drop(bob, alice);
		party_say(alice, bob, "another", true);
		party_drop(bob, alice);
		assert_true(party_refresh(bob));
	}
	pair->clock.ahead = 365 * DAY;
	pair->clock.wall += DAY - 1;
	assert_false(party_refresh(bob));
	party_expect(bob, alice, sealed, true, "again");
	party_drop(bob, alice);
	pair->clock.wall += 1;
	assert_false(party_refresh(bob));
	party_refuse(bob, alice, sealed, true, ERROR_CRYPTO);
}

/* What was used goes when it is told to, and nothing else does. */
static void test_used_dropped(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) used = NULL;
	g_autoptr(GBytes) unused = NULL;

	party_start(alice, bob);
	unused = party_seal(alice, bob, "not yet here", &is_prekey);
	party_start(alice, bob);
	used = party_seal(alice, bob, "again", &is_prekey);
	party_expect(bob, alice, used, true, "again");
	party_drop(bob, alice);
	/* The control: it is opened once more. */
	party_expect(bob, alice, used, true, "again");
	party_drop(bob, alice);
	party_begin(bob);
	assert_ok(ratchet_drop_used(bob->ratchet, &error));
	party_commit(bob);
	party_refuse(bob, alice, used, true, ERROR_CRYPTO);
	party_expect(bob, alice, unused, true, "not yet here");
}

/* Both must hold before a used prekey's private half goes: 24 hours, and two publications. */
static void test_used_prekey_deleted(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	party_start(alice, bob);
	sealed = party_seal(alice, bob, "again", &is_prekey);
	party_expect(bob, alice, sealed, true, "again");
	party_refuse(bob, alice, sealed, true, ERROR_DUPLICATE);
	assert_true(party_refresh(bob));
	pair->clock.wall += 2 * DAY;
	assert_false(party_refresh(bob));
	/* Without its session the message, come again, shows whether the prekey is still there. */
	party_drop(bob, alice);
	party_expect(bob, alice, sealed, true, "again");
	party_drop(bob, alice);
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
	assert_true(party_refresh(bob));
	party_expect(bob, alice, sealed, true, "again");
	party_drop(bob, alice);
	assert_false(party_refresh(bob));
	party_refuse(bob, alice, sealed, true, ERROR_CRYPTO);
}

static void test_used_prekey_kept_a_day(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice;
	struct party *bob = &pair->bob;
	bool is_prekey;
	g_autoptr(GBytes) sealed = NULL;

	party_start(alice, bob);
	sealed = party_seal(alice, bob, "again", &is_prekey);
	for (int i = 0; i < 4; i++) {
		party_start(alice, bob);
		party_expect(bob, alice, sealed, true, "again");
		party_drop(bob, alice);
		party_say(alice, bob, "another", true);
		party_drop(bob, alice);
		assert_true(party_refresh(bob));
	}
	pair->clock.wall += DAY - 1;
	assert_false(party_refresh(bob));
	party_expect(bob, alice, sealed, true, "again");
	party_drop(bob, alice);
	pair->clock.wall += 1;
	assert_false(party_refresh(bob));
	party_refuse(bob, alice, sealed, true, ERROR_CRYPTO);
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
		assert_true(party_refresh(bob));
	}
	party_start(alice, bob);
	sealed = party_seal(alice, bob, "again", &is_prekey);
	party_expect(bob, alice, sealed, true, "again");
	party_drop(bob, alice);
	assert_true(party_refresh(bob));
	pair->clock.wall += 2 * DAY;
	assert_false(party_refresh(bob));
	party_expect(bob, alice, sealed, true, "again");
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

	party_bundle(bob, &first);
	party_start(alice, bob);
	early = party_seal(alice, bob, "early", &is_prekey);
	late = party_seal(alice, bob, "late", &is_prekey);
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY - 1;
	party_begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed,
				  &error));
	assert_false(changed);
	pair->clock.wall += 1;
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed,
				  &error));
	party_commit(bob);
	assert_true(changed);
	party_bundle(bob, &second);
	assert_int_not_equal(first.signed_id, second.signed_id);
	assert_memory_not_equal(first.signed_key, second.signed_key, CONTACT_KEY_BYTES);
	/* The carrier hasn't got the new one: however long that takes, the first isn't dropped. */
	party_begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall + 400 * DAY, false, &changed,
				  &error));
	assert_false(changed);
	party_commit(bob);
	party_expect(bob, alice, early, true, "early");
	party_begin(bob);
	assert_ok(ratchet_drop(bob->ratchet, alice->address, alice->device, &error));
	assert_ok(ratchet_confirm(bob->ratchet, pair->clock.wall, &error));
	pair->clock.wall += RATCHET_SIGNED_DAYS * DAY;
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed, &error));
	assert_true(changed);
	assert_error(party_open(bob, alice, late, true, &opened, &error), ERROR_CRYPTO);
	/* A clock that was set back: the key from the future is replaced, not kept for ever. */
	pair->clock.wall -= 100 * DAY;
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed,
				  &error));
	assert_true(changed);
	party_commit(bob);
	bundle_clear(&first);
	bundle_clear(&second);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_create),
		TEST(test_ids_count_nothing),
		TEST(test_damaged_identity),
		TEST(test_reopen),
		TEST(test_used_prekey),
		TEST(test_used_prekey_deleted),
		TEST(test_used_prekey_kept_a_day),
		TEST(test_used_by_app_clock),
		TEST(test_used_dropped),
		TEST(test_old_prekey_used),
		TEST(test_signed_rotation),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The look into a serialised session. */
#include "core/base/secret.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/ratchet/ratchet_record.h"
#include "tests/support/parties.h"

static void test_record(void **state)
{
	struct pair *pair = *state;
	uint8_t key[CONTACT_KEY_BYTES];
	uint8_t expected[CONTACT_KEY_BYTES];
	g_autoptr(GBytes) record = NULL;
	gsize bytes = 0;
	const uint8_t *data;

	pair_introduce(pair);
	record = party_session(&pair->alice, &pair->bob);
	ratchet_identity(pair->bob.ratchet, expected);
	assert_true(ratchet_record_identity(record, key));
	assert_memory_equal(key, expected, sizeof(key));
	assert_false(ratchet_record_has_answered(record));
	party_say(&pair->alice, &pair->bob, "an answer", false);
	g_bytes_unref(record);
	record = party_session(&pair->alice, &pair->bob);
	assert_true(ratchet_record_has_answered(record));
	data = g_bytes_get_data(record, &bytes);
	/* Cut short or bent it never reads past its end (the sanitizer watches). */
	for (gsize i = 0; i < bytes; i++) {
		g_autofree uint8_t *copy = g_memdup2(data, bytes);
		g_autoptr(GBytes) cut = g_bytes_new(data, i);
		g_autoptr(GBytes) bent = NULL;

		(void)ratchet_record_identity(cut, key);
		(void)ratchet_record_has_answered(cut);
		(void)ratchet_record_waits(cut, key);
		copy[i] = 0xff;
		bent = g_bytes_new(copy, bytes);
		(void)ratchet_record_identity(bent, key);
		(void)ratchet_record_has_answered(bent);
		(void)ratchet_record_waits(bent, key);
	}
	{
		g_autoptr(GBytes) empty = g_bytes_new("", 0);

		assert_false(ratchet_record_identity(empty, key));
	}
}

/* Its current session's key; of no use but to be asked for. */
static void base_of(struct party *party, struct party *other, const char *text,
		    uint8_t base[static CONTACT_KEY_BYTES])
{
	struct ratchet_opened opened;
	bool is_prekey;
	g_autoptr(GBytes) sealed = party_seal(party, other, text, &is_prekey);
	GError *error = NULL;

	assert_true(is_prekey);
	/* The other side has lost its keys. */
	party_begin(other);
	assert_false(party_open(other, party, sealed, true, &opened, &error));
	party_rollback(other);
	assert_true(error_is(error, ERROR_CRYPTO));
	g_error_free(error);
	assert_true(opened.is_gone);
	memcpy(base, opened.base, CONTACT_KEY_BYTES);
}

static bool waits(struct party *party, struct party *other, const uint8_t *base)
{
	g_autoptr(GBytes) record = party_session(party, other);

	return ratchet_record_waits(record, base);
}

static gboolean note_id(const struct key_row *row, void *user)
{
	g_array_append_val(user, row->id);
	return TRUE;
}

static void lose_prekeys(struct party *party)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	party_begin(party);
	assert_ok(party->store->ops->key_each(party->store, KEY_PREKEY, note_id, ids, &error));
	for (guint i = 0; i < ids->len; i++)
		assert_ok(party->store->ops->key_del(party->store, KEY_PREKEY,
						     g_array_index(ids, uint32_t, i), &error));
	party_commit(party);
}

/* A session waits from its beginning to its first answer, also behind another one. */
static void test_waits(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice, *bob = &pair->bob;
	uint8_t base[CONTACT_KEY_BYTES], other[CONTACT_KEY_BYTES];
	bool changed;

	pair_introduce(pair);
	assert_false(waits(alice, bob, NULL));
	assert_false(waits(bob, alice, NULL));
	party_start(alice, bob);
	lose_prekeys(bob);
	base_of(alice, bob, "lost", base);
	assert_true(waits(alice, bob, NULL));
	assert_true(waits(alice, bob, base));
	memcpy(other, base, sizeof(other));
	other[20] ^= 1;
	assert_false(waits(alice, bob, other));
	/* Bob begins one; then Alice's is a former one that waits. */
	party_begin(bob);
	assert_ok(ratchet_refresh(bob->ratchet, pair->clock.wall, true, &changed, &error));
	party_commit(bob);
	party_start(bob, alice);
	party_say(bob, alice, "begin anew", true);
	assert_false(waits(alice, bob, NULL));
	assert_true(waits(alice, bob, base));
	assert_false(waits(alice, bob, other));
	party_say(alice, bob, "again", false);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_record),
		TEST(test_waits),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

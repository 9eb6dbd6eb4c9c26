/* The look into a serialised session. */
#include "core/ratchet_record.h"
#include "core/secret.h"
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_record),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

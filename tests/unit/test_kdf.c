/* From passphrase to key: deterministic, bounded, never below the floor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/kdf.h"
#include "tests/support/leftover.h"
#include "tests/support/profile.h"

static struct secret *derive(const char *text, uint8_t salt_byte, uint32_t passes)
{
	uint8_t salt[KDF_SALT_BYTES];
	struct kdf_cost cost = { passes, KDF_MEMORY_FLOOR };
	struct secret *word = profile_word(text);

	memset(salt, salt_byte, sizeof(salt));
	struct secret *key = kdf_derive(word, salt, &cost, NULL);
	assert_non_null(key);
	assert_int_equal(secret_size(key), KDF_KEY_BYTES);
	secret_free(word);
	return key;
}

static void test_depends(void **state)
{
	struct secret *key = derive("word", 1, 2), *same = derive("word", 1, 2);
	struct secret *others[] = { derive("words", 1, 2), derive("word", 2, 2),
				    derive("word", 1, 3) };

	(void)state;
	assert_true(secret_equal(key, same));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		assert_false(secret_equal(key, others[i]));
		secret_free(others[i]);
	}
	secret_free(key);
	secret_free(same);
}

static void test_levels(void **state)
{
	struct kdf_cost cost;

	(void)state;
	for (int level = 0; level < KDF_COUNT; level++) {
		assert_true(kdf_measure((enum kdf_level)level, &cost, NULL));
		assert_true(kdf_is_sane(&cost));
	}
	assert_true(kdf_measure(KDF_FLOOR, &cost, NULL));
	assert_int_equal(cost.passes, 2);
	assert_int_equal(cost.memory, 64 << 20);
	assert_true(kdf_measure(KDF_MODERATE, &cost, NULL));
	assert_in_range(cost.passes, 3, KDF_PASSES_MAX);
	assert_int_equal(cost.memory, 256 << 20);
}

static void test_limits(void **state)
{
	static const struct kdf_cost insane[] = {
		{ 0, KDF_MEMORY_FLOOR },
		{ 1, KDF_MEMORY_FLOOR },
		{ KDF_PASSES_MAX + 1, KDF_MEMORY_FLOOR },
		{ 2, 0 },
		{ 2, KDF_MEMORY_FLOOR - 1 },
		{ 2, KDF_MEMORY_MAX + 1 },
		{ 2, UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(insane); i++)
		assert_false(kdf_is_sane(&insane[i]));
}

/* Neither the key nor the passphrase stays on the stack, where libsodium leaves the key. */
static void test_leaves_nothing(void **state)
{
	const struct kdf_cost cost = { 2, KDF_MEMORY_FLOOR };
	const uint8_t salt[KDF_SALT_BYTES] = { 1 };
	struct secret *word = profile_word("a word of more than eight bytes"), *key, *again;

	(void)state;
	key = kdf_derive(word, salt, &cost, NULL);
	assert_false(leftover_on_stack(secret_peek(key), secret_size(key)));
	assert_false(leftover_on_stack(secret_peek(word), secret_size(word)));
	again = secret_new(KDF_KEY_BYTES, NULL);
	assert_int_equal(crypto_pwhash(secret_data(again), KDF_KEY_BYTES,
				       (const char *)secret_peek(word), secret_size(word), salt,
				       cost.passes, cost.memory, crypto_pwhash_ALG_ARGON2ID13),
			 0);
	assert_true(leftover_on_stack(secret_peek(key), secret_size(key)));
	assert_true(secret_equal(key, again));
	secret_free(word);
	secret_free(key);
	secret_free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depends),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_leaves_nothing),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("kdf", tests, NULL, NULL);
}

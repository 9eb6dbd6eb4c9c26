#include "storage/kdf.h"

#include <sodium.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"

#define MIB ((uint64_t)1 << 20)

/* Passes of the moderate level are added until this long. */
enum { MODERATE_MS = 1000 };

static const struct kdf_cost level_costs[KDF_COUNT] = {
	[KDF_FLOOR] = { KDF_PASSES_FLOOR, KDF_MEMORY_FLOOR },
	[KDF_INTERACTIVE] = { 2, 128 * MIB },
	[KDF_MODERATE] = { 3, 256 * MIB },
	[KDF_SENSITIVE] = { 4, 1024 * MIB },
};

bool kdf_is_sane(const struct kdf_cost *cost)
{
	return cost->passes >= KDF_PASSES_FLOOR && cost->passes <= KDF_PASSES_MAX &&
	       cost->memory >= KDF_MEMORY_FLOOR && cost->memory <= KDF_MEMORY_MAX;
}

static gboolean spend(uint8_t *out, const struct secret *passphrase, const uint8_t *salt,
		      const struct kdf_cost *cost, GError **error)
{
	const int code = crypto_pwhash(out, KDF_KEY_BYTES, (const char *)secret_peek(passphrase),
				       secret_size(passphrase), salt, cost->passes, cost->memory,
				       crypto_pwhash_ALG_ARGON2ID13);

	/* libsodium leaves the key there. */
	stack_wipe();
	if (code == 0)
		return TRUE;
	error_set(
		error, ERROR_FAILED,
		"Deriving the key from the passphrase takes %u MiB of memory, which are not to be "
		"had; close something and try again.",
		(unsigned)(cost->memory / MIB));
	return FALSE;
}

struct secret *kdf_derive(const struct secret *passphrase,
			  const uint8_t salt[static KDF_SALT_BYTES], const struct kdf_cost *cost,
			  GError **error)
{
	G_STATIC_ASSERT(KDF_SALT_BYTES == crypto_pwhash_SALTBYTES);
	struct secret *key = secret_new(KDF_KEY_BYTES, error);

	if (key && !spend(secret_data(key), passphrase, salt, cost, error))
		g_clear_pointer(&key, secret_free);
	return key;
}

gboolean kdf_measure(enum kdf_level level, struct kdf_cost *cost, GError **error)
{
	static const uint8_t salt[KDF_SALT_BYTES];
	gboolean ok = FALSE;

	g_return_val_if_fail(level < KDF_COUNT, FALSE);
	*cost = level_costs[level];
	if (level != KDF_MODERATE)
		return TRUE;
	struct secret *word = secret_new(16, error);
	if (!word)
		return FALSE;
	struct kdf_cost once = { 1, cost->memory };
	int64_t start = g_get_monotonic_time();
	struct secret *key = kdf_derive(word, salt, &once, error);
	int64_t took_ms = MAX((g_get_monotonic_time() - start) / 1000, 1);
	if (key) {
		cost->passes = (uint32_t)CLAMP(MODERATE_MS / took_ms, cost->passes, KDF_PASSES_MAX);
		ok = TRUE;
	}
	secret_free(key);
	secret_free(word);
	return ok;
}

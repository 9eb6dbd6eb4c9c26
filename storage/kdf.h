/*
 * kdf: from a passphrase to a key, slowly (Argon2id, RFC 9106, through libsodium).
 *
 * Argon2's own memory is ordinary heap, wiped by libsodium; passphrase and key are guarded.
 */
#ifndef SOTTO_STORAGE_KDF_H
#define SOTTO_STORAGE_KDF_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/store_rows.h"

struct secret;

enum { KDF_SALT_BYTES = 16, KDF_KEY_BYTES = 32, KDF_PASSES_FLOOR = 2, KDF_PASSES_MAX = 16 };
#define KDF_MEMORY_FLOOR ((uint64_t)64 << 20)
#define KDF_MEMORY_MAX	 ((uint64_t)1 << 30)

struct kdf_cost {
	uint32_t passes;
	uint64_t memory; /* bytes */
};

/*
 * What LEVEL costs on this machine. The moderate level is measured: at least 256 MiB and 3 passes,
 * more passes up to about a second. ERROR_FAILED when there isn't the memory.
 */
gboolean kdf_measure(enum kdf_level level, struct kdf_cost *cost,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether COST, read from a file, is between the floor and what we are willing to spend. */
bool kdf_is_sane(const struct kdf_cost *cost);

/*
 * KDF_KEY_BYTES from PASSPHRASE; ERROR_FAILED when there isn't the memory, ERROR_MEMORY for the
 * key's own.
 */
struct secret *kdf_derive(const struct secret *passphrase,
			  const uint8_t salt[static KDF_SALT_BYTES], const struct kdf_cost *cost,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

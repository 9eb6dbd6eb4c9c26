/*
 * The file of the vault's keys. The first byte says how the rest is read: as the file, or, where it
 * is odd, as slots that are sealed here: whoever puts older parts of the file back can have them.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "storage/expiry_vault.h"
#include "tests/support/fuzz_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As storage/expiry_vault.c lays it out. */
enum { SLOT = 128, PAGE = 4096, PAIR = 2 * PAGE, BOX_AT = 24, KEY = 32, GIVEN = 18, PAIRS = 4 };

static const uint8_t profile_key[KEY] = "a key that every run has in hand";

/* 8 bytes deadline, 8 id, one for the slot, one for the copy. */
static void forge(const uint8_t given[static GIVEN], uint8_t *file)
{
	unsigned number = given[16] % (PAIRS * PAGE / SLOT);
	unsigned page = number / (PAGE / SLOT) * 2 + given[17] % 2;
	uint8_t *slot = file + page * PAGE + number % (PAGE / SLOT) * SLOT;
	static const uint8_t key[KEY] = "a body's";

	memcpy(slot, given, 16);
	memcpy(slot + 16, (const uint8_t[]){ (uint8_t)number, 0, 0, 0, 's', 'k', 'v', '1' }, 8);
	crypto_rest_seal(profile_key, slot, BOX_AT, key, KEY, slot + BOX_AT);
}

static const char *put_file(const uint8_t *data, size_t size)
{
	static uint8_t file[PAIRS * PAIR];

	if (!size || data[0] % 2 == 0)
		return fuzz_put("vault", data + (size > 0), size ? size - 1 : 0);
	memset(file, 0, sizeof(file));
	for (size_t at = 1; at + GIVEN <= size; at += GIVEN)
		forge(data + at, file);
	return fuzz_put("vault", file, sizeof(file));
}

static void check_owned(struct expiry_vault *vault)
{
	g_autoptr(GArray) owned = expiry_vault_owned(vault);

	for (guint i = 0; i < owned->len; i++) {
		int64_t id = g_array_index(owned, int64_t, i);

		fuzz_must(id > 0 && expiry_vault_key(vault, id) != NULL);
		expiry_vault_drop(vault, id);
	}
	expiry_vault_settle(vault, true);
	for (guint i = 0; i < owned->len; i++)
		fuzz_must(!expiry_vault_key(vault, g_array_index(owned, int64_t, i)));
}

/* New keys find their place among what is there, and everything dies in its time. */
static void use(struct expiry_vault *vault)
{
	int64_t own = 0, bucket = 0;

	fuzz_must(expiry_vault_own(vault, &own, NULL));
	fuzz_must(expiry_vault_bucket(vault, 1000000, 60, false, &bucket, NULL));
	fuzz_must(expiry_vault_prepare(vault, NULL));
	expiry_vault_settle(vault, true);
	fuzz_must(expiry_vault_key(vault, own) && expiry_vault_key(vault, bucket));
	check_owned(vault);
	fuzz_must(expiry_vault_expire(vault, 2000000, NULL));
	fuzz_must(expiry_vault_due(vault, 2000000) == 0 && !expiry_vault_key(vault, bucket));
	fuzz_must(expiry_vault_expire(vault, INT64_MAX, NULL) && expiry_vault_next(vault) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct secret *key;
	const char *path = put_file(data, size);
	struct expiry_vault *vault;
	int64_t next = 0, after = 0;

	if (!key) {
		uint8_t copy[KEY];

		memcpy(copy, profile_key, KEY);
		fuzz_must(secret_start(NULL) && (key = secret_take(copy, KEY, NULL)) != NULL);
	}
	fuzz_must(expiry_vault_expire_file(path, 0, &next, NULL) && next >= 0);
	vault = expiry_vault_open(path, key, NULL);
	fuzz_must(vault != NULL);
	use(vault);
	expiry_vault_close(vault);
	fuzz_must(expiry_vault_expire_file(path, INT64_MAX, &after, NULL) && after == 0);
	return 0;
}

/* A slot of the key file: whatever it says, nothing beyond the limits is taken from it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "storage/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(const uint8_t slot[static HEADER_SLOT_BYTES])
{
	struct header header;

	if (header_decode(slot, &header) &&
	    (!kdf_is_sane(&header.cost) || header.level >= KDF_COUNT))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t slot[HEADER_SLOT_BYTES] = { 0 };
	const size_t sum_at = HEADER_SLOT_BYTES - CRYPTO_HASH_BYTES;

	memcpy(slot, data, size < sizeof(slot) ? size : sizeof(slot));
	decode(slot);
	/* And as someone who knows the format would mend it. */
	crypto_blake2b(slot, sum_at, NULL, slot + sum_at);
	decode(slot);
	return 0;
}

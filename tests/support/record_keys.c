#include "tests/support/record_keys.h"

enum { PUBLIC_BYTES = 33, FIELD_MAX = 20 };

typedef void each_key(const uint8_t *key, void *user);

static bool take_number(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
	*number = 0;
	for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
		uint8_t byte = *(*at)++;

		*number |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool take_field(const uint8_t **at, const uint8_t *end, uint64_t *size)
{
	uint64_t tag, number;

	*size = 0;
	if (!take_number(at, end, &tag) || tag >> 3 == 0 || tag >> 3 > FIELD_MAX)
		return false;
	switch (tag & 7) {
	case 0:
		return take_number(at, end, &number);
	case 1:
		if (end - *at < 8)
			return false;
		*at += 8;
		return true;
	case 2:
		return take_number(at, end, size) && *size <= (uint64_t)(end - *at);
	default:
		return false;
	}
}

/* What has 32 bytes is secret there, and public keys have 33. EACH NULL: only whether it is one. */
static bool walk(const uint8_t *at, size_t bytes, each_key *each, void *user)
{
	const uint8_t *end = at + bytes;
	uint64_t size;

	for (; at < end; at += size) {
		if (!take_field(&at, end, &size))
			return false;
		if (!each || size == PUBLIC_BYTES)
			continue;
		if (size == RECORD_KEY_BYTES)
			each(at, user);
		else if (size && walk(at, size, NULL, NULL))
			walk(at, size, each, user);
	}
	return true;
}

bool record_keys(const uint8_t *record, size_t bytes,
		 void (*each)(const uint8_t key[static RECORD_KEY_BYTES], void *user), void *user)
{
	return walk(record, bytes, each, user);
}

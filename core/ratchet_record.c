#include "core/ratchet_record.h"

#include <string.h>

struct span {
	const uint8_t *data;
	size_t bytes;
};

/* Numbers of LocalStorageProtocol.proto. */
enum {
	RECORD_CURRENT = 1,
	SESSION_REMOTE_IDENTITY = 3,
	SESSION_SENDER_CHAIN = 6,
	CHAIN_KEY = 3,
	CHAIN_KEY_INDEX = 1,
};

enum { WIRE_VARINT = 0, WIRE_EIGHT = 1, WIRE_BYTES = 2, WIRE_FOUR = 5 };

static bool take_varint(struct span *from, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 64 && from->bytes; shift += 7) {
		uint8_t byte = *from->data;

		from->data++;
		from->bytes--;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool take_bytes(struct span *from, uint64_t bytes, struct span *taken)
{
	if (bytes > from->bytes)
		return false;
	taken->data = from->data;
	taken->bytes = (size_t)bytes;
	from->data += bytes;
	from->bytes -= (size_t)bytes;
	return true;
}

/* The first field NUMBER of FROM: its bytes, or its number when it is one. */
static bool find(struct span from, unsigned number, struct span *found, uint64_t *value)
{
	while (from.bytes) {
		uint64_t tag = 0;
		uint64_t count = 0;
		struct span taken = { NULL, 0 };
		bool is_whole = take_varint(&from, &tag);

		switch (tag & 7) {
		case WIRE_VARINT:
			is_whole = is_whole && take_varint(&from, &count);
			break;
		case WIRE_EIGHT:
			is_whole = is_whole && take_bytes(&from, 8, &taken);
			break;
		case WIRE_FOUR:
			is_whole = is_whole && take_bytes(&from, 4, &taken);
			break;
		case WIRE_BYTES:
			is_whole = is_whole && take_varint(&from, &count) &&
				   take_bytes(&from, count, &taken);
			break;
		default:
			return false;
		}
		if (!is_whole)
			return false;
		if (tag >> 3 == number) {
			*found = taken;
			*value = count;
			return true;
		}
	}
	return false;
}

static bool find_current(GBytes *record, struct span *session)
{
	gsize bytes = 0;
	struct span whole = { g_bytes_get_data(record, &bytes), 0 };
	uint64_t count;

	whole.bytes = bytes;
	return find(whole, RECORD_CURRENT, session, &count);
}

bool ratchet_record_identity(GBytes *record, uint8_t key[static CONTACT_KEY_BYTES])
{
	struct span session;
	struct span found;
	uint64_t count;

	if (!find_current(record, &session) ||
	    !find(session, SESSION_REMOTE_IDENTITY, &found, &count) ||
	    found.bytes != CONTACT_KEY_BYTES)
		return false;
	memcpy(key, found.data, CONTACT_KEY_BYTES);
	return true;
}

bool ratchet_record_has_answered(GBytes *record)
{
	struct span session;
	struct span found;
	uint64_t index = 0;

	return find_current(record, &session) &&
	       find(session, SESSION_SENDER_CHAIN, &found, &index) &&
	       find(found, CHAIN_KEY, &found, &index) &&
	       find(found, CHAIN_KEY_INDEX, &found, &index) && index > 0;
}

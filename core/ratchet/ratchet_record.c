#include "core/ratchet/ratchet_record.h"

#include <string.h>

struct span {
	const uint8_t *data;
	size_t bytes;
};

/* Numbers of LocalStorageProtocol.proto. */
enum {
	RECORD_CURRENT = 1,
	RECORD_FORMER = 2,
	SESSION_REMOTE_IDENTITY = 3,
	SESSION_SENDER_CHAIN = 6,
	SESSION_PENDING = 9,
	SESSION_BASE_KEY = 13,
	PENDING_BASE_KEY = 2,
	CHAIN_KEY = 3,
	CHAIN_KEY_INDEX = 1,
};

/* Of WhisperTextProtocol.proto, PreKeySignalMessage; before it there is a byte of versions. */
enum { MESSAGE_BASE_KEY = 2 };

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

/* One field off the front of FROM: its number, and its bytes, or its value when it is a number. */
static bool take_field(struct span *from, uint64_t *number, struct span *taken, uint64_t *value)
{
	uint64_t tag = 0;

	*taken = (struct span){ NULL, 0 };
	*value = 0;
	if (!take_varint(from, &tag))
		return false;
	*number = tag >> 3;
	switch (tag & 7) {
	case WIRE_VARINT:
		return take_varint(from, value);
	case WIRE_EIGHT:
		return take_bytes(from, 8, taken);
	case WIRE_FOUR:
		return take_bytes(from, 4, taken);
	case WIRE_BYTES:
		return take_varint(from, value) && take_bytes(from, *value, taken);
	default:
		return false;
	}
}

/* The first field WANTED of FROM: its bytes, or its number when it is one. */
static bool find(struct span from, unsigned wanted, struct span *found, uint64_t *value)
{
	uint64_t number = 0;

	while (from.bytes) {
		if (!take_field(&from, &number, found, value))
			return false;
		if (number == wanted)
			return true;
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

bool ratchet_record_is_begun_by(GBytes *record, const void *sealed, size_t bytes)
{
	struct span message = { (const uint8_t *)sealed + 1, bytes ? bytes - 1 : 0 };
	gsize whole = 0;
	struct span from = { g_bytes_get_data(record, &whole), 0 };
	struct span wanted, session, base;
	uint64_t number, value;

	from.bytes = whole;
	if (!find(message, MESSAGE_BASE_KEY, &wanted, &value) || wanted.bytes != CONTACT_KEY_BYTES)
		return false;
	while (from.bytes && take_field(&from, &number, &session, &value)) {
		if ((number == RECORD_CURRENT || number == RECORD_FORMER) &&
		    find(session, SESSION_BASE_KEY, &base, &value) &&
		    base.bytes == wanted.bytes &&
		    memcmp(base.data, wanted.data, base.bytes) == 0)
			return true;
	}
	return false;
}

bool ratchet_record_waits(GBytes *record, const uint8_t *base)
{
	gsize whole = 0;
	struct span from = { g_bytes_get_data(record, &whole), 0 };
	struct span session, pending, key;
	uint64_t number, value;

	from.bytes = whole;
	while (from.bytes && take_field(&from, &number, &session, &value)) {
		if (number != RECORD_CURRENT && (number != RECORD_FORMER || !base))
			continue;
		if (!find(session, SESSION_PENDING, &pending, &value) ||
		    !find(pending, PENDING_BASE_KEY, &key, &value))
			continue;
		if (!base || (key.bytes == CONTACT_KEY_BYTES &&
			      memcmp(key.data, base, CONTACT_KEY_BYTES) == 0))
			return true;
	}
	return false;
}

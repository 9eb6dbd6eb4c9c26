#include "core/omemo/seal_mark.h"

#include <string.h>
#include "core/base/crypto.h"

static const uint8_t magic[8] = { 's', 'o', 't', 't', 'o', 'm', 'k', '1' };

enum { PUT_MARK_BYTES = SEAL_MARK_RUN_BYTES + 8, RECORD_BYTES = 2 + 2 * PUT_MARK_BYTES + 2 * 8 };
enum { RECORD_VERSION = 1 };

/* -- bytes ------------------------------------------------------------------------------------ */

static void put_number(GByteArray *out, uint64_t number)
{
	uint64_t big = GUINT64_TO_BE(number);

	g_byte_array_append(out, (const uint8_t *)&big, sizeof(big));
}

static uint64_t get_number(const uint8_t *data)
{
	uint64_t big;

	memcpy(&big, data, sizeof(big));
	return GUINT64_FROM_BE(big);
}

static void put_mark(GByteArray *out, const struct seal_mark *mark)
{
	g_byte_array_append(out, mark->run, SEAL_MARK_RUN_BYTES);
	put_number(out, mark->bound);
}

static void get_mark(const uint8_t *data, struct seal_mark *mark)
{
	memcpy(mark->run, data, SEAL_MARK_RUN_BYTES);
	mark->bound = get_number(data + SEAL_MARK_RUN_BYTES);
}

/* -- the mark --------------------------------------------------------------------------------- */

/* Over what is written, and whose it is: each with its length before it. */
static void authenticate(const uint8_t *data, size_t bytes, const struct seal_owner *owner,
			 uint8_t mac[static CRYPTO_HASH_BYTES])
{
	g_autoptr(GByteArray) text = g_byte_array_new();

	put_number(text, bytes);
	g_byte_array_append(text, data, (guint)bytes);
	put_number(text, strlen(owner->address));
	g_byte_array_append(text, (const uint8_t *)owner->address,
			    (guint)strlen(owner->address));
	put_number(text, owner->device);
	crypto_blake2b(text->data, text->len, owner->key, mac);
}

GBytes *seal_mark_encode(const struct seal_mark *mark, const struct seal_owner *owner)
{
	GByteArray *out = g_byte_array_new();
	uint8_t mac[CRYPTO_HASH_BYTES];

	g_byte_array_append(out, magic, sizeof(magic));
	put_mark(out, mark);
	authenticate(out->data, out->len, owner, mac);
	g_byte_array_append(out, mac, sizeof(mac));
	return g_byte_array_free_to_bytes(out);
}

gboolean seal_mark_decode(GBytes *bytes, const struct seal_owner *owner, struct seal_mark *mark)
{
	gsize size;
	const uint8_t *data = g_bytes_get_data(bytes, &size);
	uint8_t mac[CRYPTO_HASH_BYTES];

	if (size != SEAL_MARK_BYTES || memcmp(data, magic, sizeof(magic)) != 0)
		return FALSE;
	authenticate(data, size - sizeof(mac), owner, mac);
	if (!crypto_equal(mac, data + size - sizeof(mac), sizeof(mac)))
		return FALSE;
	get_mark(data + sizeof(magic), mark);
	return mark->bound > 0;
}

/* -- the record ------------------------------------------------------------------------------- */

enum { FLAG_RENEWING = 1, FLAG_CLONE = 2, FLAG_UNKEPT = 4, FLAG_GREETING = 8 };

GBytes *seal_record_encode(const struct seal_record *record)
{
	const uint8_t head[2] = { RECORD_VERSION,
				  (uint8_t)((record->is_renewing ? FLAG_RENEWING : 0) |
					    (record->is_clone ? FLAG_CLONE : 0) |
					    (record->is_unkept ? FLAG_UNKEPT : 0) |
					    (record->is_greeting ? FLAG_GREETING : 0)) };
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, head, sizeof(head));
	put_mark(out, &record->now);
	put_mark(out, &record->before);
	put_number(out, (uint64_t)record->unsure_row);
	put_number(out, (uint64_t)record->renewed_at);
	return g_byte_array_free_to_bytes(out);
}

void seal_record_decode(GBytes *bytes, struct seal_record *record)
{
	gsize size = 0;
	const uint8_t *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	memset(record, 0, sizeof(*record));
	if (size != RECORD_BYTES || data[0] != RECORD_VERSION)
		return;
	record->is_renewing = data[1] & FLAG_RENEWING;
	record->is_clone = data[1] & FLAG_CLONE;
	record->is_unkept = data[1] & FLAG_UNKEPT;
	record->is_greeting = data[1] & FLAG_GREETING;
	data += 2;
	get_mark(data, &record->now);
	get_mark(data + PUT_MARK_BYTES, &record->before);
	record->unsure_row = (int64_t)get_number(data + 2 * PUT_MARK_BYTES);
	record->renewed_at = (int64_t)get_number(data + 2 * PUT_MARK_BYTES + 8);
}

/* One of a run of ours, no further than that run has said: the newest may not have got there, when
 * the process ended in between. */
static bool is_within(const struct seal_mark *found, const struct seal_mark *ours)
{
	return ours->bound && found->bound <= ours->bound &&
	       memcmp(found->run, ours->run, SEAL_MARK_RUN_BYTES) == 0;
}

enum seal_verdict seal_record_compare(const struct seal_record *record, GBytes *outside,
				      const struct seal_owner *owner, struct seal_mark *found)
{
	static const uint8_t nobody[SEAL_MARK_RUN_BYTES];

	memset(found, 0, sizeof(*found));
	if (!outside)
		return record->before.bound ? SEAL_MISSING : SEAL_FIRST;
	if (!seal_mark_decode(outside, owner, found))
		return SEAL_FOREIGN;
	if (is_within(found, &record->now) || is_within(found, &record->before))
		return SEAL_SAME;
	if (found->bound < MAX(record->now.bound, record->before.bound))
		return SEAL_OLDER;
	return memcmp(found->run, nobody, sizeof(nobody)) == 0 ? SEAL_FREE : SEAL_NEWER;
}

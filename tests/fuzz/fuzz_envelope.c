/*
 * The outside form: read, opened with blobs of every length, written and read again. The first byte
 * of the input says how long the blob is, the blob follows, the XML stands behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/omemo/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool same(GBytes *a, GBytes *b)
{
	return a && b ? g_bytes_equal(a, b) : a == b;
}

static void again(const struct envelope *envelope)
{
	g_autoptr(GBytes) bytes = envelope_encode(envelope, NULL);
	struct envelope second;

	if (!bytes)
		return; /* a fallback body and hints may make it too large */
	must(envelope_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &second,
			     NULL));
	must(second.device == envelope->device && second.key_count == envelope->key_count);
	must(g_strcmp0(second.from, envelope->from) == 0 &&
	     g_strcmp0(second.to, envelope->to) == 0);
	must(same(second.iv, envelope->iv) && same(second.payload, envelope->payload) &&
	     same(second.extension, envelope->extension));
	for (size_t i = 0; i < second.key_count; i++)
		must(second.keys[i].device == envelope->keys[i].device &&
		     same(second.keys[i].sealed, envelope->keys[i].sealed));
	envelope_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t blob_bytes = size ? data[0] % (ENVELOPE_BOUND_BYTES + 1) : 0;
	struct envelope envelope;
	struct envelope_opened opened;

	if (size < 1 + blob_bytes)
		return 0;
	if (!envelope_decode(data + 1 + blob_bytes, size - 1 - blob_bytes, &envelope, NULL))
		return 0;
	must(envelope.device >= 1 && envelope.device <= INT32_MAX);
	must(envelope.key_count <= ENVELOPE_KEYS_MAX);
	if (envelope_open(&envelope, data + 1, blob_bytes, &opened, NULL)) {
		must(opened.is_empty == (!opened.content && !opened.body));
		must(!opened.content == !envelope.extension);
		must(!opened.has_digest || (blob_bytes == ENVELOPE_BOUND_BYTES &&
					    !opened.is_stripped && !opened.is_rewritten));
		envelope_opened_clear(&opened);
	}
	again(&envelope);
	envelope_clear(&envelope);
	return 0;
}

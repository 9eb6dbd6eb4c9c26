#include "tests/support/forge.h"

#include <sodium.h>
#include <string.h>
#include "core/base/crypto.h"

enum { TAG = CRYPTO_TAG_BYTES, BITS = 8 * TAG };

struct derived {
	uint8_t key[CRYPTO_AEAD_KEY_BYTES];
	uint8_t nonce[CRYPTO_AEAD_NONCE_BYTES];
};

static void derive(const struct envelope *envelope, const uint8_t *blob, bool with_iv,
		   struct derived *derived)
{
	g_autofree char *info = g_strdup_printf("sotto-ext-1|%u", envelope->device);
	gsize bytes = 0;
	const void *iv = with_iv ? g_bytes_get_data(envelope->iv, &bytes) : NULL;

	crypto_hkdf(blob, ENVELOPE_KEY_BYTES, iv, bytes, info, strlen(info), derived->key,
		    sizeof(*derived));
}

static void replace(GBytes **field, const void *data, size_t bytes)
{
	g_clear_pointer(field, g_bytes_unref);
	*field = g_bytes_new(data, bytes);
}

/* -- GCM -------------------------------------------------------------------------------------- */

/* The tag is linear, bit by bit, in what is sealed: change those bits of BODY's end that make
 * letters of it until the difference to WANTED is nothing. */
struct equation {
	uint8_t tag[TAG];
	uint8_t bits[FORGE_FREE]; /* of the body */
};

static void xor(uint8_t *into, const uint8_t *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		into[i] ^= from[i];
}

static void reduce(struct equation *rows, size_t count, uint8_t *wanted, uint8_t *end)
{
	size_t done = 0;

	for (unsigned bit = 0; bit < BITS; bit++) {
		uint8_t mask = (uint8_t)(1 << bit % 8);
		size_t at = done;

		while (at < count && !(rows[at].tag[bit / 8] & mask))
			at++;
		if (at == count)
			continue;
		struct equation pivot = rows[at];

		rows[at] = rows[done];
		rows[done++] = pivot;
		for (size_t i = done; i < count; i++) {
			if (!(rows[i].tag[bit / 8] & mask))
				continue;
			xor(rows[i].tag, pivot.tag, TAG);
			xor(rows[i].bits, pivot.bits, FORGE_FREE);
		}
		if (wanted[bit / 8] & mask) {
			xor(wanted, pivot.tag, TAG);
			xor(end, pivot.bits, FORGE_FREE);
		}
	}
}

void forge_payload(struct envelope *envelope, const uint8_t blob[static ENVELOPE_BLOB_BYTES],
		   const char *content, char *body)
{
	size_t bytes = strlen(body), content_bytes = strlen(content);
	g_autofree uint8_t *cipher = g_malloc(bytes), *extension = g_malloc(content_bytes + TAG);
	char *end = body + bytes - FORGE_FREE;
	struct equation rows[4 * FORGE_FREE] = { 0 };
	uint8_t hash[CRYPTO_HASH_BYTES], tag[TAG];
	struct derived derived;

	/* The extension has a tag of its own, and the IV is its hash. */
	derive(envelope, blob, false, &derived);
	crypto_chacha_seal(derived.key, derived.nonce, NULL, 0, content, content_bytes, extension,
			   extension + content_bytes);
	replace(&envelope->extension, extension, content_bytes + TAG);
	crypto_sha256(extension, content_bytes + TAG, hash);
	replace(&envelope->iv, hash, ENVELOPE_IV_BYTES);
	memset(end, '`', FORGE_FREE);
	crypto_gcm_seal(blob, ENVELOPE_KEY_BYTES, hash, ENVELOPE_IV_BYTES, body, bytes, cipher,
			tag);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		rows[i].bits[i / 4] = (uint8_t)(1 << i % 4);
		end[i / 4] ^= (char)rows[i].bits[i / 4];
		crypto_gcm_seal(blob, ENVELOPE_KEY_BYTES, hash, ENVELOPE_IV_BYTES, body, bytes,
				cipher, rows[i].tag);
		end[i / 4] ^= (char)rows[i].bits[i / 4];
		xor(rows[i].tag, tag, TAG);
	}
	xor(tag, blob + ENVELOPE_KEY_BYTES, TAG);
	reduce(rows, G_N_ELEMENTS(rows), tag, (uint8_t *)end);
	crypto_gcm_seal(blob, ENVELOPE_KEY_BYTES, hash, ENVELOPE_IV_BYTES, body, bytes, cipher,
			tag);
	replace(&envelope->payload, cipher, bytes);
}

/* -- Poly1305 --------------------------------------------------------------------------------- */

/* A number below 2^130 in three limbs of 44, 44 and 42 bits, as Poly1305 is usually reckoned. */
struct number {
	uint64_t limb[3];
};

#define LOW44 (((uint64_t)1 << 44) - 1)
#define LOW42 (((uint64_t)1 << 42) - 1)

__extension__ typedef unsigned __int128 wide;

static struct number load(const uint8_t bytes[static 16], uint64_t high)
{
	uint64_t low, middle;

	memcpy(&low, bytes, 8);
	memcpy(&middle, bytes + 8, 8);
	low = GUINT64_FROM_LE(low);
	middle = GUINT64_FROM_LE(middle);
	return (struct number){ { low & LOW44, ((low >> 44) | (middle << 20)) & LOW44,
				  ((middle >> 24) & LOW42) + (high << 40) } };
}

/* Below 2^130, and nearly always below the prime 2^130 - 5. */
static struct number carry(wide low, wide middle, wide high)
{
	struct number number;

	for (unsigned i = 0; i < 3; i++) {
		middle += low >> 44;
		low &= LOW44;
		high += middle >> 44;
		middle &= LOW44;
		low += (high >> 42) * 5;
		high &= LOW42;
	}
	number.limb[0] = (uint64_t)low;
	number.limb[1] = (uint64_t)middle;
	number.limb[2] = (uint64_t)high;
	return number;
}

static struct number add(struct number a, struct number b)
{
	return carry((wide)a.limb[0] + b.limb[0], (wide)a.limb[1] + b.limb[1],
		     (wide)a.limb[2] + b.limb[2]);
}

static struct number subtract(struct number a, struct number b)
{
	/* Twice the prime keeps every limb above 0. */
	return carry((wide)a.limb[0] + 2 * (LOW44 - 4) - b.limb[0],
		     (wide)a.limb[1] + 2 * LOW44 - b.limb[1],
		     (wide)a.limb[2] + 2 * LOW42 - b.limb[2]);
}

static struct number multiply(struct number a, struct number b)
{
	const uint64_t *x = a.limb, *y = b.limb;

	/* 2^132 is 4 * 2^130, and that is 20. */
	return carry((wide)x[0] * y[0] + (wide)x[1] * (y[2] * 20) + (wide)x[2] * (y[1] * 20),
		     (wide)x[0] * y[1] + (wide)x[1] * y[0] + (wide)x[2] * (y[2] * 20),
		     (wide)x[0] * y[2] + (wide)x[1] * y[1] + (wide)x[2] * y[0]);
}

/* To the power of the prime less 2. */
static struct number invert(struct number a)
{
	struct number result = { { 1 } };

	for (int bit = 129; bit >= 0; bit--) {
		result = multiply(result, result);
		if (bit != 1 && bit != 2)
			result = multiply(result, a);
	}
	return result;
}

/* The value of the block at PLACE of COUNT, were all others 0, is it times this. */
static struct number weight(struct number r, size_t place, size_t count)
{
	struct number result = { { 1 } };

	for (size_t i = place; i < count; i++)
		result = multiply(result, r);
	return result;
}

/* Poly1305's sum of CIPHER and the lengths behind it (RFC 8439 section 2.8), in *COUNT blocks. */
static struct number sum(struct number r, const uint8_t *cipher, size_t bytes, size_t *count)
{
	size_t size = (bytes + 15) / 16 * 16;
	g_autofree uint8_t *text = g_malloc0(size + 16);
	uint64_t length = GUINT64_TO_LE((uint64_t)bytes);
	struct number number = { { 0 } };

	memcpy(text, cipher, bytes);
	memcpy(text + size + 8, &length, 8);
	*count = size / 16 + 1;
	for (size_t i = 0; i < *count; i++)
		number = multiply(add(number, load(text + 16 * i, 1)), r);
	return number;
}

/* The sums of which the lowest 128 bits with PAD make TAG; there are 4. */
static struct number sum_for(const uint8_t tag[static TAG], const uint8_t pad[static TAG],
			     unsigned which)
{
	uint8_t low[TAG];
	unsigned borrow = 0;

	for (size_t i = 0; i < TAG; i++) {
		unsigned difference = 256u + tag[i] - pad[i] - borrow;

		low[i] = (uint8_t)difference;
		borrow = difference < 256;
	}
	return load(low, which);
}

/* Whether NUMBER is a block of 16 bytes, which goes to BYTES. */
static bool is_block(struct number number, uint8_t bytes[static 16])
{
	uint64_t low = number.limb[0] | number.limb[1] << 44;
	uint64_t high = number.limb[1] >> 20 | number.limb[2] << 24;

	if (number.limb[2] >> 40 != 1)
		return false;
	low = GUINT64_TO_LE(low);
	high = GUINT64_TO_LE(high);
	memcpy(bytes, &low, 8);
	memcpy(bytes + 8, &high, 8);
	return true;
}

static bool is_text(const uint8_t bytes[static 16])
{
	for (size_t i = 0; i < 16; i++)
		if (bytes[i] < ' ' || bytes[i] == '<' || bytes[i] == '&' || bytes[i] == '>' ||
		    bytes[i] == 0x7f)
			return false;
	return g_utf8_validate_len((const char *)bytes, 16, NULL);
}

/* What doesn't change from try to try. */
struct search {
	const uint8_t *stream; /* the key stream beneath both blocks: 32 bytes */
	struct number targets[4];
	struct number ratio; /* what the first block weighs in the second one's place */
};

/* Letters for the first block until the second, which has to be what it has to be, is text. */
static unsigned try_all(const struct search *search, char *blocks)
{
	const uint8_t *stream = search->stream;

	for (unsigned tries = 1; tries <= 100000000; tries++) {
		uint8_t first[16], second[16];
		struct number rest;

		for (size_t i = 0; i < 16; i++) {
			blocks[i] = (char)('a' + (tries >> (2 * i) & 3));
			first[i] = (uint8_t)blocks[i] ^ stream[i];
		}
		rest = multiply(load(first, 1), search->ratio);
		for (unsigned k = 0; k < 4; k++) {
			if (!is_block(subtract(search->targets[k], rest), second))
				continue;
			xor(second, stream + 16, 16);
			if (!is_text(second))
				continue;
			memcpy(blocks + 16, second, 16);
			return tries;
		}
	}
	return 0;
}

/* What the second block, alone, has to weigh. */
static struct number target(const uint8_t blob[static ENVELOPE_BLOB_BYTES],
			    const uint8_t pad[static TAG], unsigned which, struct number base,
			    struct number inverse)
{
	return multiply(subtract(sum_for(blob + ENVELOPE_KEY_BYTES, pad, which), base), inverse);
}

unsigned forge_extension(struct envelope *envelope,
			 const uint8_t blob[static ENVELOPE_BLOB_BYTES], char *content,
			 size_t bytes, size_t padding)
{
	size_t first = (padding + 15) / 16, count, size = 64 + bytes;
	g_autofree uint8_t *stream = g_malloc0(size), *cipher = g_malloc(bytes);
	struct derived derived;
	struct search search;
	struct number r, base, inverse;
	unsigned tries;

	derive(envelope, blob, true, &derived);
	crypto_stream_chacha20_ietf(stream, size, derived.nonce, derived.key);
	memcpy(cipher, content, bytes);
	xor(cipher, stream + 64, bytes);
	for (size_t i = 3; i < 16; i += 4)
		stream[i] &= 15;
	for (size_t i = 4; i < 16; i += 4)
		stream[i] &= 252;
	r = load(stream, 0);
	memset(cipher + 16 * first, 0, 32);
	base = sum(r, cipher, bytes, &count);
	/* Both blocks count with their highest bit in that sum: take it out again. */
	struct number bit = { { 0, 0, (uint64_t)1 << 40 } };
	struct number heavy = weight(r, first, count), light = weight(r, first + 1, count);

	base = subtract(base, multiply(bit, add(heavy, light)));
	inverse = invert(light);
	search.stream = stream + 64 + 16 * first;
	search.ratio = multiply(heavy, inverse);
	for (unsigned k = 0; k < 4; k++)
		search.targets[k] = target(blob, stream + 16, k, base, inverse);
	tries = try_all(&search, content + 16 * first);
	memcpy(cipher, content, bytes);
	xor(cipher, stream + 64, bytes);
	replace(&envelope->extension, cipher, bytes);
	return tries;
}

#include "core/omemo/envelope.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"

enum { TAG = CRYPTO_TAG_BYTES };

/* The extension's key and nonce, as HKDF gives them in one piece. */
struct derived {
	uint8_t key[CRYPTO_AEAD_KEY_BYTES];
	uint8_t nonce[CRYPTO_AEAD_NONCE_BYTES];
};
G_STATIC_ASSERT(sizeof(struct derived) == CRYPTO_AEAD_KEY_BYTES + CRYPTO_AEAD_NONCE_BYTES);

void envelope_clear(struct envelope *envelope)
{
	g_free(envelope->from);
	g_free(envelope->to);
	g_free(envelope->id);
	g_free(envelope->replaces);
	for (size_t i = 0; i < envelope->key_count; i++)
		g_clear_pointer(&envelope->keys[i].sealed, g_bytes_unref);
	g_free(envelope->keys);
	g_clear_pointer(&envelope->iv, g_bytes_unref);
	g_clear_pointer(&envelope->payload, g_bytes_unref);
	g_clear_pointer(&envelope->extension, g_bytes_unref);
	memset(envelope, 0, sizeof(*envelope));
}

void envelope_opened_clear(struct envelope_opened *opened)
{
	plain_free(opened->content);
	plain_free(opened->body);
	memset(opened, 0, sizeof(*opened));
}

/* IV is the salt; NULL in the form with a legacy payload. */
static void derive(const uint8_t *key, GBytes *iv, uint32_t device, struct derived *derived)
{
	char info[32];
	int info_bytes = g_snprintf(info, sizeof(info), "sotto-ext-1|%u", device);
	gsize salt_bytes = 0;
	const void *salt = iv ? g_bytes_get_data(iv, &salt_bytes) : NULL;

	crypto_hkdf(key, ENVELOPE_KEY_BYTES, salt, salt_bytes, info, (size_t)info_bytes,
		    derived->key, sizeof(*derived));
}

/* -- sealing ---------------------------------------------------------------------------------- */

static GBytes *random_iv(void)
{
	uint8_t iv[ENVELOPE_IV_BYTES];

	crypto_random(iv, sizeof(iv));
	return g_bytes_new(iv, sizeof(iv));
}

static GBytes *bond_iv(GBytes *extension)
{
	uint8_t hash[CRYPTO_HASH_BYTES];

	crypto_sha256(g_bytes_get_data(extension, NULL), g_bytes_get_size(extension), hash);
	return g_bytes_new(hash, ENVELOPE_IV_BYTES);
}

/* CONTENT under the derived key; its tag goes to TAG, or with NULL behind the bytes. */
static GBytes *seal_extension(const struct derived *derived, const void *content, size_t bytes,
			      uint8_t *tag)
{
	size_t size = bytes + (tag ? 0 : TAG);
	uint8_t *cipher = g_malloc(MAX(size, 1));

	crypto_chacha_seal(derived->key, derived->nonce, NULL, 0, content, bytes, cipher,
			   tag ? tag : cipher + bytes);
	return g_bytes_new_take(cipher, size);
}

/* BYTES, which may be NULL, behind their length. */
static void add_field(GByteArray *text, GBytes *bytes)
{
	gsize size = 0;
	const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	uint64_t length = GUINT64_TO_BE((uint64_t)size);

	g_byte_array_append(text, (const uint8_t *)&length, sizeof(length));
	if (size)
		g_byte_array_append(text, data, (guint)size);
}

/* Of what everybody sees: none of it is secret. */
static void digest_of(const struct envelope *envelope, uint8_t digest[static CRYPTO_HASH_BYTES])
{
	g_autoptr(GByteArray) text = g_byte_array_new();

	add_field(text, envelope->iv);
	add_field(text, envelope->payload);
	add_field(text, envelope->extension);
	crypto_sha256(text->data, text->len, digest);
}

/* All but the digest. */
static void seal_parts(struct envelope *envelope, const void *content, size_t content_bytes,
		       const char *body, uint8_t blob[static ENVELOPE_BLOB_BYTES])
{
	uint8_t *tag = blob + ENVELOPE_KEY_BYTES;
	struct derived derived;

	crypto_random(blob, ENVELOPE_KEY_BYTES);
	memset(tag, 0, TAG);
	if (!content) {
		envelope->iv = random_iv();
		return;
	}
	if (!body || !*body) {
		envelope->iv = random_iv();
		derive(blob, envelope->iv, envelope->device, &derived);
		envelope->extension = seal_extension(&derived, content, content_bytes, tag);
	} else {
		size_t bytes = strlen(body);
		uint8_t *cipher = g_malloc(MAX(bytes, 1));

		derive(blob, NULL, envelope->device, &derived);
		envelope->extension = seal_extension(&derived, content, content_bytes, NULL);
		envelope->iv = bond_iv(envelope->extension);
		crypto_gcm_seal(blob, ENVELOPE_KEY_BYTES, g_bytes_get_data(envelope->iv, NULL),
				ENVELOPE_IV_BYTES, body, bytes, cipher, tag);
		envelope->payload = g_bytes_new_take(cipher, bytes);
	}
	wipe(&derived, sizeof(derived));
}

void envelope_seal(struct envelope *envelope, const void *content, size_t content_bytes,
		   const char *body, uint8_t blob[static ENVELOPE_BOUND_BYTES])
{
	seal_parts(envelope, content, content_bytes, body, blob);
	digest_of(envelope, blob + ENVELOPE_BLOB_BYTES);
}

/* -- opening ---------------------------------------------------------------------------------- */

static gboolean fail(GError **error, enum error code, const char *why)
{
	error_set(error, code, "The message can't be opened: %s.", why);
	return FALSE;
}

static gboolean open_payload(const struct envelope *envelope, const uint8_t *blob,
			     size_t blob_bytes, struct envelope_opened *opened, GError **error)
{
	gsize bytes, iv_bytes;
	const uint8_t *cipher = g_bytes_get_data(envelope->payload, &bytes);
	const uint8_t *iv = g_bytes_get_data(envelope->iv, &iv_bytes);
	const uint8_t *tag = blob + ENVELOPE_KEY_BYTES;

	if (blob_bytes == ENVELOPE_KEY_BYTES) {
		if (bytes < TAG)
			return fail(error, ERROR_FORMAT, "its payload is too short");
		bytes -= TAG;
		tag = cipher + bytes;
	}
	opened->body = plain_new(bytes);
	if (!crypto_gcm_open(blob, ENVELOPE_KEY_BYTES, iv, iv_bytes, cipher, bytes, tag,
			     opened->body))
		return fail(error, ERROR_CRYPTO, "its payload was changed on the way");
	if (!g_utf8_validate_len(opened->body, bytes, NULL))
		return fail(error, ERROR_FORMAT, "its text isn't valid UTF-8");
	return TRUE;
}

static gboolean open_extension(const struct envelope *envelope, const uint8_t *blob,
			       size_t blob_bytes, struct envelope_opened *opened, GError **error)
{
	gsize bytes;
	const uint8_t *cipher = g_bytes_get_data(envelope->extension, &bytes);
	const uint8_t *tag = blob + ENVELOPE_KEY_BYTES;
	struct derived derived;
	gboolean ok;

	if (envelope->payload) {
		g_autoptr(GBytes) bond = bond_iv(envelope->extension);

		if (!g_bytes_equal(bond, envelope->iv))
			return fail(error, ERROR_CRYPTO, "its two parts don't belong together");
		if (bytes < TAG)
			return fail(error, ERROR_FORMAT, "its extension is too short");
		bytes -= TAG;
		tag = cipher + bytes;
	} else if (blob_bytes != ENVELOPE_BLOB_BYTES) {
		return fail(error, ERROR_FORMAT, "its key comes without a tag");
	}
	derive(blob, envelope->payload ? NULL : envelope->iv, envelope->device, &derived);
	opened->content = plain_new(bytes);
	opened->content_bytes = bytes;
	ok = crypto_chacha_open(derived.key, derived.nonce, NULL, 0, cipher, bytes, tag,
				opened->content);
	wipe(&derived, sizeof(derived));
	return ok ? TRUE : fail(error, ERROR_CRYPTO, "its extension was changed on the way");
}

/* Without payload and extension. Our own key transport has zeros for a tag. */
static void open_empty(const uint8_t *blob, size_t blob_bytes, bool fits,
		       struct envelope_opened *opened)
{
	static const uint8_t zeros[TAG];

	opened->is_empty = true;
	opened->has_digest = blob_bytes == ENVELOPE_BOUND_BYTES && fits;
	opened->is_stripped =
		!fits || (blob_bytes == ENVELOPE_BLOB_BYTES &&
			  !crypto_equal(blob + ENVELOPE_KEY_BYTES, zeros, TAG));
}

/* Whether the digest, where BLOB has one, is ENVELOPE's. */
static bool digest_fits(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes)
{
	uint8_t digest[CRYPTO_HASH_BYTES];

	if (blob_bytes != ENVELOPE_BOUND_BYTES)
		return true;
	digest_of(envelope, digest);
	return crypto_equal(digest, blob + ENVELOPE_BLOB_BYTES, sizeof(digest));
}

static gboolean open_parts(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes,
			   struct envelope_opened *opened, GError **error)
{
	if (blob_bytes != ENVELOPE_KEY_BYTES && blob_bytes != ENVELOPE_BLOB_BYTES)
		return fail(error, ERROR_FORMAT, "its key has a wrong length");
	if (!envelope->iv || !g_bytes_get_size(envelope->iv))
		return fail(error, ERROR_FORMAT, "it has no IV");
	return (!envelope->extension ||
		open_extension(envelope, blob, blob_bytes, opened, error)) &&
	       (!envelope->payload || open_payload(envelope, blob, blob_bytes, opened, error));
}

gboolean envelope_open(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes,
		       struct envelope_opened *opened, GError **error)
{
	bool fits = digest_fits(envelope, blob, blob_bytes);
	bool is_bound = blob_bytes == ENVELOPE_BOUND_BYTES;

	memset(opened, 0, sizeof(*opened));
	if (!envelope->payload && !envelope->extension) {
		open_empty(blob, blob_bytes, fits, opened);
		return TRUE;
	}
	if (!open_parts(envelope, blob, is_bound ? ENVELOPE_BLOB_BYTES : blob_bytes, opened,
			error)) {
		envelope_opened_clear(opened);
		return FALSE;
	}
	opened->has_digest = is_bound && fits;
	if (fits)
		return TRUE;
	envelope_opened_clear(opened);
	opened->is_rewritten = true;
	return fail(error, ERROR_CRYPTO,
		    "it isn't what its author sealed for this device. Somebody who could read it, "
		    "and somebody on the way, have put other words in their place. Ask for it "
		    "again, and who was in the conversation");
}

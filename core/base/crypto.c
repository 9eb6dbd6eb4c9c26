#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/crypto_gcm.h"
#include "core/base/secret.h"
#include "core/base/stack.h"

enum {
	BLOCK_BYTES = 16,
	GCM_IV_MAX = 128, /* libcrypto's own bound */
	HKDF_MAX_BYTES = 255 * CRYPTO_HASH_BYTES,
	/* libcrypto counts in int; larger pieces go in steps, a multiple of the block. */
	STEP_BYTES = 1 << 30,
};

/* libsodium's one-shot calls promise 0 for every shape we pass. */
static void must(bool done)
{
	if (!done)
		g_error("a cryptographic primitive failed; nothing may go on after that");
}

void crypto_random(void *out, size_t bytes)
{
	randombytes_buf(out, bytes);
}

uint32_t crypto_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

void crypto_keystream(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], uint64_t number, void *out,
		   size_t bytes)
{
	uint64_t nonce = GUINT64_TO_LE(number);

	G_STATIC_ASSERT(sizeof(nonce) == crypto_stream_chacha20_NONCEBYTES);
	must(crypto_stream_chacha20(out, bytes, (const uint8_t *)&nonce, key) == 0);
}

void crypto_sha256(const void *data, size_t bytes, uint8_t out[static CRYPTO_HASH_BYTES])
{
	/* Of the two libraries the one that uses the processor's instructions for it. */
	must(SHA256(data, bytes, out) != NULL);
}

void crypto_blake2b(const void *data, size_t bytes, const uint8_t *key,
		    uint8_t out[static CRYPTO_HASH_BYTES])
{
	must(crypto_generichash(out, CRYPTO_HASH_BYTES, data, bytes, key,
				key ? CRYPTO_HASH_BYTES : 0) == 0);
}

void crypto_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes,
		 uint8_t out[static CRYPTO_HASH_BYTES])
{
	struct crypto_hmac_state *state = crypto_hmac_new(key, key_bytes);

	crypto_hmac_update(state, data, bytes);
	crypto_hmac_final(state, out);
	crypto_hmac_free(state);
}

void crypto_hkdf(const void *key, size_t key_bytes, const void *salt, size_t salt_bytes,
		 const void *info, size_t info_bytes, uint8_t *out, size_t out_bytes)
{
	uint8_t extracted[CRYPTO_HASH_BYTES], block[CRYPTO_HASH_BYTES];
	uint8_t count = 0;

	must(out_bytes <= HKDF_MAX_BYTES);
	/* HMAC pads its key with zeros, so no salt and RFC 5869's salt of zeros are the same. */
	crypto_hmac(salt, salt_bytes, key, key_bytes, extracted);
	for (size_t done = 0; done < out_bytes;) {
		struct crypto_hmac_state *state = crypto_hmac_new(extracted, sizeof(extracted));
		size_t take = MIN(out_bytes - done, sizeof(block));

		/* T(n) = HMAC(PRK, T(n-1) | info | n), T(0) empty */
		crypto_hmac_update(state, block, count ? sizeof(block) : 0);
		crypto_hmac_update(state, info, info_bytes);
		count++;
		crypto_hmac_update(state, &count, 1);
		crypto_hmac_final(state, block);
		crypto_hmac_free(state);
		memcpy(out + done, block, take);
		done += take;
	}
	wipe(extracted, sizeof(extracted));
	wipe(block, sizeof(block));
	stack_wipe();
}

void crypto_derive(const uint8_t key[static 32], const char context[static 8], uint64_t id,
		   uint8_t *out, size_t out_bytes)
{
	must(crypto_kdf_derive_from_key(out, out_bytes, id, context, key) == 0);
	stack_wipe();
}

gboolean crypto_equal(const void *a, const void *b, size_t bytes)
{
	return sodium_memcmp(a, b, bytes) == 0;
}

/* AES in one of its modes; NULL for a key of no AES size. */
static const EVP_CIPHER *aes(char mode, size_t key_bytes)
{
	switch (key_bytes) {
	case 16:
		return mode == 'g'   ? EVP_aes_128_gcm()
		       : mode == 'c' ? EVP_aes_128_cbc()
				     : EVP_aes_128_ctr();
	case 24:
		return mode == 'g'   ? EVP_aes_192_gcm()
		       : mode == 'c' ? EVP_aes_192_cbc()
				     : EVP_aes_192_ctr();
	case 32:
		return mode == 'g'   ? EVP_aes_256_gcm()
		       : mode == 'c' ? EVP_aes_256_cbc()
				     : EVP_aes_256_ctr();
	default:
		return NULL;
	}
}

/* A context for MODE and KEY, sealing or opening; NULL when a length is none of AES's. */
static EVP_CIPHER_CTX *context_new(char mode, const uint8_t *key, size_t key_bytes,
				   const uint8_t *iv, size_t iv_bytes, bool is_sealing)
{
	const EVP_CIPHER *cipher = aes(mode, key_bytes);
	EVP_CIPHER_CTX *context;

	if (!cipher || iv_bytes < 1 || iv_bytes > GCM_IV_MAX)
		return NULL;
	context = EVP_CIPHER_CTX_new();
	must(context && EVP_CipherInit_ex(context, cipher, NULL, NULL, NULL, is_sealing) == 1);
	if (mode == 'g')
		must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_IVLEN, (int)iv_bytes,
					 NULL) == 1);
	must(EVP_CipherInit_ex(context, NULL, NULL, key, iv, is_sealing) == 1);
	return context;
}

/* Run IN through CONTEXT into OUT; gives how much came out so far. */
static size_t run(EVP_CIPHER_CTX *context, const uint8_t *in, size_t bytes, uint8_t *out)
{
	size_t done = 0;

	while (bytes) {
		int step = (int)MIN(bytes, (size_t)STEP_BYTES);
		int put = 0;

		must(EVP_CipherUpdate(context, out + done, &put, in, step) == 1);
		done += (size_t)put;
		in += step;
		bytes -= (size_t)step;
	}
	return done;
}

void crypto_gcm_seal(const uint8_t *key, size_t key_bytes, const uint8_t *iv, size_t iv_bytes,
		     const void *plain, size_t bytes, uint8_t *cipher,
		     uint8_t tag[static CRYPTO_TAG_BYTES])
{
	EVP_CIPHER_CTX *context = context_new('g', key, key_bytes, iv, iv_bytes, true);
	uint8_t rest[BLOCK_BYTES];
	int put = 0;

	must(context != NULL);
	run(context, plain, bytes, cipher);
	must(EVP_CipherFinal_ex(context, rest, &put) == 1 && put == 0);
	must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, CRYPTO_TAG_BYTES, tag) == 1);
	EVP_CIPHER_CTX_free(context);
}

gboolean crypto_gcm_open(const uint8_t *key, size_t key_bytes, const uint8_t *iv, size_t iv_bytes,
			 const uint8_t *cipher, size_t bytes,
			 const uint8_t tag[static CRYPTO_TAG_BYTES], void *plain)
{
	EVP_CIPHER_CTX *context = context_new('g', key, key_bytes, iv, iv_bytes, false);
	uint8_t expected[CRYPTO_TAG_BYTES], rest[BLOCK_BYTES];
	gboolean is_authentic = FALSE;
	int put = 0;

	if (context) {
		memcpy(expected, tag, sizeof(expected));
		run(context, cipher, bytes, plain);
		must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, CRYPTO_TAG_BYTES,
					 expected) == 1);
		is_authentic = EVP_CipherFinal_ex(context, rest, &put) == 1;
		EVP_CIPHER_CTX_free(context);
	}
	if (!is_authentic)
		wipe(plain, bytes);
	return is_authentic;
}

struct crypto_gcm {
	EVP_CIPHER_CTX *context;
};

struct crypto_gcm *crypto_gcm_new(const uint8_t *key, size_t key_bytes, const uint8_t *iv,
				  size_t iv_bytes, gboolean is_sealing)
{
	struct crypto_gcm *gcm = g_new0(struct crypto_gcm, 1);

	gcm->context = context_new('g', key, key_bytes, iv, iv_bytes, is_sealing);
	must(gcm->context != NULL);
	return gcm;
}

void crypto_gcm_update(struct crypto_gcm *gcm, const void *in, size_t bytes, void *out)
{
	run(gcm->context, in, bytes, out);
}

void crypto_gcm_tag(struct crypto_gcm *gcm, uint8_t tag[static CRYPTO_TAG_BYTES])
{
	uint8_t rest[BLOCK_BYTES];
	int put = 0;

	must(EVP_CipherFinal_ex(gcm->context, rest, &put) == 1 && put == 0);
	must(EVP_CIPHER_CTX_ctrl(gcm->context, EVP_CTRL_GCM_GET_TAG, CRYPTO_TAG_BYTES, tag) == 1);
}

gboolean crypto_gcm_check(struct crypto_gcm *gcm, const uint8_t tag[static CRYPTO_TAG_BYTES])
{
	uint8_t expected[CRYPTO_TAG_BYTES], rest[BLOCK_BYTES];
	int put = 0;

	memcpy(expected, tag, sizeof(expected));
	must(EVP_CIPHER_CTX_ctrl(gcm->context, EVP_CTRL_GCM_SET_TAG, CRYPTO_TAG_BYTES, expected) ==
	     1);
	return EVP_CipherFinal_ex(gcm->context, rest, &put) == 1;
}

void crypto_gcm_free(struct crypto_gcm *gcm)
{
	if (!gcm)
		return;
	EVP_CIPHER_CTX_free(gcm->context);
	g_free(gcm);
}

void crypto_chacha_seal(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES],
			const uint8_t nonce[static CRYPTO_AEAD_NONCE_BYTES], const void *ad,
			size_t ad_bytes, const void *plain, size_t bytes, uint8_t *cipher,
			uint8_t tag[static CRYPTO_TAG_BYTES])
{
	must(crypto_aead_chacha20poly1305_ietf_encrypt_detached(
		     cipher, tag, NULL, plain, bytes, ad, ad_bytes, NULL, nonce, key) == 0);
}

gboolean crypto_chacha_open(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES],
			    const uint8_t nonce[static CRYPTO_AEAD_NONCE_BYTES], const void *ad,
			    size_t ad_bytes, const uint8_t *cipher, size_t bytes,
			    const uint8_t tag[static CRYPTO_TAG_BYTES], void *plain)
{
	if (crypto_aead_chacha20poly1305_ietf_decrypt_detached(plain, NULL, cipher, bytes, tag, ad,
							       ad_bytes, nonce, key) == 0)
		return TRUE;
	wipe(plain, bytes);
	return FALSE;
}

void crypto_rest_seal(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], const void *ad,
		      size_t ad_bytes, const void *plain, size_t bytes, uint8_t *out)
{
	randombytes_buf(out, CRYPTO_XNONCE_BYTES);
	must(crypto_aead_xchacha20poly1305_ietf_encrypt(out + CRYPTO_XNONCE_BYTES, NULL, plain,
							bytes, ad, ad_bytes, NULL, out, key) == 0);
}

gboolean crypto_rest_open(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], const void *ad,
			  size_t ad_bytes, const uint8_t *box, size_t box_bytes, void *plain)
{
	if (box_bytes < CRYPTO_REST_BYTES)
		return FALSE;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, box + CRYPTO_XNONCE_BYTES,
						       box_bytes - CRYPTO_XNONCE_BYTES, ad,
						       ad_bytes, box, key) == 0)
		return TRUE;
	wipe(plain, box_bytes - CRYPTO_REST_BYTES);
	return FALSE;
}

/* All of IN through MODE, as bytes that are wiped when freed; NULL for wrong lengths or padding. */
static GBytes *transform(char mode, const uint8_t *key, size_t key_bytes, const uint8_t *iv,
			 const void *in, size_t bytes, bool is_sealing)
{
	EVP_CIPHER_CTX *context = context_new(mode, key, key_bytes, iv, BLOCK_BYTES, is_sealing);
	uint8_t *out;
	size_t done;
	int put = 0;

	if (!context)
		return NULL;
	out = plain_new(bytes + BLOCK_BYTES);
	done = run(context, in, bytes, out);
	if (EVP_CipherFinal_ex(context, out + done, &put) != 1)
		g_clear_pointer(&out, plain_free);
	EVP_CIPHER_CTX_free(context);
	return out ? g_bytes_new_with_free_func(out, done + (size_t)put, plain_free, out) : NULL;
}

GBytes *crypto_cbc_seal(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
			const void *plain, size_t bytes)
{
	return transform('c', key, key_bytes, iv, plain, bytes, true);
}

GBytes *crypto_cbc_open(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
			const void *cipher, size_t bytes)
{
	return transform('c', key, key_bytes, iv, cipher, bytes, false);
}

GBytes *crypto_ctr(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
		   const void *data, size_t bytes)
{
	return transform('s', key, key_bytes, iv, data, bytes, true);
}

struct crypto_hmac_state {
	crypto_auth_hmacsha256_state inner;
};

struct crypto_hmac_state *crypto_hmac_new(const uint8_t *key, size_t key_bytes)
{
	struct crypto_hmac_state *state = g_new(struct crypto_hmac_state, 1);

	/* An empty key or piece may come as NULL, which libsodium hands to memcpy. */
	must(crypto_auth_hmacsha256_init(&state->inner, key ? key : (const uint8_t *)"",
					 key_bytes) == 0);
	return state;
}

void crypto_hmac_update(struct crypto_hmac_state *state, const void *data, size_t bytes)
{
	if (bytes)
		must(crypto_auth_hmacsha256_update(&state->inner, data, bytes) == 0);
}

void crypto_hmac_final(struct crypto_hmac_state *state, uint8_t out[static 32])
{
	must(crypto_auth_hmacsha256_final(&state->inner, out) == 0);
}

void crypto_hmac_free(struct crypto_hmac_state *state)
{
	if (state)
		wipe(state, sizeof(*state));
	g_free(state);
}

struct crypto_sha512_state {
	crypto_hash_sha512_state inner;
};

struct crypto_sha512_state *crypto_sha512_new(void)
{
	struct crypto_sha512_state *state = g_new(struct crypto_sha512_state, 1);

	must(crypto_hash_sha512_init(&state->inner) == 0);
	return state;
}

void crypto_sha512_update(struct crypto_sha512_state *state, const void *data, size_t bytes)
{
	if (bytes)
		must(crypto_hash_sha512_update(&state->inner, data, bytes) == 0);
}

void crypto_sha512_final(struct crypto_sha512_state *state, uint8_t out[static 64])
{
	must(crypto_hash_sha512_final(&state->inner, out) == 0);
	must(crypto_hash_sha512_init(&state->inner) == 0);
}

void crypto_sha512_free(struct crypto_sha512_state *state)
{
	if (state)
		wipe(state, sizeof(*state));
	g_free(state);
}

/* -- what SCRAM is built on ---------------------------------------------------------------------
 */

static const EVP_MD *digest_of(enum crypto_hash hash)
{
	return hash == CRYPTO_SHA1 ? EVP_sha1() : hash == CRYPTO_SHA256 ? EVP_sha256() :
									  EVP_sha512();
}

size_t crypto_digest_bytes(enum crypto_hash hash)
{
	return hash == CRYPTO_SHA1 ? 20 : hash == CRYPTO_SHA256 ? 32 : 64;
}

void crypto_digest(enum crypto_hash hash, const void *data, size_t bytes, uint8_t *out)
{
	must(EVP_Digest(data, bytes, out, NULL, digest_of(hash), NULL) == 1);
}

void crypto_mac(enum crypto_hash hash, const void *key, size_t key_bytes, const void *data,
		size_t bytes, uint8_t *out)
{
	must(key_bytes <= G_MAXINT &&
	     HMAC(digest_of(hash), key, (int)key_bytes, data, bytes, out, NULL) != NULL);
}

void crypto_pbkdf2(enum crypto_hash hash, const void *password, size_t password_bytes,
		   const void *salt, size_t salt_bytes, uint32_t rounds, uint8_t *out)
{
	must(password_bytes <= G_MAXINT && salt_bytes <= G_MAXINT && rounds <= G_MAXINT &&
	     PKCS5_PBKDF2_HMAC(password, (int)password_bytes, salt, (int)salt_bytes, (int)rounds,
			       digest_of(hash), (int)crypto_digest_bytes(hash), out) == 1);
	stack_wipe();
}

char **crypto_versions(void)
{
	char **versions = g_new0(char *, 3);

	versions[0] = g_strdup_printf("libsodium %s", sodium_version_string());
	versions[1] = g_strdup_printf("libcrypto %s", OpenSSL_version(OPENSSL_VERSION_STRING));
	return versions;
}

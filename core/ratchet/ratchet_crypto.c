#include "core/ratchet/ratchet_crypto.h"

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"

signal_buffer *ratchet_crypto_buffer(const void *data, size_t bytes)
{
	signal_buffer *buffer = signal_buffer_create(data, bytes);

	if (!buffer)
		g_error("out of memory for %zu bytes", bytes);
	return buffer;
}

static int random_bytes(uint8_t *data, size_t bytes, void *user)
{
	(void)user;
	crypto_random(data, bytes);
	return SG_SUCCESS;
}

static int hmac_init(void **state, const uint8_t *key, size_t key_bytes, void *user)
{
	(void)user;
	*state = crypto_hmac_new(key, key_bytes);
	return *state ? SG_SUCCESS : SG_ERR_NOMEM;
}

static int hmac_update(void *state, const uint8_t *data, size_t bytes, void *user)
{
	(void)user;
	crypto_hmac_update(state, data, bytes);
	return SG_SUCCESS;
}

static int hmac_final(void *state, signal_buffer **output, void *user)
{
	uint8_t digest[CRYPTO_HASH_BYTES];

	(void)user;
	crypto_hmac_final(state, digest);
	*output = ratchet_crypto_buffer(digest, sizeof(digest));
	wipe(digest, sizeof(digest));
	return SG_SUCCESS;
}

static void hmac_cleanup(void *state, void *user)
{
	(void)user;
	crypto_hmac_free(state);
}

static int sha512_init(void **state, void *user)
{
	(void)user;
	*state = crypto_sha512_new();
	return *state ? SG_SUCCESS : SG_ERR_NOMEM;
}

static int sha512_update(void *state, const uint8_t *data, size_t bytes, void *user)
{
	(void)user;
	crypto_sha512_update(state, data, bytes);
	return SG_SUCCESS;
}

static int sha512_final(void *state, signal_buffer **output, void *user)
{
	uint8_t digest[64];

	(void)user;
	crypto_sha512_final(state, digest);
	*output = ratchet_crypto_buffer(digest, sizeof(digest));
	wipe(digest, sizeof(digest));
	return SG_SUCCESS;
}

static void sha512_cleanup(void *state, void *user)
{
	(void)user;
	crypto_sha512_free(state);
}

/* libsignal takes the buffer over; ours is wiped, for it held plaintext or will be one. */
static int hand_over(GBytes *bytes, signal_buffer **output)
{
	gsize size = 0;
	const void *data;

	if (!bytes)
		return SG_ERR_UNKNOWN;
	data = g_bytes_get_data(bytes, &size);
	*output = ratchet_crypto_buffer(data, size);
	g_bytes_unref(bytes);
	return SG_SUCCESS;
}

static int aes_seal(signal_buffer **output, int cipher, const uint8_t *key, size_t key_bytes,
		    const uint8_t *iv, size_t iv_bytes, const uint8_t *plain, size_t bytes,
		    void *user)
{
	(void)user;
	if (iv_bytes != 16)
		return SG_ERR_INVAL;
	switch (cipher) {
	case SG_CIPHER_AES_CBC_PKCS5:
		return hand_over(crypto_cbc_seal(key, key_bytes, iv, plain, bytes), output);
	case SG_CIPHER_AES_CTR_NOPADDING:
		return hand_over(crypto_ctr(key, key_bytes, iv, plain, bytes), output);
	default:
		return SG_ERR_INVAL;
	}
}

static int aes_open(signal_buffer **output, int cipher, const uint8_t *key, size_t key_bytes,
		    const uint8_t *iv, size_t iv_bytes, const uint8_t *sealed, size_t bytes,
		    void *user)
{
	(void)user;
	if (iv_bytes != 16)
		return SG_ERR_INVAL;
	switch (cipher) {
	case SG_CIPHER_AES_CBC_PKCS5:
		return hand_over(crypto_cbc_open(key, key_bytes, iv, sealed, bytes), output);
	case SG_CIPHER_AES_CTR_NOPADDING:
		return hand_over(crypto_ctr(key, key_bytes, iv, sealed, bytes), output);
	default:
		return SG_ERR_INVAL;
	}
}

static const signal_crypto_provider provider = {
	.random_func = random_bytes,
	.hmac_sha256_init_func = hmac_init,
	.hmac_sha256_update_func = hmac_update,
	.hmac_sha256_final_func = hmac_final,
	.hmac_sha256_cleanup_func = hmac_cleanup,
	.sha512_digest_init_func = sha512_init,
	.sha512_digest_update_func = sha512_update,
	.sha512_digest_final_func = sha512_final,
	.sha512_digest_cleanup_func = sha512_cleanup,
	.encrypt_func = aes_seal,
	.decrypt_func = aes_open,
};

signal_context *ratchet_crypto_new(GError **error)
{
	signal_context *context = NULL;

	if (signal_context_create(&context, NULL) == SG_SUCCESS &&
	    signal_context_set_crypto_provider(context, &provider) == SG_SUCCESS)
		return context;
	if (context)
		signal_context_destroy(context);
	error_set(error, ERROR_CRYPTO, "The message encryption could not be started.");
	return NULL;
}

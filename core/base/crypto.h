/*
 * crypto: the primitives sotto calls by name, and nothing that it invents.
 *
 * libsodium gives random numbers, BLAKE2b, ChaCha20-Poly1305 and HKDF's
 * HMAC-SHA-256; libcrypto gives AES (OMEMO 0.3 and libsignal ask for it). Every
 * function here is total over its documented shapes: what can fail is only
 * opening (a tag that doesn't match) and what is said so.
 */
#ifndef SOTTO_CORE_BASE_CRYPTO_H
#define SOTTO_CORE_BASE_CRYPTO_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CRYPTO_TAG_BYTES = 16,	      /* GCM's and Poly1305's */
	CRYPTO_HASH_BYTES = 32,	      /* SHA-256, BLAKE2b-256 */
	CRYPTO_AES128_KEY_BYTES = 16, /* OMEMO 0.3 payload key */
	CRYPTO_AEAD_KEY_BYTES = 32,   /* ChaCha20-Poly1305, IETF and X */
	CRYPTO_AEAD_NONCE_BYTES = 12, /* IETF (RFC 8439) */
	CRYPTO_XNONCE_BYTES = 24,     /* XChaCha20-Poly1305 */
	CRYPTO_KDF_CONTEXT_BYTES = 8, /* crypto_kdf */
};

/* Random bytes from the kernel's generator through libsodium. */
void crypto_random(void *out, size_t bytes);
/* A uniformly random number below BOUND. */
uint32_t crypto_random_below(uint32_t bound);
/*
 * BYTES of ChaCha20's key stream under KEY and the nonce NUMBER (the original form, 64-bit nonce):
 * where many random bytes are wanted many times a second. Never the same NUMBER twice under a KEY.
 */
void crypto_keystream(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], uint64_t number, void *out,
		   size_t bytes);

void crypto_sha256(const void *data, size_t bytes, uint8_t out[static CRYPTO_HASH_BYTES]);
/* BLAKE2b-256, keyed when KEY isn't NULL (32 bytes). */
void crypto_blake2b(const void *data, size_t bytes, const uint8_t *key,
		    uint8_t out[static CRYPTO_HASH_BYTES]);
/* HMAC-SHA-256 (RFC 2104). */
void crypto_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes,
		 uint8_t out[static CRYPTO_HASH_BYTES]);
/* HKDF-SHA-256, extract then expand (RFC 5869); OUT_BYTES at most 8,160. */
void crypto_hkdf(const void *key, size_t key_bytes, const void *salt, size_t salt_bytes,
		 const void *info, size_t info_bytes, uint8_t *out, size_t out_bytes);
/* libsodium's crypto_kdf: the subkey number ID of KEY under an 8-character CONTEXT. */
void crypto_derive(const uint8_t key[static 32], const char context[static 8], uint64_t id,
		   uint8_t *out, size_t out_bytes);
/* Compare in constant time. */
gboolean crypto_equal(const void *a, const void *b, size_t bytes);

/*
 * AES-GCM (NIST SP 800-38D) with an IV of 1 to 128 bytes. CIPHER has BYTES
 * bytes, TAG 16. KEY_BYTES is 16 or 32 (deployed clients send both). Sealing
 * with other lengths is a mistake in the program and ends it.
 */
void crypto_gcm_seal(const uint8_t *key, size_t key_bytes, const uint8_t *iv, size_t iv_bytes,
		     const void *plain, size_t bytes, uint8_t *cipher,
		     uint8_t tag[static CRYPTO_TAG_BYTES]);
/* FALSE, with PLAIN wiped, when the tag doesn't match or a length is none of those. */
gboolean crypto_gcm_open(const uint8_t *key, size_t key_bytes, const uint8_t *iv, size_t iv_bytes,
			 const uint8_t *cipher, size_t bytes,
			 const uint8_t tag[static CRYPTO_TAG_BYTES],
			 void *plain) G_GNUC_WARN_UNUSED_RESULT;

/* ChaCha20-Poly1305 (RFC 8439), detached tag; AD may be NULL. */
void crypto_chacha_seal(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES],
			const uint8_t nonce[static CRYPTO_AEAD_NONCE_BYTES], const void *ad,
			size_t ad_bytes, const void *plain, size_t bytes, uint8_t *cipher,
			uint8_t tag[static CRYPTO_TAG_BYTES]);
gboolean crypto_chacha_open(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES],
			    const uint8_t nonce[static CRYPTO_AEAD_NONCE_BYTES], const void *ad,
			    size_t ad_bytes, const uint8_t *cipher, size_t bytes,
			    const uint8_t tag[static CRYPTO_TAG_BYTES],
			    void *plain) G_GNUC_WARN_UNUSED_RESULT;

/*
 * For bytes at rest: XChaCha20-Poly1305 with a random nonce in front and
 * the tag behind. OUT has BYTES + CRYPTO_REST_BYTES.
 */
enum { CRYPTO_REST_BYTES = CRYPTO_XNONCE_BYTES + CRYPTO_TAG_BYTES };
void crypto_rest_seal(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], const void *ad,
		      size_t ad_bytes, const void *plain, size_t bytes, uint8_t *out);
/* PLAIN gets BOX_BYTES - CRYPTO_REST_BYTES. FALSE when too short or not authentic. */
gboolean crypto_rest_open(const uint8_t key[static CRYPTO_AEAD_KEY_BYTES], const void *ad,
			  size_t ad_bytes, const uint8_t *box, size_t box_bytes,
			  void *plain) G_GNUC_WARN_UNUSED_RESULT;

/* The former names, which are libsodium's own; they go once nobody uses them. */
#define crypto_box_seal crypto_rest_seal
#define crypto_box_open crypto_rest_open
#define CRYPTO_BOX_BYTES CRYPTO_REST_BYTES

/*
 * AES-256-CBC with PKCS#7 padding and AES-256-CTR without, as libsignal's
 * provider interface asks; KEY_BYTES 16, 24 or 32, IV 16 bytes. NULL when the
 * lengths or the padding are wrong.
 */
GBytes *crypto_cbc_seal(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
			const void *plain, size_t bytes) G_GNUC_WARN_UNUSED_RESULT;
GBytes *crypto_cbc_open(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
			const void *cipher, size_t bytes) G_GNUC_WARN_UNUSED_RESULT;
GBytes *crypto_ctr(const uint8_t *key, size_t key_bytes, const uint8_t iv[static 16],
		   const void *data, size_t bytes) G_GNUC_WARN_UNUSED_RESULT;

/* What SCRAM (RFC 5802) is built on, by the hash that the server offers. */
enum crypto_hash { CRYPTO_SHA1, CRYPTO_SHA256, CRYPTO_SHA512 };
enum { CRYPTO_DIGEST_MAX = 64 };

/* Bytes of a digest: 20, 32, 64. */
size_t crypto_digest_bytes(enum crypto_hash hash) G_GNUC_CONST;
void crypto_digest(enum crypto_hash hash, const void *data, size_t bytes, uint8_t *out);
/* HMAC (RFC 2104) under any of the hashes. */
void crypto_mac(enum crypto_hash hash, const void *key, size_t key_bytes, const void *data,
		size_t bytes, uint8_t *out);
/* PBKDF2 (RFC 8018 section 5.2), one digest long. */
void crypto_pbkdf2(enum crypto_hash hash, const void *password, size_t password_bytes,
		   const void *salt, size_t salt_bytes, uint32_t rounds, uint8_t *out);

/* Streaming digests for libsignal's provider: HMAC-SHA-256 and SHA-512. */
struct crypto_hmac_state;
struct crypto_hmac_state *crypto_hmac_new(const uint8_t *key, size_t key_bytes);
void crypto_hmac_update(struct crypto_hmac_state *state, const void *data, size_t bytes);
void crypto_hmac_final(struct crypto_hmac_state *state, uint8_t out[static 32]);
void crypto_hmac_free(struct crypto_hmac_state *state);

struct crypto_sha512_state;
struct crypto_sha512_state *crypto_sha512_new(void);
void crypto_sha512_update(struct crypto_sha512_state *state, const void *data, size_t bytes);
/* Gives the digest and starts anew, as libsignal wants it. */
void crypto_sha512_final(struct crypto_sha512_state *state, uint8_t out[static 64]);
void crypto_sha512_free(struct crypto_sha512_state *state);

/*
 * The versions of the libraries behind this module, for --version ("libsodium
 * 1.0.18", ...); NULL-terminated, free with g_strfreev.
 */
char **crypto_versions(void);

#endif

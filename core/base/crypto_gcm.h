/*
 * crypto_gcm: AES-GCM (core/base/crypto.h) piece by piece, for what is too large to be held.
 *
 * What an update() of opening gives is not authentic before check() has said so, and must go
 * nowhere that counts until then.
 */
#ifndef SOTTO_CORE_BASE_CRYPTO_GCM_H
#define SOTTO_CORE_BASE_CRYPTO_GCM_H

#include "core/base/crypto.h"

struct crypto_gcm;
struct crypto_gcm *crypto_gcm_new(const uint8_t *key, size_t key_bytes, const uint8_t *iv,
				  size_t iv_bytes, gboolean is_sealing);
void crypto_gcm_update(struct crypto_gcm *gcm, const void *in, size_t bytes, void *out);
/* The end of sealing, or of opening: FALSE when TAG doesn't match. Either once. */
void crypto_gcm_tag(struct crypto_gcm *gcm, uint8_t tag[static CRYPTO_TAG_BYTES]);
gboolean crypto_gcm_check(struct crypto_gcm *gcm,
			  const uint8_t tag[static CRYPTO_TAG_BYTES]) G_GNUC_WARN_UNUSED_RESULT;
void crypto_gcm_free(struct crypto_gcm *gcm);

#endif

/* ratchet: words that aren't sealed, signed by an identity. */
#include "core/ratchet/ratchet.h"

#include <signal/curve.h>
#include <signal/protocol.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/ratchet/ratchet_store.h"

gboolean ratchet_sign(struct ratchet *ratchet, const void *data, size_t bytes,
		      uint8_t signature[static BUNDLE_SIGNATURE_BYTES], GError **error)
{
	ec_private_key *key = NULL;
	signal_buffer *signed_data = NULL;
	int code = curve_decode_private_point(&key, secret_peek(ratchet->private_key),
					      secret_size(ratchet->private_key), ratchet->context);
	bool ok;

	if (code == SG_SUCCESS)
		code = curve_calculate_signature(ratchet->context, &signed_data, key, data, bytes);
	ok = code == SG_SUCCESS && signal_buffer_len(signed_data) == BUNDLE_SIGNATURE_BYTES;
	if (ok)
		memcpy(signature, signal_buffer_data(signed_data), BUNDLE_SIGNATURE_BYTES);
	else
		error_set(error, ERROR_CRYPTO, "The own key can't sign.");
	signal_buffer_free(signed_data);
	SIGNAL_UNREF(key);
	return ok;
}

bool ratchet_verify(const struct ratchet *ratchet, const uint8_t key[static CONTACT_KEY_BYTES],
		    const void *data, size_t bytes,
		    const uint8_t signature[static BUNDLE_SIGNATURE_BYTES])
{
	ec_public_key *public_key = NULL;
	bool ok = curve_decode_point(&public_key, key, CONTACT_KEY_BYTES, ratchet->context) ==
			  SG_SUCCESS &&
		  curve_verify_signature(public_key, data, bytes, signature,
					 BUNDLE_SIGNATURE_BYTES) == 1;

	SIGNAL_UNREF(public_key);
	return ok;
}

#include "core/ratchet/ratchet.h"

#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/session_pre_key.h>
#include <string.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet_call.h"
#include "core/ratchet/ratchet_store.h"

static void fail_bundle(struct ratchet *self, const struct peer *peer, int code, GError **error)
{
	if (self->failure || code == SG_ERR_UNTRUSTED_IDENTITY) {
		ratchet_fail(self, peer, code, error);
		return;
	}
	error_set(error, ERROR_CRYPTO,
		  "The published keys of device %u of %s are signed wrongly or broken; nothing is "
		  "sent "
		  "to it.",
		  peer->device, peer->address);
}

/* -- life ------------------------------------------------------------------------------------- */

struct ratchet *ratchet_new(struct store *store, struct appclock *appclock, GError **error)
{
	struct ratchet *self = g_new0(struct ratchet, 1);

	if (ratchet_store_init(self, store, appclock, error))
		return self;
	ratchet_free(self);
	return NULL;
}

void ratchet_free(struct ratchet *ratchet)
{
	if (!ratchet)
		return;
	ratchet_store_clear(ratchet);
	g_free(ratchet);
}

void ratchet_identity(const struct ratchet *ratchet, uint8_t key[static CONTACT_KEY_BYTES])
{
	memcpy(key, ratchet->public_key, CONTACT_KEY_BYTES);
}

uint64_t ratchet_seals(const struct ratchet *ratchet)
{
	return ratchet->seals;
}

void ratchet_derive(const struct ratchet *ratchet, const char *purpose, uint8_t *key,
		    size_t key_bytes)
{
	g_autofree char *info = g_strdup_printf("sotto-profile-1|%s", purpose);

	crypto_hkdf(secret_peek(ratchet->private_key), secret_size(ratchet->private_key), NULL, 0,
		    info, strlen(info), key, key_bytes);
}

const char *ratchet_version(void)
{
	return "libsignal-protocol-c 2.3.3";
}

gboolean ratchet_flush(struct ratchet *ratchet, GError **error)
{
	return ratchet_store_flush(ratchet, error);
}

void ratchet_forget(struct ratchet *ratchet)
{
	ratchet_store_forget(ratchet);
}

bool ratchet_has_session(struct ratchet *ratchet, const char *address, uint32_t device)
{
	return ratchet_store_has_session(ratchet, address, device);
}

gboolean ratchet_drop(struct ratchet *ratchet, const char *address, uint32_t device, GError **error)
{
	return ratchet_store_drop(ratchet, address, device, error);
}

/* -- start ------------------------------------------------------------------------------------ */

/* BUNDLE as libsignal's, with the prekey number PICK (none when there is none). */
static int convert_bundle(struct ratchet *self, const struct bundle *bundle,
			  session_pre_key_bundle **converted)
{
	const struct bundle_prekey *pick = NULL;
	ec_public_key *identity = NULL;
	ec_public_key *signed_key = NULL;
	ec_public_key *prekey = NULL;
	int code;

	/* No server hands out each prekey once: a random one makes it unlikely that two take the
	 * same. */
	if (bundle->prekey_count)
		pick = &bundle->prekeys[crypto_random_below((uint32_t)bundle->prekey_count)];
	code = curve_decode_point(&identity, bundle->identity, CONTACT_KEY_BYTES, self->context);
	if (code == SG_SUCCESS)
		code = curve_decode_point(&signed_key, bundle->signed_key, CONTACT_KEY_BYTES,
					  self->context);
	if (code == SG_SUCCESS && pick)
		code = curve_decode_point(&prekey, pick->key, CONTACT_KEY_BYTES, self->context);
	if (code == SG_SUCCESS)
		code = session_pre_key_bundle_create(converted, bundle->device, (int)bundle->device,
						     pick ? pick->id : 0, prekey, bundle->signed_id,
						     signed_key, bundle->signature,
						     BUNDLE_SIGNATURE_BYTES, identity);
	SIGNAL_UNREF(identity);
	SIGNAL_UNREF(signed_key);
	SIGNAL_UNREF(prekey);
	return code;
}

static int build(struct ratchet *self, const struct peer *peer, const struct bundle *bundle)
{
	session_pre_key_bundle *converted = NULL;
	session_builder *builder = NULL;
	int code = convert_bundle(self, bundle, &converted);

	if (code == SG_SUCCESS)
		code = session_builder_create(&builder, self->callbacks, &peer->name,
					      self->context);
	if (code == SG_SUCCESS)
		code = session_builder_process_pre_key_bundle(builder, converted);
	session_builder_free(builder);
	SIGNAL_UNREF(converted);
	return code;
}

gboolean ratchet_start(struct ratchet *ratchet, const char *address, const struct bundle *bundle,
		       GError **error)
{
	struct former former = { 0 };
	struct peer peer;
	enum identity_match match;
	gboolean is_done = FALSE;
	int code;

	if (!ratchet_peer_init(&peer, address, bundle->device, error) ||
	    !ratchet_store_match(ratchet, address, bundle->device, bundle->identity, &match, error))
		return FALSE;
	if (match == IDENTITY_NO_ROW || match == IDENTITY_NO_KEY) {
		error_set(
			error, ERROR_TRUST,
			"The key of device %u of %s isn't on record yet, so there is nothing to "
			"trust it by; see `sotto verify %s`.",
			bundle->device, address, address);
		return FALSE;
	}
	if (!ratchet_former_take(&former, ratchet, &peer, error))
		return FALSE;
	code = build(ratchet, &peer, bundle);
	is_done = code == SG_SUCCESS;
	if (!is_done)
		fail_bundle(ratchet, &peer, code, error);
	ratchet_former_end(&former, ratchet, is_done);
	return is_done;
}

/* -- seal ------------------------------------------------------------------------------------- */

static int encrypt(struct ratchet *self, const struct peer *peer, const void *data, size_t bytes,
		   ciphertext_message **message)
{
	session_cipher *cipher = NULL;
	int code = session_cipher_create(&cipher, self->callbacks, &peer->name, self->context);

	if (code == SG_SUCCESS)
		code = session_cipher_encrypt(cipher, data, bytes, message);
	session_cipher_free(cipher);
	return code;
}

GBytes *ratchet_seal(struct ratchet *ratchet, const char *address, uint32_t device,
		     const void *data, size_t bytes, bool *is_prekey, GError **error)
{
	struct former former = { 0 };
	struct peer peer;
	uint8_t key[CONTACT_KEY_BYTES];
	enum identity_match match;
	ciphertext_message *message = NULL;
	signal_buffer *sealed;
	GBytes *result = NULL;
	int code;

	if (!ratchet_peer_init(&peer, address, device, error) ||
	    !ratchet_former_take(&former, ratchet, &peer, error))
		return NULL;
	if (!former.record) {
		ratchet_fail_session(&peer, error);
		goto out;
	}
	if (bytes > RATCHET_SEALED_MAX) {
		error_set(error, ERROR_LIMIT, "%zu bytes are too many to seal at once.", bytes);
		goto out;
	}
	if (!ratchet_check_identity(ratchet, &peer, former.record, key, &match, error))
		goto out;
	/* What nobody can have decided on isn't sealed for. */
	if (match != IDENTITY_SAME) {
		ratchet_fail_trust(&peer, error);
		goto out;
	}
	code = encrypt(ratchet, &peer, data, bytes, &message);
	if (code != SG_SUCCESS) {
		ratchet_fail(ratchet, &peer, code, error);
		goto out;
	}
	sealed = ciphertext_message_get_serialized(message);
	result = g_bytes_new(signal_buffer_data(sealed), signal_buffer_len(sealed));
	*is_prekey = ciphertext_message_get_type(message) == CIPHERTEXT_PREKEY_TYPE;
	ratchet->seals++;
out:
	SIGNAL_UNREF(message);
	ratchet_former_end(&former, ratchet, result != NULL);
	return result;
}

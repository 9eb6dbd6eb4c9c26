#include "core/ratchet.h"

#include <signal/key_helper.h>
#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/session_pre_key.h>
#include <string.h>
#include "core/crypto.h"
#include "core/error.h"
#include "core/ratchet_record.h"
#include "core/ratchet_store.h"
#include "core/secret.h"
#include "core/store.h"
#include "core/store_lost.h"
#include "core/stack.h"

/* A sealed key has some 200 bytes; whoever seals more than this has gone astray. */
enum { SEALED_MAX = 64 * 1024 };

/* One device of somebody's, in the call under way. */
struct peer {
	const char *address;
	uint32_t device;
	signal_protocol_address name; /* the same for libsignal */
};

/* What a session was before the call, to put it back when the call fails. */
struct former {
	struct cached_session *session;
	GBytes *record;
	bool is_dirty;
};

/* -- errors ----------------------------------------------------------------------------------- */

static void fail_trust(const struct peer *peer, GError **error)
{
	error_set(error, ERROR_TRUST,
		  "The key of device %u of %s isn't the one on record: it was set up anew, or "
		  "somebody "
		  "stands in between. Compare it with `sotto verify %s`.",
		  peer->device, peer->address, peer->address);
}

static void fail_session(const struct peer *peer, GError **error)
{
	error_set(error, ERROR_NO_SESSION, "There is no session with device %u of %s.",
		  peer->device, peer->address);
}

/* libsignal's CODE in our words; what the store said goes first. */
static void fail(struct ratchet *self, const struct peer *peer, int code, GError **error)
{
	if (self->failure) {
		g_propagate_error(error, g_steal_pointer(&self->failure));
		return;
	}
	switch (code) {
	case SG_ERR_DUPLICATE_MESSAGE:
		error_set(error, ERROR_DUPLICATE,
			  "A message from device %u of %s came twice; it was opened before.",
			  peer->device, peer->address);
		break;
	case SG_ERR_NO_SESSION:
		fail_session(peer, error);
		break;
	case SG_ERR_UNTRUSTED_IDENTITY:
		fail_trust(peer, error);
		break;
	case SG_ERR_INVALID_KEY_ID:
		error_set(error, ERROR_CRYPTO,
			  "A message from device %u of %s is sealed for a key that this device no "
			  "longer has; ask for it again.",
			  peer->device, peer->address);
		break;
	case SG_ERR_INVALID_VERSION:
	case SG_ERR_LEGACY_MESSAGE:
		error_set(error, ERROR_CRYPTO,
			  "A message from device %u of %s uses a version of the encryption that "
			  "sotto "
			  "doesn't speak.",
			  peer->device, peer->address);
		break;
	default:
		error_set(
			error, ERROR_CRYPTO,
			"A message for or from device %u of %s is broken, forged or too far ahead.",
			peer->device, peer->address);
	}
}

static void fail_bundle(struct ratchet *self, const struct peer *peer, int code, GError **error)
{
	if (self->failure || code == SG_ERR_UNTRUSTED_IDENTITY) {
		fail(self, peer, code, error);
		return;
	}
	error_set(error, ERROR_CRYPTO,
		  "The published keys of device %u of %s are signed wrongly or broken; nothing is "
		  "sent "
		  "to it.",
		  peer->device, peer->address);
}

/* -- a call's frame --------------------------------------------------------------------------- */

static gboolean peer_init(struct peer *peer, const char *address, uint32_t device, GError **error)
{
	if (device == 0 || device > G_MAXINT32) {
		error_set(error, ERROR_FORMAT, "%u can't be the id of a device of %s.", device,
			  address);
		return FALSE;
	}
	peer->address = address;
	peer->device = device;
	peer->name.name = address;
	peer->name.name_len = strlen(address);
	peer->name.device_id = (int32_t)device;
	return TRUE;
}

static gboolean former_take(struct former *former, struct ratchet *self, const struct peer *peer,
			    GError **error)
{
	self->has_spent = false;
	g_clear_error(&self->failure);
	former->session = ratchet_store_session(self, peer->address, peer->device, error);
	if (!former->session)
		return FALSE;
	former->record = former->session->record ? g_bytes_ref(former->session->record) : NULL;
	former->is_dirty = former->session->is_dirty;
	return TRUE;
}

/* End the call: unless it was done, the session is what it was. */
static void former_end(struct former *former, struct ratchet *self, gboolean is_done)
{
	if (!is_done && former->session) {
		ratchet_store_set(former->session, former->record, former->is_dirty);
		self->has_spent = false;
	}
	g_clear_error(&self->failure);
	g_clear_pointer(&former->record, g_bytes_unref);
	stack_wipe();
}

/* The session's identity against the device's row; KEY gets it. */
static gboolean check_identity(struct ratchet *self, const struct peer *peer, GBytes *record,
			       uint8_t key[static CONTACT_KEY_BYTES],
			       enum identity_match *match, GError **error)
{
	if (!ratchet_record_identity(record, key)) {
		error_set(error, ERROR_CRYPTO,
			  "The session with device %u of %s is broken; drop it to start a new one.",
			  peer->device, peer->address);
		return FALSE;
	}
	if (!ratchet_store_match(self, peer->address, peer->device, key, match, error))
		return FALSE;
	if (*match == IDENTITY_OTHER) {
		fail_trust(peer, error);
		return FALSE;
	}
	return TRUE;
}

/* -- life ------------------------------------------------------------------------------------- */

struct ratchet *ratchet_new(struct store *store, const struct clock *clock, GError **error)
{
	struct ratchet *self = g_new0(struct ratchet, 1);

	if (ratchet_store_init(self, store, clock, error))
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

	if (!peer_init(&peer, address, bundle->device, error) ||
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
	if (!former_take(&former, ratchet, &peer, error))
		return FALSE;
	code = build(ratchet, &peer, bundle);
	is_done = code == SG_SUCCESS;
	if (!is_done)
		fail_bundle(ratchet, &peer, code, error);
	former_end(&former, ratchet, is_done);
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

	if (!peer_init(&peer, address, device, error) ||
	    !former_take(&former, ratchet, &peer, error))
		return NULL;
	if (!former.record) {
		fail_session(&peer, error);
		goto out;
	}
	if (bytes > SEALED_MAX) {
		error_set(error, ERROR_LIMIT, "%zu bytes are too many to seal at once.", bytes);
		goto out;
	}
	if (!check_identity(ratchet, &peer, former.record, key, &match, error))
		goto out;
	/* What nobody can have decided on isn't sealed for. */
	if (match != IDENTITY_SAME) {
		fail_trust(&peer, error);
		goto out;
	}
	code = encrypt(ratchet, &peer, data, bytes, &message);
	if (code != SG_SUCCESS) {
		fail(ratchet, &peer, code, error);
		goto out;
	}
	sealed = ciphertext_message_get_serialized(message);
	result = g_bytes_new(signal_buffer_data(sealed), signal_buffer_len(sealed));
	*is_prekey = ciphertext_message_get_type(message) == CIPHERTEXT_PREKEY_TYPE;
	ratchet->seals++;
out:
	SIGNAL_UNREF(message);
	former_end(&former, ratchet, result != NULL);
	return result;
}

/* -- open ------------------------------------------------------------------------------------- */

void ratchet_opened_clear(struct ratchet_opened *opened)
{
	plain_free(opened->data);
	memset(opened, 0, sizeof(*opened));
}

/* The identity that a prekey message claims; for the caller who is told that it isn't the known
 * one. */
static void copy_claim(pre_key_signal_message *message, uint8_t key[static CONTACT_KEY_BYTES])
{
	signal_buffer *buffer = NULL;

	if (ec_public_key_serialize(&buffer, pre_key_signal_message_get_identity_key(message)) ==
		    SG_SUCCESS &&
	    signal_buffer_len(buffer) == CONTACT_KEY_BYTES)
		memcpy(key, signal_buffer_data(buffer), CONTACT_KEY_BYTES);
	signal_buffer_free(buffer);
}

/* Which chain MESSAGE comes in, and where it stands there. */
static void note_place(signal_message *message, struct ratchet_opened *opened)
{
	signal_buffer *buffer = NULL;
	int64_t chain = 0;

	if (ec_public_key_serialize(&buffer, signal_message_get_sender_ratchet_key(message)) ==
		    SG_SUCCESS &&
	    signal_buffer_len(buffer) == CONTACT_KEY_BYTES)
		memcpy(&chain, signal_buffer_data(buffer) + 1, sizeof(chain));
	signal_buffer_free(buffer);
	opened->chain = chain ? chain : 1;
	opened->counter = signal_message_get_counter(message);
}

static int decrypt_prekey(struct ratchet *self, session_cipher *cipher, const void *sealed,
			  size_t bytes, struct ratchet_opened *opened, signal_buffer **plain)
{
	pre_key_signal_message *message = NULL;
	int code = pre_key_signal_message_deserialize(&message, sealed, bytes, self->context);

	if (code == SG_SUCCESS) {
		copy_claim(message, opened->identity);
		note_place(pre_key_signal_message_get_signal_message(message), opened);
		code = session_cipher_decrypt_pre_key_signal_message(cipher, message, NULL, plain);
	}
	SIGNAL_UNREF(message);
	return code;
}

static int decrypt_signal(struct ratchet *self, session_cipher *cipher, const void *sealed,
			  size_t bytes, struct ratchet_opened *opened, signal_buffer **plain)
{
	signal_message *message = NULL;
	int code = signal_message_deserialize(&message, sealed, bytes, self->context);

	if (code == SG_SUCCESS) {
		note_place(message, opened);
		code = session_cipher_decrypt_signal_message(cipher, message, NULL, plain);
	}
	SIGNAL_UNREF(message);
	return code;
}

static int decrypt(struct ratchet *self, const struct peer *peer, const void *sealed, size_t bytes,
		   struct ratchet_opened *opened, signal_buffer **plain)
{
	session_cipher *cipher = NULL;
	int code = session_cipher_create(&cipher, self->callbacks, &peer->name, self->context);

	if (code == SG_SUCCESS && opened->is_prekey)
		code = decrypt_prekey(self, cipher, sealed, bytes, opened, plain);
	else if (code == SG_SUCCESS)
		code = decrypt_signal(self, cipher, sealed, bytes, opened, plain);
	session_cipher_free(cipher);
	return code;
}

/*
 * The other side gets a new key from us only in an answer. None was given since its chain began, or
 * it seems not to have arrived.
 */
static bool wants_heartbeat(GBytes *record, uint32_t counter)
{
	return counter >= RATCHET_HEARTBEAT &&
	       (counter % RATCHET_HEARTBEAT == 0 || !ratchet_record_has_answered(record));
}

/* With the session in the cache, whichever that is. */
static gboolean open_cached(struct ratchet *ratchet, const struct peer *peer, const void *sealed,
			    size_t bytes, bool is_prekey, struct ratchet_opened *opened,
			    GError **error)
{
	struct former former = { 0 };
	enum identity_match match;
	signal_buffer *plain = NULL;
	gboolean is_done = FALSE;
	int code;

	memset(opened, 0, sizeof(*opened));
	opened->is_prekey = is_prekey;
	if (!former_take(&former, ratchet, peer, error))
		return FALSE;
	code = decrypt(ratchet, peer, sealed, bytes, opened, &plain);
	if (code != SG_SUCCESS) {
		/* A claim is only of use to who has to decide about it. */
		if (code != SG_ERR_UNTRUSTED_IDENTITY)
			memset(opened->identity, 0, sizeof(opened->identity));
		fail(ratchet, peer, code, error);
		goto out;
	}
	/* What counts is the key of the session that opened it, not what a prekey message claims.
	 */
	if (!check_identity(ratchet, peer, former.session->record, opened->identity, &match,
			    error) ||
	    !ratchet_store_spend(ratchet, error))
		goto out;
	opened->bytes = signal_buffer_len(plain);
	opened->data = plain_new(opened->bytes);
	memcpy(opened->data, signal_buffer_data(plain), opened->bytes);
	opened->wants_heartbeat = wants_heartbeat(former.session->record, opened->counter);
	is_done = TRUE;
out:
	signal_buffer_bzero_free(plain);
	former_end(&former, ratchet, is_done);
	return is_done;
}

/* -- retired sessions ------------------------------------------------------------------------- */

/* Whether a prekey message begins with a key that was published before all began anew. */
static gboolean is_retired_start(struct ratchet *self, const void *sealed, size_t bytes, bool *is,
				 GError **error)
{
	struct store *store = self->store;
	pre_key_signal_message *message = NULL;
	struct key_row *row = NULL;
	int64_t retired = 0;
	uint32_t id;

	*is = false;
	if (!ratchet_store_number(store, RATCHET_SETTING_RETIRED, &retired, error))
		return FALSE;
	if (!retired || pre_key_signal_message_deserialize(&message, sealed, bytes,
							   self->context) != SG_SUCCESS)
		return TRUE;
	id = pre_key_signal_message_get_signed_pre_key_id(message);
	SIGNAL_UNREF(message);
	if (!store->ops->key_get(store, KEY_SIGNED, id, &row, error))
		return FALSE;
	*is = row && row->batch <= retired;
	key_row_free(row);
	return TRUE;
}

/* As open_cached, with the retired session, which is kept by itself. */
static gboolean open_retired(struct ratchet *self, const struct peer *peer, const void *sealed,
			     size_t bytes, bool is_prekey, struct ratchet_opened *opened,
			     GError **error)
{
	struct store *store = self->store;
	struct cached_session *session =
		ratchet_store_session(self, peer->address, peer->device, error);
	g_autoptr(GBytes) retired = NULL, kept = NULL;
	bool was_dirty;
	gboolean is_done;

	if (!session ||
	    !store->ops->lost->retired_get(store, peer->address, peer->device, &retired, error))
		return FALSE;
	if (!retired && !is_prekey) {
		fail_session(peer, error);
		return FALSE;
	}
	kept = session->record ? g_bytes_ref(session->record) : NULL;
	was_dirty = session->is_dirty;
	ratchet_store_set(session, retired, false);
	is_done = open_cached(self, peer, sealed, bytes, is_prekey, opened, error);
	if (is_done && !store->ops->lost->retired_put(store, peer->address, peer->device,
						      session->record, error)) {
		ratchet_opened_clear(opened);
		is_done = FALSE;
	}
	ratchet_store_set(session, kept, was_dirty);
	/* Nothing is to be said in it. */
	opened->is_prekey = opened->wants_heartbeat = false;
	return is_done;
}

/* After WHY: the session that there is can't have opened it. */
static bool may_be_retired(const GError *why)
{
	return error_is(why, ERROR_NO_SESSION) || error_is(why, ERROR_CRYPTO);
}

gboolean ratchet_open(struct ratchet *ratchet, const char *address, uint32_t device,
		      const void *sealed, size_t bytes, bool is_prekey,
		      struct ratchet_opened *opened, GError **error)
{
	g_autoptr(GError) why = NULL, retired_why = NULL;
	bool is_retired = false;
	struct peer peer;

	memset(opened, 0, sizeof(*opened));
	if (!peer_init(&peer, address, device, error))
		return FALSE;
	if (bytes > SEALED_MAX) {
		error_set(error, ERROR_LIMIT,
			  "A message from device %u of %s has a key of %zu bytes; that is refused.",
			  device, address, bytes);
		return FALSE;
	}
	if (is_prekey && !is_retired_start(ratchet, sealed, bytes, &is_retired, error))
		return FALSE;
	if (is_retired)
		return open_retired(ratchet, &peer, sealed, bytes, true, opened, error);
	if (open_cached(ratchet, &peer, sealed, bytes, is_prekey, opened, &why))
		return TRUE;
	if (!is_prekey && may_be_retired(why) &&
	    open_retired(ratchet, &peer, sealed, bytes, false, opened, &retired_why))
		return TRUE;
	/* That it was opened before, or that the store failed, says more. */
	if (retired_why && !may_be_retired(retired_why))
		g_propagate_error(error, g_steal_pointer(&retired_why));
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

/* Opening what others sealed. */
#include <signal/protocol.h>
#include <signal/session_cipher.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/port/store_lost.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_call.h"
#include "core/ratchet/ratchet_record.h"

bool ratchet_begins(struct ratchet *ratchet, const char *address, uint32_t device,
		    const void *sealed, size_t bytes)
{
	const struct cached_session *session =
		ratchet_store_session(ratchet, address, device, NULL);

	return !session || !session->record ||
	       !ratchet_record_is_begun_by(session->record, sealed, bytes);
}

bool ratchet_waits(struct ratchet *ratchet, const char *address, uint32_t device,
		   const uint8_t *base)
{
	const struct cached_session *session =
		ratchet_store_session(ratchet, address, device, NULL);

	return session && session->record && ratchet_record_waits(session->record, base);
}

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

/* The key of the sender's that began the session of a prekey message, which can't be opened. */
static void note_base(pre_key_signal_message *message, struct ratchet_opened *opened)
{
	signal_buffer *buffer = NULL;

	if (ec_public_key_serialize(&buffer, pre_key_signal_message_get_base_key(message)) ==
		    SG_SUCCESS &&
	    signal_buffer_len(buffer) == CONTACT_KEY_BYTES) {
		memcpy(opened->base, signal_buffer_data(buffer), CONTACT_KEY_BYTES);
		opened->is_gone = true;
	}
	signal_buffer_free(buffer);
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
		if (code == SG_ERR_INVALID_KEY_ID)
			note_base(message, opened);
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
	if (!ratchet_former_take(&former, ratchet, peer, error))
		return FALSE;
	code = decrypt(ratchet, peer, sealed, bytes, opened, &plain);
	if (code != SG_SUCCESS) {
		/* A claim is only of use to who has to decide about it. */
		if (code != SG_ERR_UNTRUSTED_IDENTITY)
			memset(opened->identity, 0, sizeof(opened->identity));
		ratchet_fail(ratchet, peer, code, error);
		goto out;
	}
	/* What counts is the key of the session that opened it, not what a prekey message claims.
	 */
	if (!ratchet_check_identity(ratchet, peer, former.session->record, opened->identity, &match,
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
	ratchet_former_end(&former, ratchet, is_done);
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
		ratchet_fail_session(peer, error);
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
	if (!ratchet_peer_init(&peer, address, device, error))
		return FALSE;
	if (bytes > RATCHET_SEALED_MAX) {
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

#include "core/ratchet/ratchet_call.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/stack.h"
#include "core/ratchet/ratchet_record.h"

/* -- errors ----------------------------------------------------------------------------------- */

void ratchet_fail_trust(const struct peer *peer, GError **error)
{
	error_set(error, ERROR_TRUST,
		  "The key of device %u of %s isn't the one on record: it was set up anew, or "
		  "somebody "
		  "stands in between. Compare it with `sotto verify %s`.",
		  peer->device, peer->address, peer->address);
}

void ratchet_fail_session(const struct peer *peer, GError **error)
{
	error_set(error, ERROR_NO_SESSION, "There is no session with device %u of %s.",
		  peer->device, peer->address);
}

/* libsignal's CODE in our words; what the store said goes first. */
void ratchet_fail(struct ratchet *self, const struct peer *peer, int code, GError **error)
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
		ratchet_fail_session(peer, error);
		break;
	case SG_ERR_UNTRUSTED_IDENTITY:
		ratchet_fail_trust(peer, error);
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

/* -- a call's frame --------------------------------------------------------------------------- */

gboolean ratchet_peer_init(struct peer *peer, const char *address, uint32_t device, GError **error)
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

gboolean ratchet_former_take(struct former *former, struct ratchet *self, const struct peer *peer,
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
void ratchet_former_end(struct former *former, struct ratchet *self, gboolean is_done)
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
gboolean ratchet_check_identity(struct ratchet *self, const struct peer *peer, GBytes *record,
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
		ratchet_fail_trust(peer, error);
		return FALSE;
	}
	return TRUE;
}

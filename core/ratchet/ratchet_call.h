/*
 * ratchet_call: the frame of one call into libsignal, for core/ratchet*.c alone: whom it is about,
 * what the session was before, and what is said when it fails.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_CALL_H
#define SOTTO_CORE_RATCHET_RATCHET_CALL_H

#include "core/ratchet/ratchet_store.h"

/* A sealed key has some 200 bytes; whoever seals more than this has gone astray. */
enum { RATCHET_SEALED_MAX = 64 * 1024 };

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

void ratchet_fail_trust(const struct peer *peer, GError **error);
void ratchet_fail_session(const struct peer *peer, GError **error);
/* libsignal's CODE in our words; what the store said goes first. */
void ratchet_fail(struct ratchet *self, const struct peer *peer, int code, GError **error);

/* ERROR_FORMAT when DEVICE can't be the id of one. ADDRESS is borrowed. */
gboolean ratchet_peer_init(struct peer *peer, const char *address, uint32_t device,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ratchet_former_take(struct former *former, struct ratchet *self, const struct peer *peer,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* End the call: unless it was done, the session is what it was. */
void ratchet_former_end(struct former *former, struct ratchet *self, gboolean is_done);
/* The session's identity against the device's row; KEY gets it. ERROR_TRUST. */
gboolean ratchet_check_identity(struct ratchet *self, const struct peer *peer, GBytes *record,
				uint8_t key[static CONTACT_KEY_BYTES], enum identity_match *match,
				GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * ratchet: seal and open for an address and device. Hides libsignal whole.
 *
 * A ratchet works on a store (core/port/store.h) that outlives it. Every function that seals, opens
 * or makes keys must be called inside a store transaction, because libsignal writes during the
 * call; when the caller rolls back it must call ratchet_forget(), so that nothing cached survives
 * what the disk doesn't know. Sessions are cached within a transaction and written once, by
 * ratchet_flush(), which the caller calls just before commit.
 *
 * Identity keys of others are looked up in the store's devices on every message in both directions,
 * not only on prekey messages: a key that differs from the device's row is ERROR_TRUST, and nothing
 * is written.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_H
#define SOTTO_CORE_RATCHET_RATCHET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/omemo/bundle.h"

struct appclock;
struct store;
struct ratchet;

enum {
	RATCHET_HEARTBEAT = 53,	 /* a receiving chain longer than this asks for an empty message */
	RATCHET_SKIPPED_MAX = 2000, /* libsignal: what a chain may run ahead */
};

/* The account's own keys, from the store (ratchet_create put them there). Both are borrowed.
 * ERROR_DAMAGED. */
struct ratchet *ratchet_new(struct store *store, struct appclock *appclock,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ratchet_free(struct ratchet *ratchet);

/* The own identity's public key. */
void ratchet_identity(const struct ratchet *ratchet, uint8_t key[static CONTACT_KEY_BYTES]);

/* How often something was sealed since ratchet_new(), rolled back or not. */
uint64_t ratchet_seals(const struct ratchet *ratchet);

/*
 * A key of KEY_BYTES for PURPOSE (a short name) that derives from the own identity's: to
 * authenticate what this profile leaves elsewhere. To be wiped.
 */
void ratchet_derive(const struct ratchet *ratchet, const char *purpose, uint8_t *key,
		    size_t key_bytes);

/* Whether a session with that device is there. */
bool ratchet_has_session(struct ratchet *ratchet, const char *address, uint32_t device);

/*
 * Build a session from a published bundle, with a prekey of it picked at random. ERROR_CRYPTO when
 * a signature or key is bad, ERROR_TRUST when the identity isn't that of the device's row (which
 * must exist).
 */
gboolean ratchet_start(struct ratchet *ratchet, const char *address, const struct bundle *bundle,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether a session with that device that was begun here, with the key BASE (NULL: the latest one),
 * waits for its first answer.
 */
bool ratchet_waits(struct ratchet *ratchet, const char *address, uint32_t device,
		   const uint8_t *base);

/* Drop a broken session; the next message starts a new one. */
gboolean ratchet_drop(struct ratchet *ratchet, const char *address, uint32_t device,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Seal DATA for one device. *IS_PREKEY: it starts a session. NULL with ERROR_NO_SESSION,
 * ERROR_TRUST or ERROR_CRYPTO.
 */
GBytes *ratchet_seal(struct ratchet *ratchet, const char *address, uint32_t device,
		     const void *data, size_t bytes, bool *is_prekey,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct ratchet_opened {
	char *data; /* plain memory */
	size_t bytes;
	uint8_t identity[CONTACT_KEY_BYTES]; /* the sender's, as the session holds it */
	int64_t chain;	  /* which chain of the sender's it came in: from its ratchet key; not 0 */
	uint32_t counter; /* its place in the chain */
	bool is_prekey; /* it started (or confirmed) a session: answer with an empty message */
	/* With ERROR_CRYPTO: it is sealed for a key that this device has no more, in the session
	 * that was begun with the key BASE. */
	bool is_gone;
	uint8_t base[CONTACT_KEY_BYTES];
	/* The chain passed RATCHET_HEARTBEAT, nothing was sealed since; again at its multiples. */
	bool wants_heartbeat;
};
void ratchet_opened_clear(struct ratchet_opened *opened);

/*
 * Whether SEALED, from a prekey message, would begin a session that isn't there: it costs a prekey
 * and a row. True also for what is malformed.
 */
bool ratchet_begins(struct ratchet *ratchet, const char *address, uint32_t device,
		    const void *sealed, size_t bytes);

/*
 * Open one sealed key. For a prekey message of an unknown device the row need not exist: the
 * identity is returned and the caller decides; for a known device a differing identity is
 * ERROR_TRUST (OPENED->identity is filled nevertheless; nobody has proved to hold that key).
 * ERROR_DUPLICATE: opened before. ERROR_NO_SESSION. ERROR_CRYPTO: broken, forged or too far ahead.
 * On every error session and keys are as they were.
 */
gboolean ratchet_open(struct ratchet *ratchet, const char *address, uint32_t device,
		      const void *sealed, size_t bytes, bool is_prekey,
		      struct ratchet_opened *opened, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Write the sessions changed since the last flush into the store's transaction. */
gboolean ratchet_flush(struct ratchet *ratchet, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forget everything cached, after a rollback. */
void ratchet_forget(struct ratchet *ratchet);

/*
 * Sign DATA with the own identity's key (XEdDSA). The same key signs prekeys: DATA must be nothing
 * that could be taken for one. ERROR_CRYPTO.
 */
gboolean ratchet_sign(struct ratchet *ratchet, const void *data, size_t bytes,
		      uint8_t signature[static BUNDLE_SIGNATURE_BYTES],
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the identity KEY has signed DATA so. */
bool ratchet_verify(const struct ratchet *ratchet, const uint8_t key[static CONTACT_KEY_BYTES],
		    const void *data, size_t bytes,
		    const uint8_t signature[static BUNDLE_SIGNATURE_BYTES]);

/* "libsignal-protocol-c 2.3.3" for --version. */
const char *ratchet_version(void);

#endif

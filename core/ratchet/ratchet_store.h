/*
 * ratchet_store: what libsignal reads and writes, between its callbacks and the store port.
 *
 * Private to core/ratchet*.c, which alone see struct ratchet whole. Sessions are read once in a
 * transaction, kept serialised (that is how libsignal takes and gives them) and written at the
 * flush. Identities of others are never written here: they are the devices' rows, which the caller
 * keeps. A prekey that libsignal removes is only noted; ratchet_store_spend() marks it once the
 * message was accepted.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_STORE_H
#define SOTTO_CORE_RATCHET_RATCHET_STORE_H

#include <glib.h>
#include <signal/signal_protocol.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"

struct appclock;
struct secret;
struct store;

enum { RATCHET_PRIVATE_BYTES = 32 };

/* Names of the settings; all numbers are 8 bytes, big-endian. */
#define RATCHET_SETTING_IDENTITY "identity" /* public key, then private key */
#define RATCHET_SETTING_REGISTRATION "registration"
#define RATCHET_SETTING_BATCH "prekey-batch" /* number of the newest publication */
#define RATCHET_SETTING_RETIRED "prekey-retired" /* of those up to it no session is kept */

struct cached_session {
	const char *address; /* OWNED, when it isn't a probe */
	char *owned;
	uint32_t device;
	GBytes *record; /* NULL: there is none */
	bool is_dirty;
};

struct ratchet {
	struct store *store;	   /* borrowed */
	struct appclock *appclock; /* borrowed */
	signal_context *context;
	signal_protocol_store_context *callbacks;
	struct secret *private_key;
	uint8_t public_key[CONTACT_KEY_BYTES];
	uint32_t registration;
	GHashTable *sessions; /* set of struct cached_session */
	bool has_spent;	      /* libsignal removed prekey SPENT in the call under way */
	uint32_t spent;
	uint64_t seals;	 /* so far */
	GError *failure; /* why the store failed in the call under way */
};

/* Read the own keys and set libsignal up. ERROR_DAMAGED. Clear also after a failure. */
gboolean ratchet_store_init(struct ratchet *self, struct store *store, struct appclock *appclock,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ratchet_store_clear(struct ratchet *self);

/* The session's place in the cache, read from the store at first sight. The cache keeps it. */
struct cached_session *ratchet_store_session(struct ratchet *self, const char *address,
					     uint32_t device,
					     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Set what SESSION holds; takes a reference of RECORD (may be NULL). */
void ratchet_store_set(struct cached_session *session, GBytes *record, bool is_dirty);
/* As ratchet_store_session, but without keeping what was read. */
bool ratchet_store_has_session(struct ratchet *self, const char *address, uint32_t device);
gboolean ratchet_store_drop(struct ratchet *self, const char *address, uint32_t device,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ratchet_store_flush(struct ratchet *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ratchet_store_forget(struct ratchet *self);

/* How KEY compares with the device's row. */
enum identity_match { IDENTITY_NO_ROW, IDENTITY_NO_KEY, IDENTITY_SAME, IDENTITY_OTHER };
gboolean ratchet_store_match(struct ratchet *self, const char *address, uint32_t device,
			     const uint8_t key[static CONTACT_KEY_BYTES],
			     enum identity_match *match, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Mark the prekey that libsignal removed as used, now; nothing when it removed none. */
gboolean ratchet_store_spend(struct ratchet *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A setting's number; 0 when it isn't there. */
gboolean ratchet_store_number(struct store *store, const char *name, int64_t *value,
			      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ratchet_store_put_number(struct store *store, const char *name, int64_t value,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A copy of DATA that is wiped when freed. */
GBytes *ratchet_store_bytes(const void *data, size_t bytes);

#endif

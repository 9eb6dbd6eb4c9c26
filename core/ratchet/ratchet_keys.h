/*
 * ratchet_keys: the account's own keys: made, published, kept fresh, deleted. All of it inside a
 * store transaction, as core/ratchet/ratchet.h says.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_KEYS_H
#define SOTTO_CORE_RATCHET_RATCHET_KEYS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct bundle;
struct clock;
struct ratchet;
struct store;

enum { RATCHET_SIGNED_DAYS = 7 /* the signed prekey's age when it is rotated */ };

/*
 * New identity key pair, registration id, first signed prekey and prekeys, into STORE (in a
 * transaction). ERROR_EXISTS.
 */
gboolean ratchet_create(struct store *store, const struct clock *clock,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The keys to publish now: identity, newest signed prekey, up to BUNDLE_PREKEYS unused prekeys.
 * DEVICE and LABEL are the caller's to fill in.
 */
gboolean ratchet_bundle(struct ratchet *ratchet, struct bundle *bundle,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Keep the published keys fresh: top up to BUNDLE_PREKEYS, rotate a signed prekey older than a
 * week, delete used prekeys once 24 h have gone by and the publication after the first one without
 * them is out (or before: ratchet_drop_used()). A former signed prekey is deleted at a rotation,
 * once the carrier has had a later one for a week; while it hasn't got the newest (IS_PUBLISHED
 * false) there is no rotation. NOW is a time of the app clock that may destroy (appclock_sure()).
 * *CHANGED tells that the bundle must be published again.
 */
gboolean ratchet_refresh(struct ratchet *ratchet, int64_t now, bool is_published, bool *changed,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Delete the used prekeys at once: something that came under one of them is erased in the same
 * transaction, and what lies on a disk could be opened with it again. Who has picked the same one
 * is told to begin anew (core/messages/resend.h).
 */
gboolean ratchet_drop_used(struct ratchet *ratchet, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The carrier has the newest signed prekey, since NOW at the latest. */
gboolean ratchet_confirm(struct ratchet *ratchet, int64_t now,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Begin all anew, because other words may have been sealed with these sessions elsewhere: none is
 * left to seal with, and none of the published keys stays. What is still on its way under them can
 * be opened, each in a retired session that nothing is ever sealed with. To be called at the
 * beginning of a transaction; NOW and *CHANGED as ratchet_refresh().
 */
gboolean ratchet_retire(struct ratchet *ratchet, int64_t now, bool *changed,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

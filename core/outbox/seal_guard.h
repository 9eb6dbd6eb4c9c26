/*
 * seal_guard: nothing leaves that may have been sealed with keys that were used before.
 *
 * The mark at the carrier (core/omemo/seal_mark.h) is compared with what the profile knows when the
 * carrier is connected, and again before something leaves. A profile that turns out to be put back
 * from a copy begins all sessions anew, publishes new keys, and seals anew what it had sealed
 * before it knew (core/outbox/seal_renew.h). A mark that is older, missing or not authentic is an
 * alarm, and does the same at most once a day. A profile that is in use elsewhere as well sends
 * nothing until one of the two has another device id.
 *
 * While the carrier can't be reached, sealing goes on, and what was sealed waits.
 */
#ifndef SOTTO_CORE_OUTBOX_SEAL_GUARD_H
#define SOTTO_CORE_OUTBOX_SEAL_GUARD_H

#include <glib.h>
#include <stdbool.h>
#include "core/profile/directory.h"

struct living;
struct seal_guard;

struct seal_guard *seal_guard_new(struct living *living);
/* The carrier has been stopped. */
void seal_guard_free(struct seal_guard *guard);

/* The carrier was out of reach: compare again. */
void seal_guard_doubt(struct living *living);
/* The carrier says that the mark may be another one: compare again, where it keeps any. */
void seal_guard_hint(struct living *living);
/*
 * Compare, renew, and leave the mark that is due. DONE without an error: what is in the outbox may
 * leave. May call DONE before it returns.
 */
void seal_guard_pass(struct living *living, directory_done done, void *user);
/* Whether all began anew, and the others should hear of it still, whenever that was; and that they
 * will: it waits in the outbox. */
bool seal_guard_wants_greeting(const struct living *living);
void seal_guard_greeted(struct living *living);
/* Whether anything may be written: ERROR_POLICY when the profile is in use elsewhere. */
gboolean seal_guard_check(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Leave the device id: in the caller's transaction, before the account's changes. All begins anew,
 * and what waits in the outbox is sealed anew under the next id.
 */
gboolean seal_guard_move(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The mark that says that DEVICE isn't used any more, to be put there before that. */
GBytes *seal_guard_leave(struct living *living, uint32_t device);

#endif

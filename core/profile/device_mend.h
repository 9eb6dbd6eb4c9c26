/*
 * device_mend: profiles of a sotto whose trust hung on a device's id, not on its key.
 *
 * There a device that was announced without a key could be trusted or verified, and stayed so when
 * its key came. Nobody has decided on that key.
 */
#ifndef SOTTO_CORE_PROFILE_DEVICE_MEND_H
#define SOTTO_CORE_PROFILE_DEVICE_MEND_H

#include <glib.h>
#include "core/profile/living.h"

/*
 * Once for each profile: make such devices undecided, with a row in the journal, and a sentence for
 * the user in SENTENCES (char *, owned by it) each. Those that were compared after their key had
 * come stay what they are. Makes its own transaction.
 */
gboolean device_mend(struct living *living, GPtrArray *sentences,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new profile has nothing to mend; inside the caller's transaction. */
gboolean device_mend_skip(struct store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

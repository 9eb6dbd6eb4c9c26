/*
 * publish: the own device's keys, given to the carrier.
 *
 * New keys are due until the carrier has them: if the connection, or the process, ends in between,
 * they are published the next time.
 */
#ifndef SOTTO_CORE_PROFILE_PUBLISH_H
#define SOTTO_CORE_PROFILE_PUBLISH_H

#include "core/profile/directory.h"
#include "core/profile/living.h"

/*
 * Renew what is used up or too old, inside the caller's transaction. *IS_CHANGED: publish_now() has
 * something to do after the commit.
 */
gboolean publish_refresh(struct living *living, bool *is_changed,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Begin all anew (ratchet_retire()), in the same way: there is something to publish then. */
gboolean publish_retire(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the carrier hasn't got the newest keys, as far as is known. */
bool publish_is_due(struct living *living);
/* Give the keys to the carrier, outside transactions; a failure becomes a notice. */
void publish_now(struct living *living);
/* The same, and tell DONE when the carrier has them, or why not. */
void publish_then(struct living *living, directory_done done, void *user);

#endif

/*
 * session_start: sessions that are begun from here, and what was said before: so that what was said
 * since can go once more when nothing of it could be opened (core/messages/resend.h).
 */
#ifndef SOTTO_CORE_PROFILE_SESSION_START_H
#define SOTTO_CORE_PROFILE_SESSION_START_H

#include "core/base/crypto.h"
#include "core/omemo/bundle.h"
#include "core/profile/living.h"

/* As ratchet_start(); notes where the conversation with ADDRESS stands, and groups with them. */
gboolean session_start(struct living *living, const char *address, const struct bundle *bundle,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The addresses (char *) of the groups that both sides are in; NULL on error. */
GPtrArray *session_groups(struct living *living, const char *address,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The place (struct message, seq) of the last message of CONVERSATION, ADDRESS's own or a group's,
 * before the session with DEVICE, or before the first of several that nobody has answered; 0 for a
 * group that came since. *IS_KNOWN false: a version that noted nothing began it.
 */
gboolean session_place(struct living *living, const char *address, uint32_t device,
		       const char *conversation, int64_t *seq, bool *is_known,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What stands in the list of what was seen (store.h) once WHAT was done about the session that
 * DEVICE of ADDRESS has begun, or was begun with it, with the key BASE. */
void session_digest(const char *what, const char *address, uint32_t device, GBytes *base,
		    uint8_t digest[static CRYPTO_HASH_BYTES]);

#endif

/*
 * correction: a message that takes the place of one that its author sent before (XEP-0308).
 *
 * It is its author's alone, within one conversation, and of words that are still there: what has
 * expired, was shown once, or is no text isn't corrected. Of several corrections the newest counts:
 * in one chain of the author's ratchet in whatever order they come, else as they come; one that
 * comes before what it corrects takes that one's place. The former words are erased, and of two
 * lives the shorter one stays.
 */
#ifndef SOTTO_CORE_MESSAGES_CORRECTION_H
#define SOTTO_CORE_MESSAGES_CORRECTION_H

#include <glib.h>
#include "core/profile/living.h"

enum correction {
	CORRECTION_DONE,    /* the former message has its new words */
	CORRECTION_DROPPED, /* what it would change has gone, or has newer words */
	CORRECTION_ALONE,   /* it is to be stored as a message; its id has been set for that */
};

/*
 * Take in FRESH, which isn't stored, as the correction of the message REPLACES of its conversation;
 * in the caller's transaction. *AMENDED: the message as it is now, when it is DONE. FRESH may be
 * changed. After the commit of one that is DONE the store is to be scrubbed.
 */
gboolean correction_take(struct living *living, struct message *fresh, const char *replaces,
			 enum correction *what, struct message **amended,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Remember that MESSAGE was there, if it goes by itself: so that no correction brings it back. In
 * the caller's transaction, before or after it was stored.
 */
gboolean correction_remember(struct living *living, const struct message *message,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The own message ID (or one that it was corrected by) that may be corrected; ERROR_FAILED says why
 * not. */
struct message *correction_find(struct living *living, const char *conversation, const char *id,
				GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * receipts: what is answered to a batch of arrivals, gathered while it is taken in and sealed once
 * at its end: one receipt a contact, an empty message to a device that started a session or whose
 * chain grew long.
 *
 * Nothing is ever answered to a device that the trust rule doesn't let us write to.
 */
#ifndef SOTTO_CORE_MESSAGES_RECEIPTS_H
#define SOTTO_CORE_MESSAGES_RECEIPTS_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport_talk.h"
#include "core/profile/living.h"

struct answers;

struct answers *answers_new(void);
void answers_free(struct answers *answers);

/* MESSAGE has been stored. Its author hears that, within the group where it was said; nobody does
 * of what was said in a room. */
void answers_delivered(struct answers *answers, const struct message *message);
/* MESSAGE has been read. */
void answers_displayed(struct answers *answers, const struct message *message);
/*
 * The same for another client, which can only be told unsealed: WHAT (TALK_RECEIVED or
 * TALK_DISPLAYED) of the message ID.
 */
void answers_mark(struct answers *answers, const char *address, enum talk_what what,
		  const char *id);
/* DEVICE of ADDRESS waits for any message of ours. */
void answers_wanted(struct answers *answers, const char *address, uint32_t device);
/*
 * DEVICE of ADDRESS has to hear that COUNT of its messages couldn't be opened here. Said whatever
 * the settings for receipts are: it asks for them again.
 */
void answers_lost(struct answers *answers, const char *address, uint32_t device, uint32_t count);

/*
 * Seal what was gathered, as the contacts' receipts settings say, into the outbox, inside the
 * caller's transaction. *IS_QUEUED: there is something for the carrier.
 */
gboolean answers_queue(struct answers *answers, struct living *living, bool *is_queued,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

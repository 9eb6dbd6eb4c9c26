/*
 * delivery_queue: what goes out and isn't a message of its own: sealed into the outbox, inside the
 * caller's transaction.
 */
#ifndef SOTTO_CORE_OUTBOX_DELIVERY_QUEUE_H
#define SOTTO_CORE_OUTBOX_DELIVERY_QUEUE_H

#include <glib.h>
#include "core/model/contact.h"
#include "core/omemo/content.h"
#include "core/profile/living.h"

/*
 * Seal CONTENT (a receipt, an empty answer, a timer change) for the devices of CONTACT that may be
 * written to, or only for DEVICE when it isn't 0, and put it into the outbox; inside the caller's
 * transaction. CONTENT NULL: an empty message. Says TRUE and does nothing when nobody may be
 * written to.
 */
gboolean delivery_queue(struct living *living, const struct contact *contact, uint32_t device,
			const struct content *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As delivery_queue for every device, own other ones too: what changes the conversation on all of
 * them. */
gboolean delivery_announce(struct living *living, const struct contact *contact,
			   const struct content *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As delivery_announce for what belongs to the message ID, such as a part of its file: it counts
 * for that message's state. ERROR_NO_DEVICES when nobody may have it. */
gboolean delivery_attach(struct living *living, const struct contact *contact, const char *id,
			 const struct content *content, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Before something relies on a timer: a notice that names those of ADDRESS's DEVICES which may not
 * honour it, having never shown that they are a sotto. Silent on the spool, where there is nobody
 * else.
 */
void delivery_warn_of_gaps(struct living *living, const char *address, GPtrArray *devices);

#endif

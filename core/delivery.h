/*
 * delivery: the two pipelines, out and in, one transaction each.
 *
 * Out: verdict -> content_encode -> begin -> ratchet_seal for each device -> envelope_encode ->
 * commit the message (queued), the sessions and the outbox bytes -> the carrier takes the bytes ->
 * commit: sent. After a crash the same bytes go out again; nothing is ever sealed twice.
 *
 * In: envelope_decode -> begin -> ratchet_open -> content_decode -> commit the message, the
 * sessions and the digest of what was seen -> only then acknowledge -> event. A duplicate is
 * acknowledged in silence. A whole batch of parcels shares one transaction.
 */
#ifndef SOTTO_CORE_DELIVERY_H
#define SOTTO_CORE_DELIVERY_H

#include <glib.h>
#include "core/content.h"
#include "core/directory.h"
#include "core/living.h"

struct draft;
struct message;

/* MESSAGE: what was stored, or NULL. ERROR: NULL taken, UNREACHABLE queued; else it won't go out,
 * and nothing was stored where MESSAGE is NULL. */
typedef void (*delivery_sent)(void *user, const struct message *message, const GError *error);

/* Seal DRAFT and hand it to the carrier once; drafts to one address in the order of these calls.
 * Its address is that of a contact or a valid one. */
void delivery_send(struct living *living, const struct draft *draft, delivery_sent done,
		   void *user);

/*
 * The time for the draft to ADDRESS that was handed over with USER is up: if it is still being made
 * ready, it is sealed for the devices that are known, and so is what was written before it; where
 * none is known its DONE is called with UNREACHABLE.
 */
void delivery_hurry(struct living *living, const char *address, const void *user);

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

/* Hand everything in the outbox to the carrier; the first thing that stopped it is the error. */
void delivery_flush(struct living *living, directory_done done, void *user);

/* Take in a batch of parcels; acknowledges what is stored. */
void delivery_arrived(struct living *living, const struct parcel *parcels, size_t count);

#endif

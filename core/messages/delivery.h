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
#ifndef SOTTO_CORE_MESSAGES_DELIVERY_H
#define SOTTO_CORE_MESSAGES_DELIVERY_H

#include <glib.h>
#include "core/omemo/content.h"
#include "core/profile/directory.h"
#include "core/profile/living.h"

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

/* Take in a batch of parcels; acknowledges what is stored. */
void delivery_arrived(struct living *living, const struct parcel *parcels, size_t count);

#endif

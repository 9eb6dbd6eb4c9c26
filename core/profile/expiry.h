/*
 * expiry: what makes messages go when their time is over.
 *
 * It sweeps once when the account opens, before anything is shown; then one alarm waits for the
 * nearest deadline, and nothing at all while there is none. A sweep goes in slices of at most
 * STORE_SWEEP_ROWS messages and about EXPIRY_SLICE_MS, one transaction each, back to the main loop
 * between them; then the store is scrubbed. While that can't be done (an unfinished query, a full
 * disk) messages are *erasing*, not erased, and it is tried again. The app clock is saved with
 * every commit, and while a deadline is pending each max(15 s, rest / 64).
 */
#ifndef SOTTO_CORE_PROFILE_EXPIRY_H
#define SOTTO_CORE_PROFILE_EXPIRY_H

#include <glib.h>
#include "core/port/store_expiry.h"
#include "core/profile/living.h"

enum { EXPIRY_SLICE_MS = 8 };

struct expiry;

/* LIVING is borrowed and outlives it. */
struct expiry *expiry_new(struct living *living);
/* Saves the clock. */
void expiry_free(struct expiry *expiry);

/* Sweep all that is due, scrub, and from now on watch. What fails becomes a notice and is tried
 * again. */
void expiry_start(struct expiry *expiry);
/* What the alarm does: a slice of what is due, or save the clock. */
void expiry_wake(struct expiry *expiry);
/* Scrub after something was deleted by hand. */
gboolean expiry_scrub(struct expiry *expiry, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Once ERROR, from a transaction that was rolled back, says that the disk is full: give back what
 * was kept aside for that, and say whether to try again.
 */
bool expiry_make_room(struct expiry *expiry, GError **error);
/* The same for a row of the journal: a part of it, while there is more than erasing needs. */
bool expiry_spare_room(struct expiry *expiry, GError **error);

/* A sentence, why something is still erasing; NULL when the last scrub went well. */
const char *expiry_why(const struct expiry *expiry);

#endif

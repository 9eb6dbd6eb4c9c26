/*
 * directory: which devices an address has now, and sessions with those that may be written to.
 *
 * What the carrier lists is merged into the store's device rows: new devices appear with the trust
 * that the rule gives them, devices that left the list become inactive, a changed key or a changed
 * owner of a spool folder makes devices undecided. A list that can't be read is unknown, not empty:
 * nothing is changed then. Sessions are only built for devices that the rule lets us seal for.
 */
#ifndef SOTTO_CORE_DIRECTORY_H
#define SOTTO_CORE_DIRECTORY_H

#include <glib.h>
#include "core/living.h"

/*
 * ERROR NULL: rows and sessions are as the carrier says now. NO_CONTACT, NO_DEVICES, UNREACHABLE:
 * they are what they were, and may do. Anything else: nothing may be sent. Called once.
 */
typedef void (*directory_done)(void *user, const GError *error);

/*
 * Bring the rows of ADDRESS, a contact's or the own address, up to date. Not inside a transaction;
 * makes its own, and only when something has changed. May call DONE before it returns.
 */
void directory_refresh(struct living *living, const char *address, directory_done done, void *user);

/*
 * Note inside the caller's transaction that DEVICE of ADDRESS showed KEY in a message. Finds or
 * makes its row, which is returned (device_free). IS_FIRST: this message is first contact. A key
 * that differs from the row's makes it undecided. When it was seen last is kept to the minute. NULL
 * on error.
 */
struct device *directory_meet(struct living *living, const char *address, uint32_t device,
			      const uint8_t key[static CONTACT_KEY_BYTES], enum trust_rule rule,
			      bool is_first, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether DEVICE (may be NULL) is the row of device ID of ADDRESS, and directory_meet() with KEY
 * would leave it as it is. */
bool directory_is_met(const struct living *living, const struct device *device, const char *address,
		      uint32_t id, const uint8_t key[static CONTACT_KEY_BYTES]);

#endif

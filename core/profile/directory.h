/*
 * directory: which devices an address has now, and sessions with those that may be written to.
 *
 * What the carrier lists is merged into the store's device rows: new devices appear, devices that
 * left the list become inactive, a changed key or a changed owner of a spool folder makes devices
 * undecided. A list that can't be read is unknown, not empty: nothing is changed then. Sessions are
 * only built for devices that the rule lets us seal for.
 *
 * Trust is given to keys (core/profile/device_keys.h), and only within first contact: the first
 * merge after the user has added somebody or writes to them. Looking at somebody never changes it.
 */
#ifndef SOTTO_CORE_PROFILE_DIRECTORY_H
#define SOTTO_CORE_PROFILE_DIRECTORY_H

#include <glib.h>
#include "core/profile/living.h"

/*
 * ERROR NULL: rows and sessions are as the carrier says now. NO_CONTACT, NO_DEVICES, UNREACHABLE:
 * they are what they were, and may do. Anything else: nothing may be sent. Called once.
 */
typedef void (*directory_done)(void *user, const GError *error);

/* Why the carrier is asked. Who is written to becomes a contact that the user has listed. */
enum directory_act { DIRECTORY_LOOK, DIRECTORY_WRITE };

/*
 * Bring the rows of ADDRESS, anybody's or the own address, up to date. Not inside a transaction;
 * makes its own, and only when something has changed. May call DONE before it returns.
 */
void directory_refresh(struct living *living, const char *address, enum directory_act act,
		       directory_done done, void *user);

#endif

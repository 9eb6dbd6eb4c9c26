/*
 * seal_greet: new sessions with those that one talks to, after all began anew: what they write next
 * would be sealed in sessions that a profile which was put back may not be able to read.
 */
#ifndef SOTTO_CORE_OUTBOX_SEAL_GREET_H
#define SOTTO_CORE_OUTBOX_SEAL_GREET_H

#include "core/profile/directory.h"
#include "core/profile/living.h"

enum { SEAL_GREET_MAX = 100 /* contacts, those first that were talked to last */ };

/* Begin a session with each device of theirs that may be written to, by an empty message. DONE once
 * that is with the carrier, or can't be now: then it is due when it is next connected
 * (seal_guard_wants_greeting()). One goes on at a time, and all that ask wait for it. */
void seal_greet(struct living *living, directory_done done, void *user);

#endif

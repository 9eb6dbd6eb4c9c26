/*
 * seal_renew: new sessions after a profile was put back: new keys are published, and messages that
 * were sealed since ROW and haven't left are sealed anew. What can't be made anew, because only its
 * sealed form is there (receipts, timers, changes of groups, files, corrections), is dropped from
 * the outbox, and said.
 */
#ifndef SOTTO_CORE_OUTBOX_SEAL_RENEW_H
#define SOTTO_CORE_OUTBOX_SEAL_RENEW_H

#include <glib.h>
#include "core/profile/directory.h"
#include "core/profile/living.h"

/* The sessions are retired already, in a commit of its own. UNREACHABLE: to be called again. */
void seal_renew(struct living *living, int64_t row, directory_done done, void *user);

#endif

/*
 * spool_remove: takes away what was acknowledged, without keeping the engine waiting.
 *
 * Unlinking a file costs as much as opening a message. A few are removed at once; a batch of a
 * catch-up goes to a thread. What is left behind by a crash comes again and is known by its digest.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_REMOVE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_REMOVE_H

#include <glib.h>

struct remover;

struct remover *remover_new(void);
/* Everything that was taken is gone when this returns. */
void remover_free(struct remover *remover);
/* Remove NAMES (char *) in FOLDER; both stay the caller's, the names are copied if need be. */
void remover_take(struct remover *remover, int folder, const GPtrArray *names);
/* Until everything that was taken is gone. */
void remover_wait(struct remover *remover);

#endif

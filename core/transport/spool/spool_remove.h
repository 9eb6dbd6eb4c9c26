/*
 * spool_remove: takes away what was acknowledged, without keeping the engine waiting.
 *
 * A file that was fetched lies sealed on the disk, and keys that open it may be found there too. So
 * all of a batch is overwritten, as far as its senders let us (spool_acl.h), then synced once, and
 * only then unlinked: of a file that is unlinked first nothing is written any more. That happens on
 * a thread of its own. What is left behind by a crash comes again: whole, and is known by its
 * digest, or overwritten, and is seen to be that.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_REMOVE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_REMOVE_H

#include <glib.h>
#include <stdbool.h>
#include "core/transport/spool/spool_place.h"

/* At the end, at most; the rest is left to the next time. */
enum { REMOVE_WAIT_MS = 2000, REMOVE_WAIT_LONG_MS = 10000 };

/* A file that goes. */
struct goner {
	char *name;
	struct place_mark mark; /* with 0 bytes: it is only unlinked */
};
/* Frees what GONER owns, not itself. */
void goner_clear(void *goner);

struct remover;

struct remover *remover_new(void);
/* Waits for what was taken, WAIT_MS at most. */
void remover_free(struct remover *remover, unsigned wait_ms);
/* Remove GONERS (struct goner) in FOLDER, which is duplicated; the array becomes the remover's. */
void remover_take(struct remover *remover, int folder, GArray *goners);
/* Whether NAME was taken and isn't gone yet. */
bool remover_has(struct remover *remover, const char *name);

/* Whether BYTES is what is left of a file that was overwritten and not yet unlinked. */
bool remover_knows(GBytes *bytes);

#endif

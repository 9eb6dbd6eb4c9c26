/*
 * delivery_flush: from the outbox to the carrier.
 */
#ifndef SOTTO_CORE_OUTBOX_DELIVERY_FLUSH_H
#define SOTTO_CORE_OUTBOX_DELIVERY_FLUSH_H

#include "core/profile/directory.h"
#include "core/profile/living.h"

/* Hand everything in the outbox to the carrier; the first thing that stopped it is the error. */
void delivery_flush(struct living *living, directory_done done, void *user);

#endif

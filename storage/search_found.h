/*
 * search_found: what a search has found so far: the newest LIMIT messages, in order; and the
 * candidates still to be looked at, as a heap.
 */
#ifndef SOTTO_STORAGE_SEARCH_FOUND_H
#define SOTTO_STORAGE_SEARCH_FOUND_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/store.h"
#include "storage/signature.h"

struct found;

struct found *found_new(unsigned limit);
void found_free(struct found *found);
/* Whether a message of time AT could still be among them. */
bool found_wants(const struct found *found, int64_t at);
/* Add a copy of MESSAGE, unless it is there; the oldest one too many goes. */
void found_add(struct found *found, int64_t at, const struct message *message);
void found_each(const struct found *found, message_func func, void *user);

/* Make a heap of PLACES (struct place), and take the newest one from it; FALSE when it is empty. */
void found_order(GArray *places);
bool found_next(GArray *places, struct place *place);

#endif

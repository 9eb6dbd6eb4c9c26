/*
 * plain_trust: deciding on keys in lines, for somebody who can't look at a card.
 *
 * The keys that wait are printed first; only asked for once more, and only those that were printed,
 * they become trusted.
 */
#ifndef SOTTO_TUI_APP_PLAIN_TRUST_H
#define SOTTO_TUI_APP_PLAIN_TRUST_H

#include "tui/client/link.h"

struct plain_trust;

/* SAID is called with a whole answer, made safe to print. */
struct plain_trust *plain_trust_new(struct link *link, void (*said)(void *user, const char *text),
				    void *user);
void plain_trust_free(struct plain_trust *self);
/* Print what waits at ADDRESS, or trust what was printed of it just before. */
void plain_trust_ask(struct plain_trust *self, const char *address);
/* Something else was done: the keys have to be printed again. */
void plain_trust_forget(struct plain_trust *self);

#endif

/*
 * typed: what was sent from each conversation's compose box, while the profile is unlocked.
 *
 * The lines come back when a conversation is opened again. They are in plain memory, go with the
 * lock, and go when messages of the conversation go: they are copies of them.
 */
#ifndef SOTTO_TUI_CLIENT_TYPED_H
#define SOTTO_TUI_CLIENT_TYPED_H

#include <glib.h>

struct typed;

struct typed *typed_new(void);
void typed_free(struct typed *typed);

/* Keep LINES (char *, plain memory; now TYPED's) for ADDRESS, in place of what was there. */
void typed_put(struct typed *typed, const char *address, GPtrArray *lines);
/* The lines of ADDRESS, which become the caller's; NULL: none. */
GPtrArray *typed_take(struct typed *typed, const char *address);
/* Wipe those of ADDRESS; NULL: all. */
void typed_forget(struct typed *typed, const char *address);

#endif

/*
 * broker_copy: words that were copied into a buffer of tmux's, and taken out of it again. In the
 * broker, so that they go however the interface ends.
 *
 * The words reach tmux on its standard input, never in an argument. After some
 * time the buffer is deleted, if it still holds them: of them no more than a digest is kept here.
 * Together with the words tmux gets a timer that deletes them a second later, for when the broker
 * was killed too.
 * Every question to tmux has a bound.
 */
#ifndef SOTTO_TUI_CONFINE_BROKER_COPY_H
#define SOTTO_TUI_CONFINE_BROKER_COPY_H

#include <glib.h>
#include <stdbool.h>

struct broker_copy;

/* What is copied goes after SECONDS, on CONTEXT. */
struct broker_copy *broker_copy_new(GMainContext *context, unsigned seconds);
/* Cleared first. */
void broker_copy_free(struct broker_copy *copy);
/* TEXT in the buffer, instead of what was there; FALSE: tmux didn't take it, or there is none. */
bool broker_copy_put(struct broker_copy *copy, const char *text);
/* Delete it, where it is still ours. */
void broker_copy_clear(struct broker_copy *copy);

#endif

/*
 * plain_acts: comparing keys, the timer and erasing in lines.
 *
 * What can't be undone is asked about in the words of tui/client/loss.h, and the next line has to
 * be yes.
 */
#ifndef SOTTO_TUI_APP_PLAIN_ACTS_H
#define SOTTO_TUI_APP_PLAIN_ACTS_H

#include <glib.h>
#include <stdbool.h>
#include "tui/client/link.h"

struct plain_acts;

/* SAID is called with a whole answer, made safe to print. */
struct plain_acts *plain_acts_new(struct link *link, void (*said)(void *user, const char *text),
				  void *user);
void plain_acts_free(struct plain_acts *self);
/* Print the safety number and how it stands with ADDRESS, or compare what they gave: CODE, its
 * digits or their URI; NULL for none. */
void plain_acts_verify(struct plain_acts *self, const char *address, const char *code);
/* DURATION or "off". ERROR_USAGE. */
gboolean plain_acts_expire(struct plain_acts *self, const char *address, const char *duration,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask whether the conversation with ADDRESS, called NAME, is to be erased. */
void plain_acts_erase(struct plain_acts *self, const char *address, const char *name);
/* Whether LINE was the answer to a question; it is taken then. */
bool plain_acts_answer(struct plain_acts *self, const char *line);
/* Something else was done, or it locks: nothing is asked any more. */
void plain_acts_forget(struct plain_acts *self);

#endif

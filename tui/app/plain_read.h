/*
 * plain_read: reading in lines what isn't to stand there all at once.
 *
 * Messages that are sealed, or in a conversation or under a policy that asks for more than mode
 * open, aren't printed. They wait here; read one by one they show a word or two or a row at a time,
 * in a line that is erased before the next one is printed, where the terminal can do that.
 */
#ifndef SOTTO_TUI_APP_PLAIN_READ_H
#define SOTTO_TUI_APP_PLAIN_READ_H

#include <stdbool.h>
#include "core/model/message.h"
#include "core/model/privacy.h"

struct plain_read;

enum { PLAIN_READ_ROWS = 0 }; /* in the place of a number of words: row by row */

/* SEEN is called with each message that was read to its end, PUT with what is printed. */
struct plain_read *plain_read_new(void (*seen)(void *user, const struct message *message),
				  void (*put)(void *user, const char *text), void *user);
/* Everything is wiped. */
void plain_read_free(struct plain_read *reading);
/* Forget what waits. */
void plain_read_clear(struct plain_read *reading);
/* MESSAGE (copied) waits to be read, WORDS words at a time; once, however often it is added. */
void plain_read_add(struct plain_read *reading, const struct message *message, unsigned words);
/* Print the next words, of the next message when one is through. FALSE: nothing waits. */
bool plain_read_on(struct plain_read *reading);
/* Whether a message is being read. */
bool plain_read_is_busy(const struct plain_read *reading);

#endif

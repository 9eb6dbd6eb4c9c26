/*
 * conversation: one person's messages, and the box to write in.
 *
 * Either the box has the keys (mode "compose") or the messages have (mode "browse"). What is half
 * written is put away as a draft whenever the screen is left. Messages that somebody has really
 * seen are marked read.
 */
#ifndef SOTTO_TUI_SCREEN_CONVERSATION_CONVERSATION_H
#define SOTTO_TUI_SCREEN_CONVERSATION_CONVERSATION_H

#include <stdint.h>
#include "tui/screen/screen.h"

/* open()'s argument is the address. */
extern const struct screen_ops conversation_ops;
extern const struct screen_table conversation_tables[]; /* nine */

/* Show the message at SEQ (0: the newest), and mark the words of TEXT (NULL: none). */
void conversation_go(struct screen *screen, int64_t seq, const char *text);
const char *conversation_address(const struct screen *screen);

#endif

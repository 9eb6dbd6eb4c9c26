/*
 * timer: the small picker of a conversation's timer, and the word for what is left of a message.
 */
#ifndef SOTTO_TUI_SCREEN_TIMER_H
#define SOTTO_TUI_SCREEN_TIMER_H

#include "core/model/message.h"
#include "tui/screen/screen.h"

/* Its argument is the conversation's address. */
extern const struct screen_ops timer_ops;
extern const struct screen_table timer_tables[];

enum { TIMER_LEFT_BYTES = 8 };

/* Ask for the timer of ADDRESS (seconds, 0: off); what comes of it is said. */
void timer_set(struct host *host, const char *address, int64_t seconds);

/*
 * Whether MESSAGE is in its last stretch at NOW: its last minute, or the last tenth of its life.
 * Then LEFT is what is left, at most 3 columns ("42s", "9m"), and *NEXT_MS when that changes.
 */
bool timer_left(const struct message *message, int64_t now, char left[static TIMER_LEFT_BYTES],
		unsigned *next_ms);

#endif

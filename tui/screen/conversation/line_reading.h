/*
 * line_reading: mode line of the conversation screen, which reads a message row by row
 * (conversation_line.c).
 *
 * The row in focus is uncovered for the time that reading it takes, and three seconds more. Three
 * rows a second are shown at most; up to three that were asked for too early are shown in turn.
 */
#ifndef SOTTO_TUI_SCREEN_CONVERSATION_LINE_READING_H
#define SOTTO_TUI_SCREEN_CONVERSATION_LINE_READING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/message.h"
#include "tui/kit/command.h"

struct conversation;

/* Reading in rows; times are boot time. */
struct line_reading {
	int64_t shown_at; /* the row came then */
	int64_t key_at;	  /* the last key that asked for one */
	int ahead;	  /* rows asked for ahead of time; below 0: back */
	bool is_playing;
	int64_t turn_at;  /* playing, the next row comes then */
	int64_t play_to;  /* it ends then without a key */
	int64_t sent;	  /* seq of the own message that can still be read; 0: none */
	int64_t sent_to;
	guint source;	  /* draws when the next of these is due */
};

extern const struct command line_commands[]; /* for "browse" */

/* Whether this mode reads the message in focus. */
bool line_is_on(const struct conversation *self);
/* Whether the last row of MESSAGE, which is in focus, is the one in focus. */
bool line_is_at_end(const struct conversation *self, const struct message *message);
/* The rows of MESSAGE, as reading_rows() gives them. */
GArray *line_rows(const struct conversation *self, const struct message *message);
/* A key for the next row (BY 1) or the one before (-1). */
void line_key(struct conversation *self, int by);
/* What was drawn is seen: do what is due. */
void line_drawn(struct conversation *self);
/* No more rows by themselves; stop all that goes on by itself. */
void line_stop_playing(struct conversation *self);
void line_stop(struct conversation *self);
/* MESSAGE was just sent, and can be read for a while. */
void line_sent(struct conversation *self, const struct message *message);

#endif

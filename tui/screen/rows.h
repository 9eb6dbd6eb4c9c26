/*
 * rows: how one message of a conversation looks.
 *
 * Wide:   " 14:02     bob ? │ words that wrap at the gutter            ✓✓ "
 * Narrow: " bob 14:02 ?" above, " │ words" below.
 * Time and author stand where a group begins: at another author, or after five minutes. The own
 * messages have a heavier bar. Above the first message of a day stands the day, above the first
 * unread one a line that says so. The sign before the bar tells of the author's key: ? undecided, !
 * untrusted, ~ first contact only, none: verified.
 */
#ifndef SOTTO_TUI_SCREEN_ROWS_H
#define SOTTO_TUI_SCREEN_ROWS_H

#include <stdint.h>
#include "core/message.h"
#include "tui/kit/grid.h"
#include "tui/when.h"

struct rows_look {
	const char *peer;	  /* what the other side is called */
	int64_t now;
	enum when_format format;
	int64_t unread;		  /* seq of the first unread message, 0: none */
	const char *const *words; /* what a search looks for, NULL: nothing */
};

/* FORMER is the message above, NULL for the first one. */
int rows_height(const struct rows_look *look, const struct message *former,
		const struct message *message, int cols);
void rows_draw(const struct rows_look *look, const struct message *former,
	       const struct message *message, struct view view, bool is_focus);

/* One line about MESSAGE: exact time, state, device, trust; g_free. */
char *rows_detail(const struct message *message);

/* "✓", and the word for it. */
const char *rows_state_sign(enum state state);
const char *rows_trust_sign(enum trust trust);
const char *rows_trust_word(enum trust trust);

#endif

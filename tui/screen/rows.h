/*
 * rows: how one message of a conversation looks.
 *
 * Wide:   " 14:02     bob ? ├ words that wrap at the gutter            ✓✓ "
 *         "                 │ as long as they like"
 * Narrow: " bob 14:02 ?" above, " ├ words" below.
 * Every message has its time, and a branch in the bar where it begins. The author stands where a
 * group begins: at another author, or after five minutes; where several write, in a colour that
 * goes with the address (tui/client/author.h). The own messages have a heavier bar. Above the first
 * message of a day stands the day, above the first unread one a line that says so. The sign before
 * the bar tells of the key: ? undecided, ! untrusted, ~ first contact only, none: verified.
 *
 * Words that aren't to be seen are veiled (tui/kit/veil.h): their rows are as many as the coarse
 * step says. What is sealed takes one row, and so does every veiled message in mode line: the row
 * that is read stands there. Of a message in the spotlight the words of one window stand at the
 * beginning of its last row. What the program itself says in a conversation is never
 * veiled.
 */
#ifndef SOTTO_TUI_SCREEN_ROWS_H
#define SOTTO_TUI_SCREEN_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include "core/model/message.h"
#include "core/model/privacy.h"
#include "tui/client/when.h"
#include "tui/term/grid.h"

struct link_marks;
struct roster;

struct rows_look {
	const char *peer;	  /* what the other side is called */
	const struct roster *people; /* of several people: what each is called; else NULL */
	int64_t now;
	enum when_format format;
	bool has_seconds;	  /* times have them */
	int64_t unread;		  /* seq of the first unread message, 0: none */
	const char *const *words; /* what a search looks for, NULL: nothing */
	enum privacy privacy;	  /* the conversation's mode */
	unsigned lit;		  /* words in a spotlight */
	int64_t focus;		  /* seq of the message being read, 0: none */
	enum privacy_uncovered uncovered; /* of it, by a key */
	bool is_unsealed;	  /* it, word by word: it was sealed and there is no viewer */
	size_t window;		  /* which words of it stand in the spotlight */
	size_t at;		  /* mode line: where the row of it begins that is read */
	int64_t sent;		  /* seq of an own message that stays readable in line, 0: none */
	struct link_marks *links; /* which one is being chosen of; NULL: none */
};

/* What is seen of MESSAGE, and of its words in the spotlight. */
enum privacy_sight rows_sight(const struct rows_look *look, const struct message *message);
unsigned rows_lit(const struct rows_look *look, const struct message *message);
/* Whether it can open in no other way than in the viewer. */
bool rows_is_sealed(const struct rows_look *look, const struct message *message);

/* Whether it is read row by row, and how wide a row may be on a screen of COLS. */
bool rows_is_read_in_rows(const struct rows_look *look, const struct message *message);
int rows_reading_cols(const struct rows_look *look, int cols);

/* FORMER is the message above, NULL for the first one. */
int rows_height(const struct rows_look *look, const struct message *former,
		const struct message *message, int cols);
void rows_draw(const struct rows_look *look, const struct message *former,
	       const struct message *message, struct view view, bool is_focus);

/* One line about MESSAGE: exact time, state, device, trust; IS_END: its last words are those
 * that can be read. g_free. */
char *rows_detail(const struct message *message, bool is_end);

/* "✓", and the word for it. */
const char *rows_state_sign(enum state state);
const char *rows_trust_sign(enum trust trust);
const char *rows_trust_word(enum trust trust);

#endif

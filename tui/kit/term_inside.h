/*
 * term_inside: what the terminal's halves that know nothing of curses (reading, points) share with
 * the one that does. Only term*.c include this.
 */
#ifndef SOTTO_TUI_KIT_TERM_INSIDE_H
#define SOTTO_TUI_KIT_TERM_INSIDE_H

#include "tui/kit/term.h"

struct input;

struct reader {
	int in;
	struct input *input;
	bool has_focus; /* a report came */
	GSource *watch;
	GSource *resize;
	term_key_func func;
	void (*done)(void *user);
	void *user;
};

void reader_init(struct reader *reader, int in);
void reader_clear(struct reader *reader);

/* In term.c. */
/* Behind what curses has written; waits until the terminal has taken it all. */
void term_write(const struct term *term, const char *bytes, size_t length);
int term_descriptor(const struct term *term);
bool term_is_suspended(const struct term *term);
struct reader *term_reader(struct term *term);

/* In term_forget.c, which knows curses too. */
/* How much curses keeps of what it wrote; to be asked as soon as it has been started. */
size_t term_buffered(void);
/*
 * Overwrite that: curses keeps it until it writes again, and starts at the front each time. So the
 * cursor is put where it is, often enough to fill BYTES.
 */
void term_forget_written(size_t bytes);

/* In term_points.c. */
/* Why a terminal of TYPE and DEPTH can't show points (term_refuses_points); CLAIMS_EXACT: it, or
 * the environment, says that it shows 24-bit colours. */
const char *points_refusal(const char *type, enum depth depth, bool claims_exact);

#endif

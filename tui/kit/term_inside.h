/*
 * term_inside: the half of the terminal that reads. No curses here; only term*.c include this.
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
struct reader *term_reader(struct term *term);

#endif

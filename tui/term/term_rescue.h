/*
 * term_rescue: gives the terminal back when sotto can't: a value without pointers, made before
 * curses starts, so that a parent process or a signal handler can hold a copy. It waits a second
 * for the terminal, at most.
 */
#ifndef SOTTO_TUI_TERM_TERM_RESCUE_H
#define SOTTO_TUI_TERM_TERM_RESCUE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct term_rescue {
	int out; /* of its own where that is possible; it stays open */
	bool is_own;
	struct termios saved;
	size_t length;
	char bytes[192];
};

/* FALSE when OUT isn't a terminal. Modes are those of now. */
bool term_rescue_init(struct term_rescue *rescue, int out);
/* Async-signal-safe; does no harm when the terminal is in order already. */
void term_rescue_run(const struct term_rescue *rescue);

#endif

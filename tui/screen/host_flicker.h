/*
 * host_flicker: what a screen asks of its host to show a sealed message.
 */
#ifndef SOTTO_TUI_SCREEN_HOST_FLICKER_H
#define SOTTO_TUI_SCREEN_HOST_FLICKER_H

#include <stdbool.h>

/* What the terminal can do for a sealed message. */
struct flicker_means {
	const char *refused; /* a clause that says why it can't; NULL: it can */
	unsigned fps;
	unsigned rate; /* bytes a second that it may take */
	int rows; /* of the terminal */
	int cols;
	bool is_confirmed; /* the warning about flicker was */
};

#endif

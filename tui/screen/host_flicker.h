/*
 * host_flicker: what a screen asks of its host to show a sealed message.
 */
#ifndef SOTTO_TUI_SCREEN_HOST_FLICKER_H
#define SOTTO_TUI_SCREEN_HOST_FLICKER_H

#include <stdbool.h>
#include <stdint.h>

struct host;

/* What the terminal can do for a sealed message. */
struct flicker_means {
	const char *refused; /* a clause that says why it can't; NULL: it can */
	unsigned fps;
	unsigned rate; /* bytes a second that it may take */
	int rows; /* of the terminal */
	int cols;
	bool is_confirmed; /* the warning about flicker was */
};

/* Show the CELLS of a frame (kit/flicker.h) of COLS columns at ROW, COL of the whole grid; FALSE:
 * not now. NULL gives the place back: everything is painted anew. */
typedef bool (*host_put_flicker_func)(struct host *host, int row, int col, int cols,
				      const uint8_t *cells);

#endif

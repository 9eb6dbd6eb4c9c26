/*
 * pattern: a safety number as a picture, to be compared at a glance.
 *
 * PATTERN_SIDE by PATTERN_SIDE squares, dark or light and mirrored left to right, for people
 * remember what is symmetric. The squares are the first bits of SHA-256("sotto-pattern-1|" and the
 * 60 digits): the same number gives the same picture on both sides, another one differs in about
 * half of its 66 free squares. It doesn't depend on colour, and it doesn't replace the digits: 66
 * bits are fewer than 199.
 */
#ifndef SOTTO_TUI_CLIENT_PATTERN_H
#define SOTTO_TUI_CLIENT_PATTERN_H

#include <stdbool.h>
#include "tui/term/grid.h"

enum {
	PATTERN_SIDE = 11,
	PATTERN_ROWS = (PATTERN_SIDE + 1) / 2 + 2,
	PATTERN_COLS = PATTERN_SIDE + 4
};

struct pattern {
	bool squares[PATTERN_SIDE][PATTERN_SIDE];
};

void pattern_make(const char *digits, struct pattern *pattern);
/* Draw with a frame into the view's upper left corner: PATTERN_ROWS by PATTERN_COLS. */
void pattern_draw(const struct pattern *pattern, struct view view, int role);

#endif

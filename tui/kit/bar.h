/*
 * bar: one row with pieces left and right, of which the less important go first when it gets
 * narrow.
 */
#ifndef SOTTO_TUI_KIT_BAR_H
#define SOTTO_TUI_KIT_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/term/grid.h"

struct bar_piece {
	const char *text; /* NULL or "": isn't there */
	int role;
	int attrs;
	int priority;	  /* the lowest goes first; the highest is shortened last */
	bool is_right;
	bool can_shrink;  /* may be cut with an ellipsis, down to 8 columns, before it goes */
};

/*
 * Fill VIEW's first row in ROLE and draw COUNT pieces: two blanks between them, one at each edge.
 * Pieces of the same side stand in their order.
 */
void bar_draw(struct view view, int role, const struct bar_piece *pieces, size_t count);

#endif

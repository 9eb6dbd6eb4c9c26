/*
 * grid: a rectangle of styled cells, and views: clipped rectangles inside it.
 *
 * Everything in the interface draws into a view; the terminal blits the grid, a test prints it. A
 * cell is one grapheme cluster of one or two columns with a role (theme.h) and attributes; the
 * second column of a wide cluster is a cell of width 0. Half of a wide cluster never stays behind:
 * the other half becomes a blank. A view is a value: copy it, cut pieces off it. Its coordinates
 * start at 0, 0; what is drawn outside of it is dropped, so a view may hang over the edge of its
 * parent (a message scrolled half out). Grids hold plaintext: they are wiped when cleared, resized
 * and freed.
 */
#ifndef SOTTO_TUI_TERM_GRID_H
#define SOTTO_TUI_TERM_GRID_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "tui/term/theme.h"

enum {
	GRID_CLUSTER_BYTES = 24, /* with its NUL; longer ones lose whole code points */
	GRID_SIDE_MAX = 1000,	 /* rows and columns are clamped to 1 ... this */
};

struct cell {
	char text[GRID_CLUSTER_BYTES]; /* "" on the second column of a wide one, " " when blank */
	uint8_t width;		       /* 1, 2; 0 on the second column */
	uint8_t role;		       /* enum role */
	uint8_t attrs;		       /* enum attr, beside those of the role in the theme */
};

struct grid {
	int rows;
	int cols;
	struct cell *cells; /* rows * cols */
	int cursor_row;	    /* -1: no cursor is shown */
	int cursor_col;
};

struct view {
	struct grid *grid;
	int row; /* of its 0, 0 in the grid; may lie outside */
	int col;
	int rows;
	int cols;
	int clip_row; /* what may be touched, in the grid's coordinates */
	int clip_col;
	int clip_rows;
	int clip_cols;
};

struct grid *grid_new(int rows, int cols);
void grid_free(struct grid *grid);
/* Blank everything in ROLE_TEXT, hide the cursor. */
void grid_clear(struct grid *grid);
/* As a new grid of that size. */
void grid_resize(struct grid *grid, int rows, int cols);

struct view grid_view(struct grid *grid);
/*
 * The rectangle at ROW, COL of VIEW; negative sizes count as 0. It may lie outside: it is clipped.
 */
struct view view_sub(struct view view, int row, int col, int rows, int cols);
/*
 * Cut ROWS (COLS) off VIEW and return them; VIEW keeps the rest. More than there is: all of it.
 * The way to lay out a screen: bar = view_cut_bottom(&rest, 1); title = view_cut_top(&rest, 1);
 * ...
 */
struct view view_cut_top(struct view *view, int rows);
struct view view_cut_bottom(struct view *view, int rows);
struct view view_cut_left(struct view *view, int cols);
struct view view_cut_right(struct view *view, int cols);
/* VIEW without ROWS at top and bottom and COLS left and right. */
struct view view_inset(struct view view, int rows, int cols);
/* The rectangle of at most ROWS by COLS in the middle of VIEW. */
struct view view_center(struct view view, int rows, int cols);
static inline bool view_is_empty(struct view view)
{
	return view.rows <= 0 || view.cols <= 0;
}

/*
 * Put the cluster of BYTES at CLUSTER, WIDTH columns (1 or 2), at ROW, COL. TEXT must be safe
 * already: draw.h is the way for anything else. A wide one of which only half lies inside becomes
 * a blank.
 */
void view_put(struct view view, int row, int col, const char *cluster, size_t bytes, int width,
	      int role, int attrs);
/* Whether what is put at ROW, COL shows. */
bool view_shows(struct view view, int row, int col);
/* Blank the whole view in ROLE. */
void view_fill(struct view view, int role);
/* Give COLS cells from ROW, COL another role, leaving their text: selection, search matches. */
void view_paint(struct view view, int row, int col, int cols, int role, int attrs);
/* Show the cursor at ROW, COL; hides it when that lies outside. */
void view_cursor(struct view view, int row, int col);

/* The cell at ROW, COL; NULL outside. */
const struct cell *grid_cell(const struct grid *grid, int row, int col);
/*
 * One line a row, trailing blanks dropped, each ended by a newline. Plain memory
 * (core/base/secret.h).
 */
char *grid_print(const struct grid *grid);
/*
 * As grid_print, with a marker wherever the style changes: "{title,bold}Anna{dim} 14:05". Every
 * row begins in "text". Trailing blanks in "text" are dropped; the cursor is a last line "cursor
 * ROW COL" when shown. Plain memory.
 */
char *grid_print_styled(const struct grid *grid);

#endif

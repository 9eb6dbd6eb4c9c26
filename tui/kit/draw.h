/*
 * draw: text, rules and boxes into a view.
 *
 * TEXT is any valid UTF-8, foreign text too: nothing drawn here can reach the terminal as a
 * control, turn the direction of the line or hide: such code points are shown visibly in
 * ROLE_FOREIGN (core/text/text.h decides which). Newlines and tabs count as foreign except where a
 * function says that it wraps. Widths are columns as wcwidth terminals count them. Functions that
 * take a place return the column behind what was drawn, even when that was clipped.
 */
#ifndef SOTTO_TUI_KIT_DRAW_H
#define SOTTO_TUI_KIT_DRAW_H

#include "tui/term/grid.h"
#include "tui/term/theme.h"

/* Columns that TEXT takes when drawn. */
int draw_width(const char *text);

/* TEXT at ROW, COL, to its end or to the view's. */
int draw_text(struct view view, int row, int col, const char *text, int role, int attrs);
/* The same for the first BYTES of TEXT; they end between clusters. */
int draw_bytes(struct view view, int row, int col, const char *text, size_t bytes, int role,
	       int attrs);
/*
 * The column at which the cluster at OFFSET stands when draw_bytes draws the BYTES at LINE: for
 * cursors and for painting matches. At the end: the column behind the last one.
 */
int draw_column(const char *line, size_t bytes, size_t offset);
/* At most COLS columns; what doesn't fit ends in an ellipsis. */
int draw_fit(struct view view, int row, int col, int cols, const char *text, int role, int attrs);
/* The same with its beginning cut off instead: file names, a line being typed. */
int draw_fit_end(struct view view, int row, int col, int cols, const char *text, int role,
		 int attrs);
/*
 * So that it ends in front of column END of the view; returns where it begins. Cut as draw_fit to
 * COLS columns.
 */
int draw_right(struct view view, int row, int end, int cols, const char *text, int role,
	       int attrs);
/* In the middle of the view's row, cut as draw_fit. */
void draw_center(struct view view, int row, const char *text, int role, int attrs);
/* Format first; the result is cut as draw_fit to the view. */
int draw_printf(struct view view, int row, int col, int role, int attrs, const char *format,
		...) G_GNUC_PRINTF(6, 7);

/* Where a line of wrapped text lies. */
struct line {
	size_t start; /* byte offset */
	size_t bytes; /* without the newline or the blanks that the break swallowed */
};

/*
 * Break TEXT into lines of at most COLS columns: at newlines, else behind blanks and where UAX #14
 * allows, else between clusters. An empty text is one empty line. Calls FUNC for each until it
 * says FALSE; returns how many there were so far. FUNC may be NULL: count only.
 */
typedef bool (*line_func)(struct line line, void *user);
int draw_lines(const char *text, int cols, line_func func, void *user);
/* Draw TEXT wrapped into the view from ROW on; returns the row behind it. */
int draw_wrapped(struct view view, int row, const char *text, int role, int attrs);

/*
 * A horizontal rule over the view's row; LABEL (may be NULL) stands in its middle between blanks
 * in LABEL_ROLE.
 */
void draw_rule(struct view view, int row, int role, const char *label, int label_role);
/* A vertical rule over the view's column. */
void draw_rule_down(struct view view, int col, int role);
/* A frame around the view, TITLE (may be NULL) in its upper side; returns the inside. */
struct view draw_box(struct view view, int role, const char *title, int title_role);
/* As draw_box, filled, in the middle of VIEW: a card of at most ROWS by COLS inside. */
struct view draw_card(struct view view, int rows, int cols, const char *title);
/*
 * Pairs of key and meaning in a row, "C-s search   F1 help", as many as fit whole: names in
 * ROLE_KEY, the rest in ROLE. PAIRS: key, meaning, key, meaning, NULL.
 */
int draw_hints(struct view view, int row, int col, const char *const *pairs, int role);
/* A bar at the right edge of the view that shows which part is seen; nothing when all is. */
void draw_scroll(struct view view, size_t first, size_t shown, size_t count);

#endif

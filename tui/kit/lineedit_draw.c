#include <limits.h>
#include "tui/kit/draw.h"
#include "tui/kit/lineedit_inside.h"
#include "tui/kit/veil.h"
#include "tui/term/cluster.h"

enum { VEIL_SIDE_COLS = 6 };

/* The cursor needs a column behind a full line. */
static int text_cols(int cols)
{
	return MAX(cols - 1, 1);
}

int lineedit_rows(const struct lineedit *edit, int cols)
{
	if (edit->options.is_single_line || edit->is_veiled)
		return 1;
	return draw_lines(edit->text, text_cols(cols), NULL, NULL);
}

/* -- where the cursor is ---------------------------------------------------------------------- */

struct search {
	const struct lineedit *edit;
	int row;	  /* of the line being looked at */
	int found_row;	  /* the last one that begins at or before the cursor */
	int wanted_row;	  /* -1, or the row whose line is wanted */
	struct line line; /* that of found_row, or of wanted_row */
};

static bool look_at(struct line line, void *user)
{
	struct search *search = user;
	bool is_wanted = search->wanted_row >= 0 ? search->row == search->wanted_row
						 : line.start <= search->edit->cursor;

	if (is_wanted) {
		search->found_row = search->row;
		search->line = line;
	}
	search->row++;
	return true;
}

/* The line of the cursor, or that of ROW when it isn't negative. */
static struct search find_line(const struct lineedit *edit, int row)
{
	struct search search = {.edit = edit, .wanted_row = row, .found_row = -1};

	/* Before the first drawing only newlines end a row. */
	draw_lines(edit->text, edit->cols ? text_cols(edit->cols) : INT_MAX, look_at, &search);
	return search;
}

static int cursor_column(const struct lineedit *edit, struct line line)
{
	size_t into = MIN(edit->cursor - line.start, line.bytes);

	return draw_column(edit->text + line.start, line.bytes, into);
}

bool edit_move_row(struct lineedit *edit, int by)
{
	struct search here = find_line(edit, -1);
	struct search there;
	int goal = edit->last == LAST_MOVED_ROW ? edit->goal : cursor_column(edit, here.line);
	size_t at = 0;

	if (edit->options.is_single_line || here.found_row + by < 0 ||
	    here.found_row + by >= here.row)
		return false;
	there = find_line(edit, here.found_row + by);
	while (at < there.line.bytes) {
		const char *text = edit->text + there.line.start;
		struct cluster cluster;

		if (!cluster_next(text + at, there.line.bytes - at, &cluster) ||
		    draw_column(text, there.line.bytes, at) + cluster.cells > goal)
			break;
		at += cluster.source;
	}
	edit->cursor = there.line.start + at;
	/* At a break inside of a word the end of this row is the beginning of the next. */
	if (at && find_line(edit, -1).found_row != here.found_row + by)
		edit->cursor = there.line.start + cluster_before(edit->text + there.line.start, at);
	edit->last = LAST_MOVED_ROW;
	edit->goal = goal;
	return true;
}

/* -- drawing ---------------------------------------------------------------------------------- */

struct drawing {
	const struct lineedit *edit;
	struct view view;
	int row;
	int role;
};

static bool draw_row(struct line line, void *user)
{
	struct drawing *drawing = user;

	if (drawing->row >= 0)
		draw_bytes(drawing->view, drawing->row, 0, drawing->edit->text + line.start,
			   line.bytes, drawing->role, 0);
	drawing->row++;
	return drawing->row < drawing->view.rows;
}

static void draw_single(struct lineedit *edit, struct view view, int role, bool has_cursor)
{
	struct line line = {0, edit->bytes};
	int col = cursor_column(edit, line);
	int width = draw_width(edit->text);

	if (col < edit->top)
		edit->top = col;
	if (col >= edit->top + view.cols)
		edit->top = col - view.cols + 1;
	edit->top = CLAMP(edit->top, 0, MAX(width - view.cols + 1, 0));
	view = view_sub(view, 0, -edit->top, 1, view.cols + edit->top);
	draw_text(view, 0, 0, edit->text, role, 0);
	if (has_cursor)
		view_cursor(view, 0, col);
}

static void draw_many(struct lineedit *edit, struct view view, int role, bool has_cursor)
{
	struct search here = find_line(edit, -1);
	struct drawing drawing = {.edit = edit, .view = view, .role = role};

	edit->top = MIN(edit->top, here.found_row);
	if (here.found_row >= edit->top + view.rows)
		edit->top = here.found_row - view.rows + 1;
	edit->top = CLAMP(edit->top, 0, MAX(here.row - view.rows, 0));
	drawing.row = -edit->top;
	draw_lines(edit->text, text_cols(view.cols), draw_row, &drawing);
	if (has_cursor)
		view_cursor(view, here.found_row - edit->top,
			    MIN(cursor_column(edit, here.line), view.cols - 1));
}

void lineedit_set_veiled(struct lineedit *edit, bool is_veiled)
{
	edit->is_veiled = is_veiled;
}

/* Blocks stand on both sides of the word whether something is there or not. */
static void draw_veiled(const struct lineedit *edit, struct view view, int role, bool has_cursor)
{
	struct line word = veil_word(edit->text, edit->cursor);
	int col = veil_draw(view, 0, 0, VEIL_SIDE_COLS, ROLE_VEIL, 0) + 1;
	size_t into = edit->cursor > word.start ? MIN(edit->cursor - word.start, word.bytes) : 0;
	int cursor = col + draw_column(edit->text + word.start, word.bytes, into);

	/* Behind the blank that ends a word it stands behind a blank. */
	cursor += edit->cursor > word.start + word.bytes ? 1 : 0;
	col = draw_bytes(view, 0, col, edit->text + word.start, word.bytes, role, 0);
	veil_draw(view, 0, col + 2, VEIL_SIDE_COLS, ROLE_VEIL, 0);
	if (has_cursor)
		view_cursor(view, 0, MIN(cursor, view.cols - 1));
}

void lineedit_draw(struct lineedit *edit, struct view view, int role, const char *hint,
		   bool has_cursor)
{
	if (view_is_empty(view))
		return;
	edit->cols = view.cols;
	view_fill(view, role);
	if (!edit->bytes && hint)
		draw_fit(view, 0, 0, view.cols, hint, ROLE_INPUT_HINT, 0);
	if (edit->is_veiled && edit->bytes)
		draw_veiled(edit, view, role, has_cursor);
	else if (edit->options.is_single_line)
		draw_single(edit, view, role, has_cursor);
	else
		draw_many(edit, view, role, has_cursor);
}

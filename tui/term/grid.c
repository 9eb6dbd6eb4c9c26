#include "tui/term/grid.h"
#include <string.h>
#include "core/base/secret.h"

static const struct cell blank = {.text = " ", .width = 1, .role = ROLE_TEXT};

static struct cell *cell_at(const struct grid *grid, int row, int col)
{
	return &grid->cells[(size_t)row * (size_t)grid->cols + (size_t)col];
}

static size_t cells_bytes(const struct grid *grid)
{
	return (size_t)grid->rows * (size_t)grid->cols * sizeof(struct cell);
}

struct grid *grid_new(int rows, int cols)
{
	struct grid *grid = g_new0(struct grid, 1);

	grid_resize(grid, rows, cols);
	return grid;
}

void grid_free(struct grid *grid)
{
	if (!grid)
		return;
	plain_free(grid->cells);
	g_free(grid);
}

void grid_clear(struct grid *grid)
{
	size_t count = (size_t)grid->rows * (size_t)grid->cols;

	/* Whole cells are written, so nothing of an older, longer cluster stays behind. */
	for (size_t i = 0; i < count; i++)
		grid->cells[i] = blank;
	grid->cursor_row = -1;
	grid->cursor_col = -1;
}

void grid_resize(struct grid *grid, int rows, int cols)
{
	plain_free(grid->cells);
	grid->rows = CLAMP(rows, 1, GRID_SIDE_MAX);
	grid->cols = CLAMP(cols, 1, GRID_SIDE_MAX);
	grid->cells = plain_new(cells_bytes(grid));
	grid_clear(grid);
}

struct view grid_view(struct grid *grid)
{
	return (struct view){
		.grid = grid,
		.rows = grid->rows,
		.cols = grid->cols,
		.clip_rows = grid->rows,
		.clip_cols = grid->cols,
	};
}

struct view view_sub(struct view view, int row, int col, int rows, int cols)
{
	struct view sub = view;
	int bottom = view.clip_row + view.clip_rows;
	int right = view.clip_col + view.clip_cols;

	sub.row = view.row + row;
	sub.col = view.col + col;
	sub.rows = MAX(rows, 0);
	sub.cols = MAX(cols, 0);
	sub.clip_row = MAX(view.clip_row, sub.row);
	sub.clip_col = MAX(view.clip_col, sub.col);
	sub.clip_rows = MAX(MIN(bottom, sub.row + sub.rows) - sub.clip_row, 0);
	sub.clip_cols = MAX(MIN(right, sub.col + sub.cols) - sub.clip_col, 0);
	return sub;
}

struct view view_cut_top(struct view *view, int rows)
{
	struct view top;

	rows = CLAMP(rows, 0, view->rows);
	top = view_sub(*view, 0, 0, rows, view->cols);
	*view = view_sub(*view, rows, 0, view->rows - rows, view->cols);
	return top;
}

struct view view_cut_bottom(struct view *view, int rows)
{
	struct view bottom;

	rows = CLAMP(rows, 0, view->rows);
	bottom = view_sub(*view, view->rows - rows, 0, rows, view->cols);
	*view = view_sub(*view, 0, 0, view->rows - rows, view->cols);
	return bottom;
}

struct view view_cut_left(struct view *view, int cols)
{
	struct view left;

	cols = CLAMP(cols, 0, view->cols);
	left = view_sub(*view, 0, 0, view->rows, cols);
	*view = view_sub(*view, 0, cols, view->rows, view->cols - cols);
	return left;
}

struct view view_cut_right(struct view *view, int cols)
{
	struct view right;

	cols = CLAMP(cols, 0, view->cols);
	right = view_sub(*view, 0, view->cols - cols, view->rows, cols);
	*view = view_sub(*view, 0, 0, view->rows, view->cols - cols);
	return right;
}

struct view view_inset(struct view view, int rows, int cols)
{
	return view_sub(view, rows, cols, view.rows - 2 * rows, view.cols - 2 * cols);
}

struct view view_center(struct view view, int rows, int cols)
{
	rows = MIN(rows, view.rows);
	cols = MIN(cols, view.cols);
	return view_sub(view, (view.rows - rows) / 2, (view.cols - cols) / 2, rows, cols);
}

static bool is_inside(const struct view *view, int row, int col)
{
	return row >= view->clip_row && row < view->clip_row + view->clip_rows &&
	       col >= view->clip_col && col < view->clip_col + view->clip_cols;
}

static void blank_text(struct cell *cell)
{
	memset(cell->text, 0, sizeof(cell->text));
	cell->text[0] = ' ';
	cell->width = 1;
}

/* The cell at ROW, COL is about to be overwritten: what was half in it becomes whole blanks. */
static void release(struct grid *grid, int row, int col)
{
	struct cell *cell = cell_at(grid, row, col);

	if (cell->width == 0 && col > 0)
		blank_text(cell_at(grid, row, col - 1));
	if (cell->width == 2 && col + 1 < grid->cols)
		blank_text(cell_at(grid, row, col + 1));
}

static void set_cell(struct grid *grid, int row, int col, const char *text, size_t bytes,
		     int width, int role, int attrs)
{
	struct cell *cell = cell_at(grid, row, col);

	release(grid, row, col);
	memset(cell->text, 0, sizeof(cell->text));
	memcpy(cell->text, text, bytes);
	cell->width = (uint8_t)width;
	cell->role = (uint8_t)role;
	cell->attrs = (uint8_t)attrs;
}

/* What must not be the last: a joiner would reach for the next cell, tags need their end. */
static bool is_half(gunichar code)
{
	return code == 0x200c || code == 0x200d || (code >= 0xe0020 && code <= 0xe007f);
}

/* The longest beginning of CLUSTER that fits a cell and can stand alone. */
static size_t fitting_bytes(const char *cluster, size_t bytes)
{
	const char *end = cluster + GRID_CLUSTER_BYTES;

	if (bytes < GRID_CLUSTER_BYTES)
		return bytes;
	do
		end = g_utf8_find_prev_char(cluster, end);
	while (end && end > cluster &&
	       (end - cluster >= GRID_CLUSTER_BYTES ||
		is_half(g_utf8_get_char(g_utf8_find_prev_char(cluster, end)))));
	return end ? (size_t)(end - cluster) : 0;
}

void view_put(struct view view, int row, int col, const char *cluster, size_t bytes, int width,
	      int role, int attrs)
{
	bool has_left, has_right;

	if (row < 0 || row >= view.rows || col < 0 || col >= view.cols)
		return;
	row += view.row;
	col += view.col;
	has_left = is_inside(&view, row, col);
	has_right = width == 2 && is_inside(&view, row, col + 1);
	bytes = fitting_bytes(cluster, bytes);
	if (width == 2 && has_left && has_right) {
		set_cell(view.grid, row, col, cluster, bytes, 2, role, attrs);
		set_cell(view.grid, row, col + 1, "", 0, 0, role, attrs);
	} else if (width == 1 && has_left) {
		set_cell(view.grid, row, col, cluster, bytes, 1, role, attrs);
	} else if (has_left) {
		set_cell(view.grid, row, col, " ", 1, 1, role, attrs);
	} else if (has_right) {
		set_cell(view.grid, row, col + 1, " ", 1, 1, role, attrs);
	}
}

bool view_shows(struct view view, int row, int col)
{
	return is_inside(&view, view.row + row, view.col + col);
}

void view_fill(struct view view, int role)
{
	for (int row = view.clip_row; row < view.clip_row + view.clip_rows; row++)
		for (int col = view.clip_col; col < view.clip_col + view.clip_cols; col++)
			set_cell(view.grid, row, col, " ", 1, 1, role, 0);
}

void view_paint(struct view view, int row, int col, int cols, int role, int attrs)
{
	struct view part = view_sub(view, row, col, 1, cols);

	for (int i = 0; i < part.clip_cols && part.clip_rows > 0; i++) {
		struct cell *cell = cell_at(part.grid, part.clip_row, part.clip_col + i);

		cell->role = (uint8_t)role;
		cell->attrs = (uint8_t)attrs;
	}
}

void view_cursor(struct view view, int row, int col)
{
	bool is_shown = is_inside(&view, view.row + row, view.col + col);

	view.grid->cursor_row = is_shown ? view.row + row : -1;
	view.grid->cursor_col = is_shown ? view.col + col : -1;
}

const struct cell *grid_cell(const struct grid *grid, int row, int col)
{
	if (row < 0 || row >= grid->rows || col < 0 || col >= grid->cols)
		return NULL;
	return cell_at(grid, row, col);
}

/* Text that is being built in plain memory. */
struct printer {
	char *bytes;
	size_t count;
	size_t room;
};

static void print(struct printer *out, const char *text)
{
	size_t more = strlen(text);

	if (out->count + more > out->room) {
		char *larger;

		out->room = (out->count + more) * 2;
		larger = plain_new(out->room);
		if (out->count)
			memcpy(larger, out->bytes, out->count);
		plain_free(out->bytes);
		out->bytes = larger;
	}
	memcpy(out->bytes + out->count, text, more);
	out->count += more;
}

static bool is_same_style(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && a->attrs == b->attrs;
}

/* Columns of ROW up to its last cell that isn't blank; with styles, blank is only what has none. */
static int used_cols(const struct grid *grid, int row, bool is_styled)
{
	int cols = grid->cols;

	while (cols > 0) {
		const struct cell *cell = cell_at(grid, row, cols - 1);

		if (strcmp(cell->text, " ") != 0)
			break;
		if (is_styled && !is_same_style(cell, &blank))
			break;
		cols--;
	}
	return cols;
}

static void print_marker(struct printer *out, const struct cell *cell)
{
	static const char *const names[] = {",bold", ",dim", ",italic", ",underline", ",reverse"};

	print(out, "{");
	print(out, role_name(cell->role));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (cell->attrs & (1u << i))
			print(out, names[i]);
	print(out, "}");
}

static char *print_rows(const struct grid *grid, bool is_styled)
{
	struct printer out = {.room = 1024};
	char cursor[48];

	out.bytes = plain_new(out.room);
	for (int row = 0; row < grid->rows; row++) {
		const struct cell *last = &blank;

		for (int col = 0; col < used_cols(grid, row, is_styled); col++) {
			const struct cell *cell = cell_at(grid, row, col);

			if (is_styled && !is_same_style(cell, last))
				print_marker(&out, cell);
			last = cell;
			print(&out, cell->text);
		}
		print(&out, "\n");
	}
	if (is_styled && grid->cursor_row >= 0) {
		g_snprintf(cursor, sizeof(cursor), "cursor %d %d\n", grid->cursor_row,
			   grid->cursor_col);
		print(&out, cursor);
	}
	out.bytes[out.count] = '\0';
	return out.bytes;
}

char *grid_print(const struct grid *grid)
{
	return print_rows(grid, false);
}

char *grid_print_styled(const struct grid *grid)
{
	return print_rows(grid, true);
}

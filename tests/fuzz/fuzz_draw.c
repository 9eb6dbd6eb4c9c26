/* Foreign text in the grid: no cell holds what a terminal obeys or a reader can't see. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/text/text.h"
#include "tui/kit/draw.h"
#include "tui/kit/reading_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 8, COLS = 24, JOINER = 0x200d, NON_JOINER = 0x200c, TAG_END = 0xe007f };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool is_selector(gunichar code)
{
	return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef) ||
	       (code >= 0x180b && code <= 0x180f);
}

/* Joiners, selectors and the tags of a flag stand behind what they belong to, in the same cell. */
static void check_cell(const struct cell *cell)
{
	gunichar code = 0;
	bool is_open = false; /* tags without the one that ends them */
	unsigned cells = 0;

	must(memchr(cell->text, 0, sizeof(cell->text)) && *cell->text);
	must(g_utf8_validate(cell->text, -1, NULL));
	for (const char *at = cell->text; *at; at = g_utf8_next_char(at)) {
		bool is_tag;

		code = g_utf8_get_char(at);
		is_tag = code >= 0xe0020 && code <= TAG_END;
		must(code == JOINER || code == NON_JOINER || is_selector(code) || is_tag ||
		     !text_json_needs_escape(code));
		must(at != cell->text || (code != JOINER && code != NON_JOINER && !is_tag));
		is_open = is_tag && code != TAG_END;
	}
	must(!is_open);
	/* It ends with what it has: the next cell must not become a part of it. */
	must(code != JOINER || cell->width == 1);
	must(text_next(cell->text, strlen(cell->text), &cells) == strlen(cell->text));
	must(cells == cell->width);
}

static void check_grid(const struct grid *grid)
{
	for (int row = 0; row < grid->rows; row++) {
		for (int col = 0; col < grid->cols; col++) {
			const struct cell *cell = grid_cell(grid, row, col);
			const struct cell *next = grid_cell(grid, row, col + 1);

			must(cell->width <= 2);
			if (!cell->width) {
				must(col > 0 && grid_cell(grid, row, col - 1)->width == 2);
				must(!*cell->text);
				continue;
			}
			must(cell->width == 1 || (next && !next->width));
			check_cell(cell);
		}
	}
}

static void draw_all(struct view view, const char *text, size_t bytes)
{
	int width = draw_width(text);

	must(width >= 0);
	must(draw_bytes(view, 0, 0, text, bytes, ROLE_TEXT, 0) == width);
	draw_text(view, 1, -3, text, ROLE_TEXT, 0);
	must(draw_fit(view, 2, 0, COLS - 1, text, ROLE_TEXT, 0) <= COLS - 1);
	must(draw_fit_end(view, 3, 0, COLS - 1, text, ROLE_TEXT, 0) <= COLS - 1);
	must(draw_right(view, 4, COLS, COLS / 2, text, ROLE_TEXT, 0) >= COLS / 2);
	draw_center(view, 5, text, ROLE_TEXT, 0);
	draw_printf(view, 6, 1, ROLE_TEXT, 0, "%s|", text);
	must(draw_column(text, bytes, bytes) >= 0);
}

/* Rows to read come in order, none is empty, and nothing but blanks is between them. */
static void check_rows(const char *text, size_t bytes, int cols)
{
	GArray *rows = reading_rows(text, cols);
	size_t at = 0;

	for (guint i = 0; i <= rows->len; i++) {
		const struct line *row = i < rows->len ? &g_array_index(rows, struct line, i) :
							 NULL;
		size_t start = row ? row->start : bytes;

		must(start >= at && start <= bytes);
		for (; at < start; at = (size_t)(g_utf8_next_char(text + at) - text))
			must(g_unichar_isspace(g_utf8_get_char(text + at)));
		must(at == start);
		if (!row)
			break;
		must(row->bytes > 0 && row->bytes <= bytes - at);
		must(reading_row_at(rows, at) == i);
		at += row->bytes;
	}
	g_array_unref(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grid *grid = grid_new(ROWS, COLS);
	char *text = g_utf8_make_valid((const char *)data, (gssize)size);
	size_t bytes = strlen(text);

	draw_all(grid_view(grid), text, bytes);
	check_grid(grid);
	grid_clear(grid);
	draw_wrapped(grid_view(grid), 0, text, ROLE_TEXT, 0);
	check_grid(grid);
	grid_clear(grid);
	draw_box(grid_view(grid), ROLE_TEXT, text, ROLE_TEXT);
	draw_rule(grid_view(grid), 3, ROLE_TEXT, text, ROLE_TEXT);
	check_grid(grid);
	check_rows(text, bytes, COLS);
	check_rows(text, bytes, 1 + (int)(size % COLS));
	grid_free(grid);
	g_free(text);
	return 0;
}

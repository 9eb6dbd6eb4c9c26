/*
 * Points in exact greys, written whole and past curses: its diff would show which of them stand
 * still.
 */
#include <stdio.h>
#include <string.h>
#include "core/base/secret.h"
#include "tui/term/flicker.h"
#include "tui/term/term_inside.h"

enum { GLYPH_BYTES = 3, PLACE_BYTES = 16, FRAME_BYTES = 96 };

static const char glyphs[16][GLYPH_BYTES + 1] = {
	" ",	  "\u2598", "\u259d", "\u2580", "\u2596", "\u258c", "\u259e", "\u259b",
	"\u2597", "\u259a", "\u2590", "\u259c", "\u2584", "\u2599", "\u259f", "\u2588",
};

static char *put_row(char *at, int row, int col, const uint8_t *cells, int cols)
{
	at += g_snprintf(at, PLACE_BYTES, "\033[%d;%dH", row + 1, col + 1);
	for (int i = 0; i < cols; i++)
		at = g_stpcpy(at, glyphs[cells[i] & 15]);
	return at;
}

bool term_put_points(struct term *term, int row, int col, int rows, int cols, const uint8_t *cells,
		     unsigned grey)
{
	int all_rows, all_cols;
	size_t room;
	char *frame;
	char *at;

	term_size(term, &all_rows, &all_cols);
	if (row < 0 || col < 0 || rows < 1 || cols < 1 || rows > all_rows - row ||
	    cols > all_cols - col || !flicker_is_safe(grey))
		return false;
	if (term_is_suspended(term) || term_refuses_points(term) || term_is_behind(term))
		return false;
	room = FRAME_BYTES + (size_t)rows * (PLACE_BYTES + (size_t)cols * GLYPH_BYTES);
	frame = plain_new(room);
	/* Cursor and colours are put away for curses, which believes that it knows them. */
	at = frame + g_snprintf(frame, FRAME_BYTES, "\0337\033[0;38;2;%u;%u;%u;48;2;0;0;0m", grey,
				grey, grey);
	for (int i = 0; i < rows; i++)
		at = put_row(at, row + i, col, cells + (size_t)i * (size_t)cols, cols);
	at = g_stpcpy(at, "\033[0m\0338");
	term_write(term, frame, (size_t)(at - frame));
	plain_free(frame);
	return true;
}

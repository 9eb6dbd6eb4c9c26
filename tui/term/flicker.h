/*
 * flicker: a box of noise in which a text can be seen, but not captured.
 *
 * The box is FLICKER_HEIGHT points high and two for each of its columns wide, always full. In each
 * frame every point of the ground is a fresh coin, in the next one its opposite, and so on; a point
 * of the text keeps its value and is thrown anew now and then, on average after half a second. So
 * the text stands still where all else twinkles, while any single frame is a field of fair coins,
 * whatever is in the box. Two frames of a pair together show everything: this is no shield against
 * films.
 *
 * The coins come from ChaCha20 under a key of the box's own in guarded memory. What a box holds of
 * the text is plain memory. No terminal is known here.
 */
#ifndef SOTTO_TUI_TERM_FLICKER_H
#define SOTTO_TUI_TERM_FLICKER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	/* Cells, each of two by two points. */
	FLICKER_COLS = 60, /* of the smallest box */
	FLICKER_COLS_MOST = 200,
	FLICKER_COLS_CHAR = 4, /* of a character; a box has whole characters */
	FLICKER_ROWS = 4,
	FLICKER_HEIGHT = 2 * FLICKER_ROWS, /* points */
	FLICKER_CELLS_MOST = FLICKER_COLS_MOST * FLICKER_ROWS,
	/* A bitmap has two bytes a column: rows from the top, in a byte the left point is bit 7. */
	FLICKER_BITMAP_MOST = 2 * FLICKER_COLS_MOST,

	/* The smallest box. */
	FLICKER_CHARS = FLICKER_COLS / FLICKER_COLS_CHAR,
	FLICKER_CELLS = FLICKER_COLS * FLICKER_ROWS,
	FLICKER_WIDTH = 2 * FLICKER_COLS,
	FLICKER_POINTS = FLICKER_WIDTH * FLICKER_HEIGHT,
	FLICKER_BITMAP_BYTES = 2 * FLICKER_COLS,

	FLICKER_FPS = 60,
	FLICKER_FPS_REMOTE = 30,
	FLICKER_RATE = 150000, /* bytes a second that frames may take */
	FLICKER_RATE_REMOTE = 60000,
	FLICKER_SECONDS = 30, /* it twinkles no longer than this at a time */

	/* Grey levels of points on black, 0 to 255. */
	FLICKER_GREY = 84,
	FLICKER_GREY_MOST = 88,
};

/*
 * How much the relative luminance (WCAG 2.x, sRGB) changes when a point goes from black to GREY. A
 * change of 0.10 or more is a flash in the sense of success criterion 2.3.1.
 */
double flicker_luminance(unsigned grey);
/* Whether GREY may twinkle: the change stays below a flash, whatever the area. */
bool flicker_is_safe(unsigned grey);

/*
 * The columns of the widest box in COLS columns whose frames, FPS a second, take no more than RATE
 * bytes a second: whole characters, from FLICKER_COLS to FLICKER_COLS_MOST.
 */
unsigned flicker_cols(int cols, unsigned fps, unsigned rate);

struct flicker;

/* An empty box of COLS columns for FPS frames a second (10 to 240); ERROR_MEMORY. */
struct flicker *flicker_new(unsigned cols, unsigned fps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void flicker_free(struct flicker *flicker);
/* From the next frame on the points of BITMAP are the text; nothing of the former one goes on. */
void flicker_set(struct flicker *flicker, const uint8_t *bitmap);
/* Make the next frame. */
void flicker_next(struct flicker *flicker);
/* Whether the point at X, Y of the frame is lit. */
bool flicker_point(const struct flicker *flicker, unsigned x, unsigned y);
/* The frame, row by row: bits 0 to 3 of a cell are its points upper left, upper right, lower left,
 * lower right. */
void flicker_cells(const struct flicker *flicker, uint8_t *cells);

#endif

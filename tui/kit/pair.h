/*
 * pair: a box of noise in which a text can be seen, but not captured.
 *
 * The box is PAIR_WIDTH by PAIR_HEIGHT points, always full. In each frame every point of the ground
 * is a fresh coin, in the next one its opposite, and so on; a point of the text keeps its value and
 * is thrown anew now and then, on average after half a second. So the text stands still where all
 * else twinkles, while any single frame is a field of fair coins, whatever is in the box. Two
 * frames of a pair together show everything: this is no shield against films.
 *
 * The coins come from ChaCha20 under a key of the box's own in guarded memory. What a pair holds of
 * the text is plain memory. No terminal is known here.
 */
#ifndef SOTTO_TUI_KIT_PAIR_H
#define SOTTO_TUI_KIT_PAIR_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	PAIR_CHARS = 15,
	PAIR_COLS = 60, /* cells, each of two by two points */
	PAIR_ROWS = 4,
	PAIR_CELLS = PAIR_COLS * PAIR_ROWS,
	PAIR_WIDTH = 2 * PAIR_COLS, /* points */
	PAIR_HEIGHT = 2 * PAIR_ROWS,
	PAIR_POINTS = PAIR_WIDTH * PAIR_HEIGHT,
	PAIR_BITMAP_BYTES =
		PAIR_POINTS / 8, /* rows from the top, in a byte the left point is bit 7 */

	PAIR_FPS = 60,
	PAIR_FPS_REMOTE = 30,
	PAIR_SECONDS = 30, /* it twinkles no longer than this at a time */

	/* Grey levels of points on black, 0 to 255. */
	PAIR_GREY = 84,
	PAIR_GREY_MOST = 88,
};

/*
 * How much the relative luminance (WCAG 2.x, sRGB) changes when a point goes from black to GREY. A
 * change of 0.10 or more is a flash in the sense of success criterion 2.3.1.
 */
double pair_luminance(unsigned grey);
/* Whether GREY may twinkle: the change stays below a flash, whatever the area. */
bool pair_is_safe(unsigned grey);

struct pair;

/* An empty box for FPS frames a second (10 to 240); ERROR_MEMORY. */
struct pair *pair_new(unsigned fps, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pair_free(struct pair *pair);
/* From the next frame on the points of BITMAP are the text; nothing of the former one goes on. */
void pair_set(struct pair *pair, const uint8_t bitmap[static PAIR_BITMAP_BYTES]);
/* Make the next frame. */
void pair_next(struct pair *pair);
/* Whether the point at X, Y of the frame is lit. */
bool pair_point(const struct pair *pair, unsigned x, unsigned y);
/* The frame, row by row: bits 0 to 3 of a cell are its points upper left, upper right, lower left,
 * lower right. */
void pair_cells(const struct pair *pair, uint8_t cells[static PAIR_CELLS]);

#endif

/*
 * flicker_font: letters of eight by eight points for what is shown sealed (flicker.h).
 *
 * A glyph is eight rows from the top; in a row the leftmost point is bit 7. Points are twice as
 * high as wide. There are the printable characters of ASCII, what else Latin letters are made of,
 * and the usual marks; everything else has no glyph. Those of ASCII are at least
 * FLICKER_GLYPHS_APART points from each other. Letters with marks are closer, three points at
 * least; a comma below and a cedilla are drawn alike.
 */
#ifndef SOTTO_TUI_TERM_FLICKER_FONT_H
#define SOTTO_TUI_TERM_FLICKER_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FLICKER_GLYPH_ROWS = 8,
	FLICKER_GLYPHS_APART = 6,
	FLICKER_CODE_CONTINUES = 0x25b6, /* our own sign at the end of a piece of a long word */
};

/*
 * The glyph of CODE with COUNT combining MARKS into ROWS; FALSE when there is none. Of marks above
 * the first is drawn; one that isn't known is left out, and the letter stays bare.
 */
bool flicker_font_glyph(uint32_t code, const uint32_t *marks, size_t count,
			uint8_t rows[static FLICKER_GLYPH_ROWS]);

#endif

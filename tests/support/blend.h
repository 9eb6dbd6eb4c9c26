/*
 * blend: pictures of a box of noise in which several frames lie over each other, and series of
 * pictures, with the best reader of them.
 *
 * The reader knows the font, where each character stands, the moment of the picture, how much of
 * each frame is in it, and what points of text and of ground do over so many frames: that it learns
 * from films of its own. It says the likeliest character. Nothing blurs the picture, so nobody gets
 * more out of one. All that it gives back are shares (0 to 1) of characters, each of the printable
 * ones being as likely as any other.
 */
#ifndef SOTTO_TESTS_BLEND_H
#define SOTTO_TESTS_BLEND_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "tui/term/flicker.h"

enum { BLEND_FRAMES_MAX = 80 };

/*
 * Draw COUNT frames of a box with the text BITMAP (flicker.h), one after the other from its first
 * on; a point of a frame is one byte, 1 when it is lit.
 */
typedef void (*blend_film)(const uint8_t *bitmap, unsigned fps, unsigned count,
			   uint8_t (*frames)[FLICKER_POINTS]);

/* What sotto draws. */
void blend_film_flicker(const uint8_t *bitmap, unsigned fps, unsigned count,
			uint8_t (*frames)[FLICKER_POINTS]);

/* One picture exposed for SECONDS, which may begin within a frame. */
double blend_exposed(blend_film film, unsigned fps, double seconds);
/* One picture, the average of COUNT whole frames. */
double blend_averaged(blend_film film, unsigned fps, unsigned count);
/* COUNT pictures of single frames, the next one always LAG frames later. */
double blend_series(blend_film film, unsigned fps, unsigned count, unsigned lag);

#endif

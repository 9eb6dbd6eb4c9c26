/*
 * theme_palettes: what the first 16 colours are in terminals as they come. A theme can't know which
 * of them it is drawn in.
 */
#ifndef SOTTO_TUI_TERM_THEME_PALETTES_H
#define SOTTO_TUI_TERM_THEME_PALETTES_H

#include <stdint.h>

enum { PALETTE_COLOURS = 16 };

struct palette {
	const char *name;
	uint32_t colours[PALETTE_COLOURS]; /* 0xrrggbb */
};

/* Ends with a NULL name. */
extern const struct palette theme_palettes[];

#endif

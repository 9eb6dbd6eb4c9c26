/*
 * palette: a card that finds people, commands, settings and signs by a few letters.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_PALETTE_H
#define SOTTO_TUI_SCREEN_PAGES_PALETTE_H

#include "tui/screen/screen.h"

/* open()'s argument: the screen_ops of the screen below it, whose commands come first. */
extern const struct screen_ops palette_ops;
extern const struct screen_table palette_tables[];

#endif

/*
 * palette: a card that finds contacts and commands by a few letters.
 */
#ifndef SOTTO_TUI_SCREEN_PALETTE_H
#define SOTTO_TUI_SCREEN_PALETTE_H

#include "tui/screen/screen.h"

extern const struct screen_ops palette_ops;
extern const struct screen_table palette_tables[];

#endif

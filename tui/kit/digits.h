/*
 * digits: decimal digits three rows high, drawn in half blocks.
 */
#ifndef SOTTO_TUI_KIT_DIGITS_H
#define SOTTO_TUI_KIT_DIGITS_H

#include "tui/term/grid.h"

enum { DIGITS_ROWS = 3, DIGITS_COLS = 4 /* of one, with the gap behind it */ };

/*
 * Draw the decimal digits and blanks of TEXT at ROW, COL; other characters are drawn as blanks.
 * Returns the column behind them.
 */
int digits_draw(struct view view, int row, int col, const char *text, int role, int attrs);

#endif

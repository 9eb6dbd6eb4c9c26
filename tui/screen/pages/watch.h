/*
 * watch (screen): who watches this terminal, what was found, and what can't be seen.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_WATCH_H
#define SOTTO_TUI_SCREEN_PAGES_WATCH_H

#include "tui/screen/screen.h"

extern const struct screen_ops watch_ops;
extern const struct screen_table watch_tables[];

#endif

/*
 * options: every setting with its value, and where that came from.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_OPTIONS_H
#define SOTTO_TUI_SCREEN_PAGES_OPTIONS_H

#include "tui/screen/screen.h"

extern const struct screen_ops options_ops;
extern const struct screen_table options_tables[];

#endif

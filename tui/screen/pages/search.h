/*
 * search: what was found in all conversations, newest first.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_SEARCH_H
#define SOTTO_TUI_SCREEN_PAGES_SEARCH_H

#include "tui/screen/screen.h"

extern const struct screen_ops search_ops;
extern const struct screen_table search_tables[];

#endif

/*
 * journal: what was decided and done about keys, and whether that record is whole.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_JOURNAL_H
#define SOTTO_TUI_SCREEN_PAGES_JOURNAL_H

#include "tui/screen/screen.h"

extern const struct screen_ops journal_ops;
extern const struct screen_table journal_tables[];

#endif

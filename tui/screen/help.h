/*
 * help: every command with its keys as they are bound now, made from the tables.
 */
#ifndef SOTTO_TUI_SCREEN_HELP_H
#define SOTTO_TUI_SCREEN_HELP_H

#include "tui/screen/screen.h"

extern const struct screen_ops help_ops;
extern const struct screen_table help_tables[];

#endif

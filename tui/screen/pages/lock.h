/*
 * lock: the fixed picture that hides everything; a key asks for the passphrase, outside curses but
 * within this frame. How many wrong ones there were since it was last open stands there.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_LOCK_H
#define SOTTO_TUI_SCREEN_PAGES_LOCK_H

#include "tui/screen/screen.h"

extern const struct screen_ops lock_ops;
extern const struct screen_table lock_tables[];

#endif

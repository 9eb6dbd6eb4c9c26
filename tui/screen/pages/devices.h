/*
 * devices: the own account's devices, with those that wait to be confirmed.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_DEVICES_H
#define SOTTO_TUI_SCREEN_PAGES_DEVICES_H

#include "tui/screen/screen.h"

extern const struct screen_ops devices_ops;
extern const struct screen_table devices_tables[];

#endif

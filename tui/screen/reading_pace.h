/*
 * reading_pace: the setting read_pace, as the keys + and - change it.
 */
#ifndef SOTTO_TUI_SCREEN_READING_PACE_H
#define SOTTO_TUI_SCREEN_READING_PACE_H

#include "tui/screen/screen.h"

/* A step up (BY 1) or down (-1), within the setting's range; the new pace is said. */
void reading_pace_change(struct host *host, int by);

#endif

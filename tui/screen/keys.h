/*
 * keys: how a device, and a row of the journal, look; for every screen that lists them.
 *
 * A device is its id, label, trust in words, when it was seen, and its fingerprint in 8 groups of
 * 8, as other OMEMO clients show it. The functions to draw are list.h's; their user is a GPtrArray.
 */
#ifndef SOTTO_TUI_SCREEN_KEYS_H
#define SOTTO_TUI_SCREEN_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include "core/model/contact.h"
#include "tui/term/grid.h"

/* Rows that a device takes at COLS columns. */
int keys_device_rows(int cols);
/* USER: of struct device. */
void keys_draw_device(void *user, size_t index, struct view view, bool is_selected);
/* USER: of struct journal_row, oldest first; INDEX 0 is the newest. */
void keys_draw_record(void *user, size_t index, struct view view, bool is_selected);

/* "23 Nov 2026 14:05". Free with g_free. */
char *keys_when(int64_t wall);
/* "verified (read-back)", "? undecided", ...; free with g_free. */
char *keys_trust(const struct device *device);

#endif

/*
 * reading_rows: the rows in which a veiled text is read, one at a time.
 *
 * A row is a wrapped line of the text. It is shorter where a clause ends in its last third, as long
 * as the text takes no more rows for that. Empty lines are no rows. A row is never wider than
 * READING_COLS, however wide the screen is: so one capture holds six to eight words.
 */
#ifndef SOTTO_TUI_KIT_READING_ROWS_H
#define SOTTO_TUI_KIT_READING_ROWS_H

#include <glib.h>
#include <stddef.h>
#include "tui/kit/draw.h"

enum { READING_COLS = 48 };

/* The rows of TEXT at COLS columns (at least 1), of struct line; none where it has no words. The
 * caller unrefs. */
GArray *reading_rows(const char *text, int cols) G_GNUC_WARN_UNUSED_RESULT;
/* The index of the row that holds the byte at OFFSET or stands before it; 0 where none does. */
guint reading_row_at(const GArray *rows, size_t offset);

#endif

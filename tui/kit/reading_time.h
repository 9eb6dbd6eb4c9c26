/*
 * reading_time: how long it takes to read a text.
 *
 * Words stand between blanks; in scripts without blanks two characters count as one. Digits,
 * addresses and long words take longer than their number of words says.
 */
#ifndef SOTTO_TUI_KIT_READING_TIME_H
#define SOTTO_TUI_KIT_READING_TIME_H

#include <glib.h>
#include <stddef.h>

enum {
	READING_ALL_PACE = 200,	    /* words a minute of a whole message that a key uncovers */
	READING_ALL_LEAST_MS = 4000,
	READING_ALL_MOST_MS = 300000,
};

/* The words in the BYTES at TEXT. */
unsigned reading_words(const char *text, size_t bytes) G_GNUC_PURE;
/* Milliseconds for the BYTES at TEXT at PACE words a minute (not 0). */
unsigned reading_ms(const char *text, size_t bytes, unsigned pace) G_GNUC_PURE;
/* Milliseconds for which the whole of TEXT stays uncovered: its words at READING_ALL_PACE, and
 * three tenths more. */
unsigned reading_all_ms(const char *text) G_GNUC_PURE;

#endif

/*
 * text_bidi: right-to-left text on a terminal that draws everything from left to
 * right.
 *
 * A reduced UAX #9: the implicit levels (W1 to W7, N0 to N2, I1, I2), trailing
 * blanks (L1), reordering (L2) and mirroring (L4). Explicit embeddings and
 * isolates can't occur, since text_make_safe has made their controls visible.
 * Letters aren't shaped: that is the terminal's. On a terminal that reorders by
 * itself don't use this.
 */
#ifndef SOTTO_CORE_TEXT_TEXT_BIDI_H
#define SOTTO_CORE_TEXT_TEXT_BIDI_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum text_direction { TEXT_LTR, TEXT_RTL };

/* The direction of a paragraph: that of its first strong letter (P2, P3), else left to right. */
enum text_direction text_direction(const char *text, size_t bytes) G_GNUC_PURE;

/* Whether a line of this text has anything to reorder. */
bool text_has_rtl(const char *text, size_t bytes) G_GNUC_PURE;

/* A cluster at its place in the line. */
struct text_piece {
	size_t offset; /* where it is in the text, in bytes */
	size_t bytes;
	unsigned cells;
	char mirror[8]; /* drawn instead of the text's bytes unless empty */
};

/*
 * The clusters of one line (no LF in it) of a paragraph of direction BASE in the
 * order they are drawn from left to right: a GArray of struct text_piece that the
 * caller unrefs.
 */
GArray *text_order(const char *line, size_t bytes,
		   enum text_direction base) G_GNUC_WARN_UNUSED_RESULT;

/* The line as a string in that order, plain memory. */
char *text_visual(const char *line, size_t bytes,
		  enum text_direction base) G_GNUC_WARN_UNUSED_RESULT;

#endif

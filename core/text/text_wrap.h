/*
 * text_wrap: a text broken into lines for a given width.
 *
 * Lines break where Unicode allows it (UAX #14), at every LF, and between
 * clusters inside a word that is wider than a line. A link (core/text/text_link.h) is
 * one piece: it is broken only where it is wider than a line. Lines are spans of
 * the text that was given, which must live as long as they are used.
 */
#ifndef SOTTO_CORE_TEXT_TEXT_WRAP_H
#define SOTTO_CORE_TEXT_TEXT_WRAP_H

#include <glib.h>
#include <stddef.h>

struct text_line {
	size_t offset;
	size_t bytes;
	size_t cells;
};

/*
 * The lines of BYTES of TEXT, each at most WIDTH cells (at least 1; a cluster of
 * 2 cells gets a line of its own then), as a GArray of struct text_line that the
 * caller unrefs. There is always one line. What is in no line is an LF, or spaces
 * at which a line was broken or that hung over its end.
 */
GArray *text_wrap(const char *text, size_t bytes, size_t width) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * text: what a piece of text looks like on a terminal, and making foreign text
 * safe to show there.
 *
 * All text is UTF-8, and total functions they are: what isn't valid is taken as
 * U+FFFD, byte by byte. A cluster is an extended grapheme cluster (UAX #29), what
 * a reader takes for one character; the cell is the terminal's unit. Text is made
 * safe when it is drawn, never when it is stored. What is returned as `char *`
 * may hold a message's words and is plain memory (core/base/secret.h).
 */
#ifndef SOTTO_CORE_TEXT_TEXT_H
#define SOTTO_CORE_TEXT_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TEXT_CLUSTER_CELLS = 2,	  /* no cluster is wider */
	TEXT_CLUSTER_BYTES = 128, /* none is longer in text that was made safe */
	TEXT_MARKS = 8,		  /* most combining marks that safe text leaves on a character */
	TEXT_TAB_CELLS = 4,
	TEXT_WORDS = 32, /* most words text_words() gives */
};

/*
 * Whether the BYTES at DATA are text: valid UTF-8 without NUL and at most MOST
 * bytes; ERROR_LIMIT or ERROR_FORMAT otherwise.
 */
gboolean text_check(const void *data, size_t bytes, size_t most,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The length in bytes of the cluster that TEXT (BYTES left, not 0) begins with;
 * its width in cells, 0 to 2, goes to *CELLS (may be NULL). Emoji sequences and
 * flags are 2 cells; control characters 0. A cluster that would be wider than 2
 * (some Indic ones) is given in pieces.
 */
size_t text_next(const char *text, size_t bytes, unsigned *cells);

/* The width of BYTES of TEXT in cells; text_width_all measures to its NUL. */
size_t text_width(const char *text, size_t bytes) G_GNUC_PURE;
size_t text_width_all(const char *text) G_GNUC_PURE;

/* How many bytes at the start of TEXT fit into CELLS, whole clusters only. */
size_t text_fit(const char *text, size_t bytes, size_t cells) G_GNUC_PURE;

/* TEXT if it fits into CELLS, else its start and an ellipsis; plain memory. */
char *text_truncate(const char *text, size_t cells) G_GNUC_WARN_UNUSED_RESULT;

enum text_newline {
	TEXT_NEWLINE_KEEP,  /* LF stays, CR LF becomes LF */
	TEXT_NEWLINE_SPACE, /* both become a space: for one line */
};

/*
 * TEXT as it may be drawn: plain memory. Controls (C0, C1, DEL), bidi controls,
 * invisible, private-use and unassigned code points and the line separators of
 * Unicode become visible tokens such as ‹U+202E›; joiners, variation selectors
 * and tags stay where they do what they are for (emoji, flags, scripts that join)
 * and become tokens elsewhere. A TAB becomes TEXT_TAB_CELLS spaces, a mark with
 * nothing to stand on gets U+25CC, and marks beyond TEXT_MARKS become one U+FFFD.
 * The result is valid UTF-8, printable ASCII stays as it is, and making it safe
 * again changes nothing.
 */
char *text_make_safe(const char *text, size_t bytes,
		     enum text_newline newline) G_GNUC_WARN_UNUSED_RESULT;

/* Whether there is nothing to see in TEXT: only white space, and what is invisible everywhere. */
bool text_is_blank(const char *text, size_t bytes) G_GNUC_PURE;

/* Whether text_make_safe would change TEXT. */
bool text_is_safe(const char *text, size_t bytes, enum text_newline newline);

/*
 * Whether JSON must spell CODE_POINT as an escape so that no reader is fooled: every
 * control, format, bidi, invisible, noncharacter and unassigned one, and the line
 * separators. (JSON's own two, the quote and the backslash, aren't meant here.)
 */
bool text_json_needs_escape(uint32_t code_point) G_GNUC_CONST;

/* Why a name might fool its reader, the worst first. */
enum text_doubt {
	TEXT_DOUBT_NONE,
	TEXT_DOUBT_HIDDEN,    /* holds something that text_make_safe makes visible */
	TEXT_DOUBT_MIXED,     /* letters of scripts that aren't written together */
	TEXT_DOUBT_LOOKALIKE, /* all letters of another script, each looking like a Latin one */
};

/*
 * What to doubt about the BYTES of NAME. Scripts may mix as UTS #39's "highly
 * restrictive" level has it: Latin with those of Japanese, Chinese or Korean.
 */
enum text_doubt text_doubt(const char *name, size_t bytes);

/* DOUBT in words for a warning: "mixes scripts"; NULL for none. */
const char *text_doubt_words(enum text_doubt doubt) G_GNUC_CONST;

/*
 * What NAME looks like, plain memory: two names that a reader may take for each other mostly have
 * the same shape. Case, diacritics and what is invisible don't count; letters that pass for Latin
 * ones are those, 0 is o, and i, l and 1 are one. For comparing only.
 */
char *text_shape(const char *name) G_GNUC_WARN_UNUSED_RESULT;

/*
 * TEXT for comparing while searching, plain memory: case folded, compatibility
 * forms replaced (NFKD, not composed again), without diacritics and without
 * invisible code points. Folding twice changes nothing.
 */
char *text_fold(const char *text) G_GNUC_WARN_UNUSED_RESULT;

/*
 * TEXT taken apart, plain memory: compatibility forms replaced, marks behind their letters (NFKD).
 * Nothing else is changed.
 */
char *text_take_apart(const char *text) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The words of TEXT, folded, NULL-terminated, at most TEXT_WORDS: what stands
 * between blanks, less the punctuation around it unless that is all there is.
 * Free with g_strfreev; wipe each word first when it came from a message.
 */
char **text_words(const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* "s" behind a word of which there are COUNT, but for one: "1 message", "2 messages". */
static inline const char *text_s(uint64_t count)
{
	return count == 1 ? "" : "s";
}

#endif

/*
 * spans: which parts of a message are more than words: links, and what a search looks for.
 *
 * A link whose host may fool its reader (core/text/text_link.h says why) isn't drawn as a link but
 * as a warning.
 */
#ifndef SOTTO_TUI_SCREEN_SPANS_H
#define SOTTO_TUI_SCREEN_SPANS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include "tui/term/grid.h"

enum span_type { SPAN_LINK, SPAN_ODD_LINK, SPAN_MATCH };

struct span {
	enum span_type type;
	size_t start;
	size_t bytes;
	size_t host; /* links: where the host stands */
	size_t host_bytes;
	unsigned doubts;
	unsigned mark; /* links: the digit beside it, 0: none */
	bool is_seen;  /* links: its beginning was drawn in sight */
};

/* The links in TEXT, and what fits WORDS (NULL-terminated, folded; or NULL); of struct span. */
GArray *spans_find(const char *text, const char *const *words);
/* Draw BYTES of TEXT from START at ROW, COL, every span in its role; within ROLE_FOCUS most keep
 * that. A link's digit takes the column before it. */
int spans_draw(struct view view, int row, int col, const char *text, size_t start, size_t bytes,
	       GArray *spans, int role, int attrs);

#endif

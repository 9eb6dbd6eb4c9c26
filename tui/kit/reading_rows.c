#include "tui/kit/reading_rows.h"
#include <stdbool.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text_link.h"
#include "tui/term/cluster.h"

enum {
	AHEAD_BYTES = 640, /* how far it is looked whether a cut costs a row */
	CELL_BYTES = 4,	   /* of a row, mostly no more than this for each of its columns */
};

/* The first line of a piece of text, where the second one begins, and how many there are. */
struct wrapped {
	struct line first;
	size_t next;
	int count;
};

static bool take_line(struct line line, void *user)
{
	struct wrapped *wrapped = user;

	if (wrapped->count == 0)
		wrapped->first = line;
	else if (wrapped->count == 1)
		wrapped->next = line.start;
	wrapped->count++;
	return true;
}

/* TEXT[FROM, TO), which holds no newline, at COLS. Places count from the beginning of TEXT. */
static struct wrapped wrap(const char *text, size_t from, size_t to, int cols)
{
	struct wrapped wrapped = {.next = to - from};
	char *piece = plain_ndup(text + from, to - from);

	draw_lines(piece, cols, take_line, &wrapped);
	plain_free(piece);
	wrapped.first.start += from;
	wrapped.next += from;
	return wrapped;
}

static size_t skip_blanks(const char *text, size_t at, size_t to)
{
	while (at < to && g_unichar_isspace(g_utf8_get_char(text + at)))
		at = (size_t)(g_utf8_next_char(text + at) - text);
	return at;
}

/* The first blank behind BYTES, or TO. */
static size_t look_ahead(const char *text, size_t from, size_t to, size_t bytes)
{
	size_t at = from;

	while (at < to && (at - from < bytes || !g_unichar_isspace(g_utf8_get_char(text + at))))
		at = (size_t)(g_utf8_next_char(text + at) - text);
	return at;
}

/* -- clauses ---------------------------------------------------------------------------------- */

static bool ends_clause(gunichar ch)
{
	return (ch < 0x80 && ch && strchr(",;:.!?", (int)ch)) || ch == 0x2026 || ch == 0x2014;
}

/* Marks of scripts that put no blank behind them. */
static bool ends_wide_clause(gunichar ch)
{
	return ch == 0x3001 || ch == 0x3002 || ch == 0xff0c || ch == 0xff1b || ch == 0xff1a ||
	       ch == 0xff01 || ch == 0xff1f;
}

static bool is_closing(gunichar ch)
{
	GUnicodeType type = g_unichar_type(ch);

	return ch == '"' || ch == '\'' || type == G_UNICODE_CLOSE_PUNCTUATION ||
	       type == G_UNICODE_FINAL_PUNCTUATION;
}

/* Whether the place AT of TEXT[FROM, TO) is inside a link there. */
static bool is_in_link(const char *text, size_t from, size_t to, size_t at)
{
	struct text_link link = {.offset = 0};

	while (text_link_find(text + from, to - from, link.offset + link.bytes, &link))
		if (from + link.offset + link.bytes > at)
			return from + link.offset < at;
	return false;
}

/* The last end of a clause in the last third of the line TEXT[FROM, TO); 0: there is none. */
static size_t clause_end(const char *text, size_t from, size_t to, int cols)
{
	struct cluster cluster;
	bool is_behind = false;
	size_t found = 0;
	int width = 0;

	for (size_t at = from; at < to && cluster_next(text + at, to - at, &cluster);
	     at += cluster.source) {
		gunichar ch = g_utf8_get_char(text + at);

		if (is_behind && g_unichar_isspace(ch) && 3 * width >= 2 * cols)
			found = at;
		width += cluster.cells;
		if (ends_wide_clause(ch) && 3 * width >= 2 * cols &&
		    !is_in_link(text, from, to, at + cluster.source))
			found = at + cluster.source;
		is_behind = ends_clause(ch) || (is_behind && is_closing(ch));
	}
	return found < to ? found : 0;
}

/* The same as wrap(), but for the number of lines: mostly little of the text says it. */
static struct wrapped wrap_near(const char *text, size_t from, size_t to, int cols)
{
	size_t near = look_ahead(text, from, to, (size_t)cols * CELL_BYTES);
	struct wrapped wrapped = wrap(text, from, near, cols);

	return wrapped.count > 1 || near == to ? wrapped : wrap(text, from, to, cols);
}

static size_t cluster_bytes(const char *text, size_t at, size_t to)
{
	struct cluster cluster;

	return cluster_next(text + at, to - at, &cluster) ? cluster.source : to - at;
}

static void cut_paragraph(GArray *rows, const char *text, size_t from, size_t to, int cols)
{
	size_t at = skip_blanks(text, from, to);

	while (at < to) {
		size_t end = look_ahead(text, at, to, AHEAD_BYTES);
		struct wrapped wrapped = wrap_near(text, at, end, cols);
		struct line row = {at, wrapped.first.start + wrapped.first.bytes - at};
		size_t next = wrapped.next;
		size_t cut = wrapped.count > 1 ? clause_end(text, at, at + row.bytes, cols) : 0;

		/* What is shown in the place of one foreign character may be wider than a row. */
		if (!row.bytes || next <= at) {
			row.bytes = cluster_bytes(text, at, to);
			next = at + row.bytes;
		} else if (cut) {
			size_t rest = skip_blanks(text, cut, end);

			if (wrap(text, rest, end, cols).count <
			    wrap(text, at, end, cols).count) {
				row.bytes = cut - at;
				next = rest;
			}
		}
		g_array_append_val(rows, row);
		at = skip_blanks(text, next, to);
	}
}

GArray *reading_rows(const char *text, int cols)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct line));
	size_t bytes = strlen(text);

	cols = MAX(cols, 1);
	for (size_t from = 0; from < bytes;) {
		const char *end = memchr(text + from, '\n', bytes - from);
		size_t to = end ? (size_t)(end - text) : bytes;

		cut_paragraph(rows, text, from, to, cols);
		from = to + 1;
	}
	return rows;
}

guint reading_row_at(const GArray *rows, size_t offset)
{
	guint index = 0;

	while (index + 1 < rows->len &&
	       g_array_index(rows, struct line, index + 1).start <= offset)
		index++;
	return index;
}

#include "tui/screen/spans.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/text/text_link.h"
#include "tui/kit/draw.h"
#include "tui/term/theme.h"

enum { SPANS_MAX = 64 };

static const char *next_char(const char *at)
{
	return at + g_utf8_skip[*(const guchar *)at];
}

static void add(GArray *spans, const struct span *span)
{
	if (span->bytes && spans->len < SPANS_MAX)
		g_array_append_vals(spans, span, 1);
}

static void find_links(const char *text, GArray *spans)
{
	size_t bytes = strlen(text);
	struct text_link link = {0};

	for (size_t from = 0; text_link_find(text, bytes, from, &link);
	     from = link.offset + link.bytes)
		add(spans, &(struct span){.type = link.doubts ? SPAN_ODD_LINK : SPAN_LINK,
					  .start = link.offset, .bytes = link.bytes,
					  .host = link.host_offset, .host_bytes = link.host_bytes,
					  .doubts = link.doubts});
}

/* How many bytes of WORD (folded) the character at AT reads as; -1: it doesn't. */
static int match_char(const char *at, const char *word)
{
	char bytes[8] = {0};
	char *folded;
	int length;

	if ((guchar)*at < 0x80)
		return g_ascii_tolower(*at) == *word ? 1 : -1;
	memcpy(bytes, at, (size_t)(next_char(at) - at));
	folded = text_fold(bytes);
	length = g_str_has_prefix(word, folded) ? (int)strlen(folded) : -1;
	plain_free(folded);
	return length;
}

/* Bytes at AT that read as WORD; 0: they don't. */
static size_t match(const char *at, const char *word)
{
	const char *start = at;

	while (*word) {
		int used = *at ? match_char(at, word) : -1;

		if (used < 0)
			return 0;
		word += used;
		at = next_char(at);
	}
	return (size_t)(at - start);
}

static void find_matches(const char *text, const char *const *words, GArray *spans)
{
	const char *at = text;

	while (*at) {
		size_t longest = 0;

		for (const char *const *word = words; *word; word++)
			longest = MAX(longest, match(at, *word));
		add(spans, &(struct span){.type = SPAN_MATCH, .start = (size_t)(at - text),
					  .bytes = longest});
		at = longest ? at + longest : next_char(at);
	}
}

GArray *spans_find(const char *text, const char *const *words)
{
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct span));

	if (words)
		find_matches(text, words, spans);
	find_links(text, spans);
	return spans;
}

/* The first span over the byte AT, and in *NEXT where that changes. Matches stand before links. */
static const struct span *span_at(const GArray *spans, size_t at, size_t *next)
{
	for (guint i = 0; i < spans->len; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);

		if (span->start > at)
			*next = MIN(*next, span->start);
		if (span->start <= at && at < span->start + span->bytes) {
			*next = MIN(*next, span->start + span->bytes);
			return span;
		}
	}
	return NULL;
}

static void look_of(const struct span *span, int *role, int *attrs)
{
	bool is_focus = *role == ROLE_FOCUS;

	if (!span)
		return;
	*attrs = span->type == SPAN_LINK ? ATTR_UNDERLINE : 0;
	if (span->type == SPAN_MATCH)
		*role = is_focus ? ROLE_MATCH_NOW : ROLE_MATCH;
	else if (!is_focus)
		*role = span->type == SPAN_LINK ? ROLE_LINK : ROLE_WARN;
}

/* The links that begin in TEXT[FROM, TO), which was drawn at ROW, COL. */
static void mark_links(struct view view, int row, int col, const char *text, size_t from, size_t to,
		       GArray *spans)
{
	for (guint i = 0; i < spans->len; i++) {
		struct span *span = &g_array_index(spans, struct span, i);
		char digit = (char)('0' + span->mark);
		int at;

		if (span->type == SPAN_MATCH || span->start < from || span->start >= to)
			continue;
		at = col + draw_column(text + from, to - from, span->start - from);
		span->is_seen |= view_shows(view, row, at);
		if (span->mark)
			view_put(view, row, at - 1, &digit, 1, 1, ROLE_MATCH_NOW, ATTR_BOLD);
	}
}

int spans_draw(struct view view, int row, int col, const char *text, size_t start, size_t bytes,
	       GArray *spans, int role, int attrs)
{
	size_t at = start;
	int first = col;

	while (at < start + bytes) {
		size_t next = start + bytes;
		int its_role = role;
		int its_attrs = attrs;

		look_of(span_at(spans, at, &next), &its_role, &its_attrs);
		col = draw_bytes(view, row, col, text + at, next - at, its_role, its_attrs);
		at = next;
	}
	mark_links(view, row, first, text, start, start + bytes, spans);
	return col;
}

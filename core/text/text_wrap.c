#include "core/text/text_wrap.h"

#include <stdbool.h>
#include <string.h>
#include <unilbrk.h>

#include "core/text/text.h"
#include "core/text/text_link.h"

enum {
	STACK_BREAKS = 1024,
	/* Besides libunistring's: a link begins, where a line may be broken, and elsewhere. */
	BREAK_LINK = 0x40,
	BREAK_GLUED_LINK,
};

/* A paragraph being broken. */
struct wrapper {
	GArray *lines;
	const char *text;
	size_t width;
	size_t start; /* of the line */
	size_t cells;
	/* The last place where the line may be broken: what is before it, blanks left out. */
	bool has_break;
	size_t break_at;
	size_t break_end;
	size_t break_cells;
	size_t link_at; /* where a link begins on the line, behind its start; else 0 */
	size_t link_cells;
	/* What is before the blanks that were read last. */
	size_t ink_end;
	size_t ink_cells;
};

static void put_line(struct wrapper *wrapper, size_t end, size_t cells)
{
	struct text_line line = {wrapper->start, end - wrapper->start, cells};

	g_array_append_val(wrapper->lines, line);
}

static void start_line(struct wrapper *wrapper, size_t at)
{
	wrapper->start = at;
	wrapper->ink_end = at;
	wrapper->cells = 0;
	wrapper->ink_cells = 0;
	wrapper->has_break = false;
	wrapper->link_at = 0;
}

/* End the line at its best break; gives where reading goes on. */
static size_t break_line(struct wrapper *wrapper, size_t at)
{
	if (wrapper->has_break) {
		put_line(wrapper, wrapper->break_end, wrapper->break_cells);
		at = wrapper->break_at;
	} else if (wrapper->link_at) {
		put_line(wrapper, wrapper->link_at, wrapper->link_cells);
		at = wrapper->link_at;
	} else if (wrapper->cells <= wrapper->width) {
		put_line(wrapper, at, wrapper->cells);
	} else if (wrapper->ink_end > wrapper->start) {
		put_line(wrapper, wrapper->ink_end, wrapper->ink_cells);
	} else {
		/* nothing but spaces, a cell and a byte each */
		put_line(wrapper, wrapper->start + wrapper->width, wrapper->width);
	}
	start_line(wrapper, at);
	return at;
}

static void mark_break(struct wrapper *wrapper, size_t at, char type)
{
	if (type >= BREAK_LINK && wrapper->cells <= wrapper->width) {
		wrapper->link_at = at;
		wrapper->link_cells = wrapper->cells;
	}
	if (type != UC_BREAK_POSSIBLE && type != BREAK_LINK)
		return;
	/* A line of nothing but the blanks it began with would be an empty line. */
	if (wrapper->ink_end == wrapper->start)
		return;
	wrapper->has_break = true;
	wrapper->break_at = at;
	wrapper->break_end = wrapper->ink_end;
	wrapper->break_cells = wrapper->ink_cells;
}

/* A link is broken nowhere inside, and may be broken off from what it is glued to. */
static void keep_links(const char *text, size_t bytes, char *breaks)
{
	struct text_link link = {0};

	for (size_t from = 0; text_link_find(text, bytes, from, &link);) {
		from = link.offset + link.bytes;
		breaks[link.offset] = breaks[link.offset] == UC_BREAK_POSSIBLE ? BREAK_LINK :
										 BREAK_GLUED_LINK;
		memset(breaks + link.offset + 1, UC_BREAK_PROHIBITED, link.bytes - 1);
	}
}

/* Break the paragraph TEXT[FROM, TO), which holds no LF. */
static void wrap_paragraph(struct wrapper *wrapper, size_t from, size_t to, const char *breaks)
{
	const char *text = wrapper->text;
	size_t at = from;

	start_line(wrapper, from);
	while (at < to) {
		unsigned cells;
		size_t bytes = text_next(text + at, to - at, &cells);
		bool is_ink = text[at] != ' ' || bytes > 1;

		if (at > wrapper->start)
			mark_break(wrapper, at, breaks[at - from]);
		/* Blanks may hang over the end: they go with the break behind them. */
		if (is_ink && wrapper->cells + cells > wrapper->width && at > wrapper->start) {
			at = break_line(wrapper, at);
			continue;
		}
		at += bytes;
		wrapper->cells += cells;
		if (is_ink) {
			wrapper->ink_end = at;
			wrapper->ink_cells = wrapper->cells;
		}
	}
	/* Blanks at the end of a paragraph that don't fit are as invisible as those at a break. */
	if (wrapper->cells > wrapper->width && wrapper->ink_end < to)
		put_line(wrapper, wrapper->ink_end, wrapper->ink_cells);
	else
		put_line(wrapper, to, wrapper->cells);
}

GArray *text_wrap(const char *text, size_t bytes, size_t width)
{
	struct wrapper wrapper = {.lines = g_array_new(FALSE, FALSE, sizeof(struct text_line)),
				  .text = text,
				  .width = MAX(width, 1)};
	char stack[STACK_BREAKS];
	size_t from = 0;

	for (;;) {
		const char *end = bytes > from ? memchr(text + from, '\n', bytes - from) : NULL;
		size_t to = end ? (size_t)(end - text) : bytes;
		char *breaks = to - from > sizeof(stack) ? g_malloc(to - from) : stack;

		if (to > from)
			u8_possible_linebreaks((const uint8_t *)text + from, to - from, "UTF-8",
					       breaks);
		keep_links(text + from, to - from, breaks);
		wrap_paragraph(&wrapper, from, to, breaks);
		if (breaks != stack)
			g_free(breaks);
		if (!end)
			break;
		from = to + 1;
	}
	return wrapper.lines;
}

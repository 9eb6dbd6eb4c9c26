/*
 * What stands in a cell, as terminals show it.
 */
#include <wchar.h>
#include "tui/term/term_inside.h"

/* Joiners and selectors: terminals don't agree on what they do to the width. */
static bool is_joining(gunichar ch)
{
	return ch == 0x200c || ch == 0x200d || (ch >= 0xfe00 && ch <= 0xfe0f) ||
	       (ch >= 0xe0000 && ch <= 0xe0fff);
}

static gunichar to_ascii(gunichar ch)
{
	static const struct {
		gunichar from;
		char to;
	} table[] = {
		{0x2500, '-'}, {0x2502, '|'}, {0x2503, '#'}, {0x256d, '+'}, {0x256e, '+'},
		{0x256f, '+'}, {0x2570, '+'}, {0x2026, '~'}, {0x2039, '<'}, {0x203a, '>'},
		{0x2592, ':'}, {0x2591, ':'}, {0x251c, '+'}, {0x2523, '*'},
		{0x2588, '#'}, {0x2580, '^'}, {0x2584, '_'}, {0x25b8, '>'}, {0x2192, '>'},
		{0x21b3, '>'}, {0x23ce, '/'}, {0x22ef, '~'}, {0x2713, 'v'}, {0x2717, 'x'},
		{0x25c6, '*'}, {0xb7, '.'},    {0xa0, ' '},    {0x2007, ' '}, {0x2022, '*'},
		{0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
		{0x201d, '"'},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (table[i].from == ch)
			return (gunichar)table[i].to;
	return ch < 0x80 ? ch : '?';
}

size_t term_glyphs(const struct cell *cell, bool is_utf8, bool is_xterm,
		   struct glyph glyphs[static GLYPHS_MAX])
{
	size_t count = 0;
	int left = cell->width;

	for (const char *at = cell->text; *at; at = g_utf8_find_next_char(at, NULL)) {
		gunichar ch = g_utf8_get_char(at);
		int width;

		if (is_joining(ch))
			continue;
		/* Old terminals have no blocks, whatever the locale says. */
		if (!is_utf8 || (!is_xterm && ch == 0x2592))
			ch = to_ascii(ch);
		width = wcwidth((wchar_t)ch);
		if (width == 0 && count > 0) {
			struct glyph *glyph = &glyphs[count - 1];

			if (glyph->count < GLYPH_CHARS)
				glyph->chars[glyph->count++] = (wchar_t)ch;
			continue;
		}
		if (count == 0 && (width <= 0 || width > left)) {
			ch = is_utf8 ? 0xfffd : '?';
			width = 1;
		}
		if (width <= 0 || width > left || count == GLYPHS_MAX)
			break;
		glyphs[count++] = (struct glyph){{(wchar_t)ch}, 1, width};
		left -= width;
	}
	return count;
}

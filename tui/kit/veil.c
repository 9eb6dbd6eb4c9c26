#include "tui/kit/veil.h"
#include <glib.h>
#include <string.h>
#include "tui/term/cluster.h"

enum {
	ROWS_MAX = 8,
	WIDE_COST = 10,	    /* of VEIL_WORD_COLS: two characters of a script without blanks */
	SOUTH_EAST_COST = 4, /* five of Thai and its like, whose words are longer */
};

static const char block[] = "▒";

int veil_rows(int lines)
{
	int rows = 1;

	while (rows < lines && rows < ROWS_MAX)
		rows *= 2;
	return rows;
}

int veil_draw(struct view view, int row, int col, int cols, int role, int attrs)
{
	for (int i = 0; i < cols; i++)
		view_put(view, row, col + i, block, strlen(block), 1, role, attrs);
	return col + MAX(cols, 0);
}

/* -- words ------------------------------------------------------------------------------------ */

/* Thai, Lao; Myanmar; Khmer. */
static bool is_south_east(gunichar ch)
{
	return (ch >= 0x0e00 && ch <= 0x0eff) || (ch >= 0x1000 && ch <= 0x109f) ||
	       (ch >= 0x1780 && ch <= 0x17ff);
}

static int cost_of(gunichar ch, int cells)
{
	if (is_south_east(ch))
		return SOUTH_EAST_COST;
	return cells == 2 && g_unichar_isalpha(ch) ? WIDE_COST : MAX(cells, 1);
}

/* Behind these a word may go on that is one of its own. */
static bool is_joint(gunichar ch)
{
	return g_unichar_type(ch) == G_UNICODE_DASH_PUNCTUATION ||
	       (ch < 0x80 && strchr("/,;:.!?_|+=&@\\<>()[]{}\"*#~", (int)ch)) || ch == 0x2026;
}

static size_t skip_blanks(const char *text, size_t at)
{
	while (text[at] && g_unichar_isspace(g_utf8_get_char(text + at)))
		at = (size_t)(g_utf8_next_char(text + at) - text);
	return at;
}

/* The end of the word, or of its piece, that begins at AT. */
static size_t word_end(const char *text, size_t bytes, size_t at)
{
	struct cluster cluster;
	bool was_joint = false;
	int cost = 0;

	while (at < bytes && cluster_next(text + at, bytes - at, &cluster)) {
		gunichar ch = g_utf8_get_char(text + at);

		if (g_unichar_isspace(ch) || (was_joint && g_unichar_isalpha(ch)))
			break;
		if (cost > 0 && cost + cost_of(ch, cluster.cells) > VEIL_WORD_COLS)
			break;
		cost += cost_of(ch, cluster.cells);
		was_joint = is_joint(ch);
		at += cluster.source;
	}
	return at;
}

static int width_of(const char *text, size_t start, size_t end)
{
	struct cluster cluster;
	int width = 0;

	for (; start < end && cluster_next(text + start, end - start, &cluster);
	     start += cluster.source)
		width += cluster.cells;
	return width;
}

/* The window that begins at or behind AT; without words at the end of the text. */
static void find_window(const char *text, size_t bytes, unsigned words, size_t at,
			struct veil_window *window)
{
	int cols = -1;

	*window = (struct veil_window){.end = at};
	words = CLAMP(words, 1, VEIL_WORDS_MAX);
	for (at = skip_blanks(text, at); at < bytes && window->count < words;
	     at = skip_blanks(text, at)) {
		size_t end = word_end(text, bytes, at);

		if (window->count && cols + 1 + width_of(text, at, end) > VEIL_WINDOW_COLS)
			break;
		cols += 1 + width_of(text, at, end);
		window->words[window->count++] = (struct line){at, end - at};
		window->end = at = end;
	}
	window->is_last = skip_blanks(text, window->end) >= bytes;
}

bool veil_window(const char *text, unsigned words, size_t index, struct veil_window *window)
{
	size_t bytes = strlen(text);
	size_t at = 0;

	do {
		find_window(text, bytes, words, at, window);
		at = window->end;
	} while (window->count && index-- > 0);
	return window->count > 0;
}

size_t veil_window_at(const char *text, unsigned words, size_t offset)
{
	struct veil_window window = {0};
	size_t bytes = strlen(text);
	size_t index = 0;

	for (find_window(text, bytes, words, 0, &window); !window.is_last && window.end <= offset;
	     index++)
		find_window(text, bytes, words, window.end, &window);
	return index;
}

struct line veil_word(const char *text, size_t cursor)
{
	struct line last = {0};
	size_t bytes = strlen(text);
	size_t at = skip_blanks(text, 0);

	while (at < bytes && (at < cursor || !last.bytes)) {
		size_t end = word_end(text, bytes, at);

		if (at > cursor)
			break;
		last = (struct line){at, end - at};
		at = skip_blanks(text, end);
	}
	return last;
}

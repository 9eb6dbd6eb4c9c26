#include "tui/kit/digits.h"

#include <string.h>

enum { FONT_ROWS = 5, FONT_COLS = 3 };

/* Three bits a row, the leftmost first. */
static const uint8_t font[10][FONT_ROWS] = {
	{ 7, 5, 5, 5, 7 }, { 2, 6, 2, 2, 7 }, { 7, 1, 7, 4, 7 }, { 7, 1, 7, 1, 7 },
	{ 5, 5, 7, 1, 1 }, { 7, 4, 7, 1, 7 }, { 7, 4, 7, 5, 7 }, { 7, 1, 2, 2, 2 },
	{ 7, 5, 7, 5, 7 }, { 7, 5, 7, 1, 7 },
};

static unsigned is_set(int digit, int x, int y)
{
	return y < FONT_ROWS ? font[digit][y] >> (FONT_COLS - 1 - x) & 1 : 0;
}

int digits_draw(struct view view, int row, int col, const char *text, int role, int attrs)
{
	static const char *const shapes[] = { " ", "▀", "▄", "█" };

	for (; *text; text++, col += DIGITS_COLS) {
		if (*text < '0' || *text > '9')
			continue;
		for (int y = 0; y < DIGITS_ROWS; y++) {
			for (int x = 0; x < FONT_COLS; x++) {
				const char *shape = shapes[is_set(*text - '0', x, 2 * y) |
							   is_set(*text - '0', x, 2 * y + 1) << 1];

				view_put(view, row + y, col + x, shape, strlen(shape), 1, role,
					 attrs);
			}
		}
	}
	return col;
}

#include "tui/client/pattern.h"

#include <string.h>
#include "core/base/crypto.h"
#include "tui/kit/draw.h"

void pattern_make(const char *digits, struct pattern *pattern)
{
	g_autofree char *text = g_strconcat("sotto-pattern-1|", digits, NULL);
	uint8_t hash[CRYPTO_HASH_BYTES];
	int bit = 0;

	crypto_sha256(text, strlen(text), hash);
	for (int y = 0; y < PATTERN_SIDE; y++) {
		for (int x = 0; x <= PATTERN_SIDE / 2; x++, bit++) {
			bool is_dark = hash[bit / 8] >> (7 - bit % 8) & 1;

			pattern->squares[y][x] = is_dark;
			pattern->squares[y][PATTERN_SIDE - 1 - x] = is_dark;
		}
	}
}

void pattern_draw(const struct pattern *pattern, struct view view, int role)
{
	static const char *const shapes[] = { " ", "▀", "▄", "█" };
	struct view box = view_sub(view, 0, 0, PATTERN_ROWS, PATTERN_COLS);
	struct view inside = draw_box(box, ROLE_RULE, NULL, 0);

	for (int y = 0; y < PATTERN_SIDE; y += 2) {
		for (int x = 0; x < PATTERN_SIDE; x++) {
			bool below = y + 1 < PATTERN_SIDE && pattern->squares[y + 1][x];
			const char *shape = shapes[pattern->squares[y][x] | below << 1];

			view_put(inside, y / 2, x + 1, shape, strlen(shape), 1, role, 0);
		}
	}
}

#include "tui/client/fuzzy.h"
#include <glib.h>
#include <stdbool.h>

enum { POINTS_LETTER = 10, POINTS_RUN = 12, POINTS_WORD = 16, POINTS_START = 20 };

static const char *next_char(const char *at)
{
	return at + g_utf8_skip[*(const guchar *)at];
}

int fuzzy_score(const char *typed, const char *name)
{
	int score = 0;
	bool is_run = false;
	bool is_word = true;
	bool is_start = true;
	glong length = g_utf8_strlen(name, -1);

	if (!*typed)
		return 0;
	for (; *name && *typed; name = next_char(name)) {
		gunichar have = g_unichar_tolower(g_utf8_get_char(name));
		gunichar want = g_unichar_tolower(g_utf8_get_char(typed));

		if (have == want) {
			score += POINTS_LETTER + (is_run ? POINTS_RUN : 0) +
				 (is_word ? POINTS_WORD : 0) + (is_start ? POINTS_START : 0);
			typed = next_char(typed);
		}
		is_run = have == want;
		is_word = !g_unichar_isalnum(have);
		is_start = false;
	}
	if (*typed)
		return -1;
	return MAX(1, score - (int)MIN(length, 40) / 4);
}

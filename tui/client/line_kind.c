#include "tui/client/line_kind.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Behind blanks a number isn't taken for a word: "/ 2". */
static bool begins_word(const char *text, bool is_behind_blank)
{
	gunichar first = g_utf8_get_char(text);

	return g_unichar_isalpha(first) ||
	       (!is_behind_blank && (first == '_' || g_unichar_isalnum(first)));
}

enum line_kind line_kind(const char *text, const char **rest)
{
	const char *sign = text + strspn(text, " \t\n");
	size_t signs = *sign == ':' || *sign == '/' ? strspn(sign, *sign == ':' ? ":" : "/") : 0;
	size_t blanks = strspn(sign + signs, " \t");
	const char *word = sign + signs + blanks;

	*rest = text;
	if (!signs || !begins_word(word, blanks > 0))
		return LINE_MESSAGE;
	if (signs == 1) {
		*rest = word;
		return LINE_COMMAND;
	}
	*rest = sign + 1;
	return LINE_MESSAGE;
}

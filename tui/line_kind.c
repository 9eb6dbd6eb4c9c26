#include "tui/line_kind.h"

#include <glib.h>
#include <string.h>

enum line_kind line_kind(const char *text, const char **rest)
{
	const char *sign = text + strspn(text, " \t\n");
	size_t signs = *sign == ':' || *sign == '/' ? strspn(sign, *sign == ':' ? ":" : "/") : 0;
	const char *word = sign + signs + strspn(sign + signs, " \t");

	*rest = text;
	if (!signs || !g_unichar_isalpha(g_utf8_get_char(word)))
		return LINE_MESSAGE;
	if (signs == 1) {
		*rest = word;
		return LINE_COMMAND;
	}
	*rest = sign + 1;
	return LINE_MESSAGE;
}

#include "tui/manual/roff.h"

#include <stdbool.h>

void roff_text(FILE *out, const char *text)
{
	bool is_start = true;

	for (; *text; text++) {
		if (is_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text != '`')
			fputc(*text, out);
		is_start = *text == '\n';
	}
}

void roff_item(FILE *out, const char *term, const char *text)
{
	fputs(".TP\n.B ", out);
	roff_text(out, term);
	fputs("\n", out);
	roff_text(out, text);
	fputs("\n", out);
}

#include "tui/term/points_refusal.h"

#include <glib.h>
#include "tui/term/term_locale.h"

static bool has_prefix(const char *type, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (g_str_has_prefix(type, *prefixes))
			return true;
	return false;
}

const char *points_refusal(const char *type, enum depth depth, bool claims_exact)
{
	/* These make a palette's colours of 24-bit ones, whatever COLORTERM says. */
	static const char *const consoles[] = { "linux", "fbterm", "jfbterm", "vt1",  "vt2",
						"vt3",	 "vt4",	   "vt5",     "ansi", "cons",
						"wsvt",	 "mach",   "hurd",    NULL };
	const char *no_colour = g_getenv("NO_COLOR");

	if (no_colour && *no_colour)
		return "NO_COLOR is set";
	if (depth == DEPTH_MONO)
		return "it shows no colours";
	if (terminal_charset() != CHARSET_UTF8)
		return "the locale (LC_ALL, LC_CTYPE, LANG) isn't UTF-8, so nobody knows which "
		       "characters the terminal shows";
	if (depth < DEPTH_256 || !claims_exact || has_prefix(type, consoles))
		return "its colours are a palette, and nobody knows how bright those are";
	return NULL;
}

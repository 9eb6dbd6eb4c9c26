/* Which characters the terminal's own locale names. */
#include <glib.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include "tui/term/term_locale.h"

static enum charset charset_of(const char *name)
{
	if (g_ascii_strcasecmp(name, "UTF-8") == 0 || g_ascii_strcasecmp(name, "UTF8") == 0)
		return CHARSET_UTF8;
	if (g_ascii_strcasecmp(name, "ANSI_X3.4-1968") == 0 ||
	    g_ascii_strcasecmp(name, "US-ASCII") == 0)
		return CHARSET_UNKNOWN;
	return CHARSET_OTHER;
}

/* The program may have replaced the environment's locale by one of UTF-8. One that isn't installed
 * here is known by its name: ssh brings it along. */
enum charset terminal_charset(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	locale_t locale = newlocale(LC_CTYPE_MASK, "", NULL);
	g_auto(GStrv) parts = NULL;
	const char *value = NULL, *dot;
	enum charset charset;

	if (locale) {
		charset = charset_of(nl_langinfo_l(CODESET, locale));
		freelocale(locale);
		return charset;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names) && !(value && *value); i++)
		value = g_getenv(names[i]);
	dot = value ? strchr(value, '.') : NULL;
	if (!dot)
		return CHARSET_UNKNOWN;
	/* de_DE.ISO-8859-15@euro */
	parts = g_strsplit(dot + 1, "@", 2);
	return parts[0] ? charset_of(parts[0]) : CHARSET_UNKNOWN;
}

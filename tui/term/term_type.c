#include "tui/term/term_type.h"

#include <glib.h>
#include <string.h>

/* Each understands what xterm does; their own descriptions are rarely installed on hosts. */
static const char *const like_xterm[] = { "alacritty", "contour", "foot",  "ghostty", "gnome",
					  "kitty",     "konsole", "rio",   "st",      "vte",
					  "wezterm",   "xterm",	  NULL };

/* NAME without its ending from the last dash on; NULL when there is none. */
static char *shorten(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash && dash > name ? g_strndup(name, (gsize)(dash - name)) : NULL;
}

/* Once is enough. */
static void add(GPtrArray *types, const char *base, const char *ending)
{
	char *name = g_strconcat(base, ending, NULL);

	if (g_ptr_array_find_with_equal_func(types, name, g_str_equal, NULL))
		g_free(name);
	else
		g_ptr_array_add(types, name);
}

/* Inside of screen nobody answers for 24 bits. */
static void add_direct(GPtrArray *types, const char *type)
{
	g_autofree char *base = g_str_has_suffix(type, "-256color") ? shorten(type)
								    : g_strdup(type);

	if (!g_str_has_suffix(type, "-direct") && strcmp(base, "screen") != 0)
		add(types, base, "-direct");
}

bool term_type_has_sequences(const char *type)
{
	static const char *const without[] = { "dumb", "unknown", "vt52", "emacs", "network",
					       "switch", "dialup", NULL };

	return type && *type && !g_strv_contains(without, type);
}

char **term_types(const char *type, bool claims_direct)
{
	GPtrArray *types = g_ptr_array_new();
	g_autofree char *base = g_strdup(type);

	if (claims_direct)
		add_direct(types, type);
	add(types, type, "");
	for (char *shorter = shorten(type); shorter; shorter = shorten(base)) {
		add(types, shorter, "-256color");
		add(types, shorter, "");
		g_free(base);
		base = shorter;
	}
	if (g_strv_contains(like_xterm, base))
		add(types, "xterm-256color", "");
	g_ptr_array_add(types, NULL);
	return (char **)g_ptr_array_free(types, FALSE);
}

bool term_type_claims_direct(void)
{
	const char *claim = g_getenv("COLORTERM");

	return claim && (strcmp(claim, "truecolor") == 0 || strcmp(claim, "24bit") == 0);
}

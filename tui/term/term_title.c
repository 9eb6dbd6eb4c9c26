#include "tui/term/term_title.h"

#include <glib.h>

bool term_title_is_known(const char *type)
{
	static const char *const titled[] = {"xterm", "tmux", "screen", "rxvt", "foot", "alacritty",
					     "kitty", "konsole", "gnome", "vte"};

	for (size_t i = 0; type && i < G_N_ELEMENTS(titled); i++)
		if (g_str_has_prefix(type, titled[i]))
			return true;
	return false;
}

char *term_title_bytes(unsigned count)
{
	g_autofree char *number = count ? g_strdup_printf(" (%u)", count) : NULL;

	return g_strdup_printf("\033]2;sotto%s\033\\", number ? number : "");
}

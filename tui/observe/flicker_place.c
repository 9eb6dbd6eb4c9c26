#include "tui/observe/flicker_place.h"
#include <glib.h>
#include <string.h>
#include "tui/term/flicker.h"

/* Programs that are a terminal for others, and can't be asked what they run in. */
static const struct between {
	const char *variable;
	const char *refusal;
} between[] = {
	{ "STY", "GNU screen makes other colours of exact ones" },
	{ "ZELLIJ", "zellij is around it, which can't be asked what it runs in" },
	{ "DVTM", "dvtm is around it, which can't be asked what it runs in" },
	{ "NVIM", "an editor is around it, which can't be asked what it runs in" },
	{ "VIM_TERMINAL", "an editor is around it, which can't be asked what it runs in" },
	{ "INSIDE_EMACS", "an editor is around it, which can't be asked what it runs in" },
};

static bool is_set(char **environment, const char *name)
{
	const char *value = g_environ_getenv(environment, name);

	return value && *value;
}

/* Such a type is one of tmux's or of screen's; over ssh and su it comes without the rest. */
static bool is_inner_type(const char *type)
{
	return g_str_has_prefix(type, "tmux") || g_str_has_prefix(type, "screen");
}

static const char *tmux_refuses(const struct flicker_place *place, char **environment)
{
	const char *type = g_environ_getenv(environment, "TERM");
	bool is_named = g_strcmp0(g_environ_getenv(environment, "TERM_PROGRAM"), "tmux") == 0 ||
			(type && is_inner_type(type));

	if (!is_set(environment, "TMUX"))
		return is_named ? "a tmux or screen is around it, and can't be asked from here" :
				  NULL;
	switch (place->tmux) {
	case FLICKER_TMUX_EXACT:
		return NULL;
	case FLICKER_TMUX_PALETTE:
		return "tmux doesn't know every terminal around it to have 24-bit colours";
	case FLICKER_TMUX_SILENT:
		break;
	}
	return "tmux doesn't say what the terminals around it have";
}

const char *flicker_place_refuses(const struct flicker_place *place, char **environment)
{
	if (place->is_forbidden)
		return "the setting animation is off";
	if (place->is_away)
		return "the terminal is away";
	for (size_t i = 0; i < G_N_ELEMENTS(between); i++)
		if (is_set(environment, between[i].variable))
			return between[i].refusal;
	if (place->terminal)
		return place->terminal;
	return place->has_no_colours ? "the theme has no colours" :
				       tmux_refuses(place, environment);
}

static bool is_remote(char **environment)
{
	static const char *const remote[] = { "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY" };

	for (size_t i = 0; i < G_N_ELEMENTS(remote); i++)
		if (is_set(environment, remote[i]))
			return true;
	return false;
}

unsigned flicker_place_fps(char **environment)
{
	return is_remote(environment) ? FLICKER_FPS_REMOTE : FLICKER_FPS;
}

unsigned flicker_place_rate(char **environment)
{
	return is_remote(environment) ? FLICKER_RATE_REMOTE : FLICKER_RATE;
}

static bool is_exact(const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, " ", 2);
	g_auto(GStrv) features = NULL;

	/* Another tmux, or a screen, is around this one, and nobody asks that. */
	if (!parts[0] || !parts[1] || is_inner_type(parts[1]))
		return false;
	features = g_strsplit(parts[0], ",", -1);
	return g_strv_contains((const char *const *)features, "RGB");
}

enum flicker_tmux flicker_tmux_read(const char *lines)
{
	g_auto(GStrv) each = g_strsplit(lines, "\n", -1);

	for (char **line = each; *line; line++)
		if (!is_exact(*line))
			return FLICKER_TMUX_PALETTE;
	return *each ? FLICKER_TMUX_EXACT : FLICKER_TMUX_PALETTE;
}

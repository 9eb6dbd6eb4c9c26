#include "core/base/xdg.h"

#include <stdbool.h>
#include "core/base/error.h"

char *xdg_home(GError **error)
{
	const char *home = g_getenv("HOME");

	if (!home)
		home = g_get_home_dir();
	if (g_path_is_absolute(home))
		return g_strdup(home);
	error_set(error, ERROR_USAGE,
		  "HOME is %s: it has to be an absolute path. Set it, unset it, or name the "
		  "profile's folder with --home.",
		  *home ? "relative" : "empty");
	return NULL;
}

static char *base_folder(const char *variable, const char *below_home, GError **error)
{
	const char *value = g_getenv(variable);
	g_autofree char *home = NULL;

	if (value && g_path_is_absolute(value))
		return g_strdup(value);
	home = xdg_home(error);
	return home ? g_build_filename(home, below_home, NULL) : NULL;
}

char *xdg_data_home(GError **error)
{
	return base_folder("XDG_DATA_HOME", ".local/share", error);
}

char *xdg_config_home(GError **error)
{
	return base_folder("XDG_CONFIG_HOME", ".config", error);
}

char *xdg_state_home(GError **error)
{
	return base_folder("XDG_STATE_HOME", ".local/state", error);
}

char *xdg_path(const char *given, GError **error)
{
	bool is_below = *given == '~' && (given[1] == '/' || !given[1]);
	g_autofree char *home = is_below ? xdg_home(error) : NULL;
	g_autofree char *path = home ? g_build_filename(home, given + 1, NULL) : NULL;

	return is_below && !home ? NULL : g_canonicalize_filename(path ? path : given, NULL);
}

#include "tui/observe/watch_env.h"
#include <string.h>

static void add_loaded(struct watch *watch, char **environment)
{
	static const char *const names[] = {"LD_PRELOAD", "LD_AUDIT"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = g_environ_getenv(environment, names[i]);

		if (value && *value)
			watch_add(watch, WATCH_UNKNOWN,
				  "%s loads %s into sotto: it can read everything here.", names[i],
				  value);
	}
}

static void add_recorders(struct watch *watch, char **environment)
{
	const char *asciinema = g_environ_getenv(environment, "ASCIINEMA_REC");

	if (asciinema && *asciinema)
		watch_add(watch, WATCH_UNKNOWN,
			  "ASCIINEMA_REC is set: this session began under asciinema, which may "
			  "still record.");
	for (char **each = environment; *each; each++)
		if (g_str_has_prefix(*each, "TLOG_")) {
			watch_add(watch, WATCH_UNKNOWN,
				  "%.*s is set: this session may be recorded by tlog.",
				  (int)strcspn(*each, "="), *each);
			break;
		}
	if (g_environ_getenv(environment, "SCRIPT"))
		watch_add(watch, WATCH_CLEAR,
			  "SCRIPT is set: some recorders set it, and many other programs.");
}

void watch_env(struct watch *watch, char **environment)
{
	const char *display = g_environ_getenv(environment, "DISPLAY");
	bool is_remote = g_environ_getenv(environment, "SSH_CONNECTION") ||
			 g_environ_getenv(environment, "SSH_TTY");

	add_loaded(watch, environment);
	add_recorders(watch, environment);
	if (is_remote)
		watch_add(watch, WATCH_CLEAR,
			  "The terminal is at the other end of ssh: what happens there can't be "
			  "seen from here.");
	else if (display && *display && !g_environ_getenv(environment, "WAYLAND_DISPLAY"))
		watch_add(watch, WATCH_CLEAR,
			  "X11: every program on display %s can take pictures of it and read its "
			  "keys.",
			  display);
}

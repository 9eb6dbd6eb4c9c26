#include "tui/observe/watch_names.h"
#include <glib.h>
#include <string.h>

/* The kernel's comm: 15 bytes. */
enum { COMM_BYTES = 15 };

struct row {
	const char *name;
	enum watch_kind kind;
};

static const struct row rows[] = {
	{"script", WATCH_KIND_RECORDER},
	{"asciinema", WATCH_KIND_RECORDER},
	{"autoexpect", WATCH_KIND_RECORDER},
	{"ovh-ttyrec", WATCH_KIND_RECORDER},
	{"rootsh", WATCH_KIND_RECORDER},
	{"t-rec", WATCH_KIND_RECORDER},
	{"termrec", WATCH_KIND_RECORDER},
	{"terminalizer", WATCH_KIND_RECORDER},
	{"termtosvg", WATCH_KIND_RECORDER},
	{"tlog-rec", WATCH_KIND_RECORDER},
	{"tlog-rec-session", WATCH_KIND_RECORDER},
	{"ttyrec", WATCH_KIND_RECORDER},
	{"gotty", WATCH_KIND_SHARED},
	{"kibitz", WATCH_KIND_SHARED},
	{"sshx", WATCH_KIND_SHARED},
	{"tmate", WATCH_KIND_SHARED},
	{"tty-share", WATCH_KIND_SHARED},
	{"ttyd", WATCH_KIND_SHARED},
	{"upterm", WATCH_KIND_SHARED},
	{"sudo", WATCH_KIND_MAYBE},
	{"sudosh", WATCH_KIND_MAYBE},
	{"sudosh2", WATCH_KIND_MAYBE},
	{"teleport", WATCH_KIND_MAYBE},
	{"tmux", WATCH_KIND_TMUX},
	{"tmux: server", WATCH_KIND_TMUX},
	{"screen", WATCH_KIND_SCREEN},
	{"SCREEN", WATCH_KIND_SCREEN},
	{"dropbear", WATCH_KIND_SSH},
	{"mosh-server", WATCH_KIND_SSH},
	{"sshd", WATCH_KIND_SSH},
	{"sshd-session", WATCH_KIND_SSH},
	{"agetty", WATCH_KIND_PLAIN},
	{"alacritty", WATCH_KIND_PLAIN},
	{"foot", WATCH_KIND_PLAIN},
	{"getty", WATCH_KIND_PLAIN},
	{"ghostty", WATCH_KIND_PLAIN},
	{"gnome-terminal-server", WATCH_KIND_PLAIN},
	{"in.telnetd", WATCH_KIND_PLAIN},
	{"kitty", WATCH_KIND_PLAIN},
	{"konsole", WATCH_KIND_PLAIN},
	{"login", WATCH_KIND_PLAIN},
	{"lxterminal", WATCH_KIND_PLAIN},
	{"mate-terminal", WATCH_KIND_PLAIN},
	{"mlterm", WATCH_KIND_PLAIN},
	{"ptyxis-agent", WATCH_KIND_PLAIN},
	{"qterminal", WATCH_KIND_PLAIN},
	{"runuser", WATCH_KIND_PLAIN},
	{"rxvt", WATCH_KIND_PLAIN},
	{"rxvt-unicode", WATCH_KIND_PLAIN},
	{"st", WATCH_KIND_PLAIN},
	{"su", WATCH_KIND_PLAIN},
	{"terminator", WATCH_KIND_PLAIN},
	{"tilix", WATCH_KIND_PLAIN},
	{"urxvt", WATCH_KIND_PLAIN},
	{"urxvtd", WATCH_KIND_PLAIN},
	{"wezterm-gui", WATCH_KIND_PLAIN},
	{"xfce4-terminal", WATCH_KIND_PLAIN},
	{"xterm", WATCH_KIND_PLAIN},
	{"yakuake", WATCH_KIND_PLAIN},
};

static bool is_named(const char *given, const char *name)
{
	if (strcmp(given, name) == 0)
		return true;
	/* Cut off by the kernel. */
	return strlen(name) > COMM_BYTES && strlen(given) == COMM_BYTES &&
	       strncmp(given, name, COMM_BYTES) == 0;
}

static enum watch_kind find(const char *given)
{
	for (size_t i = 0; *given && i < G_N_ELEMENTS(rows); i++)
		if (is_named(given, rows[i].name))
			return rows[i].kind;
	return WATCH_KIND_OTHER;
}

enum watch_kind watch_kind_of(const struct watch_process *process)
{
	const char *const names[] = {process->script, process->comm, process->program};
	enum watch_kind kind = WATCH_KIND_OTHER;

	for (size_t i = 0; i < G_N_ELEMENTS(names) && kind == WATCH_KIND_OTHER; i++)
		kind = find(names[i]);
	/* "sshd: ada@pts/3" is what argv[0] says there. */
	if (kind == WATCH_KIND_OTHER && g_str_has_prefix(process->program, "sshd: "))
		kind = WATCH_KIND_SSH;
	return kind;
}

bool watch_is_tracer(const struct watch_process *process)
{
	static const char *const names[] = {"strace", "ltrace", "rr", "peekfd", "ttysnoop"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (is_named(process->comm, names[i]))
			return true;
	return false;
}

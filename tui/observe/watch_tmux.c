#include "tui/observe/watch_tmux.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tui/observe/watch_proc.h"
#include "tui/observe/watch_question.h"

/*
 * A line for each pane and each client of the server:
 * P pane session piped tty, and C session tty. A window may be linked into several sessions.
 */
#define PANES "P\t#{pane_id}\t#{session_id}\t#{pane_pipe}\t#{pane_tty}"
#define CLIENTS "C\t#{session_id}\t#{client_tty}"

static bool has(const GPtrArray *texts, const char *text)
{
	for (guint i = 0; i < texts->len; i++)
		if (strcmp(texts->pdata[i], text) == 0)
			return true;
	return false;
}

int watch_tmux_parse(const char *answer, const char *pane, bool *piped, char **tty,
		     GPtrArray *clients)
{
	g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
	g_autoptr(GPtrArray) sessions = g_ptr_array_new_with_free_func(g_free);
	int count = 0;

	*piped = false;
	*tty = NULL;
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, "\t", 6);

		if (g_strv_length(words) != 5 || strcmp(words[0], "P") != 0 ||
		    strcmp(words[1], pane) != 0)
			continue;
		*piped = *piped || strcmp(words[3], "1") == 0;
		g_ptr_array_add(sessions, g_strdup(words[2]));
		g_free(*tty);
		*tty = g_strdup(words[4]);
	}
	if (!*tty)
		return -1;
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, "\t", 4);

		if (g_strv_length(words) != 3 || strcmp(words[0], "C") != 0 ||
		    !has(sessions, words[1]))
			continue;
		if (clients->len < WATCH_CLIENTS_MAX)
			g_ptr_array_add(clients, g_strdup(words[2]));
		count++;
	}
	return count;
}

static bool is_one_of(const GArray *ttys, dev_t device)
{
	for (guint i = 0; i < ttys->len; i++)
		if (g_array_index(ttys, dev_t, i) == device)
			return true;
	return false;
}

/* The terminal at PATH, 0 when it is none. */
static dev_t device_of(const char *path)
{
	struct stat status;

	if (!g_str_has_prefix(path, "/dev/") || stat(path, &status) != 0 ||
	    !S_ISCHR(status.st_mode))
		return 0;
	return status.st_rdev;
}

void watch_tmux(struct watch *watch, const char *pane, const GArray *mine, GArray *ttys)
{
	const char *const argv[] = {"tmux",	    "list-panes", "-a", "-F",	 PANES, ";",
				    "list-clients", "-F",	  CLIENTS, NULL};
	g_autofree char *answer = watch_question(argv);
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *tty = NULL;
	bool is_piped;
	int count;

	if (!answer) {
		watch_add(watch, WATCH_UNKNOWN,
			  "tmux doesn't say whether it pipes this pane, or who is attached.");
		return;
	}
	count = watch_tmux_parse(answer, pane, &is_piped, &tty, clients);
	if (count < 0 || !is_one_of(mine, device_of(tty)))
		return;
	if (is_piped)
		watch_add(watch, WATCH_RECORDED,
			  "tmux pipes pane %s to a program (pipe-pane): `tmux pipe-pane -t %s` "
			  "ends it.",
			  pane, pane);
	if (count > 1)
		watch_add(watch, WATCH_WATCHED, "%d clients are attached to this tmux session.",
			  count);
	for (guint i = 0; i < clients->len; i++) {
		dev_t device = device_of(clients->pdata[i]);

		if (device && !is_one_of(ttys, device))
			g_array_append_val(ttys, device);
	}
}

/* -- screen --------------------------------------------------------------------------------- */

/* "(1,1)/(80,24)+1024 +(+)flow log UTF-8 0(title)": nothing behind the number is screen's own. */
int watch_screen_parse(const char *answer)
{
	const char *flow = strstr(answer, "flow");
	g_auto(GStrv) words = flow ? g_strsplit(flow, " ", 16) : NULL;

	if (!flow)
		return -1;
	for (char **word = words; *word && !strchr(*word, '('); word++)
		if (strcmp(*word, "log") == 0)
			return 1;
	return 0;
}

void watch_screen(struct watch *watch, const char *session, const char *window)
{
	const char *const argv[] = {"screen", "-S", session, "-p", window, "-Q", "info", NULL};
	g_autofree char *answer = watch_question(argv);

	int logs = answer ? watch_screen_parse(answer) : -1;

	if (logs < 0)
		watch_add(watch, WATCH_UNKNOWN, "screen doesn't say whether it logs this window.");
	else if (logs)
		watch_add(watch, WATCH_RECORDED,
			  "screen logs this window to a file: C-a H in it ends that.");
}

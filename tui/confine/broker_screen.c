#include "tui/confine/broker_screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tui/observe/watch_question.h"

bool broker_screen_is_here(void)
{
	const char *session = g_getenv("STY");

	return session && *session && !strchr(session, '/');
}

/* "1 Socket in /run/screen/S-ada." */
char *broker_screen_socket(const char *answer, const char *session)
{
	const char *folder = strstr(answer, " in /");
	const char *end;

	if (!folder)
		return NULL;
	folder += strlen(" in ");
	end = strpbrk(folder, "\r\n");
	if (!end)
		end = folder + strlen(folder);
	while (end > folder && (end[-1] == '.' || end[-1] == ' '))
		end--;
	return g_strdup_printf("%.*s/%s", (int)(end - folder), folder, session);
}

static char *find_socket(void)
{
	const char *session = g_getenv("STY");
	const char *const argv[] = {"screen", "-ls", session, NULL};
	g_autofree char *answer = broker_screen_is_here() ? watch_question(argv) : NULL;

	return answer ? broker_screen_socket(answer, session) : NULL;
}

/* 1: somebody is attached, 0: nobody, -1: unknown. */
static int is_attached(const char *socket)
{
	struct stat status;

	if (!socket || lstat(socket, &status) != 0 || !S_ISSOCK(status.st_mode))
		return -1;
	return status.st_mode & S_IXUSR ? 1 : 0;
}

const char *broker_screen_attached(void)
{
	g_autofree char *socket = find_socket();
	int answer = is_attached(socket);

	return answer < 0 ? NULL : answer ? "1" : "0";
}

const char *broker_screen_shown(void)
{
	const char *window = g_getenv("WINDOW");
	const char *const argv[] = {"screen", "-S", g_getenv("STY"), "-Q", "number", NULL};
	const char *attached = broker_screen_attached();
	g_autofree char *number = NULL;

	if (!attached || strcmp(attached, "0") == 0)
		return attached ? "0 0" : NULL;
	number = window ? watch_question(argv) : NULL;
	if (!number || !g_ascii_isdigit(*number))
		return NULL;
	return atoi(number) == atoi(window) ? "1 1" : "1 0";
}

struct detaching {
	char *socket;
	void (*detached)(void *user);
	void *user;
};

static void detaching_free(gpointer data, GClosure *closure)
{
	struct detaching *detaching = data;

	(void)closure;
	g_free(detaching->socket);
	g_free(detaching);
}

static void on_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
		       gpointer user)
{
	struct detaching *detaching = user;

	(void)monitor;
	(void)file;
	(void)other;
	(void)event;
	if (is_attached(detaching->socket) == 0)
		detaching->detached(detaching->user);
}

GFileMonitor *broker_screen_watch(void (*detached)(void *user), void *user)
{
	g_autofree char *socket = find_socket();
	g_autoptr(GFile) file = socket ? g_file_new_for_path(socket) : NULL;
	GFileMonitor *monitor =
		file ? g_file_monitor_file(file, G_FILE_MONITOR_NONE, NULL, NULL) : NULL;
	struct detaching *detaching;

	if (!monitor)
		return NULL;
	detaching = g_new0(struct detaching, 1);
	detaching->socket = g_steal_pointer(&socket);
	detaching->detached = detached;
	detaching->user = user;
	g_signal_connect_data(monitor, "changed", G_CALLBACK(on_changed), detaching,
			      detaching_free, 0);
	return monitor;
}

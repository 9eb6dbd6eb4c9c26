#include "tui/client/settings_follow.h"

#include <glib-unix.h>
#include <stdbool.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "core/model/settings_take.h"

struct settings_follow {
	const char *path;
	char *name; /* of the file in its folder */
	int fd;
	GSource *source;
	void (*changed)(void *user);
	void *user;
	struct settings *settings;
};

static void take(void *user, const struct setting *row, const char *value, enum setting_taken when)
{
	if (when == TAKEN_NOW && !settings_set(user, row->name, value, SETTING_FILE, NULL))
		g_debug("%s can't be taken", row->name);
}

/* Whether one of what happened in the folder is about the file. */
static bool is_told(const struct settings_follow *follow)
{
	_Alignas(struct inotify_event) char buffer[4096];
	bool is = false;
	ssize_t bytes;

	while ((bytes = read(follow->fd, buffer, sizeof(buffer))) > 0) {
		const struct inotify_event *event;

		for (ssize_t at = 0; at < bytes; at += (ssize_t)(sizeof(*event) + event->len)) {
			event = (const struct inotify_event *)(const void *)(buffer + at);
			is |= (event->mask & IN_Q_OVERFLOW) ||
			      (event->len && strcmp(event->name, follow->name) == 0);
		}
	}
	return is;
}

static gboolean on_told(gint fd, GIOCondition condition, gpointer user)
{
	struct settings_follow *follow = user;

	(void)fd;
	(void)condition;
	if (!is_told(follow))
		return G_SOURCE_CONTINUE;
	if (follow->changed)
		follow->changed(follow->user);
	else if (!settings_take(follow->settings, follow->path, take, follow->settings, NULL))
		g_debug("the settings file has a mistake");
	return G_SOURCE_CONTINUE;
}

struct settings_follow *settings_follow_new(const char *path, void (*changed)(void *user),
					    void *user, struct settings *settings)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct settings_follow *follow;

	if (fd < 0)
		return NULL;
	if (inotify_add_watch(fd, folder, IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR) <
	    0) {
		close(fd);
		return NULL;
	}
	follow = g_new0(struct settings_follow, 1);
	follow->path = path;
	follow->name = g_path_get_basename(path);
	follow->fd = fd;
	follow->changed = changed;
	follow->user = user;
	follow->settings = settings;
	follow->source = g_unix_fd_source_new(fd, G_IO_IN);
	g_source_set_callback(follow->source, G_SOURCE_FUNC(on_told), follow, NULL);
	g_source_attach(follow->source, g_main_context_get_thread_default());
	return follow;
}

void settings_follow_free(struct settings_follow *follow)
{
	if (!follow)
		return;
	g_source_destroy(follow->source);
	g_source_unref(follow->source);
	close(follow->fd);
	g_free(follow->name);
	g_free(follow);
}

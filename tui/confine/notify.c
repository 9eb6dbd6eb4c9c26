#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "tui/confine/notify.h"
#include <glib.h>
#include <string.h>
#ifdef HAVE_LIBNOTIFY
#include <libnotify/notify.h>
#endif

/* It lives until the process ends: a call may hang in the bus for as long. */
struct notify {
	GThreadPool *pool; /* made when it is first needed */
	GMutex mutex;
	char *title; /* the newest, under the mutex; NULL: nothing is to be shown */
	char *text;
#ifdef HAVE_LIBNOTIFY
	NotifyNotification *shown; /* the thread's own */
#endif
};

bool notify_has_desktop(void)
{
#ifdef HAVE_LIBNOTIFY
	const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");

	return address && *address;
#else
	return false;
#endif
}

#ifdef HAVE_LIBNOTIFY
/* A daemon that shows markup must not take somebody's words for it; one that doesn't would show
 * what escapes them. */
static bool shows_markup(void)
{
	GList *abilities = notify_get_server_caps();
	bool has = g_list_find_custom(abilities, "body-markup", (GCompareFunc)strcmp);

	g_list_free_full(abilities, g_free);
	return has;
}

/* On the pool's thread; a failure has nobody to tell: the interface shows the count anyway. */
static void show(gpointer data, gpointer user)
{
	struct notify *notify = user;
	g_autofree char *title = NULL, *plain = NULL, *text = NULL;

	(void)data;
	if (!notify_is_initted() && !notify_init("sotto"))
		return;
	g_mutex_lock(&notify->mutex);
	title = g_strdup(notify->title);
	plain = g_strdup(notify->text ? notify->text : "");
	g_mutex_unlock(&notify->mutex);
	text = shows_markup() ? g_markup_escape_text(plain, -1) : g_strdup(plain);
	if (!title) {
		if (notify->shown)
			(void)notify_notification_close(notify->shown, NULL);
		g_clear_object(&notify->shown);
		return;
	}
	if (notify->shown)
		notify_notification_update(notify->shown, title, text, NULL);
	else
		notify->shown = notify_notification_new(title, text, NULL);
	(void)notify_notification_show(notify->shown, NULL);
}
#endif

struct notify *notify_new(void)
{
	struct notify *notify = g_new0(struct notify, 1);

	g_mutex_init(&notify->mutex);
	return notify;
}

void notify_show(struct notify *notify, const char *title, const char *text)
{
	g_mutex_lock(&notify->mutex);
	g_free(notify->title);
	g_free(notify->text);
	notify->title = g_strdup(title);
	notify->text = g_strdup(text);
	g_mutex_unlock(&notify->mutex);
#ifdef HAVE_LIBNOTIFY
	if (!notify_has_desktop())
		return;
	if (!notify->pool)
		notify->pool = g_thread_pool_new(show, notify, 1, TRUE, NULL);
	/* Whatever piles up while the bus is slow: the newest is shown once. */
	if (g_thread_pool_unprocessed(notify->pool) == 0)
		g_thread_pool_push(notify->pool, GINT_TO_POINTER(1), NULL);
#endif
}

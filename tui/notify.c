#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "tui/notify.h"
#include <glib.h>
#ifdef HAVE_LIBNOTIFY
#include <libnotify/notify.h>
#endif

struct notify {
	GThreadPool *pool; /* made when it is first needed */
	gint newest;	   /* the count to show; what the thread finds is what counts */
#ifdef HAVE_LIBNOTIFY
	NotifyNotification *shown; /* the thread's own */
#endif
};

bool notify_has_desktop(void)
{
#ifdef HAVE_LIBNOTIFY
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_LIBNOTIFY
/* On the pool's thread; a failure has nobody to tell: the interface shows the count anyway. */
static void show(gpointer data, gpointer user)
{
	struct notify *notify = user;
	gint count = g_atomic_int_get(&notify->newest);
	g_autofree char *text = NULL;

	(void)data;
	if (!notify_is_initted() && !notify_init("sotto"))
		return;
	if (count == 0) {
		if (notify->shown)
			(void)notify_notification_close(notify->shown, NULL);
		g_clear_object(&notify->shown);
		return;
	}
	text = count == 1 ? g_strdup("1 unread message")
			  : g_strdup_printf("%d unread messages", count);
	if (notify->shown)
		notify_notification_update(notify->shown, "sotto", text, NULL);
	else
		notify->shown = notify_notification_new("sotto", text, NULL);
	(void)notify_notification_show(notify->shown, NULL);
}
#endif

struct notify *notify_new(void)
{
	return g_new0(struct notify, 1);
}

void notify_free(struct notify *notify)
{
	if (!notify)
		return;
	/* What is queued is dropped; a call that hangs in the bus is left to the end of the
	 * process. */
	if (notify->pool) {
		g_thread_pool_free(notify->pool, TRUE, FALSE);
		return;
	}
	g_free(notify);
}

void notify_count(struct notify *notify, unsigned count)
{
	if ((gint)count == g_atomic_int_get(&notify->newest))
		return;
	g_atomic_int_set(&notify->newest, (gint)count);
#ifdef HAVE_LIBNOTIFY
	if (!g_getenv("DBUS_SESSION_BUS_ADDRESS"))
		return;
	if (!notify->pool)
		notify->pool = g_thread_pool_new(show, notify, 1, TRUE, NULL);
	g_thread_pool_push(notify->pool, GINT_TO_POINTER(1), NULL);
#endif
}

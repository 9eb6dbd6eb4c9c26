#include "tui/observe/lookout.h"

struct lookout {
	GMutex mutex;
	struct watch *watch; /* under the mutex */
};

struct lookout *lookout_new(void)
{
	struct lookout *lookout = g_new0(struct lookout, 1);

	g_mutex_init(&lookout->mutex);
	return lookout;
}

void lookout_free(struct lookout *lookout)
{
	if (!lookout)
		return;
	watch_free(lookout->watch);
	g_mutex_clear(&lookout->mutex);
	g_free(lookout);
}

void lookout_set(struct lookout *lookout, const struct watch *watch)
{
	g_mutex_lock(&lookout->mutex);
	watch_free(lookout->watch);
	lookout->watch = watch_copy(watch);
	g_mutex_unlock(&lookout->mutex);
}

struct watch *lookout_get(struct lookout *lookout)
{
	struct watch *copy;

	g_mutex_lock(&lookout->mutex);
	copy = watch_copy(lookout->watch);
	g_mutex_unlock(&lookout->mutex);
	return copy;
}

gboolean lookout_look(struct lookout *lookout, bool may_write, unsigned refuse, GError **error)
{
	const struct watch_how how = { .may_write = may_write };
	struct watch *watch = watch_look(&how);
	gboolean ok = watch_allows(watch, refuse, error);

	lookout_set(lookout, watch);
	watch_free(watch);
	return ok;
}

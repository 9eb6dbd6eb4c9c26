#include "core/base/errand.h"

#include "core/base/cancel.h"

enum { STEP_MS = 20 /* between two looks at the flag */ };

/* Shared with the thread, which may be the last to let go of it. */
struct errand {
	gatomicrefcount references;
	errand_work work;
	void *data;
	GDestroyNotify free;
	GMutex mutex;
	GCond changed;
	/* Under the mutex: */
	const struct cancel *cancel; /* NULL once it was left */
	bool is_over, is_left;
};

static void unref(struct errand *errand)
{
	if (!g_atomic_ref_count_dec(&errand->references))
		return;
	g_mutex_clear(&errand->mutex);
	g_cond_clear(&errand->changed);
	g_free(errand);
}

static void *run(void *data)
{
	struct errand *errand = data;
	bool is_left;

	errand->work(errand, errand->data);
	g_mutex_lock(&errand->mutex);
	errand->is_over = true;
	is_left = errand->is_left;
	g_cond_broadcast(&errand->changed);
	g_mutex_unlock(&errand->mutex);
	if (is_left)
		errand->free(errand->data);
	unref(errand);
	return NULL;
}

struct errand *errand_start(errand_work work, void *data, GDestroyNotify free,
			    const struct cancel *cancel)
{
	struct errand *errand = g_new0(struct errand, 1);
	GThread *thread;

	g_atomic_ref_count_init(&errand->references);
	errand->work = work;
	errand->data = data;
	errand->free = free;
	errand->cancel = cancel;
	g_mutex_init(&errand->mutex);
	g_cond_init(&errand->changed);
	g_atomic_ref_count_inc(&errand->references);
	thread = g_thread_try_new("errand", run, errand, NULL);
	if (thread) {
		g_thread_unref(thread);
		return errand;
	}
	unref(errand);
	unref(errand);
	return NULL;
}

bool errand_wait(struct errand *errand, unsigned ms)
{
	int64_t end = g_get_monotonic_time() + (int64_t)ms * 1000, now;
	bool is_seen = false, is_over;

	g_mutex_lock(&errand->mutex);
	while (!errand->is_over && !errand->is_left && (now = g_get_monotonic_time()) < end) {
		if (!is_seen && cancel_is_raised(errand->cancel)) {
			is_seen = true;
			end = MIN(end, now + ERRAND_CANCEL_MS * 1000);
		}
		g_cond_wait_until(&errand->changed, &errand->mutex,
				  MIN(end, now + STEP_MS * 1000));
	}
	errand->is_left = errand->is_left || !errand->is_over;
	errand->cancel = NULL;
	is_over = !errand->is_left;
	g_mutex_unlock(&errand->mutex);
	return is_over;
}

bool errand_is_over(struct errand *errand)
{
	bool is_over;

	g_mutex_lock(&errand->mutex);
	is_over = errand->is_over;
	g_mutex_unlock(&errand->mutex);
	return is_over;
}

void errand_free(struct errand *errand)
{
	if (!errand)
		return;
	errand_wait(errand, 0);
	unref(errand);
}

bool errand_should_end(struct errand *errand)
{
	bool should;

	if (!errand)
		return false;
	g_mutex_lock(&errand->mutex);
	should = errand->is_left || cancel_is_raised(errand->cancel);
	g_mutex_unlock(&errand->mutex);
	return should;
}

#include "core/transport/spool/spool_remove.h"

#include <fcntl.h>
#include <unistd.h>

/* Shared with the thread, which may be the last to let go of it. */
struct remover {
	gatomicrefcount references;
	GMutex mutex;
	GCond changed;
	/* Under the mutex: */
	GQueue jobs;	   /* struct job * */
	GHashTable *names; /* what isn't gone yet */
	bool is_working;   /* there is a thread */
};

struct job {
	int folder;
	GArray *goners;
};

void goner_clear(void *goner)
{
	g_free(((struct goner *)goner)->name);
}

struct remover *remover_new(void)
{
	struct remover *remover = g_new0(struct remover, 1);

	g_atomic_ref_count_init(&remover->references);
	g_mutex_init(&remover->mutex);
	g_cond_init(&remover->changed);
	g_queue_init(&remover->jobs);
	remover->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return remover;
}

static void job_free(void *data)
{
	struct job *job = data;

	close(job->folder);
	g_array_unref(job->goners);
	g_free(job);
}

static void remover_unref(struct remover *remover)
{
	if (!g_atomic_ref_count_dec(&remover->references))
		return;
	g_queue_clear_full(&remover->jobs, job_free);
	g_hash_table_unref(remover->names);
	g_mutex_clear(&remover->mutex);
	g_cond_clear(&remover->changed);
	g_free(remover);
}

void remover_free(struct remover *remover, unsigned wait_ms)
{
	int64_t end = g_get_monotonic_time() + (int64_t)wait_ms * 1000;

	g_mutex_lock(&remover->mutex);
	while (remover->is_working && g_cond_wait_until(&remover->changed, &remover->mutex, end))
		;
	/* What hasn't begun by then waits where it is. */
	g_queue_clear_full(&remover->jobs, job_free);
	g_mutex_unlock(&remover->mutex);
	remover_unref(remover);
}

/* -- the work --------------------------------------------------------------------------------- */

static bool is_one(GQueue *jobs)
{
	return jobs->length == 1 && ((struct job *)jobs->head->data)->goners->len == 1;
}

/* Gives how many files of JOB were written to. */
static unsigned overwrite(const struct job *job, bool is_alone)
{
	unsigned count = 0;

	for (guint i = 0; i < job->goners->len; i++) {
		const struct goner *goner = &g_array_index(job->goners, struct goner, i);
		int fd = goner->mark.bytes
				 ? place_overwrite(job->folder, goner->name, &goner->mark)
				 : -1;

		if (fd < 0)
			continue;
		/* One alone needn't wait for what others write. */
		if (is_alone)
			fdatasync(fd);
		close(fd);
		count++;
	}
	return count;
}

/* Whatever is overwritten is on the disk when this returns. */
static void overwrite_all(GQueue *jobs)
{
	bool is_alone = is_one(jobs);
	unsigned count = 0;

	for (GList *link = jobs->head; link; link = link->next)
		count += overwrite(link->data, is_alone);
	/* All of them lie in one folder. */
	if (count && !is_alone)
		syncfs(((struct job *)jobs->head->data)->folder);
}

static void unlink_all(struct remover *remover, const struct job *job)
{
	for (guint i = 0; i < job->goners->len; i++)
		unlinkat(job->folder, g_array_index(job->goners, struct goner, i).name, 0);
	g_mutex_lock(&remover->mutex);
	for (guint i = 0; i < job->goners->len; i++)
		g_hash_table_remove(remover->names,
				    g_array_index(job->goners, struct goner, i).name);
	g_mutex_unlock(&remover->mutex);
}

/* Ends when there is nothing left to do. */
static void *work(void *data)
{
	struct remover *remover = data;

	g_mutex_lock(&remover->mutex);
	while (!g_queue_is_empty(&remover->jobs)) {
		GQueue jobs = remover->jobs;

		g_queue_init(&remover->jobs);
		g_mutex_unlock(&remover->mutex);
		overwrite_all(&jobs);
		for (GList *link = jobs.head; link; link = link->next)
			unlink_all(remover, link->data);
		g_queue_clear_full(&jobs, job_free);
		g_mutex_lock(&remover->mutex);
	}
	remover->is_working = false;
	g_cond_broadcast(&remover->changed);
	g_mutex_unlock(&remover->mutex);
	remover_unref(remover);
	return NULL;
}

/* -- what is asked of it ---------------------------------------------------------------------- */

static struct job *make_job(int folder, GArray *goners)
{
	struct job *job = g_new(struct job, 1);

	*job = (struct job){ fcntl(folder, F_DUPFD_CLOEXEC, 3), goners };
	return job;
}

void remover_take(struct remover *remover, int folder, GArray *goners)
{
	struct job *job = make_job(folder, goners);
	GThread *thread;
	bool is_first;

	if (job->folder < 0 || goners->len == 0) {
		job_free(job);
		return;
	}
	g_mutex_lock(&remover->mutex);
	for (guint i = 0; i < goners->len; i++)
		g_hash_table_add(remover->names,
				 g_strdup(g_array_index(goners, struct goner, i).name));
	g_queue_push_tail(&remover->jobs, job);
	is_first = !remover->is_working;
	remover->is_working = true;
	g_mutex_unlock(&remover->mutex);
	if (!is_first)
		return;
	g_atomic_ref_count_inc(&remover->references);
	thread = g_thread_try_new("remover", work, remover, NULL);
	if (thread)
		g_thread_unref(thread);
	else
		work(remover);
}

bool remover_has(struct remover *remover, const char *name)
{
	bool has;

	g_mutex_lock(&remover->mutex);
	has = g_hash_table_contains(remover->names, name);
	g_mutex_unlock(&remover->mutex);
	return has;
}

bool remover_knows(GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	/* No message begins so. */
	return size > 0 && data[0] == '\0';
}

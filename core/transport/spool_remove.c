#include "core/transport/spool_remove.h"

#include <fcntl.h>
#include <unistd.h>

enum { REMOVE_AT_ONCE_MAX = 32 /* names; about 2 ms on a disk */ };

struct remover {
	GThreadPool *pool; /* of one thread, made when it is first needed */
	GMutex mutex;
	GCond idle;
	unsigned pending; /* jobs, under the mutex */
};

struct job {
	int folder;
	char **names;
};

struct remover *remover_new(void)
{
	struct remover *remover = g_new0(struct remover, 1);

	g_mutex_init(&remover->mutex);
	g_cond_init(&remover->idle);
	return remover;
}

void remover_free(struct remover *remover)
{
	remover_wait(remover);
	if (remover->pool)
		g_thread_pool_free(remover->pool, FALSE, TRUE);
	g_mutex_clear(&remover->mutex);
	g_cond_clear(&remover->idle);
	g_free(remover);
}

static void work(gpointer data, gpointer user)
{
	struct remover *remover = user;
	struct job *job = data;

	for (char **name = job->names; *name; name++)
		unlinkat(job->folder, *name, 0);
	close(job->folder);
	g_strfreev(job->names);
	g_free(job);
	g_mutex_lock(&remover->mutex);
	if (--remover->pending == 0)
		g_cond_broadcast(&remover->idle);
	g_mutex_unlock(&remover->mutex);
}

static struct job *make_job(int folder, const GPtrArray *names)
{
	int copy = fcntl(folder, F_DUPFD_CLOEXEC, 3);
	struct job *job;

	if (copy < 0)
		return NULL;
	job = g_new(struct job, 1);
	job->folder = copy;
	job->names = g_new0(char *, names->len + 1);
	for (guint i = 0; i < names->len; i++)
		job->names[i] = g_strdup(names->pdata[i]);
	return job;
}

void remover_take(struct remover *remover, int folder, const GPtrArray *names)
{
	struct job *job = names->len > REMOVE_AT_ONCE_MAX ? make_job(folder, names) : NULL;

	if (!job) {
		for (guint i = 0; i < names->len; i++)
			unlinkat(folder, names->pdata[i], 0);
		return;
	}
	if (!remover->pool)
		remover->pool = g_thread_pool_new(work, remover, 1, FALSE, NULL);
	g_mutex_lock(&remover->mutex);
	remover->pending++;
	g_mutex_unlock(&remover->mutex);
	g_thread_pool_push(remover->pool, job, NULL);
}

void remover_wait(struct remover *remover)
{
	g_mutex_lock(&remover->mutex);
	while (remover->pending)
		g_cond_wait(&remover->idle, &remover->mutex);
	g_mutex_unlock(&remover->mutex);
}

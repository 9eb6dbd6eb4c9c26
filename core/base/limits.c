#include "core/base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/error.h"

/* The wrong way round, so that using one still fails. */
static gboolean fill_standard(GError **error)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < (int)G_N_ELEMENTS(modes); fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", modes[fd]) != fd) {
			error_set_errno(error, errno, "can't open /dev/null");
			return FALSE;
		}
	}
	return TRUE;
}

static void raise_limit(struct rlimit *limit)
{
	rlim_t wanted = MIN(limit->rlim_max, (rlim_t)DESCRIPTORS_LIMIT), former = limit->rlim_cur;

	if (limit->rlim_cur >= wanted)
		return;
	limit->rlim_cur = wanted;
	if (setrlimit(RLIMIT_NOFILE, limit) != 0)
		limit->rlim_cur = former;
}

/* Some of what the limit allows may be open already. */
static bool are_free(void)
{
	int fds[DESCRIPTORS_FREE], count = 0;

	while (count < DESCRIPTORS_FREE && (fds[count] = dup(STDIN_FILENO)) >= 0)
		count++;
	for (int i = 0; i < count; i++)
		close(fds[i]);
	return count == DESCRIPTORS_FREE;
}

static void *wait_for_all(void *mutex)
{
	pthread_mutex_lock(mutex);
	pthread_mutex_unlock(mutex);
	return NULL;
}

/* All at once; the kernel counts processes among them. */
static bool can_be_started(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_t threads[THREADS_FREE];
	int count = 0;

	pthread_mutex_lock(&mutex);
	while (count < THREADS_FREE &&
	       pthread_create(&threads[count], NULL, wait_for_all, &mutex) == 0)
		count++;
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return count == THREADS_FREE;
}

static gboolean check_threads(GError **error)
{
	if (can_be_started())
		return TRUE;
	error_set(error, ERROR_UNAVAILABLE,
		  "Too few threads and processes may run at once: sotto needs %d more than there "
		  "are. Raise the limit (`ulimit -u`), or end something.",
		  THREADS_FREE);
	return FALSE;
}

gboolean limits_check(GError **error)
{
	struct rlimit limit = { 0 };

	if (!fill_standard(error))
		return FALSE;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		raise_limit(&limit);
	if (are_free())
		return check_threads(error);
	error_set(error, ERROR_UNAVAILABLE,
		  "Too few files may be open at once (the limit is %" G_GUINT64_FORMAT
		  ", and sotto needs %d besides those that are open). Raise it: `ulimit -n %d`.",
		  (guint64)limit.rlim_cur, DESCRIPTORS_FREE, DESCRIPTORS_LIMIT);
	return FALSE;
}

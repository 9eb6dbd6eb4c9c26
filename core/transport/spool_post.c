#include "core/transport/spool_post.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/crypto.h"
#include "core/error.h"

enum {
	POST_NAME_BYTES = 16,	   /* random bytes in a file's name */
	POST_MTIME_SECONDS = 3600, /* what modification times are rounded down to */
	POST_TICK_NS = 1000000,
	POST_TICKS_MAX = 20, /* a clock that was set back isn't waited for */
};

/* Write BYTES to the new file NAME in FOLDER, synced, readable by all whatever the umask. */
static gboolean write_file(int folder, const char *name, GBytes *bytes, int64_t mtime, int *fd,
			   GError **error)
{
	const struct timespec times[2] = { { mtime, 0 }, { mtime, 0 } };
	gsize size, done = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	ssize_t wrote = 0;

	*fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd < 0) {
		error_set_errno(error, errno, "can't write to the spool");
		return FALSE;
	}
	while (done < size && wrote >= 0) {
		wrote = write(*fd, data + done, size - done);
		if (wrote > 0)
			done += (gsize)wrote;
		else if (wrote < 0 && errno == EINTR)
			wrote = 0;
	}
	if (wrote < 0 || fchmod(*fd, 0644) != 0 || (mtime && futimens(*fd, times) != 0) ||
	    fsync(*fd) != 0) {
		error_set_errno(error, errno, "can't write to the spool");
		return FALSE;
	}
	return TRUE;
}

static void random_name(char out[static 2 * POST_NAME_BYTES + 1])
{
	uint8_t bytes[POST_NAME_BYTES];

	crypto_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

gboolean post_replace(int folder, const char *name, GBytes *bytes, GError **error)
{
	char fresh[2 * POST_NAME_BYTES + 1];
	gboolean ok;
	int fd = -1;

	random_name(fresh);
	ok = write_file(folder, fresh, bytes, 0, &fd, error);
	if (ok && (renameat(folder, fresh, folder, name) != 0 || fsync(folder) != 0)) {
		error_set_errno(error, errno, "can't publish keys on the spool");
		ok = FALSE;
	}
	if (fd >= 0)
		close(fd);
	if (!ok)
		unlinkat(folder, fresh, 0);
	return ok;
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* Change times come from the kernel's coarse clock, or from a finer one in newer kernels. */
static void wait_past(const struct timespec *last)
{
	const struct timespec tick = { 0, POST_TICK_NS };
	struct timespec now;

	for (int i = 0; i < POST_TICKS_MAX; i++) {
		if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0 || is_later(&now, last))
			return;
		nanosleep(&tick, NULL);
	}
}

gboolean post_drop(int tmp, int new, GBytes *bytes, int64_t now, struct timespec *last,
		   GError **error)
{
	char name[2 * POST_NAME_BYTES + 1];
	struct stat st;
	gboolean ok;
	int fd = -1;

	now /= 1000;
	random_name(name);
	ok = write_file(tmp, name, bytes, now - now % POST_MTIME_SECONDS, &fd, error);
	wait_past(last);
	/* The folder can't be opened by the sender, so it is the file system that is synced. */
	if (ok && (renameat(tmp, name, new, name) != 0 || syncfs(fd) != 0 || fstat(fd, &st) != 0)) {
		error_set_errno(error, errno, "can't deliver on the spool");
		ok = FALSE;
	}
	if (ok)
		*last = st.st_ctim;
	if (fd >= 0)
		close(fd);
	if (!ok)
		unlinkat(tmp, name, 0);
	return ok;
}

#include "core/transport/spool/spool_post.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/transport/spool/spool_acl.h"

enum {
	POST_NAME_BYTES = 16,	   /* random bytes in a file's name */
	POST_MTIME_SECONDS = 3600, /* what modification times are rounded down to */
	POST_PLACES = 1000000,	   /* a run longer than that begins again */
};

/* Write BYTES to the new file NAME in FOLDER, not synced yet; only its owner may read it. */
static gboolean write_file(int folder, const char *name, GBytes *bytes, int *fd, GError **error)
{
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
	if (wrote >= 0)
		return TRUE;
	error_set_errno(error, errno, "can't write to the spool");
	return FALSE;
}

static gboolean sync_file(int fd, GError **error)
{
	if (fsync(fd) == 0)
		return TRUE;
	error_set_errno(error, errno, "can't write to the spool");
	return FALSE;
}

/* Readable by all, whatever the umask. */
static gboolean publish_file(int fd, GError **error)
{
	if (fchmod(fd, 0644) == 0)
		return sync_file(fd, error);
	error_set_errno(error, errno, "can't write to the spool");
	return FALSE;
}

static gboolean address_file(int fd, uid_t reader, const struct acl_setter *setter,
			     const struct timespec *mtime, GError **error)
{
	const struct timespec times[2] = { *mtime, *mtime };

	if (!acl_give(fd, reader, setter, error))
		return FALSE;
	if (futimens(fd, times) == 0)
		return sync_file(fd, error);
	error_set_errno(error, errno, "can't write to the spool");
	return FALSE;
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
	ok = write_file(folder, fresh, bytes, &fd, error) && publish_file(fd, error);
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

/* NOW rounded, and behind it the place within a run: change times stand still for some ms. */
static struct timespec mark(struct post_run *run, int64_t now)
{
	struct timespec coarse = { 0 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &coarse);
	run->place =
		coarse.tv_sec - run->second > 1 || run->place >= POST_PLACES ? 0 : run->place + 1;
	run->second = coarse.tv_sec;
	return (struct timespec){ now - now % POST_MTIME_SECONDS, run->place };
}

gboolean post_drop(int tmp, int new, GBytes *bytes, uid_t reader, int64_t now,
		   struct post_run *run, GError **error)
{
	const struct timespec mtime = mark(run, now / 1000);
	char name[2 * POST_NAME_BYTES + 1];
	gboolean ok;
	int fd = -1;

	random_name(name);
	ok = write_file(tmp, name, bytes, &fd, error) &&
	     address_file(fd, reader, run->setter, &mtime, error);
	/* The folder can't be opened by the sender, so it is the file system that is synced. */
	if (ok && (renameat(tmp, name, new, name) != 0 || syncfs(fd) != 0)) {
		error_set_errno(error, errno, "can't deliver on the spool");
		ok = FALSE;
	}
	if (fd >= 0)
		close(fd);
	if (!ok)
		unlinkat(tmp, name, 0);
	return ok;
}

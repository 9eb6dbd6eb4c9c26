#include "storage/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/error.h"

enum { SHRED_STEP = 64 << 10, LOCK_TRIES = 5, LOCK_WAIT_US = 4000,
	LOCK_NAME_BYTES = 128 };

gboolean files_write_at(int fd, const void *data, size_t bytes, uint64_t offset, const char *path,
			GError **error)
{
	const char *from = data;

	while (bytes > 0) {
		ssize_t n = pwrite(fd, from, bytes, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error_set_errno(error, n < 0 ? errno : ENOSPC, "can't write %s", path);
			return FALSE;
		}
		from += n;
		offset += (size_t)n;
		bytes -= (size_t)n;
	}
	if (fsync(fd) < 0) {
		error_set_errno(error, errno, "can't write %s to the disk", path);
		return FALSE;
	}
	return TRUE;
}

gboolean files_sync_folder(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		error_set_errno(error, errno, "can't write the folder %s to the disk", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISLNK(mode))
		return "a symbolic link";
	if (S_ISFIFO(mode))
		return "a FIFO";
	return S_ISSOCK(mode) ? "a socket" : "a device";
}

gboolean files_check_kind(const char *path, GError **error)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
		return TRUE;
	error_set(error, ERROR_DAMAGED,
		  "%s is %s, not a file of the profile: nothing was opened. Where the file itself "
		  "was moved, put it back in its place; else restore the profile from a backup.",
		  path, kind_of(st.st_mode));
	return FALSE;
}

int64_t files_size(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
}

static gboolean overwrite(int fd, const char *path, GError **error)
{
	gboolean ok = TRUE;
	struct stat st;

	if (fstat(fd, &st) < 0) {
		error_set_errno(error, errno, "can't look at %s", path);
		return FALSE;
	}
	uint8_t *noise = g_malloc(SHRED_STEP);
	for (uint64_t at = 0; ok && at < (uint64_t)st.st_size; at += SHRED_STEP) {
		size_t bytes = MIN((size_t)SHRED_STEP, (size_t)((uint64_t)st.st_size - at));

		crypto_random(noise, bytes);
		ok = pwrite(fd, noise, bytes, (off_t)at) == (ssize_t)bytes;
	}
	g_free(noise);
	ok = ok && fsync(fd) == 0;
	if (!ok)
		error_set_errno(error, errno, "can't overwrite %s", path);
	return ok;
}

bool files_is_linked(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 1;
}

gboolean files_shred(const char *path, bool is_secret, GError **error)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	gboolean ok = TRUE;

	if (fd < 0 && errno == ENOENT)
		return TRUE;
	/* What isn't a plain file of ours has nothing to overwrite, but its name goes. */
	if (fd >= 0 && files_size(path) > 0 && (is_secret || !files_is_linked(path)))
		ok = overwrite(fd, path, error);
	if (fd >= 0)
		close(fd);
	if (unlink(path) < 0 && errno != ENOENT && ok) {
		error_set_errno(error, errno, "can't remove %s", path);
		ok = FALSE;
	}
	return ok;
}

gboolean files_make_ballast(const char *path, GError **error)
{
	gboolean ok = TRUE;

	const int64_t before = files_size(path);

	if (before == FILES_BALLAST_BYTES)
		return TRUE;
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0) {
		error_set_errno(error, errno, "can't make %s", path);
		return FALSE;
	}
	int failure = posix_fallocate(fd, 0, FILES_BALLAST_BYTES);
	if (failure != 0) {
		error_set_errno(error, failure, "can't keep %d MiB aside in %s",
				FILES_BALLAST_BYTES >> 20, path);
		if (before <= 0 || ftruncate(fd, before) < 0)
			unlink(path);
		ok = FALSE;
	}
	close(fd);
	return ok;
}

bool files_spare_ballast(const char *path)
{
	const int64_t rest = files_size(path) - FILES_SPARE_BYTES;
	int fd;
	bool ok;

	if (rest < FILES_BALLAST_BYTES / 2)
		return false;
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ok = fd >= 0 && ftruncate(fd, rest) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The file may have been removed by a wipe between open and flock: then it locks nothing. */
static bool is_same_file(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

/* Who holds it, for whoever finds it held: the lock itself is the kernel's. */
static void leave_name(int fd)
{
	char tty[64] = "-";
	char text[LOCK_NAME_BYTES];
	int bytes;

	if (ttyname_r(STDIN_FILENO, tty, sizeof(tty)) != 0 &&
	    ttyname_r(STDERR_FILENO, tty, sizeof(tty)) != 0)
		g_strlcpy(tty, "-", sizeof(tty));
	bytes = g_snprintf(text, sizeof(text), "%d %" G_GINT64_FORMAT " %s\n", (int)getpid(),
			   g_get_real_time() / G_USEC_PER_SEC, tty);
	/* On a full disk it stays unsaid. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)bytes, 0) != bytes)
		g_debug("the lock file doesn't say whose it is");
}

static void set_in_use(int fd, GError **error)
{
	char text[LOCK_NAME_BYTES + 1] = "", tty[64];
	gint64 since;
	int process;
	ssize_t bytes = pread(fd, text, LOCK_NAME_BYTES, 0);
	g_autoptr(GDateTime) time = NULL;
	g_autofree char *when = NULL;

	if (bytes > 0 && sscanf(text, "%d %" G_GINT64_FORMAT " %63[a-z0-9/-]", &process, &since,
				tty) == 3 && process > 0)
		time = g_date_time_new_from_unix_local(since);
	when = time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : NULL;
	if (!when)
		error_set_plain(error, ERROR_IN_USE);
	else
		error_set(error, ERROR_IN_USE,
			  "The profile is in use by another process: %d, %s%s, since %s.", process,
			  strcmp(tty, "-") == 0 ? "without a terminal" : "on ",
			  strcmp(tty, "-") == 0 ? "" : tty, when);
}

int files_lock(const char *path, GError **error)
{
	for (int tries = 1;; tries++) {
		int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);

		if (fd < 0) {
			error_set_errno(error, errno, "can't open the lock file %s", path);
			return -1;
		}
		int failure = flock(fd, LOCK_EX | LOCK_NB) < 0 ? errno : 0;
		if (failure == 0 && is_same_file(fd, path)) {
			leave_name(fd);
			return fd;
		}
		if (tries < LOCK_TRIES) {
			close(fd);
			g_usleep(LOCK_WAIT_US);
			continue;
		}
		if (failure == EWOULDBLOCK || failure == 0)
			set_in_use(fd, error);
		else
			error_set_errno(error, failure, "can't lock %s", path);
		close(fd);
		return -1;
	}
}

bool files_is_locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool is_locked = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	close(fd);
	return is_locked;
}

#include "core/transport/spool/spool_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/transport/spool/spool_login.h"

int place_open(const char *root, const char *name, uid_t *owner, GError **error)
{
	return place_open_asking(root, name, NULL, owner, error);
}

/* Where it can't be looked up the name stands: first contact asks again. */
static bool is_refused(struct logins *logins, int spool, const char *name, uid_t uid,
		       GError **error)
{
	g_autoptr(GError) why = NULL;

	if (login_judge(logins, spool, name, uid, &why) != LOGIN_REFUSED)
		return false;
	g_propagate_error(error, g_steal_pointer(&why));
	return true;
}

int place_open_asking(const char *root, const char *name, struct logins *logins, uid_t *owner,
		      GError **error)
{
	int spool = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int place;

	if (spool < 0) {
		error_set(error, ERROR_UNREACHABLE, "The spool %s can't be reached: %s.", root,
			  g_strerror(errno));
		return -1;
	}
	place = openat(spool, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		error_set(error, ERROR_NO_CONTACT,
			  "There is no %s on this spool; ask them to start sotto once.", name);
	else if (place < 0 || fstat(place, &st) != 0)
		error_set(error, ERROR_UNREACHABLE, "The folder of %s can't be reached: %s.", name,
			  g_strerror(errno));
	else if (is_refused(logins, spool, name, st.st_uid, error)) {
		close(place);
		place = -1;
	} else if (owner)
		*owner = st.st_uid;
	close(spool);
	return place;
}

static void set_folder_error(GError **error, int errnum, const char *path)
{
	if (errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP)
		error_set(error, ERROR_NO_DEVICES, "The folder %s on the spool is gone.", path);
	else
		error_set(error, ERROR_UNREACHABLE,
			  "The folder %s on the spool can't be entered: %s.", path,
			  g_strerror(errnum));
}

int place_folder(int place, const char *path, int flags, GError **error)
{
	g_auto(GStrv) steps = g_strsplit(path, "/", -1);
	int folder = dup(place);

	for (int i = 0; folder >= 0 && steps[i]; i++) {
		int mode = steps[i + 1] ? O_PATH : flags;
		int next = openat(folder, steps[i], mode | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		int errnum = errno;

		close(folder);
		folder = next;
		if (next < 0)
			set_folder_error(error, errnum, path);
	}
	return folder;
}

gboolean place_make(int place, const char *path, mode_t mode, GError **error)
{
	struct stat st;
	mode_t mask = umask(~mode & 0777);
	int code = mkdirat(place, path, mode);

	umask(mask);
	if (code != 0 && errno != EEXIST) {
		error_set_errno(error, errno, "can't make %s on the spool", path);
		return FALSE;
	}
	if (fstatat(place, path, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode) ||
	    st.st_uid != geteuid()) {
		error_set(error, ERROR_EXISTS, "%s on the spool is somebody else's.", path);
		return FALSE;
	}
	/* S_ISGID comes from the folder above. */
	if ((st.st_mode & 07777 & ~S_ISGID) == mode || fchmodat(place, path, mode, 0) == 0)
		return TRUE;
	error_set(error, ERROR_IO,
		  "%s on the spool has mode %04o, which must be %04o; set it right with chmod.",
		  path, st.st_mode & 07777, mode);
	return FALSE;
}

char *place_inbox(uint32_t device, const char *leaf, char out[static PLACE_PATH_BYTES])
{
	snprintf(out, PLACE_PATH_BYTES, "inbox/%" PRIu32 "%s%s", device, leaf ? "/" : "",
		 leaf ? leaf : "");
	return out;
}

char *place_bundle(uint32_t device, char out[static PLACE_PATH_BYTES])
{
	snprintf(out, PLACE_PATH_BYTES, "devices/%" PRIu32 ".xml", device);
	return out;
}

/* -- reading
 * ---------------------------------------------------------------------------------------- */

static gboolean is_plain_file(const struct stat *st, size_t max)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_size > 0 &&
	       (uint64_t)st->st_size <= max;
}

/* SIZE bytes and no more: what was appended since is told by the second look. */
static GBytes *read_whole(int fd, size_t size)
{
	char *data = g_malloc(size);
	size_t have = 0;
	ssize_t got = 1;

	while (have < size && got > 0) {
		got = read(fd, data + have, size - have);
		if (got > 0)
			have += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (have == size)
		return g_bytes_new_take(data, size);
	g_free(data);
	/* Shorter than it was: no error of the file system's. */
	if (got == 0)
		errno = ENOENT;
	return NULL;
}

/* What the file is, or whose; anything else (no descriptor left, an error of the disk's, a server
 * that is gone) says nothing of it. */
static bool is_its_own_fault(int failure)
{
	return failure == 0 || failure == ENOENT || failure == ELOOP || failure == ENXIO ||
	       failure == EACCES || failure == EPERM || failure == EAGAIN || failure == ENOTDIR ||
	       failure == EISDIR;
}

static void explain(const char *name, int failure, GError **error)
{
	if (is_its_own_fault(failure))
		error_set(error, ERROR_FORMAT, "%s on the spool isn't a file that sotto reads.",
			  name);
	else
		error_set(error, ERROR_IO, "%s on the spool can't be read now: %s.", name,
			  g_strerror(failure));
}

GBytes *place_read(int folder, const char *name, size_t max, struct place_mark *mark,
		   GError **error)
{
	struct stat before, after;
	GBytes *bytes = NULL;
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int failure = fd < 0 || fstat(fd, &before) != 0 ? errno : 0;

	if (!failure && is_plain_file(&before, max)) {
		bytes = read_whole(fd, (size_t)before.st_size);
		failure = bytes ? 0 : errno;
	}
	if (bytes && (fstat(fd, &after) != 0 || after.st_size != before.st_size ||
		      after.st_nlink != 1 || after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
		      after.st_mtim.tv_nsec != before.st_mtim.tv_nsec))
		g_clear_pointer(&bytes, g_bytes_unref);
	if (bytes)
		*mark = (struct place_mark){ before.st_dev, before.st_ino, before.st_uid,
					     (size_t)before.st_size };
	else
		explain(name, failure, error);
	if (fd >= 0)
		close(fd);
	return bytes;
}

/* -- overwriting
 * ------------------------------------------------------------------------------------ */

/* Somebody may have put another file, or a link to one, in its place. */
static bool is_marked(const struct stat *st, const struct place_mark *mark)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_dev == mark->device &&
	       st->st_ino == mark->inode && st->st_uid == mark->owner;
}

static bool write_zeros(int fd, size_t bytes)
{
	static const char zeros[4096];
	size_t done = 0;

	while (done < bytes) {
		size_t part = MIN(bytes - done, sizeof(zeros));
		ssize_t wrote = pwrite(fd, zeros, part, (off_t)done);

		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == 0 || errno != EINTR)
			return false;
	}
	return true;
}

int place_overwrite(int folder, const char *name, const struct place_mark *mark)
{
	int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	/* Never longer than it was when it was read, nor than it is now. */
	if (fstat(fd, &st) == 0 && is_marked(&st, mark) && st.st_size > 0 &&
	    write_zeros(fd, MIN(mark->bytes, (size_t)st.st_size)))
		return fd;
	close(fd);
	return -1;
}

/* -- removing
 * --------------------------------------------------------------------------------------- */

static void remove_inside(int folder)
{
	DIR *dir = fdopendir(folder);
	struct dirent *entry;

	if (!dir) {
		close(folder);
		return;
	}
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			place_remove(dirfd(dir), entry->d_name);
	}
	closedir(dir);
}

void place_remove(int folder, const char *name)
{
	int inside;

	if (unlinkat(folder, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
		return;
	inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inside >= 0)
		remove_inside(inside);
	unlinkat(folder, name, AT_REMOVEDIR);
}

#include "core/transport/spool/spool_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/port/transport_marks.h"
#include "core/transport/spool/spool_place.h"
#include "core/transport/spool/spool_post.h"

enum { NAME_BYTES = 24 };

static int open_marks(const char *root, const char *name, GError **error)
{
	int place = place_open(root, name, NULL, error), marks = -1;

	if (place < 0)
		return -1;
	if (place_make(place, "marks", 0700, error))
		marks = place_folder(place, "marks", O_RDONLY, error);
	close(place);
	return marks;
}

/* A file system that knows no locks tells nothing. */
static void hold(int marks, uint32_t device, int *lock, bool *is_elsewhere)
{
	char name[NAME_BYTES];

	*is_elsewhere = false;
	if (*lock >= 0)
		return;
	snprintf(name, sizeof(name), "%" PRIu32 ".lock", device);
	*lock = openat(marks, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) == 0)
		return;
	*is_elsewhere = errno == EWOULDBLOCK;
	close(*lock);
	*lock = -1;
}

GBytes *spool_mark_get(const char *root, const char *name, uint32_t device, int *lock,
		       bool *is_elsewhere, GError **error)
{
	int marks = open_marks(root, name, error);
	struct place_mark mark;
	char file[NAME_BYTES];
	GBytes *bytes = NULL;
	g_autoptr(GError) why = NULL;
	struct stat st;

	if (marks < 0)
		return NULL;
	hold(marks, device, lock, is_elsewhere);
	snprintf(file, sizeof(file), "%" PRIu32, device);
	if (fstatat(marks, file, &st, AT_SYMLINK_NOFOLLOW) == 0)
		bytes = place_read(marks, file, TRANSPORT_MARK_MAX, &mark, &why);
	else if (errno != ENOENT)
		error_set(&why, ERROR_IO, "The mark of this profile can't be looked at: %s.",
			  g_strerror(errno));
	close(marks);
	/* What can't be told now is neither gone nor somebody else's. */
	if (error_is(why, ERROR_IO))
		g_propagate_error(error, g_steal_pointer(&why));
	else if (why)
		bytes = g_bytes_new(NULL, 0);
	return bytes;
}

gboolean spool_mark_put(const char *root, const char *name, uint32_t device, GBytes *bytes,
			GError **error)
{
	int marks = open_marks(root, name, error);
	char file[NAME_BYTES];
	gboolean ok;

	if (marks < 0)
		return FALSE;
	snprintf(file, sizeof(file), "%" PRIu32, device);
	ok = post_replace(marks, file, bytes, error);
	close(marks);
	return ok;
}

void spool_mark_remove(int place, uint32_t device)
{
	char path[PLACE_PATH_BYTES];

	snprintf(path, sizeof(path), "marks/%" PRIu32, device);
	unlinkat(place, path, 0);
	snprintf(path, sizeof(path), "marks/%" PRIu32 ".lock", device);
	unlinkat(place, path, 0);
	unlinkat(place, "marks", AT_REMOVEDIR);
}

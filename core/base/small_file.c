#include "core/base/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"

enum { CHUNK_BYTES = 4096 };

/* /dev/null is as good as a file. */
static bool is_readable(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISCHR(status.st_mode));
}

/* All of FD, or MOST bytes and at least one more; -1 with errno. */
static int read_all(int fd, size_t most, GByteArray *all)
{
	guint8 chunk[CHUNK_BYTES];
	ssize_t bytes;

	do {
		bytes = read(fd, chunk, sizeof(chunk));
		if (bytes > 0)
			g_byte_array_append(all, chunk, (guint)bytes);
	} while ((bytes > 0 && all->len <= most) || (bytes < 0 && errno == EINTR));
	return bytes < 0 ? -1 : 0;
}

gboolean small_file_read(const char *path, size_t most, char **data, gsize *bytes, GError **error)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	gboolean ok = FALSE;

	*data = NULL;
	if (bytes)
		*bytes = 0;
	if (fd < 0 && errno == ENOENT)
		return TRUE;
	if (fd < 0)
		error_set_errno(error, errno, "can't read %s", path);
	else if (!is_readable(fd))
		error_set(error, ERROR_IO, "%s can't be read: it isn't a regular file.", path);
	else if (read_all(fd, most, all) < 0)
		error_set_errno(error, errno, "can't read %s", path);
	else if (all->len > most)
		error_set(error, ERROR_LIMIT, "%s is larger than %zu KiB.", path, most / 1024);
	else
		ok = TRUE;
	if (fd >= 0)
		close(fd);
	if (!ok)
		return FALSE;
	if (bytes)
		*bytes = all->len;
	g_byte_array_append(all, (const guint8 *)"", 1);
	*data = (char *)g_byte_array_free(g_steal_pointer(&all), FALSE);
	return TRUE;
}

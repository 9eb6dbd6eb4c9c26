#include "tui/confine/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONTROL_NAME "control"

enum { CONTROL_BACKLOG = 16 };

/* NAME (NULL: itself) below the descriptor AT, whatever the length of the path to it. */
static struct sockaddr_un address_of(int at, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d%s%s", at,
		 name ? "/" : "", name ? name : "");
	return address;
}

/* Close FD, and leave errno as it is. */
static void shut(int fd)
{
	int errnum = errno;

	if (fd >= 0)
		close(fd);
	errno = errnum;
}

static bool bind_in(int fd, int folder)
{
	const struct sockaddr_un address = address_of(folder, CONTROL_NAME);
	mode_t mask;
	bool ok;

	if (unlinkat(folder, CONTROL_NAME, 0) != 0 && errno != ENOENT)
		return false;
	mask = umask(0177);
	ok = bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
	umask(mask);
	return ok && listen(fd, CONTROL_BACKLOG) == 0;
}

int control_socket_listen(const char *folder)
{
	int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = at < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && bind_in(fd, at);

	shut(at);
	if (ok)
		return fd;
	shut(fd);
	return -1;
}

/* The socket in FOLDER as an O_PATH descriptor; -1 with errno. */
static int find(const char *folder)
{
	int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int found = at < 0 ? -1 : openat(at, CONTROL_NAME, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	shut(at);
	if (found < 0)
		return -1;
	if (fstat(found, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_nlink == 1 &&
	    st.st_uid == geteuid())
		return found;
	close(found);
	errno = ECONNREFUSED;
	return -1;
}

int control_socket_connect(const char *folder)
{
	int found = find(folder), fd = -1;
	struct sockaddr_un address;
	bool ok = false;

	if (found >= 0) {
		address = address_of(found, NULL);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		ok = fd >= 0 && connect(fd, (const struct sockaddr *)&address,
					sizeof(address)) == 0;
	}
	shut(found);
	if (ok)
		return fd;
	shut(fd);
	return -1;
}

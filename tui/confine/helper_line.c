#include "tui/confine/helper_inside.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/base/child.h"
#include "core/base/error.h"

gboolean helper_line_open(struct helper_line *line, int (*serve)(int socket, const void *user),
			  const void *user, GError **error)
{
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		error_set_errno(error, errno, "can't speak to a helper");
		return FALSE;
	}
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(serve(ends[1], user));
	close(ends[1]);
	if (child < 0) {
		error_set_errno(error, errno, "can't start a helper");
		close(ends[0]);
		return FALSE;
	}
	line->fd = ends[0];
	line->child = child;
	(void)setpgid(child, child); /* both do: whichever is first */
	g_mutex_init(&line->mutex);
	return TRUE;
}

void helper_line_close(struct helper_line *line)
{
	close(line->fd);
	if (!child_wait_end(line->child))
		g_debug("a helper doesn't end");
	g_mutex_clear(&line->mutex);
}

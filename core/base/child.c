#include "core/base/child.h"

#include <errno.h>
#include <sys/wait.h>

enum { STEP_US = 1000 };

bool child_wait(pid_t child, gint64 deadline, int *status)
{
	for (;;) {
		pid_t ended = waitpid(child, status, WNOHANG);

		if (ended == child)
			return true;
		if (ended < 0 && errno != EINTR)
			return false;
		if (g_get_monotonic_time() >= deadline)
			return false;
		g_usleep(STEP_US);
	}
}

bool child_wait_end(pid_t child)
{
	return child_wait(child, g_get_monotonic_time() + CHILD_END_MS * G_TIME_SPAN_MILLISECOND,
			  NULL);
}

/*
 * child: waiting for a process of our own to end. It may have been stopped, or hang in a call to
 * the file system: no wait for one is without a bound.
 */
#ifndef SOTTO_CORE_BASE_CHILD_H
#define SOTTO_CORE_BASE_CHILD_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_END_MS = 2000 }; /* for one that was told to end */

/*
 * Wait for CHILD until DEADLINE (g_get_monotonic_time()), at least once; signals don't end the
 * wait. True: it has ended, and *STATUS (or NULL) is as waitpid() gives it. False: it is still
 * there, or there is no such child.
 */
bool child_wait(pid_t child, gint64 deadline, int *status);
/* The same, for CHILD_END_MS from now. */
bool child_wait_end(pid_t child);

#endif

/*
 * patience: how long something that blocks its thread may wait for others: until a deadline, and
 * until somebody raises the flag (core/base/cancel.h).
 */
#ifndef SOTTO_CORE_BASE_PATIENCE_H
#define SOTTO_CORE_BASE_PATIENCE_H

#include <glib.h>
#include <stdbool.h>

struct cancel;

enum { PATIENCE_STEP_MS = 20 }; /* between two looks of whoever waits */

struct patience {
	gint64 deadline;	     /* g_get_monotonic_time(); 0: none of the user's */
	const struct cancel *cancel; /* NULL: none */
};

/* True with ERROR_CANCELLED or ERROR_UNREACHABLE. */
bool patience_is_over(const struct patience *patience, GError **error);

#endif

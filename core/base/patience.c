#include "core/base/patience.h"

#include "core/base/cancel.h"
#include "core/base/error.h"

bool patience_is_over(const struct patience *patience, GError **error)
{
	if (cancel_check(patience->cancel, error))
		return true;
	if (!patience->deadline || g_get_monotonic_time() < patience->deadline)
		return false;
	error_set(error, ERROR_UNREACHABLE, "The server didn't answer in time; try again later.");
	return true;
}

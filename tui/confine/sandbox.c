#include "tui/confine/sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/personality.h>
#include "core/base/error.h"

/* Landlock confines the calling thread alone. Without /proc nobody can tell. */
static gboolean is_alone(GError **error)
{
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
	bool is_one = !tasks || (g_dir_read_name(tasks) && !g_dir_read_name(tasks));

	if (tasks)
		g_dir_close(tasks);
	if (!is_one)
		error_set(error, ERROR_FAILED, "There are threads already, which would not be "
					       "confined. This is a mistake in sotto.");
	return is_one;
}

/* `setarch -X` and its like make all memory that can be read executable. */
static gboolean want_plain_memory(GError **error)
{
	int now = personality(UINT32_MAX);

	if (now == -1 || !(now & READ_IMPLIES_EXEC) ||
	    personality((unsigned long)(now & ~READ_IMPLIES_EXEC)) != -1)
		return TRUE;
	error_set_errno(error, errno, "can't keep memory from being executed");
	return FALSE;
}

gboolean sandbox_enter(const struct sandbox *sandbox, struct guards *guards, GError **error)
{
	if (!is_alone(error) || !want_plain_memory(error))
		return FALSE;
	/* The filter forbids what the other needs, so it comes last. */
	return (!sandbox->writable || sandbox_confine(sandbox, guards, error)) &&
	       sandbox_filter(sandbox->role, &guards->states[GUARD_CALLS], error);
}

#include "tui/sandbox.h"

gboolean sandbox_enter(const struct sandbox *sandbox, struct guards *guards, GError **error)
{
	/* The filter forbids what the other needs, so it comes last. */
	guards->states[GUARD_FILES] = GUARD_OFF;
	if (sandbox->writable && !sandbox_confine(sandbox->writable, sandbox->readable,
						  &guards->states[GUARD_FILES], error))
		return FALSE;
	return sandbox_filter(sandbox->has_network, &guards->states[GUARD_CALLS], error);
}

#include "tui/cli/options.h"

#include "core/base/error.h"

gboolean option_number(const struct call *call, const char *name, int64_t min, int64_t max,
		       int64_t *number, GError **error)
{
	const char *text = call_option(call, name);

	if (!text || g_ascii_string_to_signed(text, 10, min, max, number, NULL))
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "--%s is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
		  "; %s isn't.",
		  name, min, max, text);
	return FALSE;
}

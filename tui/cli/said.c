#include "tui/cli/said.h"

#include <glib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

char *call_said(const struct call *call)
{
	const char *words = call->verb->said;
	GString *said;
	char *safe, *copy;

	/* Without that argument the verb only looks, and prints. */
	if (!words || (!call->arg_count && strstr(words, "{1}")))
		return NULL;
	said = g_string_new(words);
	for (int i = 0; i < call->arg_count; i++) {
		g_autofree char *place = g_strdup_printf("{%d}", i + 1);

		g_string_replace(said, place, call->args[i], 1);
	}
	safe = text_make_safe(said->str, said->len, TEXT_NEWLINE_SPACE);
	copy = g_strdup(safe);
	plain_free(safe);
	g_string_free(said, TRUE);
	return copy;
}

#include "tui/client/group_names.h"

#include <glib.h>

char *group_names(const struct group *group, const struct roster *roster, const char *own)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < group->members->len; i++) {
		const char *member = group->members->pdata[i];
		const char *name =
			g_strcmp0(member, own) == 0 ? "you" : roster_name(roster, member);

		g_string_append_printf(text, "%s%s%s", i ? ", " : "", name,
				       g_strcmp0(member, group->owner) == 0 ? " (owner)" : "");
	}
	return g_string_free(text, FALSE);
}

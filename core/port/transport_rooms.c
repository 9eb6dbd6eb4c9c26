#include "core/port/transport_rooms.h"

#include <string.h>

static const char *const affiliation_names[AFFILIATION_COUNT] = { "outcast", "none", "member",
								   "admin", "owner" };

const char *affiliation_name(enum affiliation affiliation)
{
	return affiliation_names[affiliation];
}

gboolean affiliation_parse(const char *name, enum affiliation *affiliation)
{
	for (int i = 0; i < AFFILIATION_COUNT; i++) {
		if (strcmp(name, affiliation_names[i]) == 0) {
			*affiliation = (enum affiliation)i;
			return TRUE;
		}
	}
	return FALSE;
}

#include "core/privacy.h"

#include <string.h>

static const char *const names[PRIVACY_COUNT + 1] = {
	[PRIVACY_OPEN] = "open",
	[PRIVACY_SPOTLIGHT] = "spotlight",
	[PRIVACY_VEIL] = "veil",
	[PRIVACY_SEALED] = "sealed",
};

const char *privacy_name(enum privacy mode)
{
	/* What isn't known is taken for the strictest. */
	return (unsigned int)mode < PRIVACY_COUNT ? names[mode] : names[PRIVACY_SEALED];
}

const char *const *privacy_names(void)
{
	return names;
}

gboolean privacy_parse(const char *name, enum privacy *mode)
{
	for (unsigned int i = 0; i < PRIVACY_COUNT; i++) {
		if (strcmp(name, names[i]) == 0) {
			*mode = (enum privacy)i;
			return TRUE;
		}
	}
	return FALSE;
}

enum privacy privacy_strictest(enum privacy a, enum privacy b)
{
	return a > b ? a : b;
}

enum privacy privacy_of_message(enum privacy mode, bool is_sealed)
{
	return is_sealed ? PRIVACY_SEALED : mode;
}

enum privacy_sight privacy_sight(enum privacy mode, bool is_focus, enum privacy_uncovered uncovered)
{
	if (mode == PRIVACY_OPEN)
		return SIGHT_ALL;
	if (!is_focus || mode >= PRIVACY_SEALED)
		return SIGHT_NONE;
	if (uncovered == UNCOVERED_ALL)
		return SIGHT_ALL;
	return mode == PRIVACY_SPOTLIGHT || uncovered == UNCOVERED_WORDS ? SIGHT_WORDS : SIGHT_NONE;
}

#include "core/model/privacy.h"

#include <string.h>

/* How strict each is. Floors, settings and commands go by that. */
static const struct {
	const char *name;
	unsigned strictness;
} modes[PRIVACY_COUNT] = {
	[PRIVACY_OPEN] = {"open", 0},	[PRIVACY_LINE] = {"line", 1},
	[PRIVACY_SPOTLIGHT] = {"spotlight", 2}, [PRIVACY_VEIL] = {"veil", 3},
	[PRIVACY_SEALED] = {"sealed", 4},
};

const char *privacy_name(enum privacy mode)
{
	/* What isn't known is taken for the strictest. */
	return (unsigned int)mode < PRIVACY_COUNT ? modes[mode].name : modes[PRIVACY_SEALED].name;
}

unsigned privacy_strictness(enum privacy mode)
{
	return (unsigned int)mode < PRIVACY_COUNT ? modes[mode].strictness : PRIVACY_COUNT;
}

enum privacy privacy_at(unsigned strictness)
{
	for (unsigned int i = 0; i < PRIVACY_COUNT; i++)
		if (modes[i].strictness == strictness)
			return (enum privacy)i;
	return PRIVACY_SEALED;
}

gboolean privacy_parse(const char *name, enum privacy *mode)
{
	for (unsigned int i = 0; i < PRIVACY_COUNT; i++) {
		if (strcmp(name, modes[i].name) == 0) {
			*mode = (enum privacy)i;
			return TRUE;
		}
	}
	return FALSE;
}

bool privacy_is_stricter(enum privacy a, enum privacy than)
{
	return privacy_strictness(a) > privacy_strictness(than);
}

enum privacy privacy_strictest(enum privacy a, enum privacy b)
{
	return privacy_is_stricter(a, b) ? a : b;
}

enum privacy privacy_of_message(enum privacy mode, bool is_sealed)
{
	return is_sealed ? PRIVACY_SEALED : mode;
}

enum privacy_sight privacy_sight(enum privacy mode, bool is_focus, enum privacy_uncovered uncovered)
{
	if (mode == PRIVACY_OPEN)
		return SIGHT_ALL;
	if (!is_focus || privacy_strictness(mode) >= privacy_strictness(PRIVACY_SEALED))
		return SIGHT_NONE;
	if (uncovered == UNCOVERED_ALL)
		return SIGHT_ALL;
	if (mode == PRIVACY_SPOTLIGHT)
		return SIGHT_WORDS;
	if (uncovered == UNCOVERED_NOTHING)
		return SIGHT_NONE;
	return mode == PRIVACY_LINE ? SIGHT_ROW : SIGHT_WORDS;
}

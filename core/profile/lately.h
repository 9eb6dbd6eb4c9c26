/*
 * lately: asking the carrier for the devices of many people at once, and of whom that was done so
 * short a while ago that it needn't be done again. Kept with the open account, not on the disk.
 */
#ifndef SOTTO_CORE_PROFILE_LATELY_H
#define SOTTO_CORE_PROFILE_LATELY_H

#include <stdbool.h>
#include "core/profile/directory.h"

/* Of more people than this, not everybody is asked for before each message. */
enum { LATELY_MANY = 10 };

/* Whether ADDRESS's devices were asked for in the last minute for ACT; who wrote has looked. */
bool lately_knows(const struct living *living, const char *address, enum directory_act act);
void lately_clear(struct living *living);

/*
 * directory_refresh() with ACT for each of ADDRESSES (NULL-terminated, copied), several at a time;
 * with IS_SPARING not for those that were asked for lately. DONE gets the first error; a fatal
 * one (lately_is_fatal) comes before others, and ends it.
 */
void lately_ask(struct living *living, const char *const *addresses, enum directory_act act,
		bool is_sparing, directory_done done, void *user);
/* Whether ERROR is more than somebody or the carrier being out of reach. */
bool lately_is_fatal(const GError *error);

#endif

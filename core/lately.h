/*
 * lately: whose devices the carrier was asked for so short a while ago that a message to many needs
 * no asking again. Kept with the open account, not on the disk.
 */
#ifndef SOTTO_CORE_LATELY_H
#define SOTTO_CORE_LATELY_H

#include <stdbool.h>

struct living;

/* ADDRESS's devices were asked for just now. */
void lately_asked(struct living *living, const char *address);
/* They were, in the last minute. */
bool lately_knows(const struct living *living, const char *address);
void lately_clear(struct living *living);

#endif

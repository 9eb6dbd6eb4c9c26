/*
 * leftover: what calls have left on this thread's stack.
 */
#ifndef SOTTO_TESTS_LEFTOVER_H
#define SOTTO_TESTS_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>

/* Whether any 8 bytes of SECRET (COUNT of them, from its start) lie below the caller. */
bool leftover_on_stack(const void *secret, size_t count);

#endif

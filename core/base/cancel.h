/*
 * cancel: a flag at which long work ends early, because the profile is to be locked or the process
 * to end.
 *
 * Another thread raises it, or a signal handler. Work on the engine's thread looks at it, at most
 * 10 ms of its own computing apart, and ends with ERROR_CANCELLED: its transaction is rolled back,
 * what it would have taken stays where it was. Work that must be done whole (what somebody wrote,
 * locking itself) is shielded from it; that is the engine's thread's to say, and short.
 *
 * A value without pointers; NULL is a flag that nobody raises.
 */
#ifndef SOTTO_CORE_BASE_CANCEL_H
#define SOTTO_CORE_BASE_CANCEL_H

#include <glib.h>
#include <stdbool.h>

struct cancel {
	gint raised;   /* how often, and not yet lowered */
	gint shielded; /* likewise */
};

/* From any thread, and in a signal handler. Each raising needs its lowering. */
void cancel_raise(struct cancel *cancel);
void cancel_lower(struct cancel *cancel);

/* Until the other is called nothing is seen of the flag; they nest. */
void cancel_shield(struct cancel *cancel);
void cancel_unshield(struct cancel *cancel);

bool cancel_is_raised(const struct cancel *cancel);
/* TRUE with ERROR_CANCELLED when it is. */
bool cancel_check(const struct cancel *cancel, GError **error);

#endif

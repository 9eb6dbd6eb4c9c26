/*
 * stack: what calls leave behind on it and in registers, and a thread whose stack holds nothing for
 * long.
 *
 * Libraries that work with keys leave some of them below the stack pointer (libsodium's Argon2id
 * its result), and in the registers for vectors, which copying and ciphers use. Whoever derives a
 * key or calls libsignal wipes both behind the call.
 */
#ifndef SOTTO_CORE_BASE_STACK_H
#define SOTTO_CORE_BASE_STACK_H

#include <glib.h>
#include <stdbool.h>

/* Twice what any call into libsodium, libsignal or libcrypto goes down. */
enum { STACK_CALL_BYTES = 16 * 1024 };

/* Overwrite STACK_CALL_BYTES below the caller, and the registers for vectors. */
void stack_wipe(void);

/*
 * The same, but all that this thread ever put below the caller. What the callers of the caller keep
 * in their frames stays, so call it from as far up as there is a place. A thread that isn't a
 * stack_thread needs it before it ends: the C library keeps its stack for the next one.
 */
void stack_wipe_all(void);

struct stack_thread;

/*
 * Run BODY with DATA on a thread called NAME (at most 15 characters) that takes no signals but what
 * it does to itself. Its stack is left out of dumps, and locked where the limit allows
 * (stack_is_locked). Ends the program when there can't be another thread, as GLib does.
 */
struct stack_thread *stack_thread_new(const char *name, void (*body)(void *data), void *data);
/* NULL instead of ending the program. */
struct stack_thread *stack_thread_try(const char *name, void (*body)(void *data), void *data);
/* Wait for its end and give the stack back: the kernel has no byte of it any more. */
void stack_thread_join(struct stack_thread *thread);
bool stack_is_locked(const struct stack_thread *thread);
/* Whether such a thread's stack would be locked now. */
bool stack_can_be_locked(void);

#endif

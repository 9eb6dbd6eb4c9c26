/*
 * interrupt: a signal that ends a verb (SIGINT, SIGTERM, SIGHUP) reaches it while its thread
 * computes too.
 *
 * A thread of its own takes them: the first raises the flag at which long work ends, and has FUNC
 * called on the verb's context. The second, or INTERRUPT_MS during which FUNC couldn't be called
 * (nobody reads what the verb prints), ends the process as if nobody had taken it. SIGHUP is left
 * alone where it is ignored.
 */
#ifndef SOTTO_TUI_CLI_INTERRUPT_H
#define SOTTO_TUI_CLI_INTERRUPT_H

enum {
	INTERRUPT_MS = 1000,
	INTERRUPT_EXIT = 128, /* and the signal: the exit code of a verb that it ended */
};

struct cancel;
struct interrupt;

/* CANCEL (NULL: none) is borrowed, and raised until interrupt_stop(). On the thread-default
 * context. */
struct interrupt *interrupt_start(struct cancel *cancel, void (*func)(void *user), void *user);
/* The flag is seen no more: what came before the end is done whole. */
void interrupt_heeded(struct interrupt *interrupt);
/* The signal that came, 0: none. */
int interrupt_stop(struct interrupt *interrupt);

#endif

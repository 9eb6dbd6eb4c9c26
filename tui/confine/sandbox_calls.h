/*
 * sandbox_calls: which system calls a confined process may make, with which arguments, as tables.
 * tui/confine/sandbox_filter.c turns them into filters.
 *
 * What happens to a call:
 *
 *	SANDBOX_FREE	goes, whatever its arguments
 *	SANDBOX_CHECKED	goes when the arguments fit one of its rows; else it fails with EPERM
 *	SANDBOX_DEADLY	ends the process (SIGSYS): nobody here calls it by mistake
 *	not listed	fails with ENOSYS, so that a C library falls back on what it did before
 *
 * A call of another ABI of the processor (i386 or x32 on x86-64) ends the process, whatever it is.
 *
 * To add a call: find out with `strace -f` which one fails, and with which arguments. If no
 * argument of it can do harm (it reaches no other process, no other device, nothing by a path that
 * Landlock doesn't look at: chmod, chown, utimes, xattr and friends), its name goes into
 * SANDBOX_FREE in sandbox_calls.c. Else it gets one row for each use in SANDBOX_CHECKED. An
 * argument that is a pointer can't be looked at. Then tests/support/hostile_*.c get an attempt that
 * shows what is refused and, if need be, one that shows what must go; test_sandbox makes them, and
 * `tests/e2e/run sandbox` runs every verb and screen under the filter.
 */
#ifndef SOTTO_TUI_CONFINE_SANDBOX_CALLS_H
#define SOTTO_TUI_CONFINE_SANDBOX_CALLS_H

#include <stdbool.h>
#include <stdint.h>

enum { SANDBOX_TESTS_MAX = 3 };

/* Who a row is for. */
enum sandbox_role {
	SANDBOX_LOCAL = 1,   /* no network */
	SANDBOX_NETWORK = 2, /* the Internet */
	SANDBOX_HELPER = 4,  /* the helper: sockets of this host (tui/confine/helper.h) */
	SANDBOX_ALL = 7,
};

/* (argument & MASK) == VALUE. An int is compared in its low 32 bits, as the kernel takes it. */
struct sandbox_test {
	unsigned argument;
	uint64_t mask;
	uint64_t value;
	bool is_self; /* VALUE is the process's own id */
};

struct sandbox_rule {
	const char *name;
	unsigned roles;
	unsigned count;
	struct sandbox_test tests[SANDBOX_TESTS_MAX];
};

/* NULL-terminated; those that this processor hasn't are left out. */
extern const char *const SANDBOX_FREE[];
extern const char *const SANDBOX_DEADLY[];
/* Ended by a row without a name. A row without tests names a call that a role hasn't got at all. */
extern const struct sandbox_rule SANDBOX_CHECKED[];
/* Arguments that end the process. */
extern const struct sandbox_rule SANDBOX_DEADLY_RULES[];

#endif

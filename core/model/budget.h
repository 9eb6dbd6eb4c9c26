/*
 * budget: how much is taken in a minute, from one source, of what nobody we know vouches for:
 * garbage, first messages, new devices, strangers. A source is a uid of the host or, over XMPP, a
 * domain. Messages of contacts, in sessions that are there, cost nothing.
 *
 * A value that is kept with the profile, so that a verb that is run again and again has no budget
 * of its own each time. All sources together have BUDGET_TOGETHER budgets, since one user may have
 * many uids (subuid(5)). Minutes are the app clock's.
 */
#ifndef SOTTO_CORE_MODEL_BUDGET_H
#define SOTTO_CORE_MODEL_BUDGET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* X(suffix, of one source, in a minute) */
#define BUDGET_ROWS(X)                                                                             \
	X(FILES, 1000)                                                                             \
	X(BYTES, 32 * 1024 * 1024)                                                                 \
	X(DEVICES, 10)	    /* that weren't known */                                               \
	X(SESSIONS, 20)	    /* begun by them */                                                    \
	X(PLACEHOLDERS, 10) /* for what can't be opened */                                         \
	X(CONTACTS, 10)	    /* who weren't known */

enum budget_kind {
#define X(suffix, most) BUDGET_##suffix,
	BUDGET_ROWS(X)
#undef X
		BUDGET_KINDS
};

enum {
	BUDGET_TOGETHER = 4,
	BUDGET_SOURCES = 256, /* told apart within a minute; further ones share one budget */
};

/* What something costs. */
struct cost {
	uint64_t of[BUDGET_KINDS];
};

struct budget;

/* KEPT is what budget_pack() gave, or NULL; what can't be read counts as nothing. */
struct budget *budget_new(GBytes *kept);
void budget_free(struct budget *budget);
GBytes *budget_pack(const struct budget *budget);

/* Whether SOURCE, which has TIMES the budget, has COST left in MINUTE. */
bool budget_allows(struct budget *budget, uint32_t source, unsigned times, int64_t minute,
		   const struct cost *cost);
/* Take COST, allowed or not. */
void budget_take(struct budget *budget, uint32_t source, int64_t minute, const struct cost *cost);

#endif

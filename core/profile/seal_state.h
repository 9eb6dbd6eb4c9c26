/*
 * seal_state: what the open account knows of its mark (core/omemo/seal_mark.h), kept with each
 * transaction. For core/profile/living.c and core/outbox/seal_guard.c; sealing notes its rows here.
 */
#ifndef SOTTO_CORE_PROFILE_SEAL_STATE_H
#define SOTTO_CORE_PROFILE_SEAL_STATE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/omemo/seal_mark.h"

struct clock;
struct ratchet;
struct store;

/* What goes back with a transaction. */
struct seal_known {
	struct seal_record record, stored;
	uint64_t seals;   /* of this run, so far */
	uint64_t covered; /* seals of this run that record.now stands for */
	bool is_adopted;  /* record.now is this run's */
};

struct seal_state {
	struct store *store;
	struct ratchet *ratchet;
	const struct clock *clock;
	unsigned block; /* seals that one mark stands for */
	struct seal_known known, former; /* FORMER: when the transaction began */
	struct seal_mark put;		 /* what this run has put at the carrier */
	int64_t put_at;			 /* boot ms */
};

/* NULL with ERROR; free with g_free. All is borrowed. */
struct seal_state *seal_state_new(struct store *store, struct ratchet *ratchet,
				  const struct clock *clock, GError **error);

/* A transaction begins; what has changed is written in it; it is rolled back. */
void seal_state_begin(struct seal_state *state);
gboolean seal_state_store(struct seal_state *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void seal_state_forget(struct seal_state *state);

/* Outbox row ROW was put, in the transaction under way. */
void seal_state_row(struct seal_state *state, int64_t row);
/* In the transaction under way: this run goes on behind FOUND, which is there, and behind all that
 * the profile knows itself. */
void seal_state_adopt(struct seal_state *state, const struct seal_mark *found);
/* Whether what is on record has been put. */
bool seal_state_is_put(const struct seal_state *state);

#endif

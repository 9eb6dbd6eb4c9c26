/*
 * fake_store: a store in memory that keeps the port's promises (core/port/store.h) and can fail on
 * purpose.
 *
 * begin() takes a snapshot, rollback() puts it back, closing inside a transaction does too: as a
 * crash would. Every function of the port that can fail counts as one call.
 *
 * A fake door keeps the committed rows across close and open, so that a test can "restart" with
 * the same profile. Its passphrase is compared, nothing is derived; nothing touches the disk.
 */
#ifndef SOTTO_TESTS_FAKE_STORE_H
#define SOTTO_TESTS_FAKE_STORE_H

#include <glib.h>
#include "core/base/error.h"
#include "core/port/store.h"

/* A store of its own, open, empty; its close() frees it and its rows. */
struct store *fake_store_new(void);

/*
 * Let the Nth call from now on (1: the next) fail with CODE, without doing anything; calls after it
 * work again. 0: none. rollback and close never fail.
 */
void fake_store_fail_at(struct store *store, unsigned n, enum error code);
/* As fail_at, but every call from the Nth on fails: a disk that stays full. */
void fake_store_fail_from(struct store *store, unsigned n, enum error code);
/* Calls since fake_store_new or the last fail_at; how many transactions were committed. */
unsigned fake_store_calls(const struct store *store);
unsigned fake_store_commits(const struct store *store);
/* While IS_BLOCKED scrubs fail with ERROR_FAILED, as when somebody reads. */
void fake_store_block(struct store *store, bool is_blocked);
bool fake_store_in_transaction(const struct store *store);

/*
 * A door to a profile in memory that doesn't exist yet. Stores opened through it belong to the
 * opener; fake_door_store gives the open one (NULL when none is), for the functions above.
 */
struct store_door *fake_door_new(void);
struct store *fake_door_store(struct store_door *door);
/* Another door to a copy of the profile as it was committed last, like `cp -r` of its folder. */
struct store_door *fake_door_copy(struct store_door *door);
/* The profile of DOOR, which is closed, is that of COPY from now on; COPY may be used again. */
void fake_door_put_back(struct store_door *door, struct store_door *copy);

#endif

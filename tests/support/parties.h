/*
 * parties: two sides with a ratchet each, over stores in memory and a clock that stands still, and
 * the things they do to one another. Every function fails the running cmocka test when it doesn't
 * work.
 */
#ifndef SOTTO_TESTS_PARTIES_H
#define SOTTO_TESTS_PARTIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet.h"
#include "tests/support/fake_store.h"

#define DAY (24 * 60 * 60 * (int64_t)1000)

struct still_clock {
	struct clock clock;
	int64_t wall;
	int64_t ahead; /* by how much the wall clock was set forward */
};

struct party {
	const char *address;
	uint32_t device;
	struct store *store;
	struct ratchet *ratchet;
	struct appclock *appclock;
	struct still_clock *clock;
};

struct pair {
	struct still_clock clock;
	struct party alice;
	struct party bob;
};

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		GError *error = NULL;                                                              \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, error ? error->message : "no error");            \
		assert_null(error);                                                                \
	} while (0)

#define assert_error(call, expected)                                                               \
	do {                                                                                       \
		GError *error = NULL;                                                              \
		assert_false(call);                                                                \
		assert_non_null(error);                                                            \
		if (!error_is(error, expected))                                                    \
			fail_msg("%s: %s", #call, error->message);                                 \
		assert_true(strlen(error->message) > 10);                                          \
		g_error_free(error);                                                               \
	} while (0)

void party_begin(struct party *party);
void party_commit(struct party *party);
void party_rollback(struct party *party);
void party_init(struct party *party, const char *address, uint32_t device,
		struct still_clock *clock);
void party_clear(struct party *party);
int pair_setup(void **state);
int pair_teardown(void **state);
/* OTHER's device on PARTY's record, with its key, or with KEY. */
void party_meet(struct party *party, const struct party *other, const uint8_t *key);
void party_bundle(struct party *party, struct bundle *bundle);
void party_start(struct party *party, struct party *other);
GBytes *party_seal(struct party *from, struct party *to, const char *text, bool *is_prekey);
gboolean party_open(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		    struct ratchet_opened *opened, GError **error);
void party_expect(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		  const char *text);
/* The same in a retired session: there is nothing to answer. */
void party_expect_retired(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
			  const char *text);
void party_say(struct party *from, struct party *to, const char *text, bool expect_prekey);
/* A session both ways. */
void pair_introduce(struct pair *pair);
GBytes *party_session(struct party *party, struct party *other);
bool party_refresh(struct party *party);
void party_drop(struct party *party, struct party *other);
void party_refuse(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		  enum error code);

#endif

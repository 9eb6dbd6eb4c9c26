/*
 * store_suite_inside: what the suite's own files share.
 */
#ifndef SOTTO_TESTS_STORE_SUITE_INSIDE_H
#define SOTTO_TESTS_STORE_SUITE_INSIDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "tests/support/store_suite.h"

struct suite {
	const struct store_maker *maker;
	struct store *store;
};

#define OPS(suite) ((suite)->store->ops)
/* A call of the port that has to work. */
#define DO(call)                                                                                  \
	do {                                                                                      \
		GError *error_ = NULL;                                                            \
		GError **error = &error_;                                                         \
		if (!(call))                                                                      \
			fail_msg("%s: %s", #call, error_ ? error_->message : "without an error"); \
		assert_null(error_);                                                              \
	} while (0)
/* A call that has to fail with CODE. */
#define DONT(code, call)                             \
	do {                                         \
		GError *error_ = NULL;               \
		GError **error = &error_;            \
		assert_false(call);                  \
		assert_true(error_is(error_, code)); \
		g_clear_error(&error_);              \
	} while (0)

/* Close and open again, where the store can. */
void suite_reopen(struct suite *suite);
void suite_begin(struct suite *suite);
void suite_commit(struct suite *suite);
/* Put a message; its place. */
int64_t suite_put(struct suite *suite, const char *conversation, int n, enum direction direction,
		  const char *body);

/* store_suite_messages.c */
void suite_test_message_whole(void **state);
void suite_test_message_again(void **state);
void suite_test_pages(void **state);
void suite_test_unread(void **state);
void suite_test_counting(void **state);
void suite_test_states(void **state);
void suite_test_long_bodies(void **state);
void suite_test_amend(void **state);
void suite_test_shift(void **state);
void suite_test_search(void **state);

/* store_suite_groups.c */
void suite_test_group_whole(void **state);
void suite_test_groups_each(void **state);
void suite_test_marks(void **state);

#endif

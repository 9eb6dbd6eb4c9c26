/*
 * term_expect: compare what was drawn with what it should look like. Needs cmocka.h before it.
 */
#ifndef SOTTO_TESTS_TERM_EXPECT_H
#define SOTTO_TESTS_TERM_EXPECT_H

#include "core/base/secret.h"
#include "tui/term/grid.h"

/* The rows of GRID, as grid_print gives them. */
#define expect_print(grid, expected)                                                               \
	do {                                                                                       \
		char *printed_ = grid_print(grid);                                                 \
												   \
		assert_string_equal(printed_, expected);                                           \
		plain_free(printed_);                                                              \
	} while (0)

/* The same with roles, as grid_print_styled gives them. */
#define expect_styled(grid, expected)                                                              \
	do {                                                                                       \
		char *printed_ = grid_print_styled(grid);                                          \
												   \
		assert_string_equal(printed_, expected);                                           \
		plain_free(printed_);                                                              \
	} while (0)

#endif

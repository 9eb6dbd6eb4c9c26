/* The box of a conversation: what is a command in it, and what begins it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/support/stage.h"

/* A line that looks like a command is one, or stays: it never goes to anybody. */
static void test_commands_in_the_box(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, ":expire 1h");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "timer bob"));
	assert_true(stage_shows(stage, "Write to Bob"));
	stage_type(stage, "/no-such-thing x");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Nothing was sent"));
	assert_true(stage_shows(stage, "/no-such-thing x"));
	stage_keys(stage, "C-u");
	stage_type(stage, "/expire tomorrow");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, ":expire tomorrow"));
	stage_keys(stage, "Escape");
	stage_type(stage, "::lock :)");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob :lock :)\n"));
	stage_paste(stage, ":lock\nand more");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "a command is one line"));
	assert_false(stage_asked(stage, "and more"));
	stage_free(stage);
}

/* The command may take the screen away from under the box. */
static void test_leaving_from_the_box(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, ":leave");
	stage_keys(stage, "Enter");
	assert_false(stage_shows(stage, "Write to Bob"));
	stage_keys(stage, "Enter");
	stage_type(stage, ":lock");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "lock"));
	stage_free(stage);
}

static void test_a_letter_begins_the_box(void **state)
{
	struct stage *stage = stage_new_with_bob();

	(void)state;
	stage_keys(stage, "Enter Escape");
	stage_type(stage, "Wait");
	stage_keys(stage, "Enter");
	assert_true(stage_asked(stage, "send bob Wait\n"));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_in_the_box),
		cmocka_unit_test(test_leaving_from_the_box),
		cmocka_unit_test(test_a_letter_begins_the_box),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Keys for a conversation that isn't there yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/base/secret.h"
#include "tests/support/stage.h"
#include "tui/ui/shell.h"

/* What is typed behind a command that goes to another conversation is for that one. */
static void test_typed_while_it_opens(void **state)
{
	struct stage *stage = stage_new_with_bob();
	const struct key letter = { .code = KC_CHAR, .ch = 's' }, enter = { .code = KC_ENTER };

	(void)state;
	stage_keys(stage, ":");
	stage_type(stage, "open Bob");
	stage_keys(stage, "Enter");
	assert_string_equal(stage->shell->host.current, "bob");
	shell_await(stage->shell, "carol");
	stage_type(stage, "secret");
	stage_keys(stage, "Enter");
	assert_false(stage_asked(stage, "send bob"));
	/* Nobody is there: it goes, and that is said. */
	shell_awaited(stage->shell, false);
	assert_true(stage_shows(stage, "What you typed since was let go."));
	assert_false(stage_shows(stage, "secret"));
	/* The control: it reaches whoever is there then. */
	shell_await(stage->shell, "carol");
	shell_key(stage->shell, &letter);
	shell_key(stage->shell, &enter);
	assert_false(stage_asked(stage, "send bob"));
	shell_awaited(stage->shell, true);
	assert_true(stage_asked(stage, "send bob"));
	/* Locking overtakes it. */
	shell_await(stage->shell, "carol");
	stage_type(stage, "secret");
	stage_keys(stage, "M-l");
	assert_true(stage->shell->is_locked);
	stage_free(stage);
	stage = stage_new_with_bob();
	/* Escape ends it. */
	shell_await(stage->shell, "carol");
	stage_keys(stage, "Escape");
	assert_false(shell_is_awaiting(stage->shell));
	stage_free(stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_while_it_opens),
	};

	if (!secret_start(NULL))
		return 1;
	g_setenv("TZ", "UTC", TRUE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

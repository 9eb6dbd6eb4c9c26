/* What Tab completes, in the command line and in the box, and what is said where nobody is called
 * so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/error.h"
#include "tests/support/stage.h"
#include "tui/nobody.h"

static const char *const spool[] = { "nadia", "nemo", "zoe", NULL };

static struct stage *with_people(void)
{
	struct stage *stage = stage_new(24, 80);

	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	fake_link_contact(stage->fake, "carol", NULL);
	fake_link_contact(stage->fake, "group:team", "Team")->kind = CONTACT_GROUP;
	stage->fake->people = spool;
	stage_open(stage);
	return stage;
}

/* LINE and Tab in the command line: what stands there then. */
static void completes(struct stage *stage, const char *line, const char *wanted)
{
	stage_keys(stage, "M-x");
	stage_type(stage, line);
	stage_keys(stage, "Tab");
	if (strcmp(lineedit_text(stage->shell->prompt.edit), wanted) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", line,
			 lineedit_text(stage->shell->prompt.edit), wanted);
	stage_keys(stage, "Escape");
}

/* Contacts, groups and rooms, by what they are called too. */
static void test_open(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	completes(stage, "open bob", "open bob");
	completes(stage, "open Bob", "open Bob");
	completes(stage, "open Te", "open Team ");
	completes(stage, "open ca", "open carol ");
	completes(stage, "open bob\\ ", "open 'Bob Marsh' ");
	/* Nobody who is only on the spool. */
	completes(stage, "open na", "open na");
	completes(stage, "group add ca", "group add carol ");
	completes(stage, "group add carol Te", "group add carol Team ");
	stage_free(stage);
}

/* The spool is asked once, and the answer completes what stands there still. */
static void test_add(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	assert_false(stage_asked(stage, "there"));
	completes(stage, "add na", "add nadia ");
	assert_true(stage_asked(stage, "there"));
	completes(stage, "add ne", "add nemo ");
	completes(stage, "contact-add car", "contact-add carol ");
	stage_keys(stage, "M-x");
	stage_type(stage, "add n");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "nadia  nemo"));
	assert_false(stage_shows(stage, "zoe"));
	stage_free(stage);
}

/* A command in the box is completed as well, and a message is left alone. */
static void test_box(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, ":add nad");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, ":add nadia"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, "  /open car");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "/open carol"));
	/* What is possible stands below the box. */
	stage_keys(stage, "C-a C-k");
	stage_type(stage, ":mode-n");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, ":mode-next"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, ":find-");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "find-clear  find-next  find-previous"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, "add nad");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "add nad"));
	assert_false(stage_shows(stage, "nadia"));
	stage_free(stage);
}

static void test_nobody(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "M-x");
	stage_type(stage, "open xyzzy");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Nobody called xyzzy is known."));
	assert_true(stage_shows(stage, "Known: Bob Marsh, carol and Team."));
	stage_keys(stage, "M-x");
	stage_type(stage, "verify caro");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "did you mean carol?"));
	/* Nobody is asked whether somebody unknown shall go. */
	stage_keys(stage, "M-x");
	stage_type(stage, "contact-remove caroll");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "did you mean carol?"));
	assert_false(stage_shows(stage, "Type yes"));
	stage_free(stage);
}

/* A locked profile is completed with nothing, whatever the answer. */
static void test_locked(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "M-x");
	stage_type(stage, "open ");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "carol"));
	stage_keys(stage, "Escape M-l");
	stage_keys(stage, "M-x Tab");
	assert_false(stage_shows(stage, "carol"));
	stage_free(stage);
}

static void lists(size_t count, const char *wanted)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	g_autofree char *list = nobody_list(names, count);

	assert_string_equal(list, wanted);
}

static void test_lists(void **state)
{
	g_autofree char *there = nobody_there("nado", (char *const *)(uintptr_t)spool);
	g_autofree char *empty = nobody_there("nado", NULL);

	(void)state;
	lists(0, "nobody yet");
	lists(1, "a");
	lists(2, "a and b");
	lists(5, "a, b, c, d and e");
	lists(6, "a, b, c, d, e and 1 more");
	lists(8, "a, b, c, d, e and 3 more");
	assert_non_null(strstr(there, "Did you mean nadia? On it: nadia, nemo and zoe."));
	assert_non_null(strstr(empty, "On it: nobody yet."));
	assert_null(strstr(empty, "mean"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),   cmocka_unit_test(test_add),
		cmocka_unit_test(test_box),    cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_locked), cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

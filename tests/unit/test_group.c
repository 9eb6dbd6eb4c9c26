#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/model/group.h"

#define ID "0123456789abcdef0123456789abcdef"

/* bob's view of a group that alice owns. */
static struct group *make(void)
{
	struct group *group = group_new("#ops", ID, "ops", "alice");

	group->version = 3;
	group_add(group, "alice");
	group_add(group, "bob");
	group_add(group, "carol");
	return group;
}

static struct group_word *word(const char *owner, uint64_t version, const char *members)
{
	struct group_word *word = g_new0(struct group_word, 1);

	word->id = g_strdup(ID);
	word->name = g_strdup("ops");
	word->owner = g_strdup(owner);
	word->version = version;
	if (members)
		word->members = *members ? g_strsplit(members, " ", -1) : g_new0(char *, 1);
	return word;
}

static void assert_members(const struct group *group, const char *wanted)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < group->members->len; i++)
		g_string_append_printf(text, "%s%s", i ? " " : "",
				       (const char *)group->members->pdata[i]);
	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

/* Take WORD, which is freed, from AUTHOR; the sentence must be TEXT where it changed something. */
static void take(struct group *group, struct group_word *word, const char *author,
		 enum group_verdict verdict, const char *text)
{
	struct group_change change = { 0 };
	g_autofree char *said = NULL;

	assert_int_equal(group_take(group, word, author, "bob", &change), verdict);
	if (verdict == GROUP_CHANGED) {
		said = group_change_text(group, &change, author);
		assert_string_equal(said, text);
	}
	group_change_clear(&change);
	group_word_free(word);
}

static void test_only_the_owner_says(void **state)
{
	struct group *group = make();

	(void)state;
	take(group, word("alice", 4, "alice bob carol dave"), "carol", GROUP_REFUSED, NULL);
	take(group, word("carol", 4, "carol bob"), "carol", GROUP_REFUSED, NULL);
	assert_members(group, "alice bob carol");
	take(group, word("alice", 3, "alice bob"), "alice", GROUP_SAME, NULL);
	take(group, word("alice", 2, "alice bob"), "alice", GROUP_SAME, NULL);
	take(group, word("alice", 9, NULL), "alice", GROUP_SAME, NULL);
	assert_members(group, "alice bob carol");
	take(group, word("alice", 5, "alice bob dave erin"), "alice", GROUP_CHANGED,
	     "alice added dave and erin. alice removed carol.");
	assert_members(group, "alice bob dave erin");
	assert_int_equal(group->version, 5);
	/* An owner must be on the list. */
	take(group, word("mallory", 6, "alice bob"), "alice", GROUP_REFUSED, NULL);
	group_free(group);
}

static void test_handing_over(void **state)
{
	struct group *group = make();

	(void)state;
	take(group, word("carol", 4, "bob carol"), "alice", GROUP_CHANGED,
	     "alice left. It is carol's now.");
	assert_string_equal(group->owner, "carol");
	take(group, word("alice", 5, "alice bob"), "alice", GROUP_REFUSED, NULL);
	take(group, word("carol", 5, "carol bob dave"), "carol", GROUP_CHANGED,
	     "carol added dave.");
	/* Whoever has it next has to be able to count on. */
	take(group, word("bob", INT64_MAX, "bob dave"), "carol", GROUP_REFUSED, NULL);
	group_free(group);
}

static void test_out_and_in_again(void **state)
{
	struct group *group = make();

	(void)state;
	take(group, word("alice", 4, ""), "alice", GROUP_CHANGED,
	     "alice took you out of #ops: nothing can be sent here any more.");
	assert_true(group->is_left);
	/* Nobody is told who stays, and what one isn't in doesn't change. */
	assert_false(group_has(group, "bob"));
	take(group, word("carol", 4, "carol bob"), "carol", GROUP_SAME, NULL);
	/* Somebody else owns it by now. */
	take(group, word("alice", 6, "alice bob"), "carol", GROUP_REFUSED, NULL);
	take(group, word("carol", 6, "carol bob"), "carol", GROUP_CHANGED,
	     "carol put you into #ops. In it are carol and bob.");
	assert_false(group->is_left);
	group_free(group);
}

static void test_leaving(void **state)
{
	struct group *group = make();
	struct group_word *bye = word("alice", 3, NULL);

	(void)state;
	bye->is_leaving = true;
	take(group, bye, "carol", GROUP_CHANGED, "carol left.");
	assert_members(group, "alice bob");
	bye = word("alice", 3, NULL);
	bye->is_leaving = true;
	take(group, bye, "carol", GROUP_SAME, NULL);
	/* Older than the list: the owner, who knows, says so in the next one. */
	bye = word("alice", 3, NULL);
	bye->is_leaving = true;
	take(group, word("alice", 4, "alice bob carol"), "alice", GROUP_CHANGED,
	     "alice added carol.");
	take(group, bye, "carol", GROUP_SAME, NULL);
	assert_members(group, "alice bob carol");
	bye = word("alice", 9, NULL);
	bye->is_leaving = true;
	take(group, bye, "alice", GROUP_REFUSED, NULL);
	group_free(group);
}

/* The owner's words came before the owner's list. */
static void test_before_the_list(void **state)
{
	struct group *group = group_new("#ops", ID, "ops", "alice");

	(void)state;
	group_add(group, "carol");
	take(group, word("alice", 1, "alice bob"), "carol", GROUP_REFUSED, NULL);
	take(group, word("alice", 1, "alice bob carol"), "alice", GROUP_CHANGED,
	     "alice put you into #ops. In it are alice, bob and carol.");
	group_free(group);
}

static void test_words(void **state)
{
	struct group *group = make();
	struct group_word *said = group_say(group, "bob");

	(void)state;
	assert_null(said->members);
	assert_int_equal(said->version, 3);
	group_word_free(said);
	said = group_say(group, "alice");
	assert_int_equal(g_strv_length(said->members), 3);
	group_word_free(said);
	assert_string_equal(group_heir(group), "bob");
	group_free(group);
}

static void test_addresses(void **state)
{
	static const char *const bad[] = { "",   "#",  "-x",  ".x",	 "a b",
					   "##", "a@b", "a/b", "a\nb", "\xc3\xa9" };
	g_autofree char *plain = group_address("ops", NULL), *again = group_address("#ops", NULL);
	char longest[GROUP_NAME_MAX + 2];

	(void)state;
	assert_string_equal(plain, "#ops");
	assert_string_equal(again, "#ops");
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		assert_null(group_address(bad[i], &error));
		assert_true(error_is(error, ERROR_USAGE));
	}
	memset(longest, 'x', sizeof(longest));
	longest[GROUP_NAME_MAX + 1] = '\0';
	assert_null(group_address(longest, NULL));
	longest[GROUP_NAME_MAX] = '\0';
	g_free(group_address(longest, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_the_owner_says), cmocka_unit_test(test_handing_over),
		cmocka_unit_test(test_out_and_in_again),    cmocka_unit_test(test_leaving),
		cmocka_unit_test(test_before_the_list),	    cmocka_unit_test(test_words),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

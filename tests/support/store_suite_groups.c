#include <string.h>

#include "core/port/store_groups.h"
#include "tests/support/store_suite_inside.h"

#define FIRST "00000000000000000000000000000001" /* suite_put's */
#define ID    "0123456789abcdef0123456789abcdef"

static struct group *make(const char *address, const char *id)
{
	struct group *group = group_new(address, id, "ops", "alice");

	group->version = 3;
	group_add(group, "alice");
	group_add(group, "bob");
	group_add(group, "carol");
	return group;
}

static void put(struct suite *suite, const struct group *group)
{
	suite_begin(suite);
	store_suite_contact(suite->store, group->address);
	DO(OPS(suite)->groups->put(suite->store, group, error));
	suite_commit(suite);
}

void suite_test_group_whole(void **state)
{
	struct suite *suite = *state;
	struct group *group = make("#ops", ID), *back = NULL;
	char *address = NULL;

	suite_begin(suite);
	DONT(ERROR_NO_CONTACT, OPS(suite)->groups->put(suite->store, group, error));
	OPS(suite)->rollback(suite->store);
	DONT(ERROR_FAILED, OPS(suite)->groups->put(suite->store, group, error));
	put(suite, group);
	suite_reopen(suite);
	DO(OPS(suite)->groups->get(suite->store, "#ops", &back, error));
	assert_string_equal(back->id, ID);
	assert_string_equal(back->name, "ops");
	assert_string_equal(back->owner, "alice");
	assert_int_equal(back->version, 3);
	assert_false(back->is_left);
	assert_int_equal(back->members->len, 3);
	assert_string_equal(back->members->pdata[1], "bob");
	group_free(back);
	DO(OPS(suite)->groups->find(suite->store, ID, &address, error));
	assert_string_equal(address, "#ops");
	g_free(address);
	DO(OPS(suite)->groups->find(suite->store, "another", &address, error));
	assert_null(address);
	/* In place of the former, members and all. */
	group_drop(group, "bob");
	group->is_left = true;
	put(suite, group);
	DO(OPS(suite)->groups->get(suite->store, "#ops", &back, error));
	assert_int_equal(back->members->len, 2);
	assert_true(back->is_left);
	group_free(back);
	group_free(group);
}

static gboolean join(const struct group *group, void *user)
{
	g_string_append_printf(user, "%s:%u ", group->address, group->members->len);
	return TRUE;
}

void suite_test_groups_each(void **state)
{
	struct suite *suite = *state;
	struct group *ops = make("#ops", ID), *lab = make("lab@rooms.example", NULL);
	struct group *back = NULL;
	GString *text = g_string_new(NULL);

	put(suite, lab);
	put(suite, ops);
	DO(OPS(suite)->groups->each(suite->store, join, text, error));
	assert_string_equal(text->str, "#ops:3 lab@rooms.example:3 ");
	suite_begin(suite);
	DO(OPS(suite)->contact_del(suite->store, "#ops", error));
	suite_commit(suite);
	DO(OPS(suite)->groups->get(suite->store, "#ops", &back, error));
	assert_null(back);
	g_string_truncate(text, 0);
	DO(OPS(suite)->groups->each(suite->store, join, text, error));
	assert_string_equal(text->str, "lab@rooms.example:3 ");
	g_string_free(text, TRUE);
	group_free(ops);
	group_free(lab);
}

static gboolean join_mark(const char *member, enum state state, void *user)
{
	g_string_append_printf(user, "%s:%s ", member, state_name(state));
	return TRUE;
}

void suite_test_marks(void **state)
{
	struct suite *suite = *state;
	GString *text = g_string_new(NULL);

	suite_begin(suite);
	store_suite_contact(suite->store, "#ops");
	suite_put(suite, "#ops", 1, DIRECTION_OUT, "words");
	suite_commit(suite);
	suite_begin(suite);
	DO(OPS(suite)->groups->mark(suite->store, "#ops", FIRST, "carol", STATE_QUEUED,
				    error));
	DO(OPS(suite)->groups->mark(suite->store, "#ops", FIRST, "bob", STATE_READ, error));
	DO(OPS(suite)->groups->mark(suite->store, "#ops", FIRST, "bob", STATE_DELIVERED,
				    error));
	DO(OPS(suite)->groups->mark(suite->store, "#ops", "not there", "bob", STATE_READ, error));
	suite_commit(suite);
	suite_reopen(suite);
	DO(OPS(suite)->groups->marks(suite->store, "#ops", FIRST, join_mark, text, error));
	assert_string_equal(text->str, "bob:read carol:queued ");
	suite_begin(suite);
	DO(OPS(suite)->contact_del(suite->store, "#ops", error));
	store_suite_contact(suite->store, "#ops");
	suite_put(suite, "#ops", 1, DIRECTION_OUT, "words");
	suite_commit(suite);
	g_string_truncate(text, 0);
	DO(OPS(suite)->groups->marks(suite->store, "#ops", FIRST, join_mark, text, error));
	assert_string_equal(text->str, "");
	g_string_free(text, TRUE);
}

/* Whose name might be taken for whose: who was there first keeps it. */
#include "core/model/lookalike.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static GPtrArray *people(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
}

static struct contact *add(GPtrArray *contacts, const char *address, const char *alias,
			   int64_t added_at, bool is_listed)
{
	struct contact *contact = g_new0(struct contact, 1);

	contact->address = g_strdup(address);
	contact->alias = g_strdup(alias);
	contact->added_at = added_at;
	contact->is_listed = is_listed;
	g_ptr_array_add(contacts, contact);
	return contact;
}

static void test_who_came_later_is_doubted(void **state)
{
	g_autoptr(GPtrArray) contacts = people();
	struct contact *later = add(contacts, "mallory", "\u0430lice", 2, true);
	struct contact *first = add(contacts, "alice", NULL, 1, true);
	struct contact *other = add(contacts, "bob", "Robert", 3, true);
	g_autoptr(GHashTable) alike = lookalike_find(contacts);

	(void)state;
	assert_ptr_equal(g_hash_table_lookup(alike, later), first);
	assert_null(g_hash_table_lookup(alike, first));
	assert_null(g_hash_table_lookup(alike, other));
}

static void test_a_stranger_comes_last(void **state)
{
	g_autoptr(GPtrArray) contacts = people();
	struct contact *stranger = add(contacts, "a1ice", NULL, 1, false);
	struct contact *listed = add(contacts, "alice", NULL, 2, true);
	g_autoptr(GHashTable) alike = lookalike_find(contacts);

	(void)state;
	assert_ptr_equal(g_hash_table_lookup(alike, stranger), listed);
	assert_null(g_hash_table_lookup(alike, listed));
}

static void test_nobody_looks_like_himself(void **state)
{
	g_autoptr(GPtrArray) contacts = people();
	struct contact *alice = add(contacts, "alice", "Alice", 1, true);
	g_autoptr(GHashTable) alike = NULL;

	(void)state;
	add(contacts, "bob", "", 2, true);
	add(contacts, "carol", NULL, 3, true);
	alike = lookalike_find(contacts);
	assert_int_equal(g_hash_table_size(alike), 0);
	assert_null(g_hash_table_lookup(alike, alice));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_came_later_is_doubted),
		cmocka_unit_test(test_a_stranger_comes_last),
		cmocka_unit_test(test_nobody_looks_like_himself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whom a typed name means: what the user calls somebody isn't taken over by whoever takes that name
 * as an address. */
#include "core/profile/naming.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "tests/support/world.h"

struct known {
	const char *address;
	const char *alias;
	bool is_listed;
	enum contact_kind kind;
};

/* Who is meant by TEXT among KNOWN, in either order; "?": two are. */
static void means(const struct known *known, const char *text, const char *wanted)
{
	size_t count = 0;

	while (known[count].address)
		count++;
	for (int turn = 0; turn < 2; turn++) {
		g_autoptr(GError) error = NULL;
		struct naming naming;
		const char *found;

		naming_begin(&naming, text);
		for (size_t i = 0; i < count; i++) {
			const struct known *one = &known[turn ? count - 1 - i : i];
			const struct contact contact = { .address = (char *)(uintptr_t)one->address,
							 .alias = (char *)(uintptr_t)one->alias,
							 .is_listed = one->is_listed,
							 .kind = one->kind };

			naming_look(&naming, &contact);
		}
		found = naming_end(&naming, &error);
		if (error)
			assert_true(error_is(error, ERROR_USAGE));
		if (g_strcmp0(error ? "?" : found, wanted) != 0)
			fail_msg("%s: %s, not %s", text, error ? error->message : found, wanted);
		naming_clear(&naming);
	}
}

static void test_alias_before_stranger(void **state)
{
	static const struct known known[] = {
		{ "eve", "mum", true, 0 }, { "mum", NULL, false, 0 }, { "joe", NULL, true, 0 },
		{ NULL, NULL, false, 0 },
	};

	(void)state;
	means(known, "mum", "eve");
	means(known, "MUM", "eve");
	means(known, "eve", "eve");
	means(known, "@mum", "mum");
	means(known, "@eve", "eve");
	/* Control: without an alias the address is the stranger's. */
	means(known + 1, "mum", "mum");
	means(known, "nobody", NULL);
	means(known, "@nobody", NULL);
	means(known, "uid:0", NULL);
	means(known, "", NULL);
	means(known, "@", NULL);
	means(known, "\xff", NULL);
}

static void test_two_that_are_listed(void **state)
{
	static const struct known known[] = {
		{ "eve", "mum", true, 0 },	 { "mum", NULL, true, 0 },
		{ "joe", "Z\xc3\xb6", true, 0 }, { "ann", "z\xc3\xb6", true, 0 },
		{ "kim", "kim", true, 0 },	 { "lee", "uid:0", true, 0 },
		{ NULL, NULL, false, 0 },
	};

	(void)state;
	means(known, "mum", "?");
	means(known, "@mum", "mum");
	means(known, "eve", "eve");
	means(known, "z\xc3\xb6", "?");
	means(known, "kim", "kim");
	/* That is a user of the host, whatever somebody is called. */
	means(known, "uid:0", NULL);
}

static void test_groups(void **state)
{
	static const struct known known[] = {
		{ "#den", NULL, true, CONTACT_GROUP },
		{ "den", NULL, false, 0 },
		{ "#ops", NULL, true, CONTACT_GROUP },
		{ "ops", NULL, true, 0 },
		{ "#all", NULL, true, CONTACT_GROUP },
		{ "ann", "all", true, 0 },
		{ "#one", NULL, true, CONTACT_GROUP },
		{ "hut@rooms.x.org", NULL, true, CONTACT_ROOM },
		{ "hut@rooms.y.org", NULL, true, CONTACT_ROOM },
		{ NULL, NULL, false, 0 },
	};

	(void)state;
	means(known, "den", "?");
	means(known, "#den", "#den");
	means(known, "@den", "den");
	means(known, "ops", "ops");
	means(known, "all", "ann");
	means(known, "one", "#one");
	means(known, "hut", "?");
	means(known, "hut@rooms.y.org", "hut@rooms.y.org");
}

static void test_jids(void **state)
{
	/* An alias of an older profile. */
	static const struct known known[] = {
		{ "eve@x.org", "mum@x.org", true, 0 },
		{ "mum@x.org", NULL, false, 0 },
		{ NULL, NULL, false, 0 },
	};

	(void)state;
	means(known, "mum@x.org", "eve@x.org");
	means(known, "@mum@x.org", "mum@x.org");
	means(known, "@EVE@x.org", "eve@x.org");
}

/* -- the engine ------------------------------------------------------------------------------- */

static void finds(struct person *person, const char *text, const char *wanted)
{
	struct contact *contact = NULL;

	assert_true(engine_find(person->engine, text, &contact, NULL));
	assert_string_equal(contact ? contact->address : "", wanted);
	contact_free(contact);
}

static bool was_told(struct person *person, const char *text)
{
	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		if (event->type == EVENT_NOTICE && event->text && strstr(event->text, text))
			return true;
	}
	return false;
}

static void test_stranger_takes_the_name(void **state)
{
	struct couple *pair = *state;
	struct person *mum, *other = person_new(pair->hub, "zoe");
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;

	assert_true(engine_contact_add(pair->alice->engine, "bob", "mum", NULL));
	finds(pair->alice, "mum", "bob");
	assert_int_equal(person_send(other, "alice", "hello"), 0);
	person_fetch(pair->alice);
	assert_false(was_told(pair->alice, "whom you call"));
	mum = person_new(pair->hub, "mum");
	assert_int_equal(person_send(mum, "alice", "it is me"), 0);
	person_fetch(pair->alice);
	assert_int_equal(person_count(pair->alice, "mum"), 1);
	assert_true(was_told(pair->alice, "mum is new here and isn't bob, whom you call mum"));
	finds(pair->alice, "mum", "bob");
	finds(pair->alice, "@mum", "mum");
	/* Now it is a contact too. */
	assert_true(engine_contact_add(pair->alice->engine, "@mum", NULL, NULL));
	assert_false(engine_find(pair->alice->engine, "mum", &contact, &error));
	assert_null(contact);
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, "what you call bob"));
	assert_non_null(strstr(error->message, "write @bob or @mum"));
	person_free(mum);
	person_free(other);
}

static void test_names_of_others(void **state)
{
	static const char *const refused[] = {
		"alice", "ALICE", "\xd0\xb0lice", /* herself */ "Notes to self",
		"zoe", "Zoe", "z\xe2\x80\x8boe",  /* another contact, and what looks like her */
		"zed", "ZED", "z\xc3\xa9" "d",	  /* what that one is called */
		"@ben", "uid:0", "#den", "joe@example.org", "",
	};
	static const char *const taken[] = { "bob", "Bob", "Robert", "mum" };
	struct couple *pair = *state;
	struct engine *engine = pair->alice->engine;

	assert_true(engine_contact_add(engine, "zoe", "zed", NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;

		if (engine_contact_add(engine, "bob", refused[i], &error))
			fail_msg("taken: %s", refused[i]);
		assert_true(error_is(error, ERROR_USAGE));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		assert_true(engine_contact_add(engine, "bob", taken[i], NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alias_before_stranger),
		cmocka_unit_test(test_two_that_are_listed),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_jids),
		cmocka_unit_test_setup_teardown(test_stranger_takes_the_name, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_names_of_others, couple_setup,
						couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

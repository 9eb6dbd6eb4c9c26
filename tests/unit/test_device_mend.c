/* Profiles of versions whose trust hung on a device's id. */
#include "tests/support/device_rows.h"
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"

enum { LATE = 7 };

static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void look(struct person *person, const char *address)
{
	engine_refresh(person->engine, address, 10000, ignore, NULL);
}

static void compare(struct person *person, const char *address)
{
	struct safety safety;

	assert_true(engine_safety(person->engine, address, &safety, NULL));
	assert_true(
		engine_verify_code(person->engine, address, safety.number, "code", NULL));
	safety_clear(&safety);
}

static void put_row(struct person *person, struct device *row)
{
	struct store *store = fake_door_store(person->door);

	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->device_put(store, row, NULL));
	assert_true(store->ops->setting_put(store, "trust-by-key", NULL, NULL));
	assert_true(store->ops->commit(store, NULL));
}

/* As such a version would have left it: announced without a key, and believed. */
static void make_former(struct person *alice, const char *address, uint32_t id, enum trust trust)
{
	struct device *row = rows_find(alice, address, id);

	row->trust = trust;
	row->decided_at = 1;
	g_free(row->method);
	row->method = g_strdup("code");
	put_row(alice, row);
	device_free(row);
}

static unsigned count_notices(const struct person *person, const char *words)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == EVENT_NOTICE && strstr(event->text, words);
	}
	return count;
}

static void test_a_former_profile(void **state)
{
	enum { LATER = 8, COMPARED = 9 };
	struct trio *trio = *state;
	struct person *alice = trio->alice;

	hub_list(trio->hub, "bob", LATE);
	hub_list(trio->hub, "bob", LATER);
	hub_list(trio->hub, "bob", COMPARED);
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	rows_publish_as(trio->hub, trio->mallory, "bob", LATER);
	rows_publish_as(trio->hub, trio->mallory, "bob", COMPARED);
	look(alice, "bob");
	compare(alice, "bob");
	assert_true(person_trust(alice, "bob", COMPARED, ACT_DISTRUST));
	make_former(alice, "bob", LATE, TRUST_TRUSTED);
	make_former(alice, "bob", COMPARED, TRUST_VERIFIED);
	make_former(alice, "bob", LATER, TRUST_VERIFIED);
	person_restart(alice);
	/* Compared with its key there: that holds. Without a key, nothing does. */
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	assert_int_equal(rows_trust(alice, "bob", COMPARED), TRUST_VERIFIED);
	assert_int_equal(rows_trust(alice, "bob", LATER), TRUST_VERIFIED);
	assert_int_equal(rows_recorded(alice, JOURNAL_UNDECIDED, LATE), 1);
	assert_int_equal(count_notices(alice, "Device 7 of bob"), 1);
	assert_int_equal(rows_trust(alice, "bob", person_device(trio->bob)), TRUST_VERIFIED);
	/* Once: what the user decides afterwards stays. */
	person_restart(alice);
	assert_int_equal(rows_recorded(alice, JOURNAL_UNDECIDED, LATE), 1);
}

static void test_a_former_profile_whose_keys_came(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice;

	hub_list(trio->hub, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	rows_publish_as(trio->hub, trio->mallory, "bob", LATE);
	look(alice, "bob");
	make_former(alice, "bob", LATE, TRUST_TRUSTED);
	/* The control: that is what it did. */
	assert_int_equal(person_send(alice, "bob", "two"), 0);
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 3);
	person_restart(alice);
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	assert_int_equal(person_send(alice, "bob", "three"), 5);
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, trio_setup, trio_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_former_profile),
		TEST(test_a_former_profile_whose_keys_came),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who may be written to, over real engines on one hub: changes block, nothing is raised by itself.
 */
#include "tests/support/device_rows.h"
#include "tests/support/still_clock.h"
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/omemo/bundle.h"
#include "core/engine/engine_change.h"
#include "core/engine/engine_messages.h"
#include "core/profile/device_keys.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_trust.h"
#include "core/profile/journal.h"
#include "core/profile/living.h"
#include "core/model/settings.h"

enum { FLOOD = 50, STEPS = 150 };

static void refreshed(void *user, const GError *error)
{
	assert_null(error);
	++*(unsigned *)user;
}

static void refresh(struct person *person, const char *address)
{
	unsigned answers = 0;

	engine_refresh(person->engine, address, 10000, refreshed, &answers);
	assert_int_equal(answers, 1);
}

static char *number(struct person *person, const char *address)
{
	struct safety safety;
	char *copy;

	refresh(person, address);
	refresh(person, person->name);
	assert_true(engine_safety(person->engine, address, &safety, NULL));
	copy = g_strdup(safety.number);
	safety_clear(&safety);
	return copy;
}

static bool is_verified(struct person *person, const char *address)
{
	struct safety safety;
	bool verified;

	assert_true(engine_safety(person->engine, address, &safety, NULL));
	verified = safety.is_verified;
	safety_clear(&safety);
	return verified;
}

static unsigned count_events(const struct person *person, enum event_type type, const char *address)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == type && g_strcmp0(event->address, address) == 0;
	}
	return count;
}

static struct change *change_of(struct person *person, const char *address)
{
	struct change *change = engine_change(person->engine, address, NULL);

	assert_non_null(change);
	return change;
}

static gboolean count_in(const struct message *message, void *user)
{
	*(unsigned *)user += message->direction == DIRECTION_IN && message->kind == KIND_TEXT;
	return TRUE;
}

static unsigned count_from(struct person *person, const char *address)
{
	unsigned count = 0;

	assert_true(engine_before(person->engine, address, 0, 100000, count_in, &count, NULL));
	return count;
}

/* MALLORY's keys stand under the address and device of VICTIM from now on. */
static void replace_bundle(struct hub *hub, struct person *mallory, struct person *victim)
{
	rows_publish_as(hub, mallory, victim->name, person_device(victim));
}

/* -- a man in the middle --------------------------------------------------------------------- */

static void test_replaced_before_first_contact(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct person *mallory = person_new(hub, "mallory");
	g_autofree char *from_bob = number(bob, "alice");
	GError *error = NULL;

	(void)state;
	replace_bundle(hub, mallory, bob);
	/* Nothing tells the first time: that is what comparing is for. */
	assert_int_equal(person_send(alice, "bob", "hello"), 0);
	assert_false(engine_verify_code(alice->engine, "bob", from_bob, "code", &error));
	assert_int_equal(error_exit_code(error), 5);
	assert_false(is_verified(alice, "bob"));
	g_clear_error(&error);
	person_free(alice);
	person_free(bob);
	person_free(mallory);
	hub_free(hub);
}

static void test_replaced_after_verifying(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct person *mallory = person_new(hub, "mallory");
	g_autofree char *from_bob = NULL;
	struct change *change;

	(void)state;
	/* Known and verified, but without a session yet. */
	assert_true(engine_contact_add(alice->engine, "bob", NULL, NULL));
	assert_true(engine_rule(alice->engine, "bob", RULE_MANUAL, NULL));
	refresh(alice, "bob");
	from_bob = number(bob, "alice");
	assert_int_equal(person_send(alice, "bob", "not yet"), 5);
	assert_true(engine_verify_code(alice->engine, "bob", from_bob, "code", NULL));
	assert_true(is_verified(alice, "bob"));
	replace_bundle(hub, mallory, bob);
	assert_int_equal(person_send(alice, "bob", "secret"), 5);
	assert_int_equal(hub_taken(hub)->len, 0);
	assert_false(is_verified(alice, "bob"));
	assert_true(count_events(alice, EVENT_TRUST, "bob") > 0);
	change = change_of(alice, "bob");
	assert_int_equal(change->changed, 1);
	assert_int_equal(change->fresh, 0);
	assert_true(change->was_verified);
	assert_true(change->since > 0);
	change_free(change);
	/* The number that was right isn't any more. */
	assert_false(engine_verify_code(alice->engine, "bob", from_bob, "code", NULL));
	person_free(alice);
	person_free(bob);
	person_free(mallory);
	hub_free(hub);
}

/* -- changes --------------------------------------------------------------------------------- */

static void test_a_flood_is_one_question(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct bundle bundle = { 0 };
	struct change *change;
	int64_t start, took;

	(void)state;
	assert_int_equal(person_send(alice, "bob", "hello"), 0);
	rows_take_bundle(hub, bob, &bundle);
	for (uint32_t i = 1; i <= FLOOD; i++) {
		bundle.device = i;
		bundle.identity[7] = (uint8_t)i;
		hub_publish(hub, "bob", &bundle);
	}
	bundle_clear(&bundle);
	start = g_get_monotonic_time();
	assert_int_equal(person_send(alice, "bob", "two"), 5);
	change = change_of(alice, "bob");
	took = g_get_monotonic_time() - start;
	assert_true(took < G_USEC_PER_SEC / 2);
	assert_int_equal(change->fresh, FLOOD);
	assert_int_equal(change->devices->len, FLOOD);
	assert_int_equal(count_events(alice, EVENT_TRUST, "bob"), 1);
	change_free(change);
	/* Put off is still refused, and stays put off across a restart. */
	assert_true(engine_remind(alice->engine, "bob", INT64_MAX, NULL));
	person_restart(alice);
	change = change_of(alice, "bob");
	assert_true(change->remind_at == INT64_MAX);
	change_free(change);
	assert_int_equal(person_send(alice, "bob", "three"), 5);
	person_free(alice);
	person_free(bob);
	hub_free(hub);
}

/* The key that alice has on record for a device of bob's isn't its own any more. */
static void test_a_changed_key_is_kept_in_quarantine(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct store *store = fake_door_store(alice->door);
	struct device *device;
	struct message *message;

	(void)state;
	assert_true(engine_contact_add(alice->engine, "bob", NULL, NULL));
	refresh(alice, "bob");
	assert_int_equal(person_send(bob, "alice", "one"), 0);
	device = rows_find(alice, "bob", person_device(bob));
	device->key[9] ^= 1;
	device->trust = TRUST_VERIFIED;
	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->session_del(store, "bob", device->id, NULL));
	assert_true(store->ops->device_put(store, device, NULL));
	assert_true(store->ops->commit(store, NULL));
	device_free(device);
	person_restart(alice);
	person_fetch(alice);
	message = person_last(alice, "bob");
	assert_int_equal(message->kind, KIND_TEXT);
	assert_string_equal(message->body, "one");
	assert_int_equal(message->trust, TRUST_UNDECIDED);
	message_free(message);
	assert_true(count_events(alice, EVENT_TRUST, "bob") > 0);
	assert_int_equal(person_send(alice, "bob", "answer"), 5);
	person_free(alice);
	person_free(bob);
	hub_free(hub);
}

static void test_off_stays_off(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct person *other = person_new(hub, "bob");
	uint32_t id = person_device(other);
	struct device *device;
	struct message *message;

	(void)state;
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	person_fetch(other);
	assert_true(engine_deactivate(alice->engine, "bob", id, NULL));
	for (int i = 0; i < 3; i++)
		assert_int_equal(person_send(alice, "bob", "without it"), 0);
	refresh(alice, "bob");
	person_fetch(other);
	assert_int_equal(count_from(other, "alice"), 1);
	device = rows_find(alice, "bob", id);
	assert_false(device->is_active);
	assert_true(device->has_key);
	device_free(device);
	assert_int_equal(person_send(other, "alice", "still here"), 0);
	person_fetch(alice);
	message = person_last(alice, "bob");
	assert_string_equal(message->body, "still here");
	assert_int_equal(message->trust, TRUST_UNTRUSTED);
	message_free(message);
	/* The user's act takes it back. */
	assert_true(person_trust(alice, "bob", id, ACT_TRUST));
	assert_int_equal(person_send(alice, "bob", "with it"), 0);
	person_fetch(other);
	assert_int_equal(count_from(other, "alice"), 2);
	person_free(alice);
	person_free(bob);
	person_free(other);
	hub_free(hub);
}

/* -- rules ----------------------------------------------------------------------------------- */

static void test_rules(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct change *change;

	(void)state;
	assert_false(engine_rule(alice->engine, "bob", RULE_VERIFIED, NULL));
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	assert_true(engine_rule(alice->engine, "bob", RULE_VERIFIED, NULL));
	assert_int_equal(person_send(alice, "bob", "two"), 5);
	change = change_of(alice, "bob");
	assert_int_equal(change->only_trusted, 1);
	change_free(change);
	assert_true(
		person_trust(alice, "bob", person_device(bob), ACT_TRUST));
	assert_int_equal(person_send(alice, "bob", "three"), 5);
	assert_true(
		person_trust(alice, "bob", person_device(bob), ACT_VERIFY));
	assert_int_equal(person_send(alice, "bob", "four"), 0);
	person_free(alice);
	person_free(bob);
	hub_free(hub);
}

static void test_the_profiles_rule(void **state)
{
	static const struct {
		const char *word;
		enum trust_rule rule;
	} rows[] = {
		{ "first", RULE_FIRST },
		{ "manual", RULE_MANUAL },
		{ "verified", RULE_VERIFIED },
	};
	struct settings *settings = settings_new(settings_engine_rows());
	struct living living = { .settings = settings };
	struct contact contact = { .rule = RULE_DEFAULT };

	(void)state;
	assert_int_equal(living_rule(&living, &contact), RULE_FIRST);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_true(settings_set(settings, "trust_rule", rows[i].word, SETTING_FILE, NULL));
		contact.rule = RULE_DEFAULT;
		assert_int_equal(living_rule(&living, &contact), rows[i].rule);
		contact.rule = RULE_MANUAL;
		assert_int_equal(living_rule(&living, &contact), RULE_MANUAL);
	}
	settings_free(settings);
}

/* -- own devices ----------------------------------------------------------------------------- */

static void test_a_new_own_device_asks(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice");
	struct person *bob = person_new(hub, "bob");
	struct person *other;
	struct change *change;
	uint32_t id;

	(void)state;
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	other = person_new(hub, "alice");
	id = person_device(other);
	refresh(alice, "alice");
	assert_int_equal(count_events(alice, EVENT_TRUST, "alice"), 1);
	change = change_of(alice, "alice");
	assert_true(change->is_own);
	assert_int_equal(change->fresh, 1);
	change_free(change);
	person_send(alice, "bob", "two");
	person_fetch(other);
	assert_int_equal(person_count(other, "bob"), 0);
	assert_true(person_trust(alice, "alice", id, ACT_TRUST));
	assert_int_equal(person_send(alice, "bob", "three"), 0);
	assert_true(engine_revoke(alice->engine, id, NULL));
	change = change_of(alice, "alice");
	assert_int_equal(change->devices->len, 0);
	change_free(change);
	person_free(alice);
	person_free(bob);
	person_free(other);
	hub_free(hub);
}

/* -- whatever happens ------------------------------------------------------------------------ */

struct random_world {
	struct hub *hub;
	GRand *random;
	struct person *alice;
	struct person *bob;
	struct person *mallory;
	GPtrArray *others; /* devices of bob's address that came later */
};

static void random_step(struct random_world *world)
{
	struct person *alice = world->alice;
	struct person *other = world->others->len ?
				       world->others->pdata[g_rand_int_range(
					       world->random, 0, (gint32)world->others->len)] :
				       NULL;

	switch (g_rand_int_range(world->random, 0, 9)) {
	case 0:
		if (world->others->len < 5)
			g_ptr_array_add(world->others, person_new(world->hub, "bob"));
		break;
	case 1:
		person_restart(alice);
		break;
	case 2:
		refresh(alice, "bob");
		break;
	case 3:
		if (other)
			person_send(other, "alice", "trust me");
		break;
	case 4:
		person_fetch(alice);
		break;
	case 5:
		if (other)
			(void)!person_trust(alice, "bob", person_device(other), ACT_DISTRUST);
		break;
	case 6:
		if (other)
			(void)!engine_deactivate(alice->engine, "bob", person_device(other), NULL);
		break;
	case 7:
		if (other)
			replace_bundle(world->hub, world->mallory, other);
		break;
	default:
		assert_true(engine_remind(alice->engine, "bob", 0, NULL));
		break;
	}
}

/* No act of the user's raises trust here, so whatever the order, none of the later devices ever
 * gets a word. */
static void test_nothing_is_raised_by_itself(void **state)
{
	struct random_world world = { .hub = hub_new(), .random = g_rand_new_with_seed(20261123) };

	(void)state;
	world.alice = person_new(world.hub, "alice");
	world.bob = person_new(world.hub, "bob");
	world.mallory = person_new(world.hub, "mallory");
	world.others = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	assert_int_equal(person_send(world.alice, "bob", "first"), 0);
	for (int i = 0; i < STEPS; i++) {
		random_step(&world);
		person_send(world.alice, "bob", "for bob only");
		for (guint k = 0; k < world.others->len; k++) {
			person_fetch(world.others->pdata[k]);
			assert_int_equal(count_from(world.others->pdata[k], "alice"), 0);
		}
	}
	person_fetch(world.bob);
	assert_true(person_count(world.bob, "alice") > 0);
	g_ptr_array_unref(world.others);
	person_free(world.alice);
	person_free(world.bob);
	person_free(world.mallory);
	g_rand_free(world.random);
	hub_free(world.hub);
}

/* Bob's folder is another user's: his devices are in doubt, and the journal says so. */
static void change_owner(struct living *living)
{
	g_autoptr(GPtrArray) devices = living_devices(living, "bob", NULL);

	assert_true(living_begin(living, NULL));
	for (guint i = 0; i < devices->len; i++) {
		device_doubt(devices->pdata[i]);
		assert_true(living->store->ops->device_put(living->store, devices->pdata[i],
							   NULL));
	}
	assert_true(journal_add(living->store, living->clock, JOURNAL_OWNER_CHANGED, "bob", 0,
				NULL, NULL));
	assert_true(living_commit(living, NULL));
}

/* What came after what says the journal's order, however the clock was set in between. */
static void test_no_clock_says_what_changed(void **state)
{
	static const int64_t steps[] = { 0, 7, -7 }; /* days */

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		struct hub *hub = hub_new();
		struct still_clock still;
		struct person *alice, *bob = person_new(hub, "bob");
		struct person *mallory = person_new(hub, "mallory");
		struct change *change;

		still_clock_init(&still);
		alice = person_new_by(hub, "alice", &still.clock);
		assert_int_equal(person_send(alice, "bob", "hello"), 0);
		still.wall += steps[i] * INT64_C(86400000);
		change_owner(alice->engine->living);
		still.wall -= 2 * steps[i] * INT64_C(86400000);
		/* The control: one that comes afterwards hasn't changed. */
		rows_publish_as(hub, mallory, "bob", 7);
		refresh(alice, "bob");
		change = change_of(alice, "bob");
		assert_int_equal(change->changed, 1);
		assert_int_equal(change->fresh, 1);
		assert_int_equal(((struct device *)change->devices->pdata[0])->id, 7);
		change_free(change);
		person_free(alice);
		person_free(bob);
		person_free(mallory);
		hub_free(hub);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replaced_before_first_contact),
		cmocka_unit_test(test_replaced_after_verifying),
		cmocka_unit_test(test_a_flood_is_one_question),
		cmocka_unit_test(test_a_changed_key_is_kept_in_quarantine),
		cmocka_unit_test(test_off_stays_off),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_the_profiles_rule),
		cmocka_unit_test(test_a_new_own_device_asks),
		cmocka_unit_test(test_no_clock_says_what_changed),
		cmocka_unit_test(test_nothing_is_raised_by_itself),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

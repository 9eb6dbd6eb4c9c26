/* talk: what servers say, and how far it is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/contacts/talk.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_talk.h"
#include "tests/support/world.h"

static void take(struct couple *pair, enum talk_what what, const char *address, const char *id)
{
	const struct talk talk = { .what = what, .address = address, .id = id };

	talk_take(pair->alice->engine->living, &talk, 1);
}

/* Alice's message to bob; its id is to be freed. */
static char *send(struct couple *pair, const char *body)
{
	assert_int_equal(person_send(pair->alice, "bob", body), 0);
	return g_strdup(pair->alice->sent->id);
}

static void check_state(struct couple *pair, const char *id, enum state state)
{
	struct store *store = pair->alice->engine->living->store;
	struct message *message = NULL;

	assert_true(store->ops->message_get(store, "bob", id, &message, NULL));
	assert_int_equal(message->state, state);
	message_free(message);
}

static unsigned notices(const struct couple *pair)
{
	unsigned count = 0;

	for (guint i = 0; i < pair->alice->events->len; i++) {
		const struct event *event = pair->alice->events->pdata[i];

		count += event->type == EVENT_NOTICE;
	}
	return count;
}

static struct contact *find(struct couple *pair, const char *address)
{
	struct store *store = pair->alice->engine->living->store;
	struct contact *contact = NULL;

	assert_true(store->ops->contact_get(store, address, &contact, NULL));
	return contact;
}

static void test_whose_marks(void **state)
{
	struct couple *pair = *state;
	g_autofree char *id = send(pair, "one");

	take(pair, TALK_DISPLAYED, "eve", id);
	take(pair, TALK_RECEIVED, "bob", "no such message");
	check_state(pair, id, STATE_SENT);
	take(pair, TALK_RECEIVED, "bob", id);
	check_state(pair, id, STATE_DELIVERED);
	take(pair, TALK_DISPLAYED, "bob", id);
	take(pair, TALK_RECEIVED, "bob", id);
	check_state(pair, id, STATE_READ);
}

static void test_those_before(void **state)
{
	struct couple *pair = *state;
	g_autofree char *first = send(pair, "one");
	g_autofree char *second = send(pair, "two");
	g_autofree char *third = send(pair, "three");

	take(pair, TALK_DISPLAYED, "bob", second);
	check_state(pair, first, STATE_READ);
	check_state(pair, second, STATE_READ);
	check_state(pair, third, STATE_SENT);
}

static void test_bounces(void **state)
{
	struct couple *pair = *state;
	g_autofree char *id = send(pair, "one");
	g_autofree char *other = send(pair, "two");
	unsigned before = notices(pair);

	take(pair, TALK_BOUNCED, "eve", id);
	take(pair, TALK_BOUNCED, "bob", NULL);
	take(pair, TALK_BOUNCED, "bob", "no such message");
	check_state(pair, id, STATE_SENT);
	assert_int_equal(notices(pair), before);
	take(pair, TALK_BOUNCED, "bob", id);
	take(pair, TALK_BOUNCED, "bob", id);
	check_state(pair, id, STATE_FAILED);
	assert_int_equal(notices(pair), before + 1);
	/* Who has it can't send it back. */
	take(pair, TALK_RECEIVED, "bob", other);
	take(pair, TALK_BOUNCED, "bob", other);
	check_state(pair, other, STATE_DELIVERED);
}

static gboolean count_one(const struct contact *contact, void *user)
{
	(void)contact;
	++*(unsigned *)user;
	return TRUE;
}

static void test_asking(void **state)
{
	struct couple *pair = *state;
	unsigned before = notices(pair), contacts = 0, asking = 0;

	for (unsigned i = 0; i < 2 * TALK_ASKS_MAX; i++) {
		g_autofree char *address = g_strdup_printf("s%u@example.org", i);

		take(pair, TALK_ASKS, address, NULL);
		take(pair, TALK_ASKS, address, NULL);
	}
	assert_int_equal(notices(pair) - before, TALK_ASKS_MAX);
	assert_true(engine_contacts(pair->alice->engine, count_one, &contacts, NULL));
	assert_true(engine_requests(pair->alice->engine, count_one, &asking, NULL));
	assert_int_equal(contacts, 0);
	assert_int_equal(asking, TALK_ASKS_MAX);
}

static void done(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

static void test_the_blocked_ask_nothing(void **state)
{
	struct couple *pair = *state;
	unsigned before = notices(pair);
	struct contact *contact;

	engine_block(pair->alice->engine, "eve", true, 0, done, NULL);
	take(pair, TALK_ASKS, "eve", NULL);
	contact = find(pair, "eve");
	assert_true(contact->manners.is_blocked && !contact->manners.asks);
	assert_int_equal(notices(pair), before);
	contact_free(contact);
}

static void no_sender(uint32_t uid, uint32_t dropped, void *user)
{
	(void)uid;
	(void)dropped;
	(void)user;
}

static unsigned blocked(const struct person *person)
{
	unsigned count = 0;

	assert_true(engine_blocked(person->engine, count_one, no_sender, &count, NULL));
	return count;
}

static unsigned listed(const struct person *person)
{
	unsigned count = 0;

	assert_true(engine_contacts(person->engine, count_one, &count, NULL));
	return count;
}

/* Removing somebody doesn't let them in again; adding them neither. */
static void test_the_blocked_stay_so_when_removed(void **state)
{
	struct couple *pair = *state;
	struct engine *engine = pair->alice->engine;
	struct contact *contact;

	assert_true(engine_contact_add(engine, "bob", "Bob", NULL));
	assert_int_equal(person_send(pair->bob, "alice", "before"), 0);
	person_fetch(pair->alice);
	engine_block(engine, "bob", true, 0, done, NULL);
	assert_int_equal(listed(pair->alice), 1);
	assert_true(engine_contact_remove(engine, "bob", NULL));
	assert_int_equal(listed(pair->alice), 0);
	assert_int_equal(person_count(pair->alice, "bob"), 0);
	assert_int_equal(blocked(pair->alice), 1);
	contact = find(pair, "bob");
	assert_true(contact->manners.is_blocked && !contact->is_listed && !contact->alias);
	contact_free(contact);
	assert_int_equal(person_send(pair->bob, "alice", "let me in"), 0);
	person_fetch(pair->alice);
	assert_int_equal(person_count(pair->alice, "bob"), 0);
	person_restart(pair->alice);
	engine = pair->alice->engine;
	/* Removed once more, and added: blocked still. */
	assert_true(engine_contact_remove(engine, "bob", NULL));
	assert_true(engine_contact_add(engine, "bob", NULL, NULL));
	assert_int_equal(blocked(pair->alice), 1);
	engine_block(engine, "bob", false, 0, done, NULL);
	assert_int_equal(blocked(pair->alice), 0);
	assert_int_equal(person_send(pair->bob, "alice", "heard"), 0);
	person_fetch(pair->alice);
	assert_int_equal(person_count(pair->alice, "bob"), 1);
	/* Control: who isn't blocked is gone when removed. */
	assert_true(engine_contact_remove(engine, "bob", NULL));
	assert_null(find(pair, "bob"));
}

static void test_list(void **state)
{
	struct couple *pair = *state;
	struct living *living = pair->alice->engine->living;
	const struct talk first[] = {
		{ .what = TALK_STRANGER },
		{ .what = TALK_PERSON, .address = "bob", .sees_us = true, .we_see = true },
		{ .what = TALK_PERSON, .address = "carol", .we_see = true },
		{ .what = TALK_PERSON, .address = "alice", .sees_us = true },
	};
	const struct talk second[] = { { .what = TALK_STRANGER } };
	struct contact *contact;

	assert_true(engine_contact_add(pair->alice->engine, "bob", "Bob", NULL));
	talk_take(living, first, G_N_ELEMENTS(first));
	contact = find(pair, "carol");
	assert_true(contact && !contact->is_listed && contact->manners.we_see);
	contact_free(contact);
	assert_null(find(pair, "alice"));
	talk_take(living, second, G_N_ELEMENTS(second));
	/* Who came with the list goes with it; who was added stays. */
	assert_null(find(pair, "carol"));
	contact = find(pair, "bob");
	assert_true(contact && contact->is_listed && !contact->manners.sees_us);
	contact_free(contact);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whose_marks, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_those_before, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_bounces, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_asking, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_the_blocked_ask_nothing, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_the_blocked_stay_so_when_removed, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_list, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

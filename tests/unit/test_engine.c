/* The engine over a store in memory and a hub: both pipelines, and what happens when the store
 * fails. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"

static void check_last(struct person *person, const char *with, const char *body, enum trust trust)
{
	struct message *message = person_last(person, with);

	assert_non_null(message);
	assert_string_equal(message->body, body);
	assert_int_equal(message->trust, trust);
	message_free(message);
}

static void test_there_and_back(void **state)
{
	struct couple *pair = *state;

	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	assert_int_equal(pair->alice->sent->state, STATE_SENT);
	assert_int_equal(person_fetch(pair->bob), 0);
	check_last(pair->bob, "alice", "hello", TRUST_UNDECIDED);
	assert_int_equal(person_send(pair->bob, "alice", "hello yourself"), 0);
	assert_int_equal(person_fetch(pair->alice), 0);
	check_last(pair->alice, "bob", "hello yourself", TRUST_TRUSTED);
	assert_int_equal(person_send(pair->alice, "bob", "again"), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	check_last(pair->bob, "alice", "again", TRUST_TRUSTED);
}

static void test_delivered_receipt(void **state)
{
	struct couple *pair = *state;
	struct message *message;

	/* A stranger gets no receipt; a contact does. */
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "one"), 0);
	person_fetch(pair->bob);
	person_fetch(pair->alice);
	message = person_last(pair->alice, "bob");
	assert_int_equal(message->state, STATE_DELIVERED);
	message_free(message);
}

static void test_stranger_gets_nothing_back(void **state)
{
	struct couple *pair = *state;

	assert_int_equal(person_send(pair->alice, "bob", "one"), 0);
	person_fetch(pair->bob);
	assert_int_equal(hub_waiting(pair->hub, "alice")->len, 0);
}

static void test_unknown_person(void **state)
{
	struct couple *pair = *state;
	struct contact *contact = NULL;

	assert_int_equal(person_send(pair->alice, "carol", "hello"), 1);
	assert_null(pair->alice->sent);
	assert_true(engine_find(pair->alice->engine, "carol", &contact, NULL));
	assert_null(contact);
}

static void test_queued_bytes_are_the_same(void **state)
{
	struct couple *pair = *state;

	hub_refuse(pair->hub, ERROR_FULL);
	assert_int_equal(person_send(pair->alice, "bob", "later"), 6);
	assert_int_equal(pair->alice->sent->state, STATE_QUEUED);
	assert_int_equal(hub_taken(pair->hub)->len, 0);
	hub_refuse(pair->hub, ERROR_COUNT);
	person_restart(pair->alice);
	assert_int_equal(hub_taken(pair->hub)->len, 1);
	person_fetch(pair->bob);
	check_last(pair->bob, "alice", "later", TRUST_UNDECIDED);
	person_restart(pair->alice);
	assert_int_equal(hub_taken(pair->hub)->len, 1);
}

/* What waits for a device that was put away meanwhile doesn't go there. */
static void test_queued_and_distrusted(void **state)
{
	struct couple *pair = *state;
	struct message *message;

	assert_int_equal(person_send(pair->alice, "bob", "before"), 0);
	hub_refuse(pair->hub, ERROR_FULL);
	assert_int_equal(person_send(pair->alice, "bob", "later"), 6);
	assert_true(person_trust(pair->alice, "bob", person_device(pair->bob), ACT_DISTRUST));
	hub_refuse(pair->hub, ERROR_COUNT);
	person_restart(pair->alice);
	assert_int_equal(hub_taken(pair->hub)->len, 1);
	message = person_last(pair->alice, "bob");
	assert_int_equal(message->state, STATE_FAILED);
	message_free(message);
}

static void test_replay_is_silent(void **state)
{
	struct couple *pair = *state;
	GBytes *bytes;

	assert_int_equal(person_send(pair->alice, "bob", "once"), 0);
	bytes = g_bytes_ref(hub_waiting(pair->hub, "bob")->pdata[0]);
	person_fetch(pair->bob);
	for (int i = 0; i < 3; i++)
		hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), bytes);
	person_fetch(pair->bob);
	assert_int_equal(person_count(pair->bob, "alice"), 1);
	assert_int_equal(hub_waiting(pair->hub, "bob")->len, 0);
	g_bytes_unref(bytes);
}

static void test_forged_sender(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = person_new(pair->hub, "mallory");
	g_autoptr(GBytes) bytes = NULL;

	assert_int_equal(person_send(pair->alice, "bob", "genuine"), 0);
	bytes = g_bytes_ref(hub_waiting(pair->hub, "bob")->pdata[0]);
	/* The same element, left by somebody else. */
	hub_inject(pair->hub, "mallory", "bob", person_device(pair->bob), bytes);
	person_fetch(pair->bob);
	assert_int_equal(person_count(pair->bob, "alice"), 1);
	assert_int_equal(hub_waiting(pair->hub, "bob")->len, 0);
	person_free(mallory);
}

static void test_new_device_blocks(void **state)
{
	struct couple *pair = *state;
	struct person *other;

	assert_int_equal(person_send(pair->alice, "bob", "one"), 0);
	other = person_new(pair->hub, "bob");
	assert_int_equal(person_send(pair->alice, "bob", "two"), 5);
	assert_null(pair->alice->sent);
	assert_true(person_trust(pair->alice, "bob", person_device(other), ACT_DISTRUST));
	assert_int_equal(person_send(pair->alice, "bob", "three"), 0);
	assert_true(person_trust(pair->alice, "bob", person_device(other), ACT_TRUST));
	assert_int_equal(person_send(pair->alice, "bob", "four"), 0);
	person_fetch(other);
	assert_int_equal(person_count(other, "alice"), 1);
	person_free(other);
}

static void test_out_of_order(void **state)
{
	struct couple *pair = *state;
	g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	GPtrArray *waiting;

	for (int i = 0; i < 20; i++)
		assert_int_equal(person_send(pair->alice, "bob", "numbered"), 0);
	waiting = hub_waiting(pair->hub, "bob");
	for (guint i = waiting->len; i > 0; i--)
		g_ptr_array_add(held, g_bytes_ref(waiting->pdata[i - 1]));
	/* The last one first, then the whole in its order: the second time each is a duplicate. */
	for (guint i = 0; i < held->len; i++)
		hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), held->pdata[i]);
	person_fetch(pair->bob);
	assert_int_equal(person_count(pair->bob, "alice"), 20);
}

/* Whatever call of the store fails: nothing half-committed, nothing lost, and it works the next
 * time. */
static void test_send_with_failing_store(void **state)
{
	struct couple *pair = *state;
	struct store *store;
	unsigned calls, queued = 0;

	assert_int_equal(person_send(pair->alice, "bob", "first"), 0);
	person_fetch(pair->bob);
	store = fake_door_store(pair->alice->door);
	fake_store_fail_at(store, 0, ERROR_FULL);
	assert_int_equal(person_send(pair->alice, "bob", "counted"), 0);
	calls = fake_store_calls(store);
	assert_true(calls > 5);
	for (unsigned n = 1; n <= calls; n++) {
		unsigned before = person_count(pair->alice, "bob");
		int exit_code;

		fake_store_fail_at(store, n, ERROR_FULL);
		exit_code = person_send(pair->alice, "bob", "disturbed");
		fake_store_fail_at(store, 0, ERROR_FULL);
		assert_false(fake_store_in_transaction(store));
		/* Stored, or not stored at all and said so. */
		queued += person_count(pair->alice, "bob") - before;
		if (exit_code == 1 && !pair->alice->sent)
			assert_int_equal(person_count(pair->alice, "bob"), before);
	}
	person_restart(pair->alice);
	assert_int_equal(person_send(pair->alice, "bob", "last"), 0);
	person_fetch(pair->bob);
	check_last(pair->bob, "alice", "last", TRUST_UNDECIDED);
	/* Each stored one arrived, once, although some went out twice. */
	assert_int_equal(person_count(pair->bob, "alice"), 3 + queued);
}

static void test_receive_with_failing_store(void **state)
{
	struct couple *pair = *state;
	struct store *store = fake_door_store(pair->bob->door);
	unsigned calls;

	assert_int_equal(person_send(pair->alice, "bob", "first"), 0);
	person_fetch(pair->bob);
	assert_int_equal(person_send(pair->alice, "bob", "counted"), 0);
	fake_store_fail_at(store, 0, ERROR_FULL);
	person_fetch(pair->bob);
	calls = fake_store_calls(store);
	for (unsigned n = 1; n <= calls; n++) {
		assert_int_equal(person_send(pair->alice, "bob", "disturbed"), 0);
		fake_store_fail_at(store, n, ERROR_FULL);
		person_fetch(pair->bob);
		fake_store_fail_at(store, 0, ERROR_FULL);
		assert_false(fake_store_in_transaction(store));
		/* Taken in whole, or still with the carrier. */
		person_fetch(pair->bob);
		assert_int_equal(person_count(pair->bob, "alice"), 2 + n);
		assert_int_equal(hub_waiting(pair->hub, "bob")->len, 0);
	}
}

/* Where a batch can't be taken in, each of it is tried alone: at once, in the same fetch. */
static void test_one_of_several(void **state)
{
	struct couple *pair = *state;
	struct store *store = fake_door_store(pair->bob->door);

	assert_int_equal(person_send(pair->alice, "bob", "first"), 0);
	person_fetch(pair->bob);
	for (unsigned n = 1; n <= 60; n++) {
		assert_int_equal(person_send(pair->alice, "bob", "one"), 0);
		assert_int_equal(person_send(pair->alice, "bob", "two"), 0);
		fake_store_fail_at(store, n, ERROR_FAILED);
		person_fetch(pair->bob);
		fake_store_fail_at(store, 0, ERROR_FAILED);
		assert_false(fake_store_in_transaction(store));
		assert_int_equal(person_count(pair->bob, "alice"), 1 + 2 * n);
	}
}

/* The control: bytes that were changed on the way are noticed, and leave one placeholder. */
static void test_changed_bytes(void **state)
{
	struct couple *pair = *state;
	GBytes *bytes;
	g_autofree char *text = NULL;
	g_autoptr(GBytes) changed = NULL;
	struct message *message;
	char *place;
	gsize size;

	assert_int_equal(person_send(pair->alice, "bob", "first"), 0);
	person_fetch(pair->bob);
	assert_int_equal(person_send(pair->alice, "bob", "second"), 0);
	bytes = hub_waiting(pair->hub, "bob")->pdata[0];
	text = g_strndup(g_bytes_get_data(bytes, &size), g_bytes_get_size(bytes));
	place = strstr(text, "<extension");
	assert_non_null(place);
	place = strchr(place, '>') + 20;
	*place = *place == 'A' ? 'B' : 'A';
	changed = g_bytes_new(text, strlen(text));
	assert_int_equal(hub_waiting(pair->hub, "bob")->len, 1);
	hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), changed);
	hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), changed);
	person_fetch(pair->bob);
	/* The genuine one came first; the changed one then repeats a key that is used up, or fails:
	 * never words. */
	assert_int_equal(person_count(pair->bob, "alice"), 2);
	message = person_last(pair->bob, "alice");
	assert_true(message->kind == KIND_UNREADABLE || strcmp(message->body, "second") == 0);
	message_free(message);
}

static gboolean join_body(const struct message *message, void *user)
{
	if (message->body)
		g_string_append_printf(user, "%s ", message->body);
	return TRUE;
}

/* A carrier may answer what was asked of it in any order. */
static void test_order(void **state)
{
	struct couple *pair = *state;
	struct store *store = fake_door_store(pair->bob->door);
	g_autoptr(GString) came = g_string_new(NULL);

	assert_int_equal(person_send(pair->alice, "bob", "zero"), 0);
	hub_hold_lists(pair->hub, true);
	person_send(pair->alice, "bob", "one");
	person_send(pair->alice, "bob", "two");
	person_send(pair->alice, "bob", "three");
	assert_int_equal(hub_taken(pair->hub)->len, 1);
	hub_hold_lists(pair->hub, false);
	assert_int_equal(hub_taken(pair->hub)->len, 4);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_true(store->ops->message_after(store, "alice", 0, 10, join_body, came, NULL));
	assert_string_equal(came->str, "zero one two three ");
}

/* A carrier that says nothing: what can be sealed waits, what can't isn't said to. */
static void test_silent_carrier(void **state)
{
	struct couple *pair = *state;

	assert_int_equal(person_send(pair->alice, "bob", "zero"), 0);
	hub_hold_lists(pair->hub, true);
	person_send(pair->alice, "bob", "one");
	person_send(pair->alice, "bob", "two");
	while (hub_taken(pair->hub)->len < 3)
		g_main_context_iteration(NULL, TRUE);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
	check_last(pair->bob, "alice", "two", TRUST_UNDECIDED);

	person_send(pair->alice, "carol", "to a stranger");
	while (!pair->alice->error)
		g_main_context_iteration(NULL, TRUE);
	assert_true(error_is(pair->alice->error, ERROR_UNREACHABLE));
	assert_non_null(strstr(pair->alice->error->message, "isn't kept"));
	assert_null(strstr(pair->alice->error->message, "queued"));
	/* The answers that come all the same are too late for anything. */
	hub_hold_lists(pair->hub, false);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
}

static void test_locked(void **state)
{
	struct couple *pair = *state;

	engine_lock(pair->alice->engine, "test");
	assert_false(engine_is_open(pair->alice->engine));
	assert_int_equal(person_send(pair->alice, "bob", "x"), 3);
	assert_true(engine_unlock(pair->alice->engine, pair->alice->passphrase, NULL));
	assert_true(engine_connect(pair->alice->engine, false, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "x"), 0);
}

static gboolean found(const struct message *message, void *user)
{
	(*(unsigned *)user)++;
	return message != NULL;
}

/* The index is built after the first search, behind everything else, and given up when locking. */
/* A conversation's own mode stays over the lock, and is nobody else's business. */
static void test_privacy(void **state)
{
	struct couple *pair = *state;
	struct contact *contact = NULL;
	GError *error = NULL;

	assert_false(engine_privacy(pair->alice->engine, "bob", PRIVACY_VEIL, &error));
	assert_true(error_is(error, ERROR_NO_CONTACT));
	g_clear_error(&error);
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	assert_true(engine_privacy(pair->alice->engine, "bob", PRIVACY_VEIL, NULL));
	engine_lock(pair->alice->engine, "test");
	assert_true(engine_unlock(pair->alice->engine, pair->alice->passphrase, NULL));
	assert_true(engine_find(pair->alice->engine, "bob", &contact, NULL));
	assert_int_equal(contact->privacy, PRIVACY_VEIL);
	contact_free(contact);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_true(engine_find(pair->bob->engine, "alice", &contact, NULL));
	assert_int_equal(contact->privacy, PRIVACY_OPEN);
	contact_free(contact);
}

static void test_search_builds_the_index(void **state)
{
	struct couple *pair = *state;
	struct store *store = fake_door_store(pair->alice->door);
	unsigned hits = 0, calls;

	assert_int_equal(person_send(pair->alice, "bob", "a rare word"), 0);
	assert_true(engine_search(pair->alice->engine, "rare", NULL, 10, found, &hits, NULL));
	assert_int_equal(hits, 1);
	calls = fake_store_calls(store);
	while (g_main_context_iteration(NULL, FALSE))
		;
	assert_int_equal(fake_store_calls(store), calls + 1);
	assert_true(engine_search(pair->alice->engine, "rare", NULL, 10, found, &hits, NULL));
	engine_lock(pair->alice->engine, "test");
	while (g_main_context_iteration(NULL, FALSE))
		;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_delivered_receipt, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_stranger_gets_nothing_back, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_unknown_person, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_queued_bytes_are_the_same, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_queued_and_distrusted, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_replay_is_silent, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_forged_sender, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_new_device_blocks, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_out_of_order, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_send_with_failing_store, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_receive_with_failing_store, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_one_of_several, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_changed_bytes, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_order, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_silent_carrier, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_locked, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_privacy, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_search_builds_the_index, couple_setup,
						couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

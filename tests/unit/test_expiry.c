/* Timers and going, through the engine: who may set one, when a message goes, what is still
 * erasing. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/engine/engine_expiry.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"
#include "core/messages/timers.h"
#include "core/model/draft.h"
#include "core/model/message.h"
#include "core/profile/journal.h"
#include "tests/support/still_clock.h"

enum { HOUR = 3600 };

struct pair {
	struct hub *hub;
	struct still_clock clock;
	struct person *alice;
	struct person *bob;
};

static void kept(void *user, const GError *error)
{
	struct person *person = user;

	g_clear_error(&person->error);
	person->error = error ? g_error_copy(error) : NULL;
}

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)message;
	kept(user, error);
}

static int set_timer(struct person *person, const char *with, int64_t seconds)
{
	engine_set_timer(person->engine, with, seconds, 1000, kept, person);
	return error_exit_code(person->error);
}

/* Both know each other and have written once. */
static int setup(void **state)
{
	struct pair *pair = g_new0(struct pair, 1);

	still_clock_init(&pair->clock);
	pair->hub = hub_new();
	pair->alice = person_new_by(pair->hub, "alice", &pair->clock.clock);
	pair->bob = person_new_by(pair->hub, "bob", &pair->clock.clock);
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_send(pair->bob, "alice", "hello yourself"), 0);
	assert_int_equal(person_fetch(pair->alice), 0);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	person_free(pair->alice);
	person_free(pair->bob);
	hub_free(pair->hub);
	g_free(pair);
	return 0;
}

static int64_t timer_of(struct person *person, const char *with)
{
	struct contact *contact = NULL;

	assert_true(engine_find(person->engine, with, &contact, NULL));
	int64_t timer = contact->timer;
	contact_free(contact);
	return timer;
}

static void read_last(struct person *person, const char *with)
{
	struct message *message = person_last(person, with);

	assert_true(engine_read(person->engine, with, &message->seq, 1, NULL));
	message_free(message);
}

/* Time passes, and the alarm with it. */
static void pass(struct pair *pair, int64_t seconds)
{
	still_clock_pass(&pair->clock, seconds * 1000);
	engine_wake(pair->alice->engine);
	engine_wake(pair->bob->engine);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void assert_notice(struct person *person, const char *with, const char *who)
{
	struct message *message = person_last(person, with);

	assert_int_equal(message->kind, KIND_NOTICE);
	assert_true(g_str_has_prefix(message->body, who));
	assert_true(message->expires_at == 0 && message->expire_seconds == 0);
	message_free(message);
}

static void test_timer_on_both_sides(void **state)
{
	struct pair *pair = *state;

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	assert_notice(pair->alice, "bob", "You ");
	person_fetch(pair->bob);
	assert_int_equal(timer_of(pair->bob, "alice"), HOUR);
	assert_notice(pair->bob, "alice", "alice ");
	assert_int_equal(set_timer(pair->bob, "alice", 0), 0);
	person_fetch(pair->alice);
	assert_int_equal(timer_of(pair->alice, "bob"), 0);
	assert_notice(pair->alice, "bob", "bob ");
}

/* Everything that was ever sent comes once more: nothing changes. */
static void test_old_word_changes_nothing(void **state)
{
	struct pair *pair = *state;
	uint32_t device = person_device(pair->bob);

	assert_int_equal(set_timer(pair->alice, "bob", 0), 0);
	assert_int_equal(set_timer(pair->alice, "bob", 7 * HOUR), 0);
	person_fetch(pair->bob);
	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	person_fetch(pair->bob);
	for (guint i = 0; i < hub_taken(pair->hub)->len; i++)
		hub_inject(pair->hub, "alice", "bob", device, hub_taken(pair->hub)->pdata[i]);
	person_fetch(pair->bob);
	assert_int_equal(timer_of(pair->bob, "alice"), HOUR);
}

/* A change that comes late, behind a newer one, is old. */
static void test_late_word_is_old(void **state)
{
	struct pair *pair = *state;
	uint32_t device = person_device(pair->bob);

	assert_int_equal(set_timer(pair->alice, "bob", 7 * HOUR), 0);
	GBytes *late = g_bytes_ref(hub_waiting(pair->hub, "bob")->pdata[0]);
	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	GBytes *newer = g_bytes_ref(hub_waiting(pair->hub, "bob")->pdata[1]);
	person_fetch(pair->bob);
	hub_inject(pair->hub, "alice", "bob", device, newer);
	hub_inject(pair->hub, "alice", "bob", device, late);
	person_fetch(pair->bob);
	assert_int_equal(timer_of(pair->bob, "alice"), HOUR);
	g_bytes_unref(late);
	g_bytes_unref(newer);
}

static void test_merge(void **state)
{
	struct contact contact = { .timer = 60, .timer_version = 5 };

	(void)state;
	assert_false(timers_merge(&contact, 0, 4));
	assert_false(timers_merge(&contact, 0, 5)); /* a tie: the shorter stays */
	assert_false(timers_merge(&contact, 90, 5));
	assert_true(timers_merge(&contact, 30, 5));
	assert_true(
		timers_merge(&contact, 0, 6)); /* the control: a newer word does switch it off */
	assert_true(contact.timer == 0 && contact.timer_version == 6);
	assert_true(timers_merge(&contact, 10, 6));
	assert_false(timers_merge(&contact, 20, UINT64_C(1) << 62));
	assert_false(timers_merge(&contact, -1, 7));
	assert_true(contact.timer == 10 && contact.timer_version == 6);
}

static void test_untrusted_device_sets_nothing(void **state)
{
	struct pair *pair = *state;

	assert_int_equal(set_timer(pair->bob, "alice", HOUR), 0);
	person_fetch(pair->alice);
	assert_true(person_trust(pair->alice, "bob", person_device(pair->bob), ACT_DISTRUST));
	assert_int_equal(set_timer(pair->bob, "alice", 0), 0);
	person_fetch(pair->alice);
	assert_int_equal(timer_of(pair->alice, "bob"), HOUR);
	/* Nor do its messages outlive the timer. */
	assert_int_equal(person_send(pair->bob, "alice", "stay"), 0);
	person_fetch(pair->alice);
	struct message *message = person_last(pair->alice, "bob");
	assert_int_equal(message->expire_seconds, HOUR);
	message_free(message);
}

/* The sender's copy counts from sending, the receiver's from reading. */
static void test_goes_on_both_sides(void **state)
{
	struct pair *pair = *state;
	struct message *message;

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	assert_int_equal(person_send(pair->alice, "bob", "an hour"), 0);
	message = person_last(pair->alice, "bob");
	assert_true(message->expires_at == pair->clock.wall + HOUR * 1000);
	message_free(message);
	person_fetch(pair->bob);
	message = person_last(pair->bob, "alice");
	assert_true(message->expires_at == 0 && message->expire_seconds == HOUR);
	message_free(message);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
	pass(pair, HOUR - 1);
	assert_int_equal(person_count(pair->alice, "bob"), 3);
	pass(pair, 1);
	assert_int_equal(person_count(pair->alice, "bob"), 2);
	pass(pair, 100 * HOUR);
	assert_int_equal(person_count(pair->bob, "alice"), 3); /* nobody has read it */
	read_last(pair->bob, "alice");
	pass(pair, HOUR - 1);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
	pass(pair, 1);
	assert_int_equal(person_count(pair->bob, "alice"), 2);
	const struct event *event = pair->bob->events->pdata[pair->bob->events->len - 1];
	assert_int_equal(event->type, EVENT_GONE);
	assert_string_equal(event->address, "alice");
}

/* By the system's clock and the alarm itself: within a second. */
static void test_alarm(void **state)
{
	struct hub *hub = hub_new();
	struct person *alice = person_new(hub, "alice"), *bob = person_new(hub, "bob");
	struct draft draft = {.address = "bob", .body = "a second", .expire = 1};

	(void)state;
	engine_send(alice->engine, &draft, 1000, sent, alice);
	assert_null(alice->error);
	int64_t began = g_get_monotonic_time();
	while (person_count(alice, "bob") > 0 || alice->events->len == 0 ||
	       ((struct event *)alice->events->pdata[alice->events->len - 1])->type != EVENT_GONE)
		g_main_context_iteration(NULL, TRUE);
	int64_t took = g_get_monotonic_time() - began;
	assert_true(took > 900 * 1000 && took < 2000 * 1000);
	person_free(alice);
	person_free(bob);
	hub_free(hub);
}

/* At a start what is due is gone before anybody can ask for it. */
static void test_sweep_before_the_first_line(void **state)
{
	struct pair *pair = *state;

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	assert_int_equal(person_send(pair->alice, "bob", "an hour"), 0);
	engine_lock(pair->alice->engine, "test");
	still_clock_pass(&pair->clock, HOUR * 1000);
	pair->clock.wall -= 5 * HOUR * 1000; /* a clock set back doesn't prolong it */
	g_ptr_array_set_size(pair->alice->events, 0);
	assert_true(engine_unlock(pair->alice->engine, pair->alice->passphrase, NULL));
	const struct event *first = pair->alice->events->pdata[0];
	assert_int_equal(first->type, EVENT_GONE);
	struct store_counts counts;
	assert_true(engine_counts(pair->alice->engine, &counts, NULL));
	assert_int_equal(counts.messages, 3); /* two words and the notice */
}

static void test_shorter_for_one_message(void **state)
{
	struct pair *pair = *state;
	struct draft draft = { .address = "bob", .body = "a minute", .expire = 60 };

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	engine_send(pair->alice->engine, &draft, 1000, sent, pair->alice);
	person_fetch(pair->bob);
	read_last(pair->bob, "alice");
	pass(pair, 60);
	assert_int_equal(person_count(pair->alice, "bob"), 2);
	assert_int_equal(person_count(pair->bob, "alice"), 2);
	/* A longer one than the conversation's doesn't count. */
	draft.expire = 9 * HOUR;
	engine_send(pair->alice->engine, &draft, 1000, sent, pair->alice);
	person_fetch(pair->bob);
	struct message *message = person_last(pair->bob, "alice");
	assert_int_equal(message->expire_seconds, HOUR);
	message_free(message);
}

static void test_view_once(void **state)
{
	struct pair *pair = *state;
	struct draft draft = { .address = "bob", .body = "once", .view_once = true };

	engine_send(pair->alice->engine, &draft, 1000, sent, pair->alice);
	person_fetch(pair->bob);
	struct message *message = person_last(pair->bob, "alice");
	assert_string_equal(message->body, "once");
	message_free(message);
	read_last(pair->bob, "alice");
	message = person_last(pair->bob, "alice");
	assert_null(message->body);
	message_free(message);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
}

/* A reader in the way: erasing, not erased, until it is gone. */
static void test_blocked_scrub(void **state)
{
	struct pair *pair = *state;
	struct store *store = fake_door_store(pair->alice->door);
	struct engine_erasing erasing;

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	assert_int_equal(person_send(pair->alice, "bob", "an hour"), 0);
	fake_store_block(store, true);
	pass(pair, HOUR);
	assert_int_equal(person_count(pair->alice, "bob"), 2);
	assert_true(engine_erasing(pair->alice->engine, &erasing, NULL));
	assert_int_equal(erasing.store.rows, 1);
	assert_non_null(erasing.why);
	fake_store_block(store, false);
	assert_true(engine_erasing(pair->alice->engine, &erasing, NULL));
	assert_int_equal(erasing.store.rows, 0);
	assert_null(erasing.why);
}

/* The store fails at every call of a sweep in turn: nothing is lost, nothing stays for ever. */
static void test_sweep_with_failing_store(void **state)
{
	struct pair *pair = *state;
	struct store *store = fake_door_store(pair->alice->door);

	assert_int_equal(set_timer(pair->alice, "bob", HOUR), 0);
	assert_int_equal(person_send(pair->alice, "bob", "an hour"), 0);
	still_clock_pass(&pair->clock, HOUR * 1000);
	for (unsigned n = 1; n < 12; n++) {
		fake_store_fail_at(store, n, ERROR_FULL);
		engine_wake(pair->alice->engine);
		assert_false(fake_store_in_transaction(store));
	}
	fake_store_fail_at(store, 0, ERROR_FULL);
	pass(pair, 20);
	struct store_counts counts;
	assert_true(engine_counts(pair->alice->engine, &counts, NULL));
	assert_int_equal(counts.messages, 3);
}

static void test_erase(void **state)
{
	struct pair *pair = *state;
	struct contact *contact = NULL;

	for (int i = 0; i < 250; i++)
		assert_int_equal(person_send(pair->alice, "bob", "again"), 0);
	assert_true(engine_draft_put(pair->alice->engine, "bob", "half a", NULL));
	engine_erase(pair->alice->engine, "bob", kept, pair->alice);
	while (g_main_context_iteration(NULL, FALSE))
		;
	assert_null(pair->alice->error);
	assert_int_equal(person_count(pair->alice, "bob"), 0);
	assert_true(engine_find(pair->alice->engine, "bob", &contact, NULL));
	assert_non_null(contact);
	assert_null(contact->draft);
	assert_null(contact->preview);
	contact_free(contact);
	/* The session is still there. */
	assert_int_equal(person_send(pair->alice, "bob", "after"), 0);
	engine_erase(pair->alice->engine, "nobody", kept, pair->alice);
	assert_int_equal(error_exit_code(pair->alice->error), 1);
}

struct last {
	int64_t seq;
	char *id;
};

static gboolean keep_last(const struct message *message, void *user)
{
	struct last *last = user;

	last->seq = message->seq;
	g_free(last->id);
	last->id = g_strdup(message->id);
	return TRUE;
}

static gboolean count_erased(const struct journal_row *row, void *user)
{
	*(unsigned *)user += strcmp(row->what, journal_name(JOURNAL_MESSAGE_ERASED)) == 0;
	return TRUE;
}

/* One message, here alone: what wasn't sent yet isn't, what was stays where it is. */
static void test_erase_one(void **state)
{
	struct pair *pair = *state;
	struct engine *engine = pair->alice->engine;
	struct message *message = NULL;
	struct last last = { 0 };
	unsigned erased = 0;
	GError *error = NULL;

	assert_int_equal(person_send(pair->alice, "bob", "for both"), 0);
	assert_true(engine_before(engine, "bob", 0, 1, keep_last, &last, NULL));
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_count(pair->alice, "bob"), 3);
	assert_true(engine_message(engine, "bob", last.id, &message, NULL));
	assert_int_equal(message->seq, last.seq);
	message_free(message);
	assert_true(engine_erase_message(engine, "bob", last.seq, NULL));
	assert_int_equal(person_count(pair->alice, "bob"), 2);
	assert_int_equal(person_count(pair->bob, "alice"), 3);
	assert_true(engine_message(engine, "bob", last.id, &message, NULL));
	assert_null(message);
	assert_false(engine_erase_message(engine, "bob", last.seq, &error));
	g_clear_error(&error);
	/* It waits for the carrier, and then it doesn't. */
	hub_refuse(pair->hub, ERROR_FULL);
	assert_int_equal(person_send(pair->alice, "bob", "never"), 6);
	assert_int_equal(person_send(pair->alice, "bob", "later"), 6);
	assert_true(engine_before(engine, "bob", 0, 2, keep_last, &last, NULL));
	assert_true(engine_erase_message(engine, "bob", last.seq, NULL));
	hub_refuse(pair->hub, ERROR_COUNT);
	person_restart(pair->alice);
	assert_int_equal(person_fetch(pair->bob), 0);
	/* The control is the one behind it. */
	assert_int_equal(person_count(pair->bob, "alice"), 4);
	assert_true(engine_journal(pair->alice->engine, 0, count_erased, &erased, NULL));
	assert_int_equal(erased, 2);
	g_free(last.id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timer_on_both_sides, setup, teardown),
		cmocka_unit_test_setup_teardown(test_old_word_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_late_word_is_old, setup, teardown),
		cmocka_unit_test(test_merge),
		cmocka_unit_test_setup_teardown(test_untrusted_device_sets_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_goes_on_both_sides, setup, teardown),
		cmocka_unit_test(test_alarm),
		cmocka_unit_test_setup_teardown(test_sweep_before_the_first_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shorter_for_one_message, setup, teardown),
		cmocka_unit_test_setup_teardown(test_view_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocked_scrub, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sweep_with_failing_store, setup, teardown),
		cmocka_unit_test_setup_teardown(test_erase, setup, teardown),
		cmocka_unit_test_setup_teardown(test_erase_one, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("expiry", tests, NULL, NULL);
}

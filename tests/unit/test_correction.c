/* correction: whose words may take whose place, in whatever order they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/appclock.h"
#include "core/base/secret.h"
#include "core/messages/correction.h"
#include "core/port/store_expiry.h"
#include "core/ratchet/ratchet_keys.h"
#include "tests/support/fake_store.h"
#include "tests/support/still_clock.h"

struct fixture {
	struct still_clock clock;
	struct living living;
};

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);
	struct apptime never = { 0 };
	struct contact bob = { .address = (char *)(uintptr_t) "bob" };
	struct store *store = fake_store_new();

	still_clock_init(&fixture->clock);
	fixture->living.store = store;
	fixture->living.clock = &fixture->clock.clock;
	fixture->living.appclock = appclock_new(&fixture->clock.clock, &never);
	assert_true(store->ops->begin(store, NULL));
	assert_true(ratchet_create(store, &fixture->clock.clock, NULL));
	fixture->living.ratchet = ratchet_new(store, fixture->living.appclock, NULL);
	assert_non_null(fixture->living.ratchet);
	assert_true(store->ops->contact_put(store, &bob, NULL));
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	ratchet_free(fixture->living.ratchet);
	fixture->living.store->ops->close(fixture->living.store);
	g_free(fixture->living.appclock);
	g_free(fixture);
	return 0;
}

static struct message *make(const char *id, const char *body, int64_t sent_at)
{
	struct message *message = g_new0(struct message, 1);

	message->id = g_strdup(id);
	message->conversation = g_strdup("bob");
	message->from = g_strdup("bob");
	message->trust = TRUST_VERIFIED;
	message->state = STATE_DELIVERED;
	message->sent_at = message->received_at = sent_at;
	message->chain = 77;
	message->counter = (uint32_t)sent_at;
	message->body = plain_dup(body);
	return message;
}

/* Takes MESSAGE. */
static void put(struct fixture *fixture, struct message *message)
{
	struct store *store = fixture->living.store;
	bool is_new;

	assert_true(store->ops->message_put(store, message, &is_new, NULL));
	assert_true(correction_remember(&fixture->living, message, NULL));
	message_free(message);
}

/* Takes FRESH, as delivery does. */
static enum correction take(struct fixture *fixture, struct message *fresh, const char *replaces)
{
	struct message *amended = NULL;
	enum correction what;

	assert_true(correction_take(&fixture->living, fresh, replaces, &what, &amended, NULL));
	assert_int_equal(amended != NULL, what == CORRECTION_DONE);
	message_free(amended);
	if (what == CORRECTION_ALONE)
		put(fixture, fresh);
	else
		message_free(fresh);
	return what;
}

static void check(struct fixture *fixture, const char *id, const char *body)
{
	struct store *store = fixture->living.store;
	struct message *message = NULL;

	assert_true(store->ops->message_get(store, "bob", id, &message, NULL));
	if (!body) {
		assert_null(message);
		return;
	}
	assert_non_null(message);
	assert_string_equal(message->body, body);
	message_free(message);
}

static void test_newest_counts(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, make("1", "one", 1000));
	assert_int_equal(take(fixture, make("3", "three", 3000), "1"), CORRECTION_DONE);
	assert_int_equal(take(fixture, make("2", "two", 2000), "1"), CORRECTION_DROPPED);
	check(fixture, "1", "three");
	/* Some clients name the former correction, not what it corrected. */
	assert_int_equal(take(fixture, make("4", "four", 4000), "3"), CORRECTION_DONE);
	check(fixture, "1", "four");
	check(fixture, "4", NULL);
}

/* MESSAGE as it was sent in another chain, at COUNTER. */
static struct message *in_chain(struct message *message, int64_t chain, uint32_t counter)
{
	message->chain = chain;
	message->counter = counter;
	return message;
}

/* The author's clock was set back, and forward; what counts is the order in which they wrote. */
static void test_clock_decides_nothing(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, in_chain(make("1", "one", 9000), 5, 1));
	assert_int_equal(take(fixture, in_chain(make("2", "two", 8000), 5, 2), "1"),
			 CORRECTION_DONE);
	assert_int_equal(take(fixture, in_chain(make("4", "four", 3000), 5, 4), "1"),
			 CORRECTION_DONE);
	assert_int_equal(take(fixture, in_chain(make("3", "three", 9999), 5, 3), "1"),
			 CORRECTION_DROPPED);
	check(fixture, "1", "four");
	/* Another chain, or another device: as they come. */
	assert_int_equal(take(fixture, in_chain(make("5", "five", 10), 6, 0), "1"),
			 CORRECTION_DONE);
	check(fixture, "1", "five");
}

static void test_before_its_message(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(take(fixture, make("2", "two", 2000), "1"), CORRECTION_ALONE);
	put(fixture, make("1", "one", 1000));
	check(fixture, "1", "two");
	check(fixture, "2", NULL);
	assert_int_equal(take(fixture, make("3", "three", 3000), "1"), CORRECTION_DONE);
	check(fixture, "1", "three");
}

static void test_gone_stays_gone(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = fixture->living.store;
	struct message *message = make("1", "one", 1000);
	unsigned count;

	message->expire_seconds = 60;
	message->expires_at = 1;
	put(fixture, message);
	/* Its time is over, though nobody has swept yet; and when somebody has. */
	assert_int_equal(take(fixture, make("2", "two", 2000), "1"), CORRECTION_DROPPED);
	assert_true(store->ops->expiry->clear(store, "bob", 10, &count, NULL));
	assert_int_equal(count, 1);
	assert_int_equal(take(fixture, make("3", "three", 3000), "1"), CORRECTION_DROPPED);
	check(fixture, "1", NULL);
	message = make("4", "once", 4000);
	message->view_once = true;
	put(fixture, message);
	assert_int_equal(take(fixture, make("5", "twice", 5000), "4"), CORRECTION_DROPPED);
	check(fixture, "4", "once");
}

static void test_whose(void **state)
{
	struct fixture *fixture = *state;
	struct message *message = make("1", "mine", 1000);

	message->direction = DIRECTION_OUT;
	g_free(message->from);
	message->from = g_strdup("alice");
	put(fixture, message);
	/* Of somebody else's message these are no words; but words they are. */
	assert_int_equal(take(fixture, make("2", "yours", 2000), "1"), CORRECTION_ALONE);
	check(fixture, "1", "mine");
	check(fixture, "2", "yours");
	/* Unknown keys don't put words into a known mouth. */
	put(fixture, make("3", "three", 3000));
	message = make("4", "four", 4000);
	message->trust = TRUST_UNDECIDED;
	assert_int_equal(take(fixture, message, "3"), CORRECTION_ALONE);
	check(fixture, "3", "three");
	check(fixture, "4", "four");
}

static void check_life(struct fixture *fixture, const char *id, int64_t seconds, bool has_deadline)
{
	struct store *store = fixture->living.store;
	struct message *message = NULL;

	assert_true(store->ops->message_get(store, "bob", id, &message, NULL));
	assert_int_equal(message->expire_seconds, seconds);
	assert_int_equal(message->expires_at != 0, has_deadline);
	message_free(message);
}

static void test_shorter_life(void **state)
{
	struct fixture *fixture = *state;
	struct message *message = make("1", "one", 1000);

	message->expire_seconds = 60;
	put(fixture, message);
	message = make("2", "two", 2000);
	message->expire_seconds = 3600;
	assert_int_equal(take(fixture, message, "1"), CORRECTION_DONE);
	check_life(fixture, "1", 60, false);
	message = make("3", "three", 3000);
	message->expire_seconds = 30;
	assert_int_equal(take(fixture, message, "1"), CORRECTION_DONE);
	check_life(fixture, "1", 30, false);
	/* One that has been read begins to go at once. */
	message = make("4", "four", 1000);
	message->read_at = 1;
	put(fixture, message);
	message = make("5", "five", 2000);
	message->expire_seconds = 10;
	assert_int_equal(take(fixture, message, "4"), CORRECTION_DONE);
	check_life(fixture, "4", 10, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_newest_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_decides_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_before_its_message, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gone_stays_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_whose, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shorter_life, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

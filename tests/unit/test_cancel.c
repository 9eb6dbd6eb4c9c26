/*
 * What is cut short loses nothing: arrivals stay with the carrier, transactions are rolled back,
 * queued messages stay queued; and what must be done whole is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/pace.h"
#include "core/engine/engine_messages.h"
#include "tests/support/world.h"

enum { MESSAGES = 20 };

static void test_flag(void **state)
{
	struct cancel cancel = { 0 };
	GError *error = NULL;

	(void)state;
	assert_false(cancel_is_raised(NULL));
	assert_false(cancel_check(&cancel, &error));
	cancel_raise(&cancel);
	cancel_raise(&cancel);
	assert_true(cancel_is_raised(&cancel));
	cancel_shield(&cancel);
	assert_false(cancel_is_raised(&cancel));
	cancel_unshield(&cancel);
	assert_true(cancel_check(&cancel, &error));
	assert_true(error_is(error, ERROR_CANCELLED));
	g_error_free(error);
	cancel_lower(&cancel);
	assert_true(cancel_is_raised(&cancel));
	cancel_lower(&cancel);
	assert_false(cancel_is_raised(&cancel));
}

/* -- arrivals -------------------------------------------------------------------------------- */

/* A clock that raises a flag when it has been read so often: in the middle of things. */
struct fuse {
	struct clock clock;
	struct cancel *cancel;
	unsigned left; /* 0: it doesn't */
};

static int64_t fuse_wall(const struct clock *clock)
{
	struct fuse *fuse = (struct fuse *)(uintptr_t)clock;

	if (fuse->left && --fuse->left == 0)
		cancel_raise(fuse->cancel);
	return clock_wall(clock_system());
}

static int64_t fuse_boot(const struct clock *clock)
{
	(void)clock;
	return clock_boot(clock_system());
}

struct pair_of {
	struct hub *hub;
	struct fuse fuse;
	struct person *alice;
	struct person *bob;
};

static int setup(void **state)
{
	struct pair_of *pair = g_new0(struct pair_of, 1);

	pair->hub = hub_new();
	pair->fuse.clock = *clock_system();
	pair->fuse.clock.wall = fuse_wall;
	pair->fuse.clock.boot = fuse_boot;
	pair->alice = person_new_by(pair->hub, "alice", &pair->fuse.clock);
	pair->fuse.cancel = &pair->alice->cancel;
	pair->bob = person_new(pair->hub, "bob");
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_send(pair->bob, "alice", "hello"), 0);
	assert_int_equal(person_fetch(pair->alice), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair_of *pair = *state;

	person_free(pair->alice);
	person_free(pair->bob);
	hub_free(pair->hub);
	g_free(pair);
	return 0;
}

static void write_many(struct pair_of *pair)
{
	for (int i = 0; i < MESSAGES; i++) {
		g_autofree char *text = g_strdup_printf("number %d", i);

		assert_int_equal(person_send(pair->bob, "alice", text), 0);
	}
}

static gboolean check_number(const struct message *message, void *user)
{
	int *expected = user;
	g_autofree char *text = g_strdup_printf("number %d", *expected);

	if (message->direction == DIRECTION_OUT || strcmp(message->body, "hello") == 0)
		return TRUE;
	assert_string_equal(message->body, text);
	++*expected;
	return TRUE;
}

/* All of them, once, and in order. */
static void assert_all_there(struct pair_of *pair)
{
	int count = 0;

	assert_true(engine_after(pair->alice->engine, "bob", 0, 1000, check_number, &count, NULL));
	assert_int_equal(count, MESSAGES);
}

/* Wherever in the batch it is cut short, nothing of it is stored and all of it comes again. */
static void test_arrivals(void **state)
{
	struct pair_of *pair = *state;
	unsigned before = person_count(pair->alice, "bob");
	unsigned waiting, cut = 0;

	write_many(pair);
	waiting = hub_waiting(pair->hub, "alice")->len;
	assert_true(waiting >= MESSAGES);
	for (unsigned at = 1; !cut || at < 3 * MESSAGES; at += 7) {
		pair->fuse.left = at;
		person_fetch(pair->alice);
		if (pair->fuse.left || !cancel_is_raised(&pair->alice->cancel))
			break;
		cut++;
		cancel_lower(&pair->alice->cancel);
		if (person_count(pair->alice, "bob") != before)
			break;
		assert_int_equal(hub_waiting(pair->hub, "alice")->len, waiting);
	}
	/* The control: it was cut short more than once, in the middle. */
	assert_true(cut > 1);
	pair->fuse.left = 0;
	person_fetch(pair->alice);
	assert_all_there(pair);
	/* The ratchet is where it was: both sides go on. */
	assert_int_equal(person_send(pair->alice, "bob", "on"), 0);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_send(pair->bob, "alice", "number 20"), 0);
}

static void test_outbox(void **state)
{
	struct pair_of *pair = *state;
	unsigned before = person_count(pair->alice, "bob");

	hub_refuse(pair->hub, ERROR_UNREACHABLE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(person_send(pair->bob, "alice", "queued"), 6);
	hub_refuse(pair->hub, ERROR_COUNT);
	cancel_raise(&pair->bob->cancel);
	assert_int_equal(person_fetch(pair->bob), 1);
	assert_true(error_is(pair->bob->error, ERROR_CANCELLED));
	assert_int_equal(hub_waiting(pair->hub, "alice")->len, 0);
	cancel_lower(&pair->bob->cancel);
	assert_int_equal(person_fetch(pair->bob), 0);
	assert_int_equal(person_fetch(pair->alice), 0);
	assert_int_equal(person_count(pair->alice, "bob"), before + 3);
}

/* What can't be sealed for all isn't stored for some; nor is the ratchet moved. */
static void test_sealing(void **state)
{
	struct pair_of *pair = *state;
	unsigned before = person_count(pair->bob, "alice");

	cancel_raise(&pair->bob->cancel);
	assert_int_equal(person_send(pair->bob, "alice", "cut"), 1);
	assert_int_equal(person_count(pair->bob, "alice"), before);
	/* What somebody wrote is shielded by whoever asks for it: then it goes out. */
	cancel_shield(&pair->bob->cancel);
	assert_int_equal(person_send(pair->bob, "alice", "whole"), 0);
	cancel_unshield(&pair->bob->cancel);
	cancel_lower(&pair->bob->cancel);
	assert_int_equal(person_fetch(pair->alice), 0);
}

static void test_locking_is_whole(void **state)
{
	struct pair_of *pair = *state;

	cancel_raise(&pair->alice->cancel);
	engine_lock(pair->alice->engine, "test");
	assert_false(engine_is_open(pair->alice->engine));
	assert_true(cancel_is_raised(&pair->alice->cancel));
	cancel_lower(&pair->alice->cancel);
	assert_true(engine_unlock(pair->alice->engine, pair->alice->passphrase, NULL));
}

/* -- how much at once ------------------------------------------------------------------------ */

static void test_pace(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	assert_int_equal(pace_rows(&pace), PACE_BEGIN);
	/* A disk that takes longer than the work: more share a commit, up to the most. */
	for (int i = 0; i < 10; i++)
		pace_fit(&pace, pace_rows(&pace), 30000, 90000);
	assert_int_equal(pace_rows(&pace), PACE_MOST);
	/* One that takes nothing: fewer, down to the least. */
	for (int i = 0; i < 10; i++)
		pace_fit(&pace, pace_rows(&pace), 90000, 1000);
	assert_int_equal(pace_rows(&pace), PACE_LEAST);
	/* Short turns stay; and a part of a turn says nothing. */
	pace_fit(&pace, PACE_LEAST, 8000, 1000);
	pace_fit(&pace, PACE_LEAST - 1, 1000, 90000);
	assert_int_equal(pace_rows(&pace), PACE_LEAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flag),
		cmocka_unit_test_setup_teardown(test_arrivals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_outbox, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sealing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_locking_is_whole, setup, teardown),
		cmocka_unit_test(test_pace),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

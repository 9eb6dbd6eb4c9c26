/* A profile that was put back from a copy, or is in use twice, seals nothing with used keys. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_device.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"

static int start(void **state, bool in_blocks)
{
	struct couple *pair;

	if (couple_setup(state) != 0)
		return 1;
	/* Marks are kept from the next start on. */
	pair = *state;
	hub_keep_marks(pair->hub, in_blocks);
	person_restart(pair->alice);
	person_restart(pair->bob);
	return 0;
}

static int setup(void **state)
{
	return start(state, false);
}

static int setup_blocks(void **state)
{
	return start(state, true);
}

static void say(struct person *from, struct person *to, const char *words)
{
	struct message *row;

	assert_int_equal(person_send(from, to->name, words), 0);
	assert_int_equal(person_fetch(to), 0);
	row = person_last(to, from->name);
	assert_non_null(row);
	assert_string_equal(row->body, words);
	message_free(row);
}

static void introduce(struct couple *pair)
{
	say(pair->alice, pair->bob, "hello");
	say(pair->bob, pair->alice, "hello yourself");
	person_fetch(pair->bob);
}

static gboolean count_row(const struct journal_row *row, void *user)
{
	const char *what = *(const char **)user;
	unsigned *count = ((void **)user)[1];

	*count += strcmp(row->what, what) == 0;
	return TRUE;
}

static unsigned journalled(struct person *person, const char *what)
{
	unsigned count = 0;
	void *both[] = { (void *)what, &count };

	assert_true(engine_journal(person->engine, 0, count_row, both, NULL));
	return count;
}

static gboolean count_gap(const struct message *message, void *user)
{
	*(unsigned *)user += message->kind == KIND_UNREADABLE;
	return TRUE;
}

static unsigned gaps(struct person *person, const char *with)
{
	unsigned count = 0;

	assert_true(engine_after(person->engine, with, 0, 1000, count_gap, &count, NULL));
	return count;
}

/* Alice has sent more since the COPY was made, and it is put back. */
static void put_back(struct couple *pair, unsigned more)
{
	struct store_door *copy = fake_door_copy(pair->alice->door);

	for (unsigned i = 0; i < more; i++)
		say(pair->alice, pair->bob, "since the copy");
	person_put_back(pair->alice, copy);
	copy->ops->free(copy);
}

/* The copy was made while sotto ran; a single message was sent since. */
static void test_put_back(void **state)
{
	struct couple *pair = *state;
	uint8_t before[CONTACT_KEY_BYTES], after[CONTACT_KEY_BYTES];

	introduce(pair);
	hub_shows(pair->hub, "alice", person_device(pair->alice), before);
	put_back(pair, 1);
	say(pair->alice, pair->bob, "after it was put back");
	say(pair->bob, pair->alice, "an answer");
	say(pair->alice, pair->bob, "and on");
	assert_int_equal(gaps(pair->bob, "alice"), 0);
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 1);
	hub_shows(pair->hub, "alice", person_device(pair->alice), after);
	assert_memory_equal(before, after, sizeof(before));
}

/* Whoever writes first is read too: they have heard of the new session. */
static void test_others_write_first(void **state)
{
	struct couple *pair = *state;
	struct store_door *copy;

	introduce(pair);
	copy = fake_door_copy(pair->alice->door);
	say(pair->alice, pair->bob, "a turn");
	say(pair->bob, pair->alice, "and another");
	say(pair->alice, pair->bob, "whose key is lost");
	person_put_back(pair->alice, copy);
	copy->ops->free(copy);
	person_fetch(pair->bob);
	say(pair->bob, pair->alice, "first");
	say(pair->alice, pair->bob, "answer");
	/* His receipt for what she forgot was sealed before that. */
	assert_int_equal(gaps(pair->alice, "bob"), 1);
	/* And he hears that it wasn't read. */
	assert_int_equal(gaps(pair->bob, "alice"), 1);
}

/* A mark stands for 4 seals: what is sent beyond them, or by another run, is noticed. */
static void test_blocks(void **state)
{
	struct couple *pair = *state;
	struct store_door *copy;

	introduce(pair);
	copy = fake_door_copy(pair->alice->door);
	person_restart(pair->alice);
	say(pair->alice, pair->bob, "by another run");
	person_put_back(pair->alice, copy);
	say(pair->alice, pair->bob, "after it was put back");
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 1);
	copy->ops->free(copy);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
}

static void test_beyond_block(void **state)
{
	struct couple *pair = *state;

	introduce(pair);
	put_back(pair, 8);
	say(pair->alice, pair->bob, "after it was put back");
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 1);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
}

/* The control: without a mark the same is lost. */
static void test_without_mark(void **state)
{
	struct couple *pair = *state;

	introduce(pair);
	put_back(pair, 2);
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 0);
	assert_int_equal(person_send(pair->alice, "bob", "after it was put back"), 0);
	person_fetch(pair->bob);
	assert_int_equal(gaps(pair->bob, "alice"), 1);
}

/* No restart is a put-back profile, however it ended and whatever it had sealed. */
static void test_restarts(void **state)
{
	struct couple *pair = *state;

	introduce(pair);
	for (unsigned i = 0; i < 12; i++) {
		for (unsigned j = 0; j < i; j++)
			say(pair->alice, pair->bob, "words");
		hub_refuse(pair->hub, i % 2 ? ERROR_UNREACHABLE : ERROR_COUNT);
		hub_cut_marks(pair->hub, i % 3 == 0);
		person_send(pair->alice, "bob", "perhaps");
		person_restart(pair->alice);
		hub_refuse(pair->hub, ERROR_COUNT);
		hub_cut_marks(pair->hub, false);
		person_fetch(pair->alice);
		person_fetch(pair->bob);
	}
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 0);
	assert_int_equal(journalled(pair->alice, "mark-wrong"), 0);
	assert_int_equal(journalled(pair->alice, "cloned"), 0);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
}

/* What it seals before it can know waits, and leaves under other keys. */
static void test_queued(void **state)
{
	struct couple *pair = *state;
	struct store_door *copy;
	struct message *row;
	unsigned taken;

	introduce(pair);
	copy = fake_door_copy(pair->alice->door);
	say(pair->alice, pair->bob, "since the copy");
	say(pair->alice, pair->bob, "and more");
	hub_cut_marks(pair->hub, true);
	person_put_back(pair->alice, copy);
	taken = hub_taken(pair->hub)->len;
	assert_int_equal(person_send(pair->alice, "bob", "written first"), 6);
	assert_int_equal(person_send(pair->alice, "bob", "written second"), 6);
	person_restart(pair->alice);
	assert_int_equal(hub_taken(pair->hub)->len, taken);
	hub_cut_marks(pair->hub, false);
	person_restart(pair->alice);
	assert_int_equal(journalled(pair->alice, "profile-put-back"), 1);
	person_fetch(pair->bob);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
	row = person_last(pair->bob, "alice");
	assert_string_equal(row->body, "written second");
	message_free(row);
	row = person_last(pair->alice, "bob");
	assert_int_equal(row->state, STATE_SENT);
	message_free(row);
	assert_int_equal(person_count(pair->bob, "alice"), 6);
	copy->ops->free(copy);
}

/* A mark that was taken away, changed, or put back itself. */
static void test_wrong_mark(void **state)
{
	struct couple *pair = *state;
	GBytes **mark = hub_mark(pair->hub, "alice", person_device(pair->alice));
	g_autoptr(GBytes) old = NULL;

	introduce(pair);
	old = g_bytes_ref(*mark);
	person_restart(pair->alice);
	say(pair->alice, pair->bob, "a newer mark");
	person_restart(pair->alice);
	say(pair->alice, pair->bob, "and another");
	g_bytes_unref(*mark);
	*mark = g_bytes_ref(old);
	person_restart(pair->alice);
	assert_int_equal(journalled(pair->alice, "mark-wrong"), 1);
	say(pair->alice, pair->bob, "in a new session");
	/* Again within a day it is only said. */
	g_clear_pointer(mark, g_bytes_unref);
	person_restart(pair->alice);
	assert_int_equal(journalled(pair->alice, "mark-wrong"), 2);
	say(pair->alice, pair->bob, "in the same");
	g_bytes_unref(*mark);
	*mark = g_bytes_new_static("nonsense", 8);
	person_restart(pair->alice);
	assert_int_equal(journalled(pair->alice, "mark-wrong"), 3);
	say(pair->alice, pair->bob, "and on");
	person_restart(pair->alice);
	assert_int_equal(journalled(pair->alice, "mark-wrong"), 3);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
}

/* Two at once: whoever comes second sends nothing, and stays so. */
static void test_clone(void **state)
{
	struct couple *pair = *state;
	struct person *clone;

	introduce(pair);
	clone = person_clone(pair->alice);
	assert_int_equal(person_send(clone, "bob", "from the copy"), 4);
	assert_non_null(strstr(clone->error->message, "sotto devices renew"));
	say(pair->alice, pair->bob, "from the first one");
	person_restart(clone);
	assert_int_equal(person_send(clone, "bob", "from the copy"), 4);
	assert_int_equal(journalled(clone, "cloned"), 1);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
	person_free(clone);
}

static void moved(void *user, const GError *error)
{
	assert_null(error);
	*(bool *)user = true;
}

/* One of them is given another id: then both send, under keys of their own. */
static void renew(struct couple *pair, struct person *leaves, struct person *stays)
{
	uint32_t former = person_device(leaves);
	bool is_done = false;

	engine_renew_device(leaves->engine, moved, &is_done);
	assert_true(is_done);
	assert_int_not_equal(person_device(leaves), former);
	assert_int_equal(person_send(leaves, "bob", "too early"), 6);
	person_restart(leaves);
	assert_int_equal(person_device(stays), former);
	say(leaves, pair->bob, "with another id");
	assert_int_equal(journalled(leaves, "device-renewed"), 1);
	person_restart(stays);
	say(stays, pair->bob, "with the former id");
	person_restart(leaves);
	say(leaves, pair->bob, "and on");
	person_restart(stays);
	say(stays, pair->bob, "and on here");
	assert_int_equal(gaps(pair->bob, "alice"), 0);
}

static void test_renew_copy(void **state)
{
	struct couple *pair = *state;
	struct person *clone;

	introduce(pair);
	clone = person_clone(pair->alice);
	assert_int_equal(person_send(clone, "bob", "from the copy"), 4);
	renew(pair, clone, pair->alice);
	person_free(clone);
}

static void test_renew_first(void **state)
{
	struct couple *pair = *state;
	struct person *clone;

	introduce(pair);
	clone = person_clone(pair->alice);
	assert_int_equal(person_send(clone, "bob", "from the copy"), 4);
	renew(pair, pair->alice, clone);
	person_free(clone);
}

/* Two in turns: each looks put back to the other, once. */
static void test_turns(void **state)
{
	struct couple *pair = *state;
	struct store_door *other;
	unsigned refused = 0;

	introduce(pair);
	other = fake_door_copy(pair->alice->door);
	for (unsigned i = 0; i < 6; i++) {
		struct store_door *mine;

		refused += person_send(pair->alice, "bob", "words") == 4;
		person_fetch(pair->bob);
		mine = fake_door_copy(pair->alice->door);
		person_put_back(pair->alice, other);
		other->ops->free(other);
		other = mine;
	}
	assert_true(refused >= 2);
	assert_int_equal(gaps(pair->bob, "alice"), 0);
	other->ops->free(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, couple_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_put_back),
		cmocka_unit_test_setup_teardown(test_without_mark, couple_setup, couple_teardown),
		TEST(test_others_write_first),
		TEST(test_restarts),
		cmocka_unit_test_setup_teardown(test_restarts, setup_blocks, couple_teardown),
		cmocka_unit_test_setup_teardown(test_blocks, setup_blocks, couple_teardown),
		cmocka_unit_test_setup_teardown(test_beyond_block, setup_blocks, couple_teardown),
		TEST(test_queued),
		TEST(test_wrong_mark),
		TEST(test_clone),
		TEST(test_renew_copy),
		TEST(test_renew_first),
		TEST(test_turns),
	};
#undef TEST

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

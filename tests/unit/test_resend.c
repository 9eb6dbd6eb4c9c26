/*
 * Used prekeys: they go with what came under them, and who had picked the same one sends again by
 * itself. All take Bob's first prekey, as two may who look at the same time.
 */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_talk.h"
#include "core/engine/engine_trust.h"
#include "core/messages/delivery.h"
#include "core/model/draft.h"
#include "core/omemo/bundle.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "tests/support/still_clock.h"

enum { SECONDS = 10, LATER_MS = (SECONDS + 1) * 1000 };

struct stage {
	struct still_clock clock;
	struct hub *hub;
	struct person *alice, *bob, *carol;
};

static int setup(void **state)
{
	struct stage *stage = g_new0(struct stage, 1);

	still_clock_init(&stage->clock);
	stage->hub = hub_new();
	hub_use_uids(stage->hub);
	stage->alice = person_new_by(stage->hub, "alice", &stage->clock.clock);
	stage->bob = person_new_by(stage->hub, "bob", &stage->clock.clock);
	stage->carol = person_new_by(stage->hub, "carol", &stage->clock.clock);
	*state = stage;
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	person_free(stage->alice);
	person_free(stage->bob);
	person_free(stage->carol);
	hub_free(stage->hub);
	g_free(stage);
	return 0;
}

/* Bob has added both of them. */
static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void add_both(const struct stage *stage)
{
	assert_true(engine_contact_add(stage->bob->engine, "alice", NULL, NULL));
	assert_true(engine_contact_add(stage->bob->engine, "carol", NULL, NULL));
}

/* Of FROM's prekeys the next one who looks sees the first alone. */
static void show_one(const struct stage *stage, struct person *from, const struct bundle *bundle)
{
	struct bundle one = *bundle;

	one.prekey_count = 1;
	hub_give_once(stage->hub, from->name, &one);
}

static void keep_sent(void *user, const struct message *message, const GError *error)
{
	(void)user;
	assert_non_null(message);
	assert_null(error);
}

static void send_draft(struct person *person, const struct draft *draft)
{
	engine_send(person->engine, draft, 1000, keep_sent, NULL);
}

/* Alice's words live for ten seconds; both have gone to Bob under the same prekey. */
static void send_both(const struct stage *stage)
{
	const struct draft draft = { .address = "bob", .body = "short", .expire = SECONDS };
	const struct bundle *bundle =
		hub_bundle(stage->hub, "bob", person_device(stage->bob));

	show_one(stage, stage->bob, bundle);
	send_draft(stage->alice, &draft);
	show_one(stage, stage->bob, bundle);
	assert_int_equal(person_send(stage->carol, "bob", "from carol"), 0);
	assert_int_equal(person_send(stage->carol, "bob", "and another"), 0);
	assert_int_equal(hub_waiting(stage->hub, "bob")->len, 3);
}

static void take_away(const struct stage *stage, unsigned at, GBytes **bytes)
{
	static const char nothing[] = "<message/>";
	g_autoptr(GBytes) garbage = g_bytes_new_static(nothing, strlen(nothing));

	*bytes = g_bytes_ref(hub_waiting(stage->hub, "bob")->pdata[at]);
	hub_replace(stage->hub, "bob", at, garbage);
}

static void put_back(const struct stage *stage, GBytes *bytes)
{
	hub_inject(stage->hub, "carol", "bob", person_device(stage->bob), bytes);
	g_bytes_unref(bytes);
}

static gboolean keep_seq(const struct message *message, void *user)
{
	*(int64_t *)user = message->seq;
	return message->kind != KIND_TEXT;
}

static void read_last(struct person *person, const char *with)
{
	int64_t seq = 0;

	assert_true(engine_before(person->engine, with, 0, 10, keep_seq, &seq, NULL));
	assert_true(engine_read(person->engine, with, &seq, 1, NULL));
}

static gboolean add_row(const struct message *message, void *user)
{
	if (message->kind == KIND_UNREADABLE)
		g_string_append_printf(user, "(%s*%u) ", cause_name(message->cause),
				       message->count);
	else if (message->kind == KIND_TEXT && message->body)
		g_string_append_printf(user, "%s. ", message->body);
	return TRUE;
}

static void check_rows(struct person *person, const char *with, const char *wanted)
{
	g_autoptr(GString) rows = g_string_new(NULL);

	assert_true(engine_after(person->engine, with, 0, 1000, add_row, rows, NULL));
	assert_string_equal(rows->str, wanted);
}

static unsigned notices(struct person *person, const char *text)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == EVENT_NOTICE && strstr(event->text, text) != NULL;
	}
	return count;
}

static struct message *kept_for_alice(const struct stage *stage)
{
	return person_last(stage->bob, "alice");
}

/* What Alice said has come, was read, and its time is over; Carol's is still on its way. */
static void let_alice_expire(const struct stage *stage, GBytes **first, GBytes **second)
{
	struct message *message;

	take_away(stage, 1, first);
	take_away(stage, 2, second);
	person_fetch(stage->bob);
	check_rows(stage->bob, "alice", "short. ");
	read_last(stage->bob, "alice");
	still_clock_pass((struct still_clock *)&stage->clock, LATER_MS);
	engine_wake(stage->bob->engine);
	message = kept_for_alice(stage);
	assert_null(message);
}

/* The control: nothing was erased, so the prekey still opens what the second one sealed. */
static void test_nothing_erased(void **state)
{
	struct stage *stage = *state;
	GBytes *first, *second;

	add_both(stage);
	send_both(stage);
	take_away(stage, 1, &first);
	take_away(stage, 2, &second);
	person_fetch(stage->bob);
	read_last(stage->bob, "alice");
	/* Not yet over. */
	still_clock_pass(&stage->clock, LATER_MS - 2000);
	engine_wake(stage->bob->engine);
	put_back(stage, first);
	put_back(stage, second);
	person_fetch(stage->bob);
	check_rows(stage->bob, "carol", "from carol. and another. ");
}

static void test_two_senders(void **state)
{
	struct stage *stage = *state;
	GBytes *first, *second;

	add_both(stage);
	send_both(stage);
	let_alice_expire(stage, &first, &second);
	put_back(stage, first);
	put_back(stage, second);
	person_fetch(stage->bob);
	/* One row for both, and one answer. */
	check_rows(stage->bob, "carol", "(key-gone*2) ");
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 1);
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 2."), 1);
	person_fetch(stage->bob);
	check_rows(stage->bob, "carol", "(key-gone*2) from carol. and another. ");
	/* What goes on is read as ever. */
	assert_int_equal(person_send(stage->carol, "bob", "on"), 0);
	person_fetch(stage->bob);
	assert_int_equal(person_send(stage->bob, "carol", "back"), 0);
	person_fetch(stage->carol);
	check_rows(stage->carol, "bob", "from carol. and another. on. back. ");
	check_rows(stage->bob, "carol", "(key-gone*2) from carol. and another. on. back. ");
}

static void done(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

/* What went to a group in that session goes again too, but nothing from before they were in it. */
static void test_group(void **state)
{
	static const char *const first[] = { "alice", NULL }, *const added[] = { "bob", NULL };
	struct stage *stage = *state;
	struct engine *carol = stage->carol->engine;
	g_autoptr(GPtrArray) late = g_ptr_array_new();
	const struct bundle *bundle = hub_bundle(stage->hub, "bob", person_device(stage->bob));
	const struct draft draft = { .address = "bob", .body = "short", .expire = SECONDS };

	add_both(stage);
	assert_int_equal(person_send(stage->carol, "alice", "hello"), 0);
	engine_group_create(carol, "ops", first, 1000, done, NULL);
	assert_int_equal(person_send(stage->carol, "#ops", "not for bob"), 0);
	show_one(stage, stage->bob, bundle);
	send_draft(stage->alice, &draft);
	show_one(stage, stage->bob, bundle);
	assert_int_equal(person_send(stage->carol, "bob", "from carol"), 0);
	engine_group_change(carol, "#ops", added, NULL, 1000, done, NULL);
	assert_int_equal(person_send(stage->carol, "#ops", "for both"), 0);
	for (unsigned i = 1; i < hub_waiting(stage->hub, "bob")->len; i++) {
		GBytes *bytes;

		take_away(stage, i, &bytes);
		g_ptr_array_add(late, bytes);
	}
	person_fetch(stage->bob);
	read_last(stage->bob, "alice");
	still_clock_pass(&stage->clock, LATER_MS);
	engine_wake(stage->bob->engine);
	for (guint i = 0; i < late->len; i++)
		put_back(stage, late->pdata[i]);
	person_fetch(stage->bob);
	check_rows(stage->bob, "#ops", "");
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 2."), 1);
	person_fetch(stage->bob);
	check_rows(stage->bob, "carol", "(key-gone*3) from carol. ");
	check_rows(stage->bob, "#ops", "for both. ");
	/* The group is the same one for him. */
	assert_int_equal(person_send(stage->bob, "#ops", "answer"), 0);
	person_fetch(stage->carol);
	check_rows(stage->carol, "#ops", "not for bob. for both. answer. ");
}

/* It comes once more: nobody is answered twice, and what was said before isn't sent. */
static void test_once(void **state)
{
	struct stage *stage = *state;
	GBytes *first, *second;
	g_autoptr(GBytes) again = NULL;
	g_autoptr(GBytes) answer = NULL;

	add_both(stage);
	send_both(stage);
	let_alice_expire(stage, &first, &second);
	again = g_bytes_ref(second);
	put_back(stage, first);
	person_fetch(stage->bob);
	answer = g_bytes_ref(hub_waiting(stage->hub, "carol")->pdata[0]);
	person_fetch(stage->carol);
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	put_back(stage, second);
	person_fetch(stage->bob);
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 0);
	hub_inject(stage->hub, "bob", "carol", person_device(stage->carol), answer);
	person_fetch(stage->carol);
	assert_int_equal(hub_waiting(stage->hub, "bob")->len, 0);
	assert_int_equal(notices(stage->carol, "Sent again"), 1);
}

/* Another Bob, who doesn't know of the first one's answer, gives one too. */
static void test_two_answers(void **state)
{
	struct stage *stage = *state;
	struct person *other;
	GBytes *first, *second;

	add_both(stage);
	send_both(stage);
	let_alice_expire(stage, &first, &second);
	other = person_clone(stage->bob);
	put_back(stage, first);
	person_fetch(stage->bob);
	put_back(stage, second);
	person_fetch(other);
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 2);
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "Sent again"), 1);
	person_free(other);
}

/* Of sessions that weren't begun here nothing goes again. */
static void test_made_up(void **state)
{
	struct stage *stage = *state;
	static const char base[CONTACT_KEY_BYTES] = "no session began with this key!!";
	struct living *living;
	struct contact *carol;
	struct content content = { .from = (char *)(uintptr_t) "bob",
				   .to = (char *)(uintptr_t) "carol" };

	add_both(stage);
	assert_int_equal(person_send(stage->carol, "bob", "once"), 0);
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	assert_int_equal(person_send(stage->bob, "carol", "read"), 0);
	person_fetch(stage->carol);
	person_fetch(stage->bob);
	living = engine_living(stage->bob->engine, NULL);
	carol = living_known(living, "carol", NULL);
	content.begin_anew = g_bytes_new_static(base, sizeof(base));
	assert_true(living_begin(living, NULL));
	assert_true(delivery_queue(living, carol, 0, &content, NULL));
	assert_true(living_commit(living, NULL));
	delivery_flush(living, ignore, NULL);
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 1);
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "couldn't open"), 0);
	assert_int_equal(hub_waiting(stage->hub, "bob")->len, 0);
	g_bytes_unref(content.begin_anew);
	contact_free(carol);
}

/* What was said in sessions before isn't said again: Bob has erased it. */
static void test_only_what_was_lost(void **state)
{
	struct stage *stage = *state;
	const struct draft draft = { .address = "bob", .body = "short", .expire = SECONDS };
	const struct bundle *bundle;
	GBytes *first, *second;

	add_both(stage);
	assert_int_equal(person_send(stage->carol, "bob", "old"), 0);
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	check_rows(stage->bob, "carol", "old. ");
	engine_erase(stage->bob->engine, "carol", ignore, NULL);
	check_rows(stage->bob, "carol", "");

	bundle = hub_bundle(stage->hub, "bob", person_device(stage->bob));
	show_one(stage, stage->bob, bundle);
	send_draft(stage->alice, &draft);
	show_one(stage, stage->bob, bundle);
	engine_repair(stage->carol->engine, "bob", 1000, ignore, NULL);
	assert_int_equal(person_send(stage->carol, "bob", "fresh"), 0);
	let_alice_expire(stage, &first, &second);
	put_back(stage, first);
	put_back(stage, second);
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 1."), 1);
	person_fetch(stage->bob);
	check_rows(stage->bob, "carol", "(key-gone*2) fresh. ");
}

/* Who isn't decided on is told nothing; there is a word or a row all the same. */
static void test_stranger(void **state)
{
	struct stage *stage = *state;
	GBytes *first, *second;

	assert_true(engine_contact_add(stage->bob->engine, "alice", NULL, NULL));
	send_both(stage);
	let_alice_expire(stage, &first, &second);
	put_back(stage, first);
	put_back(stage, second);
	person_fetch(stage->bob);
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 0);
	assert_int_equal(notices(stage->bob, "carol"), 1);
}

static void blocked(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

static void test_blocked(void **state)
{
	struct stage *stage = *state;
	GBytes *first, *second;

	add_both(stage);
	send_both(stage);
	let_alice_expire(stage, &first, &second);
	engine_block(stage->bob->engine, "carol", true, 1000, blocked, NULL);
	put_back(stage, first);
	put_back(stage, second);
	person_fetch(stage->bob);
	assert_int_equal(hub_waiting(stage->hub, "carol")->len, 0);
	check_rows(stage->bob, "carol", "");
}

/* -- every way to erase ----------------------------------------------------------------------- */

static void erase_all(const struct stage *stage)
{
	engine_erase(stage->bob->engine, "alice", ignore, NULL);
}

static void remove_contact(const struct stage *stage)
{
	assert_true(engine_contact_remove(stage->bob->engine, "alice", NULL));
}

static void read_once(const struct stage *stage)
{
	read_last(stage->bob, "alice");
}

static void correct(const struct stage *stage)
{
	struct message *message = person_last(stage->alice, "bob");
	const struct draft draft = { .address = "bob", .body = "other", .corrects = message->id };

	send_draft(stage->alice, &draft);
	message_free(message);
	person_fetch(stage->bob);
}

static void expire_locked(const struct stage *stage)
{
	read_last(stage->bob, "alice");
	still_clock_pass((struct still_clock *)&stage->clock, LATER_MS);
	person_restart(stage->bob);
}

static void nothing(const struct stage *stage)
{
	read_last(stage->bob, "alice");
	person_restart(stage->bob);
}

static void check_way(void **state, const struct draft *draft,
		      void (*erase)(const struct stage *stage), bool is_erased)
{
	struct stage *stage = *state;
	const struct bundle *bundle =
		hub_bundle(stage->hub, "bob", person_device(stage->bob));
	GBytes *first;

	add_both(stage);
	show_one(stage, stage->bob, bundle);
	send_draft(stage->alice, draft);
	show_one(stage, stage->bob, bundle);
	assert_int_equal(person_send(stage->carol, "bob", "from carol"), 0);
	take_away(stage, 1, &first);
	person_fetch(stage->bob);
	erase(stage);
	put_back(stage, first);
	person_fetch(stage->bob);
	check_rows(stage->bob, "carol", is_erased ? "(key-gone*1) " : "from carol. ");
}

static const struct draft plain = { .address = "bob", .body = "words" };
static const struct draft once = { .address = "bob", .body = "words", .view_once = true };
static const struct draft timed = { .address = "bob", .body = "words", .expire = SECONDS };

static void test_erased_by_hand(void **state)
{
	check_way(state, &plain, erase_all, true);
}

static void test_removed(void **state)
{
	check_way(state, &plain, remove_contact, true);
}

static void test_viewed_once(void **state)
{
	check_way(state, &once, read_once, true);
}

static void test_corrected(void **state)
{
	check_way(state, &plain, correct, true);
}

static void test_over_while_locked(void **state)
{
	check_way(state, &timed, expire_locked, true);
}

static void test_read_and_kept(void **state)
{
	check_way(state, &plain, nothing, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_erased),
		TEST(test_two_senders),
		TEST(test_group),
		TEST(test_once),
		TEST(test_two_answers),
		TEST(test_made_up),
		TEST(test_only_what_was_lost),
		TEST(test_stranger),
		TEST(test_blocked),
		TEST(test_erased_by_hand),
		TEST(test_removed),
		TEST(test_viewed_once),
		TEST(test_corrected),
		TEST(test_over_while_locked),
		TEST(test_read_and_kept),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("resend", tests, NULL, NULL);
}

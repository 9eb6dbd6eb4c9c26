/* Budgets: what is taken in a minute of what nobody we know vouches for, and what isn't charged. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_talk.h"
#include "core/model/budget.h"
#include "tests/support/still_clock.h"

enum { FILES = 1000, DEVICES = 10, MANY = FILES + 20, MINUTE_MS = 60000 };
enum { KNOWN = 2 /* what Bob and Alice have said to begin with */ };

/* -- the value -------------------------------------------------------------------------------- */

static const struct cost one_file = { .of = { [BUDGET_FILES] = 1 } };

static unsigned spend(struct budget *budget, uint32_t source, int64_t minute, unsigned tries)
{
	unsigned count = 0;

	for (unsigned i = 0; i < tries; i++) {
		if (!budget_allows(budget, source, 1, minute, &one_file))
			continue;
		budget_take(budget, source, minute, &one_file);
		count++;
	}
	return count;
}

static void test_each_has_its_own(void **state)
{
	struct budget *budget = budget_new(NULL);
	const struct cost both = { .of = { [BUDGET_FILES] = 1, [BUDGET_DEVICES] = 1 } };

	(void)state;
	assert_int_equal(spend(budget, 1, 7, MANY), FILES);
	assert_int_equal(spend(budget, 2, 7, MANY), FILES);
	/* Ten times the budget. */
	assert_true(budget_allows(budget, 1, 10, 7, &one_file));
	/* All of a cost, or nothing. */
	for (int i = 0; i < DEVICES; i++)
		budget_take(budget, 3, 7, &both);
	assert_false(budget_allows(budget, 3, 1, 7, &both));
	assert_true(budget_allows(budget, 3, 1, 7, &one_file));
	/* The next minute, or one of a clock that was put back. */
	assert_int_equal(spend(budget, 1, 8, MANY), FILES);
	assert_int_equal(spend(budget, 1, 2, MANY), FILES);
	budget_free(budget);
}

/* One user may have many uids: together they don't get more than a few. */
static void test_together(void **state)
{
	struct budget *budget = budget_new(NULL);
	unsigned count = 0;

	(void)state;
	for (uint32_t uid = 100000; uid < 100000 + 4 * BUDGET_SOURCES; uid++)
		count += spend(budget, uid, 1, 20);
	assert_int_equal(count, BUDGET_TOGETHER * FILES);
	budget_free(budget);
}

/* Whoever isn't told apart any more shares one budget. */
static void test_too_many_sources(void **state)
{
	struct budget *budget = budget_new(NULL);
	const struct cost device = { .of = { [BUDGET_DEVICES] = 1 } };
	g_autoptr(GBytes) kept = NULL;

	(void)state;
	for (uint32_t uid = 0; uid < 10 * BUDGET_SOURCES; uid++)
		budget_take(budget, uid, 1, &one_file);
	for (uint32_t i = 0; i < DEVICES; i++)
		budget_take(budget, 5 * BUDGET_SOURCES + i, 1, &device);
	assert_false(budget_allows(budget, 9 * BUDGET_SOURCES, 1, 1, &device));
	assert_true(budget_allows(budget, 1, 1, 1, &device));
	kept = budget_pack(budget);
	assert_true(g_bytes_get_size(kept) < 16384);
	budget_free(budget);
}

static void test_kept(void **state)
{
	struct budget *budget = budget_new(NULL), *again;
	g_autoptr(GBytes) kept = NULL;
	g_autoptr(GBytes) part = NULL;

	(void)state;
	assert_int_equal(spend(budget, 1, 7, FILES - 1), FILES - 1);
	kept = budget_pack(budget);
	budget_free(budget);
	again = budget_new(kept);
	assert_int_equal(spend(again, 1, 7, MANY), 1);
	budget_free(again);
	/* What can't be read counts as nothing. */
	part = g_bytes_new_from_bytes(kept, 0, g_bytes_get_size(kept) - 1);
	again = budget_new(part);
	assert_int_equal(spend(again, 1, 7, MANY), FILES);
	budget_free(again);
}

/* -- what comes in ---------------------------------------------------------------------------- */

struct stage {
	struct still_clock clock;
	struct hub *hub;
	struct person *alice, *bob, *mallory;
};

static int setup(void **state)
{
	struct stage *stage = g_new0(struct stage, 1);

	still_clock_init(&stage->clock);
	stage->hub = hub_new();
	hub_use_uids(stage->hub);
	stage->alice = person_new_by(stage->hub, "alice", &stage->clock.clock);
	stage->bob = person_new_by(stage->hub, "bob", &stage->clock.clock);
	stage->mallory = person_new_by(stage->hub, "mallory", &stage->clock.clock);
	/* Bob knows Alice, and she him. */
	assert_int_equal(person_send(stage->bob, "alice", "hello"), 0);
	person_fetch(stage->alice);
	assert_int_equal(person_send(stage->alice, "bob", "hello yourself"), 0);
	person_fetch(stage->bob);
	person_fetch(stage->alice);
	still_clock_pass(&stage->clock, MINUTE_MS);
	*state = stage;
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	person_free(stage->alice);
	person_free(stage->bob);
	person_free(stage->mallory);
	hub_free(stage->hub);
	g_free(stage);
	return 0;
}

static unsigned waiting(const struct stage *stage)
{
	return hub_waiting(stage->hub, "bob")->len;
}

static void send_many(struct person *person, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(person_send(person, "bob", "words"), 0);
}

/* A stranger's words wait for the next minute, a contact's never do. */
static void test_strangers_wait(void **state)
{
	struct stage *stage = *state;

	send_many(stage->mallory, MANY);
	send_many(stage->alice, MANY);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "alice"), KNOWN + MANY);
	assert_int_equal(person_count(stage->bob, "mallory"), FILES);
	assert_int_equal(waiting(stage), MANY - FILES);
	/* Not by another process of the same minute either. */
	person_restart(stage->bob);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "mallory"), FILES);
	still_clock_pass(&stage->clock, MINUTE_MS);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "mallory"), MANY);
	assert_int_equal(waiting(stage), 0);
}

static void inject(const struct stage *stage, const char *from, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	hub_inject(stage->hub, from, "bob", person_device(stage->bob), bytes);
}

/* What is no message: so much is refused, with a word; the rest isn't touched. */
static void test_garbage(void **state)
{
	struct stage *stage = *state;
	unsigned words = 0;

	for (unsigned i = 0; i < MANY; i++)
		inject(stage, "mallory", "<message from='mallory'/>");
	assert_int_equal(person_send(stage->alice, "bob", "in between"), 0);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "alice"), KNOWN + 1);
	assert_int_equal(waiting(stage), MANY - FILES);
	for (guint i = 0; i < stage->bob->events->len; i++) {
		const struct event *event = stage->bob->events->pdata[i];

		words += event->type == EVENT_NOTICE && strstr(event->text, "refused") != NULL;
	}
	assert_int_equal(words, 1);
}

/* The contact's own uid may leave garbage too; their words among it come. */
static void test_garbage_of_a_contact(void **state)
{
	struct stage *stage = *state;

	for (unsigned i = 0; i < MANY; i++)
		inject(stage, "alice", "<message from='alice'/>");
	assert_int_equal(person_send(stage->alice, "bob", "behind it"), 0);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "alice"), KNOWN + 1);
	assert_int_equal(waiting(stage), MANY - FILES);
}

static gboolean count_device(const struct device *device, void *user)
{
	(void)device;
	++*(unsigned *)user;
	return TRUE;
}

static unsigned devices_of(struct person *person, const char *address)
{
	unsigned count = 0;

	assert_true(engine_devices(person->engine, address, count_device, &count, NULL));
	return count;
}

/* One message under many labels. */
static void test_labels(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GBytes) genuine = NULL;
	g_autofree char *own = g_strdup_printf("sid='%u'", person_device(stage->mallory));

	assert_int_equal(person_send(stage->mallory, "bob", "it begins"), 0);
	genuine = g_bytes_ref(hub_waiting(stage->hub, "bob")->pdata[0]);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "mallory"), 1);
	still_clock_pass(&stage->clock, MINUTE_MS);
	for (unsigned i = 0; i < 100; i++) {
		gsize size;
		const char *data = g_bytes_get_data(genuine, &size);
		g_autofree char *text = g_strndup(data, size);
		g_autofree char *other = g_strdup_printf("sid='%u'", 1000 + i);
		g_auto(GStrv) parts = g_strsplit(text, own, 2);
		g_autofree char *labelled = g_strjoinv(other, parts);

		inject(stage, "mallory", labelled);
	}
	assert_int_equal(person_send(stage->alice, "bob", "in between"), 0);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "alice"), KNOWN + 1);
	assert_in_range(devices_of(stage->bob, "mallory"), 1, 1 + DEVICES);
	assert_int_equal(waiting(stage), 100 - DEVICES);
	still_clock_pass(&stage->clock, MINUTE_MS);
	person_fetch(stage->bob);
	assert_int_equal(waiting(stage), 100 - 2 * DEVICES);
}

/* What can't be opened is counted, for so long; what is a contact's and can be goes on. */
static void test_forged_sessions(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GBytes) genuine = NULL;
	gsize size;
	const char *data;

	assert_int_equal(person_send(stage->alice, "bob", "behind them"), 0);
	genuine = g_bytes_ref(hub_waiting(stage->hub, "bob")->pdata[0]);
	data = g_bytes_get_data(genuine, &size);
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *text = g_strndup(data, size);
		g_autofree char *number = g_strdup_printf("%08u", i);
		char *place = strstr(text, "</key>");
		g_autoptr(GBytes) forged = NULL;

		assert_non_null(place);
		/* Other bytes of the tag each time. */
		memcpy(place - 12, number, 8);
		forged = g_bytes_new(text, size);
		if (i == 0)
			hub_replace(stage->hub, "bob", 0, forged);
		else
			hub_inject(stage->hub, "alice", "bob", person_device(stage->bob), forged);
	}
	hub_inject(stage->hub, "alice", "bob", person_device(stage->bob), genuine);
	person_fetch(stage->bob);
	assert_int_equal(person_count(stage->bob, "alice"), KNOWN + 1);
	assert_int_equal(waiting(stage), MANY - FILES);
	/* They weren't seen: the next minute takes them. */
	still_clock_pass(&stage->clock, MINUTE_MS);
	person_fetch(stage->bob);
	assert_int_equal(waiting(stage), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_has_its_own),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_too_many_sources),
		cmocka_unit_test(test_kept),
		TEST(test_strangers_wait),
		TEST(test_garbage),
		TEST(test_garbage_of_a_contact),
		TEST(test_labels),
		TEST(test_forged_sessions),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}

/* The core thread: what a locked one tells comes when the thread that had the keys is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/desk.h"
#include "tests/support/fake_carrier.h"
#include "tests/support/fake_store.h"

enum act { ACT_CREATE, ACT_UNLOCK, ACT_LOCK, ACT_LOOK, ACT_COUNT };

struct bench {
	struct hub *hub; /* the core thread's alone */
	struct store_door *door;
	struct desk *desk;
	struct secret *passphrase;
	GString *heard; /* a letter for each event and answer, as they come */
	uintptr_t place; /* on the stack of the thread that did the last act but looking */
	bool is_there_yet; /* as the last answer came */
	unsigned answers;
};

struct asked {
	struct bench *bench;
	enum act act;
	const struct secret *passphrase;
	gboolean is_done;
	GError *error;
};

static bool is_mapped(uintptr_t place)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	unsigned char is_there;

	return mincore((void *)(place & ~(page - 1)), page, &is_there) == 0;
}

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	struct bench *bench = user;

	(void)error;
	return fake_carrier_new(bench->hub, account->address, account->device);
}

static void work(struct engine *engine, struct desk_job *job, void *data)
{
	const struct account account = {.carrier = (char *)"spool", .address = (char *)"alice",
					.spool = (char *)"/nowhere"};
	struct asked *asked = data;
	char here;

	if (asked->act != ACT_LOOK)
		asked->bench->place = (uintptr_t)&here;
	switch (asked->act) {
	case ACT_CREATE:
		asked->is_done = engine_create(engine, &account, asked->passphrase, KDF_FLOOR,
					       &asked->error);
		break;
	case ACT_UNLOCK:
		asked->is_done = engine_unlock(engine, asked->passphrase, &asked->error);
		break;
	case ACT_LOCK:
		engine_lock(engine, "test");
		asked->is_done = TRUE;
		break;
	default:
		asked->is_done = engine_is_open(engine);
	}
	desk_finish(job);
}

static void answered(void *data)
{
	struct asked *asked = data;
	struct bench *bench = asked->bench;

	bench->answers++;
	bench->is_there_yet = is_mapped(bench->place);
	g_string_append_c(bench->heard, "culk"[asked->act]);
}

static void heard(const struct event *event, void *user)
{
	struct bench *bench = user;

	if (event->type == EVENT_LOCKED || event->type == EVENT_UNLOCKED)
		g_string_append_c(bench->heard, event->type == EVENT_LOCKED ? 'L' : 'U');
}

/* Post it, and wait; gives whether it went well. */
static gboolean ask(struct bench *bench, enum act act, const struct secret *passphrase)
{
	struct asked asked = {.bench = bench, .act = act, .passphrase = passphrase};
	unsigned before = bench->answers;

	desk_post(bench->desk, work, answered, &asked);
	while (bench->answers == before)
		g_main_context_iteration(NULL, TRUE);
	g_clear_error(&asked.error);
	return asked.is_done;
}

static int setup(void **state)
{
	struct bench *bench = g_new0(struct bench, 1);
	struct engine_parts parts = {.clock = clock_system(), .make_transport = make_transport,
				     .user = bench};
	char word[] = "a word for tests";

	assert_true(secret_start(NULL));
	bench->passphrase = secret_take(word, strlen(word), NULL);
	bench->hub = hub_new();
	bench->door = fake_door_new();
	bench->heard = g_string_new(NULL);
	parts.door = bench->door;
	bench->desk = desk_new(&parts, heard, bench);
	assert_true(ask(bench, ACT_CREATE, bench->passphrase));
	ask(bench, ACT_LOCK, NULL);
	g_string_truncate(bench->heard, 0);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	desk_free(bench->desk);
	assert_false(is_mapped(bench->place));
	bench->door->ops->free(bench->door);
	hub_free(bench->hub);
	secret_free(bench->passphrase);
	g_string_free(bench->heard, TRUE);
	g_free(bench);
	return 0;
}

static void test_thread_goes(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < 20; i++) {
		assert_true(ask(bench, ACT_UNLOCK, bench->passphrase));
		/* The control: while it is open the thread is there. */
		assert_true(bench->is_there_yet);
		assert_true(ask(bench, ACT_LOOK, NULL));
		assert_true(bench->is_there_yet);
		ask(bench, ACT_LOCK, NULL);
		assert_false(bench->is_there_yet);
		assert_false(ask(bench, ACT_LOOK, NULL));
	}
	assert_true(g_str_has_prefix(bench->heard->str, "UukLlkUukLlk"));
}

/* A wrong passphrase derives a key too. */
static void test_failed_unlock(void **state)
{
	struct bench *bench = *state;
	char text[] = "wrong";
	struct secret *wrong = secret_take(text, 5, NULL);

	assert_false(ask(bench, ACT_UNLOCK, wrong));
	assert_false(bench->is_there_yet);
	assert_true(ask(bench, ACT_UNLOCK, bench->passphrase));
	secret_free(wrong);
}

static void count(void *data)
{
	--*(unsigned *)data;
}

static void work_lock(struct engine *engine, struct desk_job *job, void *data)
{
	(void)data;
	engine_lock(engine, "test");
	desk_finish(job);
}

static void work_nothing(struct engine *engine, struct desk_job *job, void *data)
{
	(void)engine;
	(void)data;
	desk_finish(job);
}

/* What is posted while the threads change comes to its end too, and leaving waits for all of it. */
static void test_crowd(void **state)
{
	struct bench *bench = *state;
	unsigned left = 0;

	assert_true(ask(bench, ACT_UNLOCK, bench->passphrase));
	for (int i = 0; i < 200; i++, left++)
		desk_post(bench->desk, i % 20 == 10 ? work_lock : work_nothing, count, &left);
	while (left > 100)
		g_main_context_iteration(NULL, TRUE);
	desk_free(bench->desk);
	assert_int_equal(left, 0);
	bench->desk = desk_new(&(struct engine_parts){.door = bench->door, .clock = clock_system()},
			       heard, bench);
}

/* -- urgent jobs ------------------------------------------------------------------------------ */

struct order {
	struct desk *desk;
	GString *what; /* the core thread's, until all have been answered */
	unsigned left;
	gint begun;
};

/* Goes on until it is asked to end; as long as that may take. */
static void work_long(struct engine *engine, struct desk_job *job, void *data)
{
	gint64 deadline = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;
	struct order *order = data;

	g_atomic_int_set(&order->begun, 1);
	while (!cancel_is_raised(engine_cancel(engine)) && g_get_monotonic_time() < deadline)
		g_thread_yield();
	g_string_append_c(order->what, cancel_is_raised(engine_cancel(engine)) ? 'e' : 'l');
	desk_finish(job);
}

static void work_seen(struct engine *engine, struct desk_job *job, void *data)
{
	struct order *order = data;

	g_string_append_c(order->what, cancel_is_raised(engine_cancel(engine)) ? 'R' : 'r');
	desk_finish(job);
}

static void work_urgent(struct engine *engine, struct desk_job *job, void *data)
{
	struct order *order = data;

	/* It is what the others ended for. */
	g_string_append_c(order->what, cancel_is_raised(engine_cancel(engine)) ? '?' : 'u');
	desk_finish(job);
}

static gboolean idle(void *data)
{
	g_string_append_c(((struct order *)data)->what, 'i');
	return G_SOURCE_REMOVE;
}

static void count_order(void *data)
{
	((struct order *)data)->left--;
}

/* What is under way ends early, what stands before it sees the flag, what comes later doesn't; and
 * all of them go before what the thread has to do besides. */
static void test_urgent(void **state)
{
	struct bench *bench = *state;
	struct order order = {.desk = bench->desk, .what = g_string_new(NULL), .left = 4};
	GSource *source = g_idle_source_new();

	assert_true(ask(bench, ACT_UNLOCK, bench->passphrase));
	desk_post(bench->desk, work_long, count_order, &order);
	while (!g_atomic_int_get(&order.begun))
		g_thread_yield();
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, idle, &order, NULL);
	g_source_attach(source, desk_context(bench->desk));
	desk_post(bench->desk, work_seen, count_order, &order);
	desk_post_urgent(bench->desk, work_urgent, count_order, &order);
	desk_post(bench->desk, work_seen, count_order, &order);
	while (order.left)
		g_main_context_iteration(NULL, TRUE);
	ask(bench, ACT_LOCK, NULL);
	assert_true(g_str_has_prefix(order.what->str, "eRur"));
	g_source_destroy(source);
	g_source_unref(source);
	g_string_free(order.what, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_thread_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failed_unlock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_crowd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_urgent, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Files on their way, over a store in memory and a hub: sent, cancelled, and to who is blocked
 * meanwhile. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_files.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_talk.h"
#include "core/port/store.h"
#include "core/port/store_files.h"

enum { BYTES = 3 * 1000 * 1000 };

/* How the file that was sent last ended. */
static struct {
	bool is_over;
	GError *error;
} end;

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)user;
	(void)message;
	end.is_over = true;
	g_clear_error(&end.error);
	end.error = error ? g_error_copy(error) : NULL;
}

static void run(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

/* BYTES of a file to bob, begun; gives its descriptor, which stays open until it is over. */
static int begin(struct couple *pair, size_t bytes)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	struct file_draft draft = { .address = "bob", .fd = fd, .name = "report.bin" };

	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	end.is_over = false;
	engine_send_file(pair->alice->engine, &draft, NULL, sent, NULL);
	return fd;
}

static gboolean keep_state(const struct file_row *row, void *user)
{
	*(enum file_state *)user = row->state;
	return TRUE;
}

static enum file_state state_at(struct person *person, const char *with)
{
	struct store *store = fake_door_store(person->door);
	enum file_state state = FILE_STATE_COUNT;

	assert_true(store->ops->files->each(store, with, keep_state, &state, NULL));
	return state;
}

static void test_there(void **state)
{
	struct couple *pair = *state;
	int fd;

	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "before"), 0);
	person_fetch(pair->bob);
	fd = begin(pair, BYTES);
	run();
	assert_true(end.is_over);
	assert_null(end.error);
	close(fd);
	person_fetch(pair->bob);
	assert_int_equal(state_at(pair->alice, "bob"), FILE_SENT);
	assert_int_equal(state_at(pair->bob, "alice"), FILE_HERE);
}

/* Cancelled while the carrier is asked whom it is for: no word of it, and no key, goes out. */
static void test_cancelled(void **state)
{
	struct couple *pair = *state;
	unsigned before;
	int fd;

	assert_int_equal(person_send(pair->alice, "bob", "before"), 0);
	before = hub_taken(pair->hub)->len;
	hub_hold_lists(pair->hub, true);
	fd = begin(pair, 11);
	/* The first question is whether it may be sent at all; the second comes with the message.
	 */
	hub_hold_lists(pair->hub, false);
	hub_hold_lists(pair->hub, true);
	run();
	assert_int_equal(engine_cancel_files(pair->alice->engine, "bob"), 1);
	hub_hold_lists(pair->hub, false);
	run();
	close(fd);
	assert_true(end.is_over && end.error);
	assert_int_equal(hub_taken(pair->hub)->len, before);
	assert_int_equal(person_count(pair->alice, "bob"), 1);
}

static void blocked(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

/* Whoever is blocked in the middle of it gets no more. */
static void test_blocked(void **state)
{
	struct couple *pair = *state;
	unsigned taken;
	int fd;

	assert_int_equal(person_send(pair->alice, "bob", "before"), 0);
	fd = begin(pair, BYTES);
	while (state_at(pair->alice, "bob") != FILE_SENDING)
		g_main_context_iteration(NULL, TRUE);
	engine_block(pair->alice->engine, "bob", true, 1000, blocked, NULL);
	taken = hub_taken(pair->hub)->len;
	run();
	close(fd);
	assert_true(end.is_over && error_is(end.error, ERROR_POLICY));
	assert_int_equal(hub_taken(pair->hub)->len, taken);
	assert_int_equal(state_at(pair->alice, "bob"), FILE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_cancelled, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_blocked, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A file that was spoken of in a session that could never be opened (core/messages/resend.h). */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_files.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/model/draft.h"
#include "core/model/file.h"
#include "core/model/message.h"
#include "core/omemo/bundle.h"
#include "core/port/store.h"
#include "core/port/store_files.h"
#include "tests/support/still_clock.h"

enum { SECONDS = 10, LATER_MS = (SECONDS + 1) * 1000, SMALL = 5, LARGE = 3 * 1000 * 1000 };

struct stage {
	struct still_clock clock;
	struct hub *hub;
	struct person *alice, *bob, *carol;
	struct bundle gone; /* with one prekey, which Bob doesn't have any more */
};

static void keep_sent(void *user, const struct message *message, const GError *error)
{
	(void)user;
	(void)error;
	assert_non_null(message);
}

static gboolean keep_seq(const struct message *message, void *user)
{
	*(int64_t *)user = message->seq;
	return message->kind != KIND_TEXT;
}

/*
 * Bob's first prekey is used up by words of Alice's that are gone; Carol, where she sends a file,
 * is shown the same one.
 */
static int setup(void **state)
{
	const struct draft draft = { .address = "bob", .body = "short", .expire = SECONDS };
	struct stage *stage = g_new0(struct stage, 1);
	int64_t seq = 0;

	still_clock_init(&stage->clock);
	stage->hub = hub_new();
	hub_use_uids(stage->hub);
	hub_keep_marks(stage->hub, false);
	stage->alice = person_new_by(stage->hub, "alice", &stage->clock.clock);
	stage->bob = person_new_by(stage->hub, "bob", &stage->clock.clock);
	stage->carol = person_new_by(stage->hub, "carol", &stage->clock.clock);
	assert_true(engine_contact_add(stage->bob->engine, "alice", NULL, NULL));
	assert_true(engine_contact_add(stage->bob->engine, "carol", NULL, NULL));
	bundle_copy(&stage->gone, hub_bundle(stage->hub, "bob", person_device(stage->bob)));
	stage->gone.prekey_count = 1;
	hub_give_once(stage->hub, "bob", &stage->gone);
	engine_send(stage->alice->engine, &draft, 1000, keep_sent, NULL);
	person_fetch(stage->bob);
	assert_true(engine_before(stage->bob->engine, "alice", 0, 10, keep_seq, &seq, NULL));
	assert_true(engine_read(stage->bob->engine, "alice", &seq, 1, NULL));
	still_clock_pass(&stage->clock, LATER_MS);
	engine_wake(stage->bob->engine);
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
	bundle_clear(&stage->gone);
	g_free(stage);
	return 0;
}

static void run(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static int begin_file(const struct stage *stage, size_t bytes)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	struct file_draft draft = { .address = "bob", .fd = fd, .name = "report.bin" };

	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	hub_give_once(stage->hub, "bob", &stage->gone);
	engine_send_file(stage->carol->engine, &draft, NULL, keep_sent, NULL);
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

static unsigned notices(struct person *person, const char *text)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == EVENT_NOTICE && strstr(event->text, text) != NULL;
	}
	return count;
}

struct rows {
	unsigned words, files, failed, named;
};

static gboolean count_row(const struct message *message, void *user)
{
	struct rows *rows = user;

	rows->words += message->kind == KIND_TEXT && !message->file;
	rows->files += message->file != NULL;
	rows->failed += message->file && message->state == STATE_FAILED;
	rows->named += message->kind == KIND_UNREADABLE && message->body &&
		       strstr(message->body, "1 file (report.bin)") != NULL;
	return TRUE;
}

static struct rows rows_of(struct person *person, const char *with)
{
	struct rows rows = { 0 };

	assert_true(engine_after(person->engine, with, 0, 1000, count_row, &rows, NULL));
	return rows;
}

/* Bob hears of what he can't open, and Carol's sotto of that; what she sends again comes. */
static void exchange(const struct stage *stage)
{
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	run();
	person_fetch(stage->bob);
}

/* All of it was handed over, so nothing of it is here: a row names it; it counts as not sent. */
static void test_gone(void **state)
{
	struct stage *stage = *state;
	int fd = begin_file(stage, SMALL);
	struct rows rows;

	run();
	close(fd);
	assert_int_equal(person_send(stage->carol, "bob", "words"), 0);
	assert_int_equal(state_at(stage->carol, "bob"), FILE_SENT);
	assert_int_equal(rows_of(stage->carol, "bob").failed, 0);
	exchange(stage);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 1."), 1);
	assert_int_equal(notices(stage->carol, "Not sent again: 1 file (report.bin)"), 1);
	rows = rows_of(stage->carol, "bob");
	assert_int_equal(rows.named, 1);
	assert_int_equal(rows.failed, 1);
	assert_int_equal(state_at(stage->carol, "bob"), FILE_FAILED);
	rows = rows_of(stage->bob, "carol");
	assert_int_equal(rows.words, 1);
	assert_int_equal(rows.files, 0);
}

/* While parts are still to be handed over all of them are here: they go again from the first. */
static void test_under_way(void **state)
{
	struct stage *stage = *state;
	int fd = begin_file(stage, LARGE);

	while (state_at(stage->carol, "bob") != FILE_SENDING)
		g_main_context_iteration(NULL, TRUE);
	person_fetch(stage->bob);
	person_fetch(stage->carol);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 1."), 1);
	run();
	close(fd);
	person_fetch(stage->bob);
	assert_int_equal(state_at(stage->carol, "bob"), FILE_SENT);
	assert_int_equal(rows_of(stage->carol, "bob").failed, 0);
	assert_int_equal(rows_of(stage->bob, "carol").files, 1);
	assert_int_equal(state_at(stage->bob, "carol"), FILE_HERE);
}

/* The same when sotto had ended meanwhile. */
static void test_interrupted(void **state)
{
	struct stage *stage = *state;
	int fd = begin_file(stage, LARGE);

	while (state_at(stage->carol, "bob") != FILE_SENDING)
		g_main_context_iteration(NULL, TRUE);
	person_restart(stage->carol);
	close(fd);
	exchange(stage);
	run();
	person_fetch(stage->bob);
	assert_int_equal(state_at(stage->bob, "carol"), FILE_HERE);
}

/* What lies on a server needs to be spoken of once more, no more than that. */
static void test_on_server(void **state)
{
	struct stage *stage = *state;
	struct store *store = fake_door_store(stage->carol->door);
	struct file file = { .name = g_strdup("report.bin"), .bytes = SMALL,
			     .url = g_strdup("https://files.example/report.bin"),
			     .iv_bytes = FILE_IV_BYTES };
	char *text = file_encode(&file, NULL);
	const struct draft draft = { .address = "bob", .body = "file: report.bin", .file = text,
				     .id = "00000000-0000-4000-8000-00000000000f" };
	const struct file_row row = { .key = { "bob", "carol", draft.id }, .is_out = true,
				      .count = 1 };
	struct rows rows;

	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->files->put(store, &row, NULL));
	assert_true(store->ops->commit(store, NULL));
	hub_give_once(stage->hub, "bob", &stage->gone);
	engine_send(stage->carol->engine, &draft, 1000, keep_sent, NULL);
	run();
	exchange(stage);
	assert_int_equal(notices(stage->carol, "Sent again in a new session: 1."), 1);
	assert_int_equal(notices(stage->carol, "Not sent again"), 0);
	rows = rows_of(stage->bob, "carol");
	assert_int_equal(rows.files, 1);
	assert_int_equal(rows_of(stage->carol, "bob").failed, 0);
	plain_free(text);
	file_clear(&file);
}

/*
 * A profile that was put back seals what waits anew, under other keys: a file's parts too, however
 * many of them had been sealed.
 */
static void check_put_back(const struct stage *stage, size_t bytes)
{
	struct person *alice = stage->alice;
	struct store_door *copy = fake_door_copy(alice->door);
	struct file_draft draft = { .address = "bob", .fd = memfd_create("file", MFD_CLOEXEC),
				    .name = "report.bin" };

	assert_int_equal(ftruncate(draft.fd, (off_t)bytes), 0);
	assert_int_equal(person_send(alice, "bob", "since the copy"), 0);
	assert_int_equal(person_send(alice, "bob", "and more"), 0);
	hub_cut_marks(stage->hub, true);
	person_put_back(alice, copy);
	engine_send_file(alice->engine, &draft, NULL, keep_sent, NULL);
	run();
	close(draft.fd);
	assert_int_equal(state_at(alice, "bob"), FILE_SENDING);
	hub_cut_marks(stage->hub, false);
	person_restart(alice);
	run();
	person_fetch(stage->bob);
	assert_int_equal(state_at(alice, "bob"), FILE_SENT);
	assert_int_equal(rows_of(alice, "bob").failed, 0);
	assert_int_equal(rows_of(stage->bob, "alice").files, 1);
	assert_int_equal(state_at(stage->bob, "alice"), FILE_HERE);
	person_check_gaps(stage->bob, "alice", "");
	copy->ops->free(copy);
}

static void test_put_back(void **state)
{
	check_put_back(*state, SMALL);
}

static void test_put_back_large(void **state)
{
	check_put_back(*state, LARGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_gone),
		TEST(test_under_way),
		TEST(test_interrupted),
		TEST(test_on_server),
		TEST(test_put_back),
		TEST(test_put_back_large),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("resend_files", tests, NULL, NULL);
}

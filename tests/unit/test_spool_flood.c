/*
 * A full inbox: whoever fills it pays with their own things' waiting, in bounded memory, and
 * nobody else does. Files of several uids take root to make.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/secret.h"
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_inbox_inside.h"
#include "core/transport/spool/spool_queue.h"

enum { OWNER = 21000, ALICE = 21001, MALLORY = 21003, BLOCKED = 21004, FLOOD = 3000, SHARE = 100 };
enum { MANY = 40000, BOUND_S = 10 /* on a machine that is busy, under a sanitizer */ };

#define TEXT "<message from='alice'>sealed</message>"

/* -- the queue -------------------------------------------------------------------------------- */

static void offer(struct queue *queue, uid_t uid, long second, bool is_stranger)
{
	struct queue_entry entry = { .name = (char *)"name", .uid = uid, .bytes = 1 };

	entry.changed.tv_sec = second;
	queue_add(queue, &entry, is_stranger);
}

static void test_queue_is_fair(void **state)
{
	enum { TOO_MANY = QUEUE_ENTRIES + 20000, FEW = 10 };
	struct queue *queue = queue_new();
	unsigned few = 0;
	GArray *all;

	(void)state;
	/* In an order that is neither up nor down; the few are the newest and come last. */
	for (unsigned i = 0; i < TOO_MANY; i++)
		offer(queue, MALLORY, (long)((uint64_t)i * 7919 % TOO_MANY), true);
	for (unsigned i = 0; i < FEW; i++)
		offer(queue, ALICE, TOO_MANY + (long)i, false);
	assert_true(queue_was_full(queue));
	all = queue_take(queue);
	assert_int_equal(all->len, QUEUE_ENTRIES);
	for (guint i = 0; i < all->len; i++) {
		const struct queue_entry *entry = &g_array_index(all, struct queue_entry, i);

		few += entry->uid == ALICE;
		/* Of whoever has the most the oldest are kept, in their order. */
		if (entry->uid == MALLORY)
			assert_int_equal(entry->changed.tv_sec, i);
	}
	assert_int_equal(few, FEW);
	g_array_unref(all);
	assert_false(queue_was_full(queue));
	queue_free(queue);
}

static void test_queue_of_many_users(void **state)
{
	struct queue *queue = queue_new();
	GArray *all;

	(void)state;
	for (unsigned i = 0; i < 10 * QUEUE_STRANGERS; i++)
		offer(queue, 100000 + i, 1, true);
	offer(queue, ALICE, 2, false);
	assert_true(queue_was_full(queue));
	all = queue_take(queue);
	assert_int_equal(all->len, QUEUE_STRANGERS + 1);
	assert_int_equal(g_array_index(all, struct queue_entry, QUEUE_STRANGERS).uid, ALICE);
	g_array_unref(all);
	/* The same file twice. */
	offer(queue, ALICE, 2, false);
	offer(queue, ALICE, 3, false);
	offer(queue, ALICE, 2, false);
	all = queue_take(queue);
	assert_int_equal(all->len, 2);
	g_array_unref(all);
	/* Left in it: freed with it. */
	offer(queue, ALICE, 2, false);
	queue_free(queue);
}

/* -- rounds ----------------------------------------------------------------------------------- */

struct stage {
	char *folder;
	int fd; /* of it */
	struct inbox *inbox;
	GHashTable *came; /* uid -> files handed out */
	GPtrArray *told;  /* sentences */
	unsigned dropped, steps;
	int64_t began, alice_at; /* monotonic us: the round, and her first file */
	bool leaves; /* what is MALLORY's and comes after the first SHARE */
};

static unsigned came(const struct stage *stage, uid_t uid)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(stage->came, GUINT_TO_POINTER(uid)));
}

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	uint64_t taken[TRANSPORT_BATCH], left[TRANSPORT_BATCH];
	size_t taken_count = 0, left_count = 0;
	struct stage *stage = user;

	for (size_t i = 0; i < count; i++) {
		unsigned now = came(stage, parcels[i].uid) + 1;

		g_hash_table_insert(stage->came, GUINT_TO_POINTER(parcels[i].uid),
				    GUINT_TO_POINTER(now));
		if (parcels[i].uid == ALICE && !stage->alice_at)
			stage->alice_at = g_get_monotonic_time();
		if (stage->leaves && parcels[i].uid == MALLORY && now > SHARE)
			left[left_count++] = parcels[i].token;
		else
			taken[taken_count++] = parcels[i].token;
	}
	inbox_ack(stage->inbox, stage->fd, taken, taken_count);
	inbox_leave(stage->inbox, left, left_count);
}

static enum transport_heed heed(void *user, uint32_t uid)
{
	const struct stage *stage = user;

	if (uid == BLOCKED)
		return HEED_NEVER;
	if (uid != MALLORY || stage->leaves)
		return HEED_ALL;
	return came(stage, uid) < SHARE ? HEED_SOME : HEED_LATER;
}

static void dropped(void *user, uint32_t uid, unsigned count)
{
	assert_int_equal(uid, BLOCKED);
	((struct stage *)user)->dropped += count;
}

static void noticed(void *user, const char *sentence)
{
	g_ptr_array_add(((struct stage *)user)->told, g_strdup(sentence));
}

static const struct transport_listener listener = {
	.arrived = arrived, .heed = heed, .dropped = dropped, .notice = noticed
};

static int setup(void **state)
{
	struct stage *stage = g_new0(struct stage, 1);

	/* Thousands of files: in memory, where there is such a place. */
	stage->folder = g_strdup("/dev/shm/sotto-flood-XXXXXX");
	if (!g_mkdtemp(stage->folder)) {
		g_free(stage->folder);
		stage->folder = g_dir_make_tmp("sotto-flood-XXXXXX", NULL);
	}
	stage->fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stage->inbox = inbox_new(OWNER);
	stage->came = g_hash_table_new(NULL, NULL);
	stage->told = g_ptr_array_new_with_free_func(g_free);
	*state = stage;
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;
	const char *const argv[] = { "rm", "-rf", stage->folder, NULL };

	if (stage->inbox)
		inbox_free(stage->inbox, 10000);
	close(stage->fd);
	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
		     NULL);
	g_hash_table_unref(stage->came);
	g_ptr_array_unref(stage->told);
	g_free(stage->folder);
	g_free(stage);
	return 0;
}

static void drop_file(const struct stage *stage, uid_t uid, unsigned number, const char *text)
{
	g_autofree char *name = g_strdup_printf("%u-%u", (unsigned)uid, number);
	int fd = openat(stage->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchown(fd, uid, uid), 0);
	close(fd);
}

static void drop_files(const struct stage *stage, uid_t uid, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		drop_file(stage, uid, i, TEXT);
}

static void round_of(struct stage *stage, const char *const *names)
{
	stage->began = g_get_monotonic_time();
	inbox_begin(stage->inbox, names, &listener, stage);
	while (inbox_step(stage->inbox, stage->fd))
		stage->steps++;
	inbox_end(stage->inbox);
}

/* What is removed is removed on a thread. */
static bool is_emptied(const struct stage *stage)
{
	int64_t end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
	bool is_empty = false;

	while (!is_empty && g_get_monotonic_time() < end) {
		g_autoptr(GDir) dir = g_dir_open(stage->folder, 0, NULL);

		is_empty = !g_dir_read_name(dir);
		g_thread_yield();
	}
	return is_empty;
}

static bool needs_root(void)
{
	if (geteuid() == 0)
		return false;
	print_message("files of several uids take root: skipped\n");
	skip();
	return true;
}

static void test_over_the_share(void **state)
{
	struct stage *stage = *state;

	if (needs_root())
		return;
	drop_files(stage, MALLORY, FLOOD);
	drop_files(stage, ALICE, 5);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 5);
	/* The share, and what was on its way by then; the rest isn't even read. */
	assert_in_range(came(stage, MALLORY), SHARE, 3 * TRANSPORT_BATCH);
	assert_int_equal(inbox_waiting(stage->inbox), FLOOD - came(stage, MALLORY));
	assert_int_equal(stage->told->len, 1);
	assert_non_null(strstr(stage->told->pdata[0], "contact block uid:21003"));
	/* It isn't told again while it stays the same; others come through. */
	drop_file(stage, ALICE, 5, TEXT);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 6);
	assert_int_equal(stage->told->len, 1);
}

/*
 * Behind a flood, the last that was left: it is there soon, and little of the flood was read. The
 * control is one of a uid that is heard: all of it is read.
 */
static void test_behind_a_flood(void **state)
{
	struct stage *stage = *state;

	if (needs_root())
		return;
	drop_files(stage, MALLORY, MANY);
	drop_file(stage, ALICE, 0, TEXT);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 1);
	assert_true(stage->alice_at - stage->began < BOUND_S * G_USEC_PER_SEC);
	assert_in_range(came(stage, MALLORY), SHARE, 3 * TRANSPORT_BATCH);
	stage->leaves = true;
	round_of(stage, NULL);
	assert_true(came(stage, MALLORY) > MANY - 3 * TRANSPORT_BATCH);
}

/* What can't be read for now (here: no descriptor is left) isn't refused, and comes later. */
static void test_unreadable_now(void **state)
{
	struct stage *stage = *state;
	struct rlimit before, none;
	int fd;

	if (needs_root())
		return;
	drop_files(stage, ALICE, 5);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	stage->began = g_get_monotonic_time();
	inbox_begin(stage->inbox, NULL, &listener, stage);
	while (stage->inbox->round->phase == PHASE_LOOK)
		inbox_step(stage->inbox, stage->fd);
	/* One for the folder, none for a file in it. */
	fd = fcntl(stage->fd, F_DUPFD_CLOEXEC, 3);
	assert_true(fd >= 0);
	close(fd);
	none = (struct rlimit){ (rlim_t)fd + 1, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	while (inbox_step(stage->inbox, stage->fd))
		stage->steps++;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	inbox_end(stage->inbox);
	assert_int_equal(came(stage, ALICE), 0);
	assert_int_equal(inbox_waiting(stage->inbox), 5);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 5);
}

/* A look that takes too long is broken off; what is behind is found all the same, older or not. */
static void test_long_look(void **state)
{
	struct stage *stage = *state;

	if (needs_root())
		return;
	drop_files(stage, MALLORY, 2 * INBOX_LOOKS);
	drop_files(stage, ALICE, 2 * INBOX_LOOKS);
	inbox_begin(stage->inbox, NULL, &listener, stage);
	/* After each part of it. */
	do {
		if (stage->inbox->round->phase == PHASE_LOOK)
			stage->inbox->round->look_began -= 10 * G_USEC_PER_SEC;
	} while (inbox_step(stage->inbox, stage->fd));
	inbox_end(stage->inbox);
	assert_int_equal(came(stage, ALICE), 2 * INBOX_LOOKS);
	assert_int_equal(came(stage, MALLORY) + inbox_waiting(stage->inbox), 2 * INBOX_LOOKS);
}

/* The same of a uid that is heard, whose things the listener looks at and leaves. */
static void test_left(void **state)
{
	struct stage *stage = *state;
	g_autofree char *name = g_strdup_printf("%d-%d", MALLORY, FLOOD - 1);
	g_autofree char *path = g_build_filename(stage->folder, name, NULL);

	if (needs_root())
		return;
	stage->leaves = true;
	drop_files(stage, MALLORY, FLOOD);
	drop_files(stage, ALICE, 5);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 5);
	/* Each once: what was left doesn't come again in the same round. */
	assert_int_equal(came(stage, MALLORY), FLOOD);
	assert_int_equal(inbox_waiting(stage->inbox), FLOOD - SHARE);
	assert_int_equal(access(path, F_OK), 0);
	round_of(stage, NULL);
	assert_int_equal(came(stage, MALLORY), FLOOD + FLOOD - SHARE);
}

static void test_blocked(void **state)
{
	struct stage *stage = *state;

	if (needs_root())
		return;
	drop_files(stage, BLOCKED, FLOOD);
	drop_file(stage, ALICE, 0, TEXT);
	round_of(stage, NULL);
	assert_int_equal(came(stage, BLOCKED), 0);
	assert_int_equal(came(stage, ALICE), 1);
	/* A round removes no more than its share: the rest is the next one's, and isn't told. */
	assert_int_equal(stage->dropped, INBOX_DROPPED_PER_UID);
	assert_int_equal(inbox_waiting(stage->inbox), FLOOD - INBOX_DROPPED_PER_UID);
	assert_int_equal(stage->told->len, 0);
	while (stage->dropped < FLOOD)
		round_of(stage, NULL);
	assert_int_equal(stage->dropped, FLOOD);
	assert_int_equal(inbox_waiting(stage->inbox), 0);
	assert_int_equal(stage->told->len, 0);
	assert_true(is_emptied(stage));
}

/* Things that aren't messages are removed for so long, and one line tells of them all. */
static void test_refused(void **state)
{
	struct stage *stage = *state;
	unsigned left = 0;

	if (needs_root())
		return;
	for (unsigned i = 0; i < INBOX_REFUSED_PER_UID + 10; i++)
		drop_file(stage, MALLORY, i, "");
	drop_file(stage, ALICE, 0, TEXT);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 1);
	assert_int_equal(stage->told->len, 2);
	assert_non_null(strstr(stage->told->pdata[0], "1000 things"));
	g_autoptr(GDir) dir = g_dir_open(stage->folder, 0, NULL);
	while (g_dir_read_name(dir))
		left++;
	assert_in_range(left, 10, 11);
	assert_int_equal(inbox_waiting(stage->inbox), 10);
}

/* What the kernel names is looked at, and nothing else is. */
static void test_names(void **state)
{
	struct stage *stage = *state;
	const char *const names[] = { "21001-1", "21001-7", "21001-3", NULL };

	if (needs_root())
		return;
	drop_files(stage, ALICE, 5);
	round_of(stage, names);
	assert_int_equal(came(stage, ALICE), 2);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), 5);
}

/* Whoever takes the steps may stop after any of them. */
static void test_stopped(void **state)
{
	struct stage *stage = *state;

	if (needs_root())
		return;
	drop_files(stage, ALICE, FLOOD);
	inbox_begin(stage->inbox, NULL, &listener, stage);
	assert_true(inbox_step(stage->inbox, stage->fd));
	assert_true(inbox_step(stage->inbox, stage->fd));
	inbox_end(stage->inbox);
	assert_in_range(came(stage, ALICE), 1, FLOOD - 1);
	round_of(stage, NULL);
	assert_int_equal(came(stage, ALICE), FLOOD);
	/* The looking is in steps too. */
	assert_true(stage->steps >= FLOOD / TRANSPORT_BATCH - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queue_is_fair),
		cmocka_unit_test(test_queue_of_many_users),
		TEST(test_over_the_share),
		TEST(test_behind_a_flood),
		TEST(test_unreadable_now),
		TEST(test_long_look),
		TEST(test_left),
		TEST(test_blocked),
		TEST(test_refused),
		TEST(test_names),
		TEST(test_stopped),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("spool_flood", tests, NULL, NULL);
}

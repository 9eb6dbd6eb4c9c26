/* The spool carrier on real folders: what is delivered, in which order, and what is refused. */
#include "core/transport/spool/spool.h"
#include "core/xml/stanza.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/transport/spool/spool_inbox.h"

enum { ALICE = 11, BOB = 22 };

struct stage {
	char *root;
	struct transport *alice, *bob;
	GPtrArray *got;	   /* char *: what bob received, in order */
	bool keeps;	   /* nothing is acked */
	unsigned notices;
	enum transport_state state;
	GError *error;	   /* of the last request */
	bool is_done;	   /* it was answered */
	size_t count;	   /* of the last list */
};

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct stage *stage = user;
	g_autofree uint64_t *tokens = g_new(uint64_t, count);

	for (size_t i = 0; i < count; i++) {
		gsize bytes;
		const char *data = g_bytes_get_data(parcels[i].bytes, &bytes);

		g_ptr_array_add(stage->got, g_strndup(data, bytes));
		tokens[i] = parcels[i].token;
		assert_int_equal(parcels[i].uid, getuid());
	}
	if (!stage->keeps)
		stage->bob->ops->ack(stage->bob, tokens, count);
}

static void state_changed(void *user, enum transport_state state, const char *why)
{
	(void)why;
	((struct stage *)user)->state = state;
}

static void noticed(void *user, const char *sentence)
{
	(void)sentence;
	((struct stage *)user)->notices++;
}

static void devices(void *user, const char *address, const uint32_t *ids, size_t count)
{
	(void)user;
	(void)address;
	(void)ids;
	(void)count;
}

static const struct transport_listener listener = {
	.arrived = arrived, .devices = devices, .state = state_changed, .notice = noticed
};

static void done(void *user, const GError *error)
{
	struct stage *stage = user;

	stage->is_done = true;
	g_clear_error(&stage->error);
	stage->error = error ? g_error_copy(error) : NULL;
}

static int setup(void **state)
{
	struct stage *stage = g_new0(struct stage, 1);

	stage->root = g_dir_make_tmp("sotto-spool-XXXXXX", NULL);
	stage->got = g_ptr_array_new_with_free_func(g_free);
	assert_true(spool_claim(stage->root, "alice", false, NULL, NULL));
	assert_true(spool_claim(stage->root, "bob", false, NULL, NULL));
	stage->alice = spool_new(stage->root, "alice", ALICE, clock_system());
	stage->bob = spool_new(stage->root, "bob", BOB, clock_system());
	assert_true(stage->alice->ops->start(stage->alice, &listener, stage, NULL, false, NULL));
	assert_true(stage->bob->ops->start(stage->bob, &listener, stage, NULL, true, NULL));
	*state = stage;
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;
	const char *const argv[] = { "rm", "-rf", stage->root, NULL };

	stage->alice->ops->stop(stage->alice);
	stage->bob->ops->stop(stage->bob);
	stage->alice->ops->free(stage->alice);
	stage->bob->ops->free(stage->bob);
	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
		     NULL);
	g_ptr_array_unref(stage->got);
	g_clear_error(&stage->error);
	g_free(stage->root);
	g_free(stage);
	return 0;
}

static void send(struct stage *stage, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	stage->alice->ops->send(stage->alice, "bob", BOB, bytes, done, stage);
}

static void fetch(struct stage *stage)
{
	stage->is_done = false;
	stage->bob->ops->fetch_now(stage->bob, done, stage);
	while (!stage->is_done)
		g_main_context_iteration(NULL, TRUE);
	assert_null(stage->error);
}

static char *inbox(struct stage *stage, const char *leaf)
{
	return g_strdup_printf("%s/bob/inbox/%d/%s", stage->root, BOB, leaf);
}

static void put(struct stage *stage, const char *name, const void *data, size_t bytes)
{
	g_autofree char *new = inbox(stage, "new");
	g_autofree char *path = g_build_filename(new, name, NULL);

	assert_true(g_file_set_contents(path, data, (gssize)bytes, NULL));
}

/* What was acked goes on a thread when it is much. */
static bool is_emptied(struct stage *stage)
{
	gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	while (spool_waiting(stage->root, "bob", BOB) > 0 && g_get_monotonic_time() < deadline)
		g_thread_yield();
	return spool_waiting(stage->root, "bob", BOB) == 0;
}

static void test_order_and_ack(void **state)
{
	struct stage *stage = *state;

	for (int i = 0; i < 50; i++) {
		g_autofree char *text = g_strdup_printf("number %d", i);

		send(stage, text);
		assert_null(stage->error);
	}
	assert_int_equal(spool_waiting(stage->root, "bob", BOB), 50);
	fetch(stage);
	assert_int_equal(stage->got->len, 50);
	for (guint i = 0; i < stage->got->len; i++) {
		g_autofree char *text = g_strdup_printf("number %u", i);

		assert_string_equal(stage->got->pdata[i], text);
	}
	assert_true(is_emptied(stage));
}

static void test_unacked_comes_again(void **state)
{
	struct stage *stage = *state;

	stage->keeps = true;
	send(stage, "once more");
	fetch(stage);
	assert_int_equal(stage->got->len, 1);
	stage->keeps = false;
	fetch(stage);
	assert_int_equal(stage->got->len, 2);
	fetch(stage);
	assert_int_equal(stage->got->len, 2);
}

/* What was started without is live once that is asked for. */
static void test_goes_live(void **state)
{
	struct stage *stage = *state;
	gint64 deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	stage->bob->ops->stop(stage->bob);
	assert_true(stage->bob->ops->start(stage->bob, &listener, stage, NULL, false, NULL));
	send(stage, "before");
	while (g_main_context_iteration(NULL, FALSE))
		continue;
	assert_int_equal(stage->got->len, 0);
	stage->bob->ops->go_live(stage->bob);
	stage->bob->ops->go_live(stage->bob);
	send(stage, "behind");
	while (stage->got->len == 0 && g_get_monotonic_time() < deadline)
		g_main_context_iteration(NULL, FALSE);
	assert_int_equal(stage->got->len, 1);
	assert_string_equal(stage->got->pdata[0], "behind");
	fetch(stage);
	assert_int_equal(stage->got->len, 2);
}

/* What claiming would meet, and nothing made of it. */
static void test_check(void **state)
{
	struct stage *stage = *state;
	g_autofree char *missing = g_build_filename(stage->root, "new", "spool", NULL);
	g_autofree char *file = g_build_filename(stage->root, "bob", "file", NULL);
	g_autofree char *devices = g_build_filename(stage->root, "bob", "devices", NULL);
	g_autofree char *keys = g_build_filename(devices, "22.xml", NULL);
	g_autofree char *bob = g_build_filename(stage->root, "bob", NULL);
	static const char *const kernels[] = { "/proc/nope", "/proc/nope/more", "/proc", "/sys/x" };
	struct spool_found found;
	char **people;
	g_autoptr(GError) error = NULL;

	assert_true(spool_check(missing, "bob", false, NULL, &found, NULL));
	assert_false(g_file_test(missing, G_FILE_TEST_EXISTS));
	assert_true(spool_check(stage->root, "bob", false, NULL, &found, NULL));
	assert_int_equal(found.devices, 0);
	assert_null(spool_people(stage->root, "alice"));
	assert_true(g_file_set_contents(keys, "keys", -1, NULL));
	assert_true(spool_check(stage->root, "bob", false, NULL, &found, NULL));
	assert_int_equal(found.devices, 1);
	assert_true(found.since > 0);
	people = spool_people(stage->root, "alice");
	assert_non_null(people);
	assert_string_equal(people[0], "bob");
	assert_null(people[1]);
	g_strfreev(people);
	assert_null(spool_people(stage->root, "bob"));
	assert_true(g_file_set_contents(file, "x", -1, NULL));
	assert_false(spool_check(file, "bob", false, NULL, &found, &error));
	assert_true(error_is(error, ERROR_UNAVAILABLE));
	g_clear_error(&error);
	/* These say that root may write there. */
	for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
		assert_false(spool_check(kernels[i], "bob", false, NULL, &found, &error));
		assert_true(error_is(error, ERROR_UNAVAILABLE));
		g_clear_error(&error);
	}
	if (geteuid() != 0) {
		assert_int_equal(g_chmod(stage->root, 0500), 0);
		assert_false(spool_check(stage->root, "bob", false, NULL, &found, &error));
		assert_int_equal(g_chmod(stage->root, 0700), 0);
	} else {
		assert_int_equal(chown(bob, 1, 1), 0);
		assert_false(spool_check(stage->root, "bob", false, NULL, &found, &error));
		assert_true(error_is(error, ERROR_EXISTS));
		assert_int_equal(chown(bob, 0, 0), 0);
	}
}

static void test_what_a_file_shows(void **state)
{
	struct stage *stage = *state;
	g_autofree char *new = inbox(stage, "new");
	g_autoptr(GDir) dir = NULL;
	g_autofree char *path = NULL;
	struct stat st;

	send(stage, "x");
	dir = g_dir_open(new, 0, NULL);
	path = g_build_filename(new, g_dir_read_name(dir), NULL);
	assert_int_equal(stat(path, &st), 0);
	/* Between two names of one user nobody else has to be let in. */
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_mtim.tv_sec % 3600, 0);
	assert_int_equal(st.st_mtim.tv_nsec, 0);
	assert_int_equal(stat(new, &st), 0);
	assert_int_equal(st.st_mode & 07777, 01733);
}

static void test_hostile_things(void **state)
{
	struct stage *stage = *state;
	g_autofree char *new = inbox(stage, "new");
	g_autofree char *fifo = g_build_filename(new, "fifo", NULL);
	g_autofree char *link = g_build_filename(new, "link", NULL);
	g_autofree char *folder = g_build_filename(new, "folder", NULL);
	g_autofree char *hard = g_build_filename(new, "hard", NULL);
	g_autofree char *other = g_build_filename(stage->root, "other", NULL);
	g_autofree char *huge = g_malloc0(STANZA_BYTES_MAX + 1);

	put(stage, "empty", "", 0);
	put(stage, "huge", huge, STANZA_BYTES_MAX + 1);
	assert_int_equal(mkfifo(fifo, 0666), 0);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_true(g_file_set_contents(other, "linked", 6, NULL));
	assert_int_equal(linkat(AT_FDCWD, other, AT_FDCWD, hard, 0), 0);
	send(stage, "good");
	fetch(stage);
	assert_int_equal(stage->got->len, 1);
	assert_string_equal(stage->got->pdata[0], "good");
	assert_int_equal(stage->notices, 1);
	fetch(stage);
	assert_int_equal(stage->notices, 1);
	assert_true(is_emptied(stage));
}

static void test_more_than_one_pass(void **state)
{
	struct stage *stage = *state;

	for (int i = 0; i < INBOX_FILES_PER_UID + 10; i++) {
		g_autofree char *name = g_strdup_printf("%032d", i);

		put(stage, name, "x", 1);
	}
	fetch(stage);
	assert_int_equal(stage->got->len, INBOX_FILES_PER_UID + 10);
}

/* A full inbox is taken in slices, and whatever else there is to do gets its turn between them. */
static void test_in_slices(void **state)
{
	struct stage *stage = *state;
	unsigned turns = 0, before = 0;

	for (int i = 0; i < 2000; i++) {
		g_autofree char *name = g_strdup_printf("%032d", i);

		put(stage, name, "x", 1);
	}
	stage->is_done = false;
	stage->bob->ops->fetch_now(stage->bob, done, stage);
	while (!stage->is_done) {
		turns += stage->got->len > before;
		before = stage->got->len;
		g_main_context_iteration(NULL, TRUE);
	}
	turns += stage->got->len > before;
	assert_int_equal(stage->got->len, 2000);
	assert_true(turns > 1);
}

/* Whoever waits for a round that is stopped in the middle hears of it, and nothing is lost. */
static void test_stopped_in_the_middle(void **state)
{
	struct stage *stage = *state;

	for (int i = 0; i < 2000; i++) {
		g_autofree char *name = g_strdup_printf("%032d", i);

		put(stage, name, "x", 1);
	}
	stage->keeps = true;
	stage->is_done = false;
	stage->bob->ops->fetch_now(stage->bob, done, stage);
	assert_false(stage->is_done);
	stage->bob->ops->stop(stage->bob);
	assert_true(stage->is_done);
	assert_true(error_is(stage->error, ERROR_UNREACHABLE));
	assert_true(stage->got->len < 2000);
	g_ptr_array_set_size(stage->got, 0);
	stage->keeps = false;
	assert_true(stage->bob->ops->start(stage->bob, &listener, stage, NULL, true, NULL));
	fetch(stage);
	assert_int_equal(stage->got->len, 2000);
}

/* In a user namespace of one's own that has none; -1: this kernel makes none. */
static int use_up_inotify(void)
{
	int limit;

	if (unshare(CLONE_NEWUSER) != 0)
		return -1;
	limit = open("/proc/sys/user/max_inotify_instances", O_WRONLY | O_CLOEXEC);
	if (limit < 0 || write(limit, "0", 1) != 1 || inotify_init1(IN_CLOEXEC) >= 0)
		return -1;
	return close(limit);
}

/* Where inotify is used up that is said, once, and what comes is found all the same. */
static int poll_for_it(struct stage *stage)
{
	gint64 end = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;

	if (use_up_inotify() != 0)
		return 77;
	stage->bob->ops->stop(stage->bob);
	if (!stage->bob->ops->start(stage->bob, &listener, stage, NULL, true, NULL) ||
	    stage->notices != 1)
		return 1;
	for (int i = 0; i < 2; i++) {
		send(stage, "found");
		while (stage->got->len == (guint)i && g_get_monotonic_time() < end)
			g_main_context_iteration(NULL, TRUE);
	}
	return stage->got->len == 2 && stage->notices == 1 ? 0 : 2;
}

static void test_without_inotify(void **state)
{
	struct stage *stage = *state;
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(poll_for_it(stage));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("no user namespace with a limit of its own: skipped\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	/* The control: with it nothing is said. */
	assert_int_equal(stage->notices, 0);
}

static void test_nobody_there(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GBytes) bytes = g_bytes_new("x", 1);
	g_autofree char *new = inbox(stage, "new");
	g_autofree char *away = inbox(stage, "away");

	stage->alice->ops->send(stage->alice, "carol", 1, bytes, done, stage);
	assert_true(error_is(stage->error, ERROR_NO_CONTACT));
	stage->alice->ops->send(stage->alice, "bob", 4711, bytes, done, stage);
	assert_true(error_is(stage->error, ERROR_NO_DEVICES));
	assert_int_equal(rename(new, away), 0);
	send(stage, "x");
	assert_true(error_is(stage->error, ERROR_NO_DEVICES));
	/* An inbox that leads elsewhere is none. */
	assert_int_equal(symlink(away, new), 0);
	send(stage, "x");
	assert_true(error_is(stage->error, ERROR_NO_DEVICES));
	assert_true(is_emptied(stage));
}

static void listed(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		   const GError *error)
{
	struct stage *stage = user;

	(void)ids;
	assert_true(error || owner == getuid());
	stage->count = count;
	done(stage, error);
}

static void test_list(void **state)
{
	struct stage *stage = *state;
	g_autofree char *one = g_build_filename(stage->root, "bob", "devices", "22.xml", NULL);
	g_autofree char *odd = g_build_filename(stage->root, "bob", "devices", "022.xml", NULL);
	g_autofree char *link = g_build_filename(stage->root, "bob", "devices", "23.xml", NULL);

	assert_true(g_file_set_contents(one, "x", 1, NULL));
	assert_true(g_file_set_contents(odd, "x", 1, NULL));
	assert_int_equal(symlink(one, link), 0);
	stage->alice->ops->list(stage->alice, "bob", listed, stage);
	assert_null(stage->error);
	assert_int_equal(stage->count, 1);
	stage->alice->ops->list(stage->alice, "carol", listed, stage);
	assert_true(error_is(stage->error, ERROR_NO_CONTACT));
}

static void test_old_tmp_goes(void **state)
{
	struct stage *stage = *state;
	g_autofree char *tmp = inbox(stage, "tmp");
	g_autofree char *left = g_build_filename(tmp, "left", NULL);
	int folder = open(tmp, O_RDONLY | O_DIRECTORY);
	int64_t now = clock_wall(clock_system());

	assert_true(g_file_set_contents(left, "x", 1, NULL));
	inbox_clear_tmp(folder, now);
	assert_int_equal(access(left, F_OK), 0);
	inbox_clear_tmp(folder, now + (INBOX_TMP_HOURS + 1) * (int64_t)3600 * 1000);
	assert_int_equal(access(left, F_OK), -1);
	close(folder);
}

static void test_live(void **state)
{
	struct stage *stage = *state;
	int64_t end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

	send(stage, "live");
	while (!stage->got->len && g_get_monotonic_time() < end)
		g_main_context_iteration(NULL, FALSE);
	assert_int_equal(stage->got->len, 1);
}

static void test_inbox_gone_while_live(void **state)
{
	struct stage *stage = *state;
	int64_t end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
	g_autofree char *new = inbox(stage, "new");

	assert_int_equal(rmdir(new), 0);
	while (stage->state != TRANSPORT_OFFLINE && g_get_monotonic_time() < end)
		g_main_context_iteration(NULL, FALSE);
	assert_int_equal(stage->state, TRANSPORT_OFFLINE);
	fetch(stage);
	assert_int_equal(stage->state, TRANSPORT_ONLINE);
	send(stage, "back");
	fetch(stage);
	assert_int_equal(stage->got->len, 1);
}

static void test_unclaim_leaves_nothing(void **state)
{
	struct stage *stage = *state;
	g_autofree char *place = g_build_filename(stage->root, "bob", NULL);

	send(stage, "unread");
	assert_true(spool_unclaim(stage->root, "bob", BOB, NULL));
	assert_int_equal(access(place, F_OK), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order_and_ack),	  TEST(test_check),
		TEST(test_goes_live),
		TEST(test_unacked_comes_again),
		TEST(test_what_a_file_shows),	  TEST(test_hostile_things),
		TEST(test_more_than_one_pass),	  TEST(test_nobody_there),
		TEST(test_list),		  TEST(test_old_tmp_goes),
		TEST(test_live),		  TEST(test_inbox_gone_while_live),
		TEST(test_unclaim_leaves_nothing), TEST(test_in_slices),
		TEST(test_stopped_in_the_middle), TEST(test_without_inotify),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

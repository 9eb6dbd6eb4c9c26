/* Kill -9 and full disks: what was acknowledged is there, and nothing half-made is. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "tests/support/profile.h"
#include "tests/support/store_suite.h"

enum { SKIP = 77 };

static int setup(void **state)
{
	struct profile *profile = g_new0(struct profile, 1);

	profile_init(profile);
	*state = profile;
	return 0;
}

static int teardown(void **state)
{
	profile_clear(*state);
	g_free(*state);
	return 0;
}

/* One message in a transaction; FALSE when the store says no. */
static gboolean put(struct store *store, int n, const char *body, GError **error)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, "bob", n, DIRECTION_IN, body);
	gboolean ok = store->ops->begin(store, error) &&
		      store->ops->message_put(store, &message, &is_new, error) &&
		      store->ops->commit(store, error);
	if (!ok)
		store->ops->rollback(store);
	message_clear(&message);
	return ok;
}

static struct store *create_with_bob(struct profile *profile)
{
	struct store *store = profile_create(profile);

	assert_true(store->ops->begin(store, NULL));
	store_suite_contact(store, "bob");
	assert_true(store->ops->commit(store, NULL));
	return store;
}

static gboolean count_whole(const struct message *message, void *user)
{
	if (message->kind == KIND_TEXT)
		++*(unsigned *)user;
	return TRUE;
}

/* -- crashes ---------------------------------------------------------------------------------- */

/* Commit message after message, and say so after each. */
static G_NORETURN void commit_for_ever(struct profile *profile, int first, int out)
{
	char *body = g_strnfill(2500, 'b');
	struct store *store = profile_open(profile, "word", NULL);

	for (int n = first; store; n++) {
		if (!put(store, n, n % 4 ? "short" : body, NULL) ||
		    write(out, &n, sizeof(n)) != (ssize_t)sizeof(n))
			break;
	}
	_exit(1);
}

/* Let a child write until it has said UNTIL more lines and a bit; the last one that it said. */
static int run_and_kill(struct profile *profile, int first, int until)
{
	int ends[2], n, last = first - 1;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		commit_for_ever(profile, first, ends[1]);
	}
	close(ends[1]);
	while (last < first + until && read(ends[0], &n, sizeof(n)) == (ssize_t)sizeof(n))
		last = n;
	g_usleep((gulong)g_random_int_range(0, 3000));
	kill(child, SIGKILL);
	while (read(ends[0], &n, sizeof(n)) == (ssize_t)sizeof(n))
		last = n;
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return last;
}

static void test_killed(void **state)
{
	enum { ROUNDS = 30 };
	struct profile *profile = *state;
	struct store *store = create_with_bob(profile);
	int next = 0;

	store->ops->close(store);
	profile->door->ops->release(profile->door);
	for (int round = 0; round < ROUNDS; round++) {
		int last = run_and_kill(profile, next, g_random_int_range(0, 40));
		struct store_counts counts;
		unsigned whole = 0;
		GError *error = NULL;

		store = profile_open(profile, "word", &error);
		if (!store)
			fail_msg("round %d: %s", round, error->message);
		assert_true(store->ops->counts(store, &counts, NULL));
		assert_true(store->ops->message_before(store, "bob", 0, 100000, count_whole, &whole,
						       NULL));
		/* One may be committed and not yet said. */
		assert_true(whole == (unsigned)last + 1 || whole == (unsigned)last + 2);
		assert_true(counts.messages == whole && counts.unread == whole);
		next = (int)whole;
		store->ops->close(store);
		profile_renew(profile);
	}
}

/* -- full disks ------------------------------------------------------------------------------- */

/* Run FUNC in a process of its own; what it returned. */
static int in_child(int (*func)(struct profile *profile), struct profile *profile)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(func(profile));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int create_limited(struct profile *profile)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };
	struct secret *word = profile_word("word");
	GError *error = NULL;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return SKIP;
	if (profile->door->ops->create(profile->door, word, KDF_FLOOR, &error))
		return 1;
	return error_is(error, ERROR_IO) && access(profile->folder, F_OK) < 0 ? 0 : 2;
}

static void test_no_room_to_make(void **state)
{
	struct profile *profile = *state;

	assert_int_equal(in_child(create_limited, profile), 0);
	struct store *store = profile_create(profile);
	store->ops->close(store);
}

/* A small disk of its own, which goes away with the process. */
static bool mount_small(struct profile *profile, const char *options)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", profile->root, "tmpfs", 0, options) == 0;
}

static int create_on_full(struct profile *profile)
{
	struct secret *word = profile_word("word");
	GError *error = NULL;

	if (!mount_small(profile, "size=2m"))
		return SKIP;
	if (profile->door->ops->create(profile->door, word, KDF_FLOOR, &error))
		return 1;
	return error_is(error, ERROR_FULL) && access(profile->folder, F_OK) < 0 ? 0 : 2;
}

static int fill_up(struct profile *profile)
{
	unsigned whole = 0, put_in = 0;
	GError *error = NULL;

	if (!mount_small(profile, "size=12m"))
		return SKIP;
	char *body = g_strnfill(60000, 'f');
	struct store *store = create_with_bob(profile);
	while (put_in < 1000 && put(store, (int)put_in, body, &error))
		put_in++;
	if (!error_is(error, ERROR_FULL))
		return 1;
	/* What was acknowledged is there, before and after; and it can be read on. */
	if (!store->ops->message_before(store, "bob", 0, 1000, count_whole, &whole, NULL) ||
	    whole != put_in)
		return 2;
	store->ops->close(store);
	whole = 0;
	store = profile_open(profile, "word", NULL);
	if (!store ||
	    !store->ops->message_before(store, "bob", 0, 1000, count_whole, &whole, NULL) ||
	    whole != put_in)
		return 3;
	return 0;
}

static void test_full_disk(void **state)
{
	int made = in_child(create_on_full, *state);

	if (made == SKIP) {
		print_message("a small disk can only be mounted as root: skipped\n");
		skip();
	}
	assert_int_equal(made, 0);
	assert_int_equal(in_child(fill_up, *state), 0);
}

static void test_bad_folder(void **state)
{
	struct profile *profile = *state;
	struct secret *word = profile_word("word");
	GError *error = NULL;
	struct stat st;

	assert_int_equal(mkdir(profile->folder, 0700), 0);
	assert_int_equal(chmod(profile->folder, 0777), 0);
	assert_null(profile->door->ops->create(profile->door, word, KDF_FLOOR, &error));
	assert_true(error_is(error, ERROR_FAILED));
	g_clear_error(&error);
	assert_int_equal(chmod(profile->folder, 0755), 0);
	/* One's own empty folder is taken, and stays when the making fails. */
	assert_int_equal(in_child(create_limited, profile), 2);
	assert_int_equal(stat(profile->folder, &st), 0);
	assert_int_equal(rmdir(profile->folder), 0);
	assert_true(g_file_set_contents(profile->folder, "a file", -1, NULL));
	assert_null(profile->door->ops->create(profile->door, word, KDF_FLOOR, NULL));
	secret_free(word);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_killed),
		TEST(test_no_room_to_make),
		TEST(test_full_disk),
		TEST(test_bad_folder),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("store_crash", tests, NULL, NULL);
}

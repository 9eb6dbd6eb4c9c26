/*
 * Files on the spool on their way out and away: who may read one, and what is left of it once it
 * was fetched. What others put in its place is never written to.
 */
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/transport/spool/spool_acl.h"
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_post.h"

enum { BOB = 21002, MALLORY = 21003, OTHERS = 3 };

#define TEXT "<message from='alice'>sealed</message>"

struct stage {
	char *folder;
	int fd; /* of it */
	struct inbox *inbox;
	uint64_t token; /* of what came last */
	unsigned count;
	unsigned notices;
};

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct stage *stage = user;

	stage->count += (unsigned)count;
	stage->token = parcels[count - 1].token;
}

static void noticed(void *user, const char *sentence)
{
	(void)sentence;
	((struct stage *)user)->notices++;
}

static const struct transport_listener listener = { .arrived = arrived, .notice = noticed };

static int setup(void **state)
{
	struct stage *stage = g_new0(struct stage, 1);

	stage->folder = g_dir_make_tmp("sotto-files-XXXXXX", NULL);
	assert_int_equal(chmod(stage->folder, 0711), 0);
	stage->fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stage->inbox = inbox_new(geteuid());
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
	g_free(stage->folder);
	g_free(stage);
	return 0;
}

static char *path_of(const struct stage *stage, const char *name)
{
	return g_build_filename(stage->folder, name, NULL);
}

static void put(const struct stage *stage, const char *name, const char *text)
{
	g_autofree char *path = path_of(stage, name);

	assert_true(g_file_set_contents(path, text, (gssize)strlen(text), NULL));
}

static int open_file(const struct stage *stage, const char *name)
{
	int fd = openat(stage->fd, name, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* What FD holds now, to its end. */
static char *contents(int fd, size_t *bytes)
{
	struct stat st;
	char *data;

	assert_int_equal(fstat(fd, &st), 0);
	data = g_malloc0((gsize)st.st_size + 1);
	assert_int_equal(pread(fd, data, (size_t)st.st_size, 0), st.st_size);
	*bytes = (size_t)st.st_size;
	return data;
}

static bool is_zero(int fd)
{
	size_t bytes;
	g_autofree char *data = contents(fd, &bytes);

	for (size_t i = 0; i < bytes; i++) {
		if (data[i] != 0)
			return false;
	}
	return bytes > 0;
}

static bool is_text(int fd, const char *text)
{
	size_t bytes;
	g_autofree char *data = contents(fd, &bytes);

	return strcmp(data, text) == 0;
}

static void fetch(struct stage *stage)
{
	inbox_begin(stage->inbox, NULL, &listener, stage);
	while (inbox_step(stage->inbox, stage->fd))
		;
	inbox_end(stage->inbox);
}

/* All that was acknowledged is gone, or was left alone, when this returns. */
static void ack(struct stage *stage)
{
	inbox_ack(stage->inbox, stage->fd, &stage->token, 1);
	inbox_free(g_steal_pointer(&stage->inbox), 10000);
}

/* -- who may read it -------------------------------------------------------------------------- */

/* Exit code: 1 it can be read, 2 written to, 4 the folder can be listed. */
static int access_as(const struct stage *stage, uid_t uid, const char *name)
{
	g_autofree char *path = path_of(stage, name);
	pid_t child = fork();
	int status;

	if (child == 0) {
		int code = 0;

		if (setgid(uid) != 0 || setuid(uid) != 0)
			_exit(64);
		code |= open(path, O_RDONLY | O_CLOEXEC) >= 0 ? 1 : 0;
		code |= open(path, O_WRONLY | O_CLOEXEC) >= 0 ? 2 : 0;
		code |= open(stage->folder, O_RDONLY | O_CLOEXEC) >= 0 ? 4 : 0;
		_exit(code);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_recipient_alone(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GBytes) bytes = g_bytes_new(TEXT, strlen(TEXT));
	struct post_run run = { 0 };
	g_autoptr(GDir) dir = NULL;
	const char *name;
	struct stat st;

	if (geteuid() != 0 || !acl_is_kept(stage->fd)) {
		print_message("it takes root, and a file system with ACLs: skipped\n");
		skip();
	}
	assert_true(post_drop(stage->fd, stage->fd, bytes, BOB, 0, &run, NULL));
	dir = g_dir_open(stage->folder, 0, NULL);
	name = g_dir_read_name(dir);
	assert_int_equal(fstatat(stage->fd, name, &st, 0), 0);
	assert_int_equal(st.st_mode & 0007, 0);
	assert_int_equal(access_as(stage, BOB, name), 3);
	assert_int_equal(access_as(stage, MALLORY, name), 0);
	/* The control: without it everybody who knows the name can read. */
	assert_int_equal(fchmodat(stage->fd, name, 0644, 0), 0);
	assert_int_equal(access_as(stage, MALLORY, name), 1);
}

/* Who asks may have been taken over: only a fresh file that is being written is shared. */
static void test_what_is_shared(void **state)
{
	struct stage *stage = *state;
	int fd = openat(stage->fd, "fresh", O_RDWR | O_CREAT, 0600), other;

	if (geteuid() != 0 || !acl_is_kept(stage->fd)) {
		close(fd);
		print_message("it takes root, and a file system with ACLs: skipped\n");
		skip();
	}
	other = openat(stage->fd, "fresh", O_RDONLY);
	assert_int_equal(acl_set(other, BOB), EPERM);
	close(other);
	assert_int_equal(acl_set(stage->fd, BOB), EPERM);
	assert_int_equal(linkat(stage->fd, "fresh", stage->fd, "twice", 0), 0);
	assert_int_equal(acl_set(fd, BOB), EPERM);
	assert_int_equal(unlinkat(stage->fd, "twice", 0), 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(acl_set(fd, BOB), EPERM);
	/* The control. */
	assert_int_equal(fchmod(fd, 0600), 0);
	assert_int_equal(acl_set(fd, BOB), 0);
	assert_int_equal(access_as(stage, BOB, "fresh"), 3);
	close(fd);
}

/* Let MALLORY into whatever is made in the folder. */
static bool set_default(const struct stage *stage)
{
	static const struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entries[5];
	} acl = {
		{ GUINT32_TO_LE(POSIX_ACL_XATTR_VERSION) },
		{ { GUINT16_TO_LE(ACL_USER_OBJ), GUINT16_TO_LE(7), ~0U },
		  { GUINT16_TO_LE(ACL_USER), GUINT16_TO_LE(7), GUINT32_TO_LE(MALLORY) },
		  { GUINT16_TO_LE(ACL_GROUP_OBJ), GUINT16_TO_LE(7), ~0U },
		  { GUINT16_TO_LE(ACL_MASK), GUINT16_TO_LE(7), ~0U },
		  { GUINT16_TO_LE(ACL_OTHER), GUINT16_TO_LE(7), ~0U } },
	};

	return fsetxattr(stage->fd, "system.posix_acl_default", &acl, sizeof(acl), 0) == 0;
}

/* A folder of the recipient's can't let in others by a default of its own. */
static void test_folder_default(void **state)
{
	struct stage *stage = *state;
	g_autoptr(GBytes) bytes = g_bytes_new(TEXT, strlen(TEXT));
	struct post_run run = { 0 };
	g_autoptr(GDir) dir = NULL;
	int fd;

	if (geteuid() != 0 || !set_default(stage)) {
		print_message("it takes root, and a file system with ACLs: skipped\n");
		skip();
	}
	for (int i = 0; i < 2; i++)
		assert_true(post_drop(stage->fd, stage->fd, bytes, i ? BOB : geteuid(), 0, &run,
				      NULL));
	dir = g_dir_open(stage->folder, 0, NULL);
	for (const char *name; (name = g_dir_read_name(dir));)
		assert_int_equal(access_as(stage, MALLORY, name), 0);
	/* The control: a file that is simply made there is open to them. */
	fd = openat(stage->fd, "plain", O_WRONLY | O_CREAT | O_CLOEXEC, 0660);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(access_as(stage, MALLORY, "plain"), 3);
}

/* -- what is left of it ----------------------------------------------------------------------- */

static void test_overwritten(void **state)
{
	struct stage *stage = *state;
	int fd;

	put(stage, "a", TEXT);
	fd = open_file(stage, "a");
	fetch(stage);
	assert_int_equal(stage->count, 1);
	assert_true(is_text(fd, TEXT));
	ack(stage);
	assert_int_equal(faccessat(stage->fd, "a", F_OK, 0), -1);
	assert_true(is_zero(fd));
	close(fd);
}

/* What can't be a message is removed, and that is all. */
static void test_only_messages(void **state)
{
	struct stage *stage = *state;
	int fd;

	put(stage, "a", "somebody's accounts");
	fd = open_file(stage, "a");
	fetch(stage);
	ack(stage);
	assert_int_equal(faccessat(stage->fd, "a", F_OK, 0), -1);
	assert_true(is_text(fd, "somebody's accounts"));
	close(fd);
}

/* Between the reading and the overwriting its sender may do what they like with the name. */
enum swap { SWAP_FILE, SWAP_HARD_LINK, SWAP_SYMLINK, SWAP_LINKED_AWAY, SWAP_GROWN, SWAP_COUNT };

static void swap(const struct stage *stage, enum swap how)
{
	int fd;

	switch (how) {
	case SWAP_FILE:
		put(stage, "other", "<message mine");
		assert_int_equal(renameat(stage->fd, "other", stage->fd, "a"), 0);
		break;
	case SWAP_HARD_LINK:
		put(stage, "other", "<message mine");
		assert_int_equal(unlinkat(stage->fd, "a", 0), 0);
		assert_int_equal(linkat(stage->fd, "other", stage->fd, "a", 0), 0);
		break;
	case SWAP_SYMLINK:
		put(stage, "other", "<message mine");
		assert_int_equal(unlinkat(stage->fd, "a", 0), 0);
		assert_int_equal(symlinkat("other", stage->fd, "a"), 0);
		break;
	case SWAP_LINKED_AWAY:
		assert_int_equal(linkat(stage->fd, "a", stage->fd, "other", 0), 0);
		break;
	default:
		fd = open_file(stage, "a");
		assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
		close(fd);
	}
}

static void test_swapped(void **state)
{
	struct stage *stage = *state;

	for (enum swap how = SWAP_FILE; how < SWAP_COUNT; how++) {
		struct stat st;
		int fd, other;

		if (!stage->inbox)
			stage->inbox = inbox_new(geteuid());
		put(stage, "a", TEXT);
		fd = open_file(stage, "a");
		fetch(stage);
		swap(stage, how);
		other = how == SWAP_GROWN ? fd
					  : openat(stage->fd,
						   how == SWAP_FILE ? "a" : "other",
						   O_RDWR | O_CLOEXEC);
		assert_true(other >= 0);
		ack(stage);
		assert_int_equal(faccessat(stage->fd, "a", F_OK, AT_SYMLINK_NOFOLLOW), -1);
		if (how == SWAP_LINKED_AWAY) {
			assert_true(is_text(other, TEXT));
		} else if (how == SWAP_GROWN) {
			/* What was read is gone; what it grew by costs nothing. */
			char begin[sizeof(TEXT)];

			assert_int_equal(pread(fd, begin, sizeof(begin), 0), sizeof(begin));
			for (size_t i = 0; i < sizeof(begin); i++)
				assert_int_equal(begin[i], 0);
			assert_int_equal(fstat(fd, &st), 0);
			assert_true(st.st_blocks * 512 < 1 << 20);
		} else {
			assert_true(is_text(other, "<message mine"));
		}
		unlinkat(stage->fd, "other", 0);
		if (other != fd)
			close(other);
		close(fd);
	}
}

/* Overwritten, and then the power went: it goes without a word. */
static void test_rest_of_a_crash(void **state)
{
	struct stage *stage = *state;
	static const char zeros[64];
	g_autofree char *path = path_of(stage, "a");

	assert_true(g_file_set_contents(path, zeros, sizeof(zeros), NULL));
	fetch(stage);
	assert_int_equal(stage->count, 0);
	assert_int_equal(stage->notices, 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_many_at_once(void **state)
{
	struct stage *stage = *state;
	uint64_t tokens[TRANSPORT_BATCH];
	int fds[OTHERS];

	for (int i = 0; i < OTHERS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "%d", i);
		put(stage, name, TEXT);
		fds[i] = open_file(stage, name);
	}
	fetch(stage);
	assert_int_equal(stage->count, OTHERS);
	for (unsigned i = 0; i < OTHERS; i++)
		tokens[i] = stage->token - i;
	inbox_ack(stage->inbox, stage->fd, tokens, OTHERS);
	/* Not gone yet, perhaps; but not handed out once more. */
	fetch(stage);
	assert_int_equal(stage->count, OTHERS);
	inbox_free(g_steal_pointer(&stage->inbox), 10000);
	for (int i = 0; i < OTHERS; i++) {
		assert_true(is_zero(fds[i]));
		close(fds[i]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_recipient_alone), TEST(test_folder_default), TEST(test_overwritten),
		TEST(test_only_messages),   TEST(test_swapped),	       TEST(test_rest_of_a_crash),
		TEST(test_many_at_once),    TEST(test_what_is_shared),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("spool_files", tests, NULL, NULL);
}

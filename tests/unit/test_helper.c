/* The helper, a real process, and what it refuses to somebody who took over the one it helps. */
#include "tui/confine/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "core/base/child.h"
#include "core/model/logins.h"
#include "tui/confine/control_socket.h"
#include "tui/confine/helper_login.h"

enum { READER = 12345 };

static int say_reader(int fd, uid_t reader)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && reader == READER ? ENOTTY : EPERM;
}

static struct helper *start(const char *folder, bool may_connect)
{
	const struct helper_errands errands = { .folder = folder,
						.may_connect = may_connect,
						.let_in = say_reader };
	struct helper *helper = helper_start(&errands, NULL);

	assert_non_null(helper);
	return helper;
}

static char *make_folder(char **control)
{
	char *folder = g_dir_make_tmp("sotto-helper-XXXXXX", NULL);

	*control = g_build_filename(folder, "control", NULL);
	return folder;
}

static void remove_folder(char *folder, char *control)
{
	g_unlink(control);
	g_rmdir(folder);
	g_free(control);
	g_free(folder);
}

static void test_sockets(void **state)
{
	char *control, *folder = make_folder(&control), byte = 0;
	struct helper *holder = start(folder, true), *other = start(folder, true);
	int listening, near, far;

	(void)state;
	assert_int_equal(helper_connect(other, folder), -1);
	assert_int_equal(errno, ENOENT);
	/* What a dead holder left is no hindrance. */
	listening = helper_listen(holder, folder);
	close(listening);
	listening = helper_listen(holder, folder);
	assert_true(listening >= 0);
	near = helper_connect(other, folder);
	assert_true(near >= 0);
	far = accept(listening, NULL, NULL);
	assert_int_equal(write(near, "x", 1), 1);
	assert_int_equal(read(far, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	/* Whoever holds the profile has nobody to connect to. */
	assert_int_equal(helper_connect(holder, folder), -1);
	assert_int_equal(errno, EPERM);
	close(near);
	close(far);
	close(listening);
	helper_free(holder);
	helper_free(other);
	remove_folder(folder, control);
}

static void test_may_not_connect(void **state)
{
	char *control, *folder = make_folder(&control);
	struct helper *helper = start(folder, false);
	int listening = control_socket_listen(folder);

	(void)state;
	assert_true(listening >= 0);
	assert_int_equal(helper_connect(helper, folder), -1);
	assert_int_equal(errno, EPERM);
	close(listening);
	helper_free(helper);
	remove_folder(folder, control);
}

/* Somebody else's socket, put in the place of the profile's, isn't taken for it. */
static void test_elsewhere(void **state)
{
	char *control, *folder = make_folder(&control);
	char *theirs, *elsewhere = make_folder(&theirs);
	int listening = control_socket_listen(elsewhere), fd;
	struct helper *helper = start(folder, true);

	(void)state;
	assert_true(listening >= 0);
	/* The control: it is there to be had. */
	fd = control_socket_connect(elsewhere);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink(theirs, control), 0);
	assert_int_equal(helper_connect(helper, folder), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(unlink(control), 0);
	assert_int_equal(link(theirs, control), 0);
	assert_int_equal(helper_connect(helper, folder), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(listening);
	helper_free(helper);
	remove_folder(elsewhere, theirs);
	remove_folder(folder, control);
}

/* It is there for as long as who asks it, and answers each question on its own. */
static void test_let_in(void **state)
{
	char *control, *folder = make_folder(&control);
	struct helper *helper = start(folder, true);
	int fd = open(control, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_int_equal(helper_let_in(helper, fd, READER), ENOTTY);
	assert_int_equal(helper_let_in(helper, fd, READER + 1), EPERM);
	assert_int_equal(helper_let_in(helper, -1, READER), EPERM);
	close(fd);
	helper_free(helper);
	remove_folder(folder, control);
}

static bool has_profile(void *user)
{
	g_autofree char *profile = g_build_filename(user, "profile", NULL);

	return g_access(profile, F_OK) == 0;
}

/* What was made for a new profile goes with it when nothing came of it. */
static void test_made(void **state)
{
	g_autofree char *above = g_dir_make_tmp("sotto-helper-XXXXXX", NULL);
	g_autofree char *empty = g_build_filename(above, "empty", NULL);
	g_autofree char *full = g_build_filename(above, "full", NULL);
	g_autofree char *file = g_build_filename(full, "file", NULL);
	g_autofree char *profile = g_build_filename(full, "profile", NULL);
	g_autofree char *record = g_build_filename(above, "record", NULL);
	char *folders[] = { empty, full, NULL };
	const struct helper_made made = { folders, record, has_profile, full };
	const struct helper_errands errands = { .folder = empty, .made = &made };
	struct helper *helper;

	(void)state;
	assert_int_equal(g_mkdir(empty, 0700), 0);
	assert_int_equal(g_mkdir(full, 0700), 0);
	assert_true(g_file_set_contents(file, "x", 1, NULL));
	assert_true(g_file_set_contents(record, "x", 1, NULL));
	helper = helper_start(&errands, NULL);
	assert_non_null(helper);
	/* The control: not before. */
	assert_int_equal(helper_let_in(helper, -1, READER), EPERM);
	assert_int_equal(g_access(empty, F_OK), 0);
	helper_free(helper);
	assert_int_equal(g_access(empty, F_OK), -1);
	assert_int_equal(g_access(record, F_OK), -1);
	assert_int_equal(g_access(file, F_OK), 0);
	/* Where there is a profile now nothing of it goes. */
	g_unlink(file);
	assert_int_equal(g_mkdir(empty, 0700), 0);
	assert_true(g_file_set_contents(profile, "x", 1, NULL));
	assert_true(g_file_set_contents(record, "x", 1, NULL));
	helper = helper_start(&errands, NULL);
	assert_non_null(helper);
	helper_free(helper);
	assert_int_equal(g_access(record, F_OK), 0);
	assert_int_equal(g_access(empty, F_OK), 0);
	g_unlink(profile);
	g_unlink(record);
	g_rmdir(empty);
	g_rmdir(full);
	g_rmdir(above);
}

/* -- stopped ---------------------------------------------------------------------------------- */

enum { STOPPED_S = 10, GONE_S = 10 };

/* The state and the parent of process PID, as proc(5) has them; 0: there is no such process. */
static char state_of(int pid, int *parent)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *text = NULL;
	char state = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL) ||
	    sscanf(strrchr(text, ')') + 1, " %c %d", &state, parent) != 2)
		return 0;
	return state;
}

/* The one process whose parent is PARENT; 0: there is none. */
static pid_t child_of(pid_t parent, char *state)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;
	int of = 0;

	while ((name = g_dir_read_name(proc))) {
		*state = g_ascii_isdigit(*name) ? state_of(atoi(name), &of) : 0;
		if (*state && of == parent)
			return (pid_t)atoi(name);
	}
	return 0;
}

/* It may be that nobody has asked how it ended. */
static bool has_ended(pid_t process)
{
	int parent;
	char state = state_of(process, &parent);

	return !state || state == 'Z' || state == 'X';
}

static pid_t stop_child(void)
{
	gint64 end = g_get_monotonic_time() + STOPPED_S * G_TIME_SPAN_SECOND;
	char state = 0;
	pid_t child = child_of(getpid(), &state);

	kill(child, SIGSTOP);
	while (child_of(getpid(), &state) && state != 'T' && g_get_monotonic_time() < end)
		g_usleep(1000);
	return state == 'T' ? child : 0;
}

static enum login_answer nobody_by_name(const char *name, uint32_t *uid)
{
	(void)name;
	(void)uid;
	return LOGIN_NONE;
}

/* A process with a helper that was stopped: it says whose pid that is, and ends. */
static void be_helped(int out, bool is_login, const char *folder)
{
	const struct login_source source = { .by_name = nobody_by_name };
	struct logins *logins = logins_new();
	struct login_helper *looker = NULL;
	struct helper *helper = NULL;
	pid_t child;

	setsid();
	if (is_login)
		looker = login_helper_start(&source, logins, NULL);
	else
		helper = start(folder, true);
	/* It has begun to serve. */
	if (helper && helper_let_in(helper, -1, READER) != EPERM)
		_exit(1);
	child = stop_child();
	(void)!write(out, &child, sizeof(child));
	helper_free(helper);
	logins_free(logins);
	login_helper_free(looker);
	_exit(0);
}

/* Whoever has a helper ends although that is stopped; then it goes on, and ends too. */
static void check_stopped(bool is_login)
{
	char *control, *folder = make_folder(&control);
	gint64 began = g_get_monotonic_time();
	pid_t process, helper = 0;
	int ends[2], status = 0;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	process = fork();
	if (process == 0)
		be_helped(ends[1], is_login, folder);
	assert_int_equal(read(ends[0], &helper, sizeof(helper)), sizeof(helper));
	/* The control: it was stopped. */
	assert_true(helper > 0 && !has_ended(helper));
	assert_true(child_wait(process, began + STOPPED_S * G_TIME_SPAN_SECOND, &status));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(g_get_monotonic_time() - began >= CHILD_END_MS * G_TIME_SPAN_MILLISECOND);
	began = g_get_monotonic_time();
	while (!has_ended(helper) &&
	       g_get_monotonic_time() - began < GONE_S * G_TIME_SPAN_SECOND)
		g_usleep(1000);
	assert_true(has_ended(helper));
	close(ends[0]);
	close(ends[1]);
	remove_folder(folder, control);
}

static void test_stopped(void **state)
{
	(void)state;
	check_stopped(false);
}

static void test_stopped_login(void **state)
{
	(void)state;
	check_stopped(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_may_not_connect),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_let_in),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_stopped_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

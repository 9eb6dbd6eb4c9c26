/*
 * What the process gives up, tried by a hostile child: each attempt goes without a sandbox, and is
 * refused inside, in the thread that entered and in one that was made later.
 */
#include "tui/confine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "tests/support/hostile.h"

enum { NO_SANDBOX = 250, ENTER_FAILED = 251, OTHER = 252, CRASHED = 253 };

/* The world that is attacked; made once, its files anew for each attempt. */
struct world {
	struct hostile hostile;
	char *inside, *outside, *socket, *tmux, *proof;
	char tty[64];
	int own_tty; /* the attempt's terminal */
	pid_t tmux_server;
};

struct trial {
	const struct attempt *attempt;
	const struct hostile *hostile;
	enum sandbox_role role; /* 0: no sandbox */
	bool in_thread;
	bool is_filter_alone; /* as on a kernel without Landlock */
};

/* -- the world -------------------------------------------------------------------------- */

static int listen_at(const char *path, bool is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_strlcpy(address.sun_path + is_abstract, path, sizeof(address.sun_path) - is_abstract);
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + is_abstract +
					  strlen(path))),
			 0);
	assert_int_equal(listen(fd, 128), 0);
	return fd;
}

static gboolean run_program(const char *const *words)
{
	return g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
			    NULL, NULL);
}

/* A server with one session, of which nobody knows but who has its socket. */
static void start_tmux(struct world *world)
{
	g_autofree char *path = g_find_program_in_path("tmux");
	const char *const words[] = { path, "-S", world->tmux, "-f", "/dev/null", "new-session",
				      "-d", "sleep 60", NULL };

	if (path && run_program(words) && g_access(world->tmux, F_OK) == 0)
		world->hostile.tmux = world->tmux;
}

static void stop_tmux(const struct world *world)
{
	const char *const words[] = { "tmux", "-S", world->tmux, "kill-server", NULL };

	if (world->hostile.tmux)
		run_program(words);
}

static pid_t start_victim(void)
{
	pid_t victim = fork();

	if (victim == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return victim;
}

static struct world *world_new(void)
{
	struct world *world = g_new0(struct world, 1);
	int master, other;

	world->inside = g_dir_make_tmp("sotto-inside-XXXXXX", NULL);
	world->outside = g_dir_make_tmp("sotto-outside-XXXXXX", NULL);
	world->socket = g_build_filename(world->outside, "socket", NULL);
	world->tmux = g_build_filename(world->outside, "tmux", NULL);
	world->proof = g_build_filename(world->outside, "proof", NULL);
	assert_int_equal(openpty(&master, &other, world->tty, NULL, NULL), 0);
	assert_int_equal(openpty(&master, &world->own_tty, NULL, NULL, NULL), 0);
	listen_at(world->socket, false);
	listen_at(strrchr(world->inside, '/'), true);
	start_tmux(world);
	world->hostile.inside = world->inside;
	world->hostile.outside = world->outside;
	world->hostile.socket = world->socket;
	world->hostile.abstract = strrchr(world->inside, '/');
	world->hostile.proof = world->proof;
	world->hostile.tty = world->tty;
	world->hostile.victim = world->hostile.victim_task = start_victim();
	world->hostile.pidfd = (int)syscall(SYS_pidfd_open, world->hostile.victim, 0);
	world->hostile.is_root = geteuid() == 0;
	return world;
}

static void remove_all(const char *folder)
{
	const char *const words[] = { "rm", "-rf", folder, NULL };

	run_program(words);
}

static void world_free(struct world *world)
{
	stop_tmux(world);
	kill(world->hostile.victim, SIGKILL);
	waitpid(world->hostile.victim, NULL, 0);
	remove_all(world->inside);
	remove_all(world->outside);
	g_free(world->inside);
	g_free(world->outside);
	g_free(world->socket);
	g_free(world->tmux);
	g_free(world->proof);
	g_free(world);
}

/* What an attempt before may have changed is as it was. */
static void freshen(struct world *world)
{
	static const char *const made_outside[] = { "new", "folder", "x", "proof" };
	static const char *const made_inside[] = { "x", "linked", "program", "node", "link" };
	g_autofree char *secret = g_build_filename(world->outside, "secret", NULL);
	g_autofree char *file = g_build_filename(world->inside, "file", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(made_outside); i++) {
		g_autofree char *path = g_build_filename(world->outside, made_outside[i], NULL);

		remove(path);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(made_inside); i++) {
		g_autofree char *path = g_build_filename(world->inside, made_inside[i], NULL);

		remove(path);
	}
	assert_true(g_file_set_contents_full(secret, "secret", -1, G_FILE_SET_CONTENTS_NONE, 0600,
					     NULL));
	assert_true(g_file_set_contents_full(file, "file", -1, G_FILE_SET_CONTENTS_NONE, 0600,
					     NULL));
	if (setxattr(file, "user.sotto", "x", 1, 0) != 0)
		assert_int_equal(errno, ENOTSUP);
	if (world->hostile.file > 0)
		close(world->hostile.file);
	world->hostile.file = open(file, O_RDWR | O_CLOEXEC);
	assert_true(world->hostile.file > 0);
}

/* -- one attempt ------------------------------------------------------------------------ */

/* An exit code for what came of it. */
static int say(int result)
{
	return result == 0 || (result > 0 && result < NO_SANDBOX) ? result : OTHER;
}

static void *work(void *data)
{
	const struct trial *trial = data;

	return GINT_TO_POINTER(say(trial->attempt->func(trial->hostile)));
}

static bool has_guard(const struct guards *guards, const struct trial *trial)
{
	int guard = trial->attempt->guard;

	return guards->states[GUARD_CALLS] == GUARD_ON &&
	       (trial->is_filter_alone || guards->states[GUARD_FILES] == GUARD_ON) &&
	       (guard < 0 || guards->states[guard] == GUARD_ON);
}

/* With its own terminal, group and sockets, as the interface has them. */
static void be_the_child(struct world *world, struct hostile *hostile)
{
	/* A signal to the group reaches nobody of the test. */
	setsid();
	ioctl(world->own_tty, TIOCSCTTY, 0);
	dup2(world->own_tty, STDIN_FILENO);
	signal(SIGTTOU, SIG_IGN);
	*hostile = world->hostile;
	hostile->local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	hostile->stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	hostile->datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* In a child of the test. */
static void run(struct world *world, struct trial *trial)
{
	const char *const writable[] = { world->inside, "/nowhere", NULL };
	const struct sandbox sandbox = { .writable = trial->is_filter_alone ? NULL : writable,
					 .role = trial->role };
	struct guards guards = { { 0 } };
	struct hostile hostile;
	pthread_t thread;
	void *result;

	be_the_child(world, &hostile);
	trial->hostile = &hostile;
	if (trial->role && !sandbox_enter(&sandbox, &guards, NULL))
		_exit(ENTER_FAILED);
	if (trial->role && !has_guard(&guards, trial))
		_exit(NO_SANDBOX);
	if (!trial->in_thread)
		_exit(say(trial->attempt->func(&hostile)));
	if (pthread_create(&thread, NULL, work, trial) != 0 || pthread_join(thread, &result) != 0)
		_exit(OTHER);
	_exit(GPOINTER_TO_INT(result));
}

static int try(struct world *world, struct trial trial)
{
	pid_t child;
	int status;

	freshen(world);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		run(world, &trial);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return WTERMSIG(status) == SIGSYS ? HOSTILE_KILLED : CRASHED;
}

static bool is_as(int wanted, int got)
{
	if (wanted == HOSTILE_REFUSED)
		return got == EPERM || got == EACCES || got == EXDEV;
	return wanted == got;
}

/* The control. FALSE: this host can't show it. */
static bool is_open(struct world *world, const struct attempt *attempt)
{
	int got = try(world, (struct trial){ .attempt = attempt });
	bool ok = attempt->open < 0 ? !is_as(attempt->local, got) : got == attempt->open;

	if (!ok && attempt->is_for_root && !world->hostile.is_root)
		return false;
	if (!ok)
		fail_msg("%s, without a sandbox: %d", attempt->name, got);
	return true;
}

static void expect(struct world *world, const struct attempt *attempt, enum sandbox_role role,
		   int wanted)
{
	for (int in_thread = 0; in_thread < 2; in_thread++) {
		int got = try(world, (struct trial){
					     .attempt = attempt,
					     .role = role,
					     .in_thread = in_thread,
					     .is_filter_alone = attempt->is_of_filter && !in_thread,
				     });

		if (got == NO_SANDBOX && attempt->guard >= 0) {
			print_message("not tried on this kernel: %s\n", attempt->name);
			return;
		}
		if (got == NO_SANDBOX)
			skip();
		if (!is_as(wanted, got))
			fail_msg("%s, %s%s: %d, not %d", attempt->name,
				 role == SANDBOX_LOCAL ? "without a network" : "with a network",
				 in_thread ? ", in another thread" : "", got, wanted);
	}
}

static void try_all(struct world *world, const struct attempt *attempt)
{
	for (; attempt->name; attempt++) {
		if ((attempt->needs_tmux && !world->hostile.tmux) || !is_open(world, attempt)) {
			print_message("not tried on this host: %s\n", attempt->name);
			continue;
		}
		expect(world, attempt, SANDBOX_LOCAL, attempt->local);
		expect(world, attempt, SANDBOX_NETWORK, attempt->network);
	}
}

/* -- the tests -------------------------------------------------------------------------- */

static void test_calls(void **state)
{
	try_all(*state, HOSTILE_CALLS);
}

static void test_files(void **state)
{
	try_all(*state, HOSTILE_FILES);
}

static void test_reach(void **state)
{
	try_all(*state, HOSTILE_REACH);
}

static void test_needed(void **state)
{
	try_all(*state, HOSTILE_NEEDED);
}

static void *wait_for_end(void *data)
{
	int *ends = data;
	char byte;

	return GINT_TO_POINTER((int)read(ends[0], &byte, 1));
}

/* Landlock would let it be: so nobody enters. */
static void test_threads(void **state)
{
	const struct sandbox sandbox = { .role = SANDBOX_LOCAL };
	struct guards guards = { { 0 } };
	g_autoptr(GError) error = NULL;
	int ends[2];
	GThread *thread;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	thread = g_thread_new("other", wait_for_end, ends);
	assert_false(sandbox_enter(&sandbox, &guards, &error));
	assert_non_null(error);
	close(ends[1]);
	g_thread_join(thread);
	close(ends[0]);
}

/* What was readable would be executable after it. */
static void test_personality(void **state)
{
	const struct sandbox sandbox = { .role = SANDBOX_LOCAL };
	struct guards guards = { { 0 } };
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		if (personality(READ_IMPLIES_EXEC) < 0 || !sandbox_enter(&sandbox, &guards, NULL))
			_exit(1);
		_exit(guards.states[GUARD_CALLS] == GUARD_ON ? 0 : 77);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < GUARD_COUNT; i++) {
		assert_true(*guard_name(i) && *guard_about(i));
		assert_null(strchr(guard_name(i), ' '));
	}
	assert_string_equal(guard_state_name(GUARD_UNAVAILABLE), "not available");
}

static int make_world(void **state)
{
	*state = world_new();
	return 0;
}

static int drop_world(void **state)
{
	world_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),	    cmocka_unit_test(test_files),
		cmocka_unit_test(test_reach),	    cmocka_unit_test(test_needed),
		cmocka_unit_test(test_threads),	    cmocka_unit_test(test_personality),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, make_world, drop_world);
}

#include "tui/cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/child.h"
#include "core/base/error.h"

enum { DEMO_TREE_FDS = 16, MAKE_S = 120 /* a profile, on a machine that is busy */ };

static const char *const demo_peers[] = { "ada", "ben" };

struct demo {
	char *root;
	char *home;
	char *spool;
	const char *program;
	int life;	/* write end: the peers read it, and end when it closes */
	int life_read;
	int guard; /* write end: the janitor reads it, and cleans up when everybody has closed it */
	pid_t janitor;
};

/* -- the janitor
 * --------------------------------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *info, int flag, struct FTW *walk)
{
	(void)info;
	(void)flag;
	(void)walk;
	remove(path);
	return 0;
}

/* Only system calls and libc that is safe between fork and exec: other threads may be gone with
 * locks held. */
static void janitor_run(const char *root, int guard)
{
	char byte;

	setsid();
	for (int signal_number = 1; signal_number < 32; signal_number++)
		signal(signal_number, SIG_IGN);
	while (read(guard, &byte, 1) < 0 && errno == EINTR)
		;
	nftw(root, remove_entry, DEMO_TREE_FDS, FTW_DEPTH | FTW_PHYS);
	_exit(0);
}

static gboolean start_janitor(struct demo *demo, GError **error)
{
	int guard[2], life[2];

	if (pipe2(guard, O_CLOEXEC) != 0 || pipe2(life, O_CLOEXEC) != 0) {
		error_set_errno(error, errno, "can't make a pipe");
		return FALSE;
	}
	demo->janitor = fork();
	if (demo->janitor == 0) {
		close(guard[1]);
		close(life[0]);
		close(life[1]);
		janitor_run(demo->root, guard[0]);
	}
	close(guard[0]);
	demo->guard = guard[1];
	demo->life = life[1];
	demo->life_read = life[0];
	if (demo->janitor > 0)
		return TRUE;
	error_set_errno(error, errno, "can't start a process");
	return FALSE;
}

/* -- running sotto
 * ---------------------------------------------------------------------------------------- */

/* A pipe that holds the passphrase's line. */
static int passphrase_pipe(GError **error)
{
	const char line[] = DEMO_PASSPHRASE "\n";
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], line, strlen(line)) < 0) {
		error_set_errno(error, errno, "can't make a pipe");
		return -1;
	}
	close(ends[1]);
	return ends[0];
}

/* Run sotto with the passphrase at descriptor 3, the guard at 4; to its end, or (PID given) beside
 * us. */
static gboolean run(struct demo *demo, const char *const *argv, GPid *pid, GError **error)
{
	int passphrase = passphrase_pipe(error);
	const int sources[] = { passphrase, demo->guard }, targets[] = { 3, 4 };
	g_autoptr(GError) local = NULL;
	GPid child;
	int status = 1;
	gboolean ok;

	if (passphrase < 0)
		return FALSE;
	ok = g_spawn_async_with_pipes_and_fds(
		NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
		NULL, pid ? demo->life_read : -1, -1, -1, sources, targets, 2, &child, NULL, NULL,
		NULL, &local);
	close(passphrase);
	if (!ok) {
		error_set(error, ERROR_FAILED, "The demo can't start %s: %s.", argv[0],
			  local->message);
		return FALSE;
	}
	if (pid) {
		*pid = child;
		return TRUE;
	}
	if (!child_wait(child, g_get_monotonic_time() + MAKE_S * G_USEC_PER_SEC, &status))
		kill(child, SIGKILL);
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TRUE;
	error_set(error, ERROR_FAILED, "The demo's world couldn't be made; see above.");
	return FALSE;
}

static gboolean make_profile(struct demo *demo, const char *name, GError **error)
{
	g_autofree char *home = g_build_filename(demo->root, name, NULL);
	const char *const argv[] = { demo->program, "--home", home, "--passphrase-fd", "3", "init",
				     "local", "--name", name, "--spool", demo->spool, "--kdf",
				     "interactive", NULL };

	return run(demo, argv, NULL, error);
}

static gboolean add_contact(struct demo *demo, const char *name, GError **error)
{
	const char *const argv[] = { demo->program, "--home", demo->home, "--passphrase-fd", "3",
				     "contact", "add", name, NULL };

	return run(demo, argv, NULL, error);
}

static gboolean start_peer(struct demo *demo, const char *name, GError **error)
{
	g_autofree char *home = g_build_filename(demo->root, name, NULL);
	const char *const argv[] = { demo->program, "--home", home, "--passphrase-fd", "3",
				     "demo-peer", name, NULL };
	GPid pid;

	return run(demo, argv, &pid, error);
}

static gboolean populate(struct demo *demo, GError **error)
{
	if (!make_profile(demo, "you", error))
		return FALSE;
	for (size_t i = 0; i < G_N_ELEMENTS(demo_peers); i++) {
		if (!make_profile(demo, demo_peers[i], error) ||
		    !add_contact(demo, demo_peers[i], error))
			return FALSE;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(demo_peers); i++) {
		if (!start_peer(demo, demo_peers[i], error))
			return FALSE;
	}
	return TRUE;
}

struct demo *demo_open(const char *program, GError **error)
{
	struct demo *demo = g_new0(struct demo, 1);
	g_autofree char *state = NULL;
	g_autoptr(GError) local = NULL;

	demo->program = program;
	demo->life = demo->life_read = demo->guard = -1;
	demo->root = g_dir_make_tmp("sotto-demo-XXXXXX", &local);
	if (!demo->root) {
		error_set(error, ERROR_IO, "The demo needs a temporary folder: %s.",
			  local->message);
		g_free(demo);
		return NULL;
	}
	demo->home = g_build_filename(demo->root, "you", NULL);
	demo->spool = g_build_filename(demo->root, "spool", NULL);
	state = g_build_filename(demo->root, "state", NULL);
	/* What is kept of the profiles' starts goes with them; there are no threads yet. */
	g_setenv("XDG_STATE_HOME", state, TRUE);
	if (start_janitor(demo, error) && populate(demo, error))
		return demo;
	demo_close(demo);
	return NULL;
}

const char *demo_greeting(bool is_plain)
{
	static const char plain[] =
		"This is a demo. /open ada, then write hello: a person of its own answers. /help "
		"lists the commands, /quit leaves and removes everything.";
	static const char screens[] =
		"This is a demo. Enter opens ada: write hello, Enter sends it, and a person of its "
		"own answers; Tab reads that. C-o finds all else, C-q leaves and removes "
		"everything.";

	return is_plain ? plain : screens;
}

const char *demo_home(const struct demo *demo)
{
	return demo->home;
}

static void shut(int fd)
{
	if (fd >= 0)
		close(fd);
}

void demo_close(struct demo *demo)
{
	if (!demo)
		return;
	shut(demo->life_read);
	shut(demo->life);
	shut(demo->guard);
	if (demo->janitor > 0)
		(void)child_wait_end(demo->janitor); /* or it goes on alone */
	g_free(demo->root);
	g_free(demo->home);
	g_free(demo->spool);
	g_free(demo);
}

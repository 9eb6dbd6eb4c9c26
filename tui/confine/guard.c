#include "tui/confine/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/allocator.h"
#include "core/base/error.h"
#include "core/base/secret.h"

static const struct {
	const char *name;
	const char *label;
	const char *about;
} rows[] = {
#define X(suffix, name, label, about) { name, label, about },
	GUARD_ROWS(X)
#undef X
};

const char *guard_name(enum guard guard)
{
	return rows[guard].name;
}

const char *guard_label(enum guard guard)
{
	return rows[guard].label;
}

const char *guard_about(enum guard guard)
{
	return rows[guard].about;
}

const char *guard_state_name(enum guard_state state)
{
	static const char *const names[] = { "off", "on", "not available" };

	return names[state];
}

static enum guard_state is_on(bool on)
{
	return on ? GUARD_ON : GUARD_OFF;
}

static void leave_out_of_dumps(void)
{
	int fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);

	/* Without /proc there is still no core file. */
	if (fd >= 0 && write(fd, "0", 1) != 1)
		g_debug("the dump filter could not be set");
	if (fd >= 0)
		close(fd);
}

gboolean guard_process(GError **error)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	/* Only a process that can be dumped may say what goes into a dump: nothing. */
	leave_out_of_dumps();
	/* A write that fails says so. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0) {
		error_set_errno(error, errno, "can't keep this process from leaving core files");
		return FALSE;
	}
	return TRUE;
}

/* Nothing of the memory: libraries, and curses too, have copies of what is shown. */
static bool is_left_out(void)
{
	g_autofree char *filter = NULL;

	return g_file_get_contents("/proc/self/coredump_filter", &filter, NULL, NULL) &&
	       g_ascii_strtoull(filter, NULL, 16) == 0;
}

void guard_look(struct guards *guards)
{
	struct rlimit core = { 1, 1 };
	struct secret *probe = secret_new(1, NULL);

	guards->states[GUARD_TRACE] = is_on(prctl(PR_GET_DUMPABLE) == 0);
	guards->states[GUARD_CORE] =
		is_on(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0);
	guards->states[GUARD_MEMORY] = is_on(probe != NULL);
	guards->states[GUARD_FREED] = GUARD_UNAVAILABLE;
	if (allocator_wipes)
		guards->states[GUARD_FREED] = is_on(allocator_wipes());
	guards->states[GUARD_DUMP] = is_on(is_left_out());
	secret_free(probe);
}

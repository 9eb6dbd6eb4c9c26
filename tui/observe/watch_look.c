/* One look: from our terminals outwards, to whoever holds their other ends. */
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "tui/observe/watch.h"
#include "tui/observe/watch_canary.h"
#include "tui/observe/watch_env.h"
#include "tui/observe/watch_names.h"
#include "tui/observe/watch_proc.h"
#include "tui/observe/watch_seen.h"
#include "tui/observe/watch_tmux.h"

enum { CHAIN_MAX = 64, TTYS_MAX = 16, OWNERS_MAX = 64 };

struct look {
	struct watch *watch;
	struct watch_seen *seen;
	GArray *ttys;	/* of dev_t: ours first, then those behind them */
	guint own;	/* how many of them are ours */
	pid_t besides;	/* another process of ours; 0: none */
	dev_t mount;	/* the devpts of ours; 0: not known */
	int fds[3];	/* of our terminals, one each, for the canary */
	guint fd_count;
	GArray *owners; /* of pid_t: those that hold other ends */
	GArray *files;	/* struct watch_file: what those write to */
	struct watch_process chain[CHAIN_MAX]; /* we, our parent, ... */
	guint chain_count;
};

static bool has_tty(const struct look *look, dev_t tty)
{
	for (guint i = 0; i < look->ttys->len; i++)
		if (g_array_index(look->ttys, dev_t, i) == tty)
			return true;
	return false;
}

static void add_tty(struct look *look, dev_t tty)
{
	if (tty && look->ttys->len < TTYS_MAX && !has_tty(look, tty))
		g_array_append_val(look->ttys, tty);
}

/* -- our terminals, our parents --------------------------------------------------------------- */

static void find_ttys(struct look *look)
{
	for (int fd = 0; fd <= 2; fd++) {
		struct statfs system;
		struct stat status;

		if (!isatty(fd) || fstat(fd, &status) != 0)
			continue;
		if (!has_tty(look, status.st_rdev))
			look->fds[look->fd_count++] = fd;
		add_tty(look, status.st_rdev);
		if (fstatfs(fd, &system) == 0 && system.f_type == DEVPTS_SUPER_MAGIC)
			look->mount = status.st_dev;
	}
	if (look->chain_count)
		add_tty(look, look->chain[0].tty);
	look->own = look->ttys->len;
}

static void find_chain(struct look *look)
{
	pid_t pid = getpid();

	while (pid > 0 && look->chain_count < CHAIN_MAX &&
	       watch_process_read(pid, &look->chain[look->chain_count]))
		pid = look->chain[look->chain_count++].parent;
}

static void add_recorder(struct look *look, const struct watch_process *process, dev_t tty)
{
	char name[WATCH_NAME_BYTES];

	watch_add(look->watch, WATCH_RECORDED, "%s (process %d) records %s.",
		  watch_process_name(process), (int)process->pid, watch_tty_name(tty, name));
}

static void add_shared(struct look *look, const struct watch_process *process, dev_t tty)
{
	char name[WATCH_NAME_BYTES];

	watch_add(look->watch, WATCH_WATCHED, "%s (process %d) shows %s to others.",
		  watch_process_name(process), (int)process->pid, watch_tty_name(tty, name));
}

static void add_maybe(struct look *look, const struct watch_process *process, dev_t tty)
{
	char name[WATCH_NAME_BYTES];

	watch_add(look->watch, WATCH_UNKNOWN,
		  "%s (process %d) stands between %s and the terminal behind it: whether it logs "
		  "what passes can't be seen.",
		  watch_process_name(process), (int)process->pid, watch_tty_name(tty, name));
}

/* What the name alone says of PROCESS, which serves TTY. */
static enum watch_kind judge_name(struct look *look, const struct watch_process *process, dev_t tty)
{
	enum watch_kind kind = watch_kind_of(process);

	if (kind == WATCH_KIND_RECORDER)
		add_recorder(look, process, tty);
	else if (kind == WATCH_KIND_SHARED)
		add_shared(look, process, tty);
	else if (kind == WATCH_KIND_MAYBE)
		add_maybe(look, process, tty);
	return kind;
}

/* Who began the session on TTY, as far as the parents tell: NULL when that can't be known. */
static const struct watch_process *starter_of(const struct look *look, dev_t tty)
{
	for (guint i = 0; i + 1 < look->chain_count; i++) {
		const struct watch_process *parent = &look->chain[i + 1];

		if (look->chain[i].tty == tty && parent->tty != tty)
			/* An orphan's parent began nothing. */
			return parent->pid == 1 ? NULL : parent;
	}
	return NULL;
}

/* Where one of the parents is on another terminal, it serves ours. */
static void judge_chain(struct look *look)
{
	for (guint i = 0; i + 1 < look->chain_count; i++) {
		const struct watch_process *child = &look->chain[i];
		const struct watch_process *parent = &look->chain[i + 1];

		if (!child->tty || child->tty == parent->tty)
			continue;
		judge_name(look, parent, child->tty);
		add_tty(look, parent->tty);
	}
}

/* -- tracing ---------------------------------------------------------------------------------- */

static void judge_tracer(struct look *look, const struct watch_process *traced)
{
	struct watch_process tracer;
	bool is_known;
	bool is_self = traced->pid == getpid();

	if (!traced->tracer)
		return;
	is_known = watch_process_read(traced->tracer, &tracer);
	watch_add(look->watch,
		  is_known && watch_is_tracer(&tracer) ? WATCH_RECORDED : WATCH_WATCHED,
		  "%s (process %d) traces %s (process %d): it sees every key and every word.",
		  is_known ? watch_process_name(&tracer) : "A program", (int)traced->tracer,
		  is_self ? "sotto" : watch_process_name(traced), (int)traced->pid);
}

/* -- the other ends --------------------------------------------------------------------------- */

static bool add_owner(struct look *look, pid_t pid)
{
	for (guint i = 0; i < look->owners->len; i++)
		if (g_array_index(look->owners, pid_t, i) == pid)
			return false;
	if (look->owners->len >= OWNERS_MAX)
		return false;
	g_array_append_val(look->owners, pid);
	return true;
}

static bool is_same_program(pid_t pid)
{
	struct stat theirs, ours;
	char path[32];

	g_snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return stat(path, &theirs) == 0 && stat("/proc/self/exe", &ours) == 0 &&
	       theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

/* Every sotto: what it writes to is a profile, which grows when it likes, and nobody's record of a
 * terminal. */
static bool is_ours(const struct look *look, pid_t pid)
{
	return pid == getpid() || pid == look->besides || is_same_program(pid);
}

/* The files that PID and its children write to; and the terminals behind it. */
static void collect(struct look *look, pid_t pid, enum watch_kind kind)
{
	g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(pid_t));
	g_autoptr(GArray) behind = g_array_new(FALSE, FALSE, sizeof(dev_t));

	/* tmux has the terminals of all its sessions open: it is asked which are ours. */
	watch_seen_files(pid, look->files, kind == WATCH_KIND_TMUX ? NULL : behind);
	watch_seen_children(look->seen, pid, children);
	for (guint i = 0; i < children->len; i++) {
		pid_t child = g_array_index(children, pid_t, i);

		if (!is_ours(look, child))
			watch_seen_files(child, look->files, NULL);
	}
	for (guint i = 0; i < behind->len; i++)
		add_tty(look, g_array_index(behind, dev_t, i));
}

/* Whoever holds the other end of TTY, where that can be seen; false: nobody was. */
static bool judge_owners(struct look *look, dev_t tty)
{
	int index = watch_pty_index(tty);
	bool is_any = false;

	for (guint i = 0; i < look->seen->owners->len; i++) {
		const struct watch_owner *owner =
			&g_array_index(look->seen->owners, struct watch_owner, i);
		struct watch_process process;

		if (owner->tty_index != index ||
		    (owner->mount && look->mount && owner->mount != look->mount))
			continue;
		is_any = true;
		if (!add_owner(look, owner->pid) || !watch_process_read(owner->pid, &process))
			continue;
		judge_tracer(look, &process);
		collect(look, owner->pid, judge_name(look, &process, tty));
		add_tty(look, process.tty);
	}
	return is_any;
}

/* Nobody's descriptors show the other end of TTY, one of ours: what the parents' names say. */
static void judge_unseen(struct look *look, dev_t tty)
{
	const struct watch_process *starter = starter_of(look, tty);
	enum watch_kind kind = starter ? watch_kind_of(starter) : WATCH_KIND_OTHER;
	char name[WATCH_NAME_BYTES];

	watch_tty_name(tty, name);
	if (!starter) {
		watch_add(look->watch, WATCH_UNKNOWN,
			  "No process that may be looked at holds the other end of %s.", name);
		return;
	}
	switch (kind) {
	case WATCH_KIND_SSH:
	case WATCH_KIND_PLAIN:
		watch_add(look->watch, WATCH_CLEAR, "%s (process %d) serves %s.",
			  watch_process_name(starter), (int)starter->pid, name);
		break;
	case WATCH_KIND_SCREEN:
		if (g_getenv("STY"))
			break; /* it is asked */
		G_GNUC_FALLTHROUGH;
	case WATCH_KIND_TMUX:
	case WATCH_KIND_OTHER:
		watch_add(look->watch, WATCH_UNKNOWN,
			  "%s (process %d) serves %s and may not be looked into: whether it keeps "
			  "what passes can't be seen.",
			  watch_process_name(starter), (int)starter->pid, name);
		break;
	case WATCH_KIND_RECORDER:
	case WATCH_KIND_SHARED:
	case WATCH_KIND_MAYBE:
		break; /* judge_chain has said so */
	}
}

/* A terminal that isn't a pty: a console, or a line. */
static void judge_line(struct look *look, dev_t tty)
{
	char name[WATCH_NAME_BYTES];

	watch_tty_name(tty, name);
	if (g_str_has_prefix(name, "tty"))
		watch_add(look->watch, WATCH_CLEAR,
			  "%s is the console: root, and the group tty, can read what it shows.",
			  name);
	else
		watch_add(look->watch, WATCH_UNKNOWN,
			  "%s is a line: who is at its other end can't be seen.", name);
}

static bool is_inside(const struct look *look, enum watch_kind kind)
{
	struct watch_process process;

	for (guint i = 0; i < look->owners->len; i++)
		if (watch_process_read(g_array_index(look->owners, pid_t, i), &process) &&
		    watch_kind_of(&process) == kind)
			return true;
	for (guint i = 0; i < look->own; i++) {
		const struct watch_process *starter =
			starter_of(look, g_array_index(look->ttys, dev_t, i));

		if (starter && watch_kind_of(starter) == kind)
			return true;
	}
	return false;
}

/* Terminals are added while this goes outwards. */
static void go_outwards(struct look *look)
{
	for (guint i = 0; i < look->ttys->len; i++) {
		dev_t tty = g_array_index(look->ttys, dev_t, i);

		if (watch_pty_index(tty) < 0) {
			if (i < look->own)
				judge_line(look, tty);
		} else if (!judge_owners(look, tty) && i < look->own) {
			judge_unseen(look, tty);
		}
	}
}

static void ask_multiplexers(struct look *look)
{
	const char *pane = g_getenv("TMUX_PANE");
	const char *session = g_getenv("STY");
	const char *window = g_getenv("WINDOW");
	guint before = look->ttys->len;

	if (g_getenv("TMUX") && pane)
		watch_tmux(look->watch, pane, look->ttys, look->ttys);
	if (look->ttys->len > before)
		go_outwards(look);
	if (session && window && is_inside(look, WATCH_KIND_SCREEN))
		watch_screen(look->watch, session, window);
}

/* -- the canary ------------------------------------------------------------------------------- */

static void add_grown(struct look *look, const struct watch_file *file)
{
	struct watch_process process;
	bool is_known = watch_process_read(file->pid, &process);

	watch_add(look->watch, WATCH_RECORDED,
		  "%s (process %d) writes what is shown here to %s.",
		  is_known ? watch_process_name(&process) : "A program", (int)file->pid,
		  file->path);
}

static void send_canary(struct look *look)
{
	g_autofree bool *taken = g_new0(bool, MAX(1, look->files->len));
	bool is_written = false;

	for (guint i = 0; i < look->fd_count; i++) {
		if (!watch_canary(look->fds[i], look->files, taken))
			continue;
		is_written = true;
		for (guint j = 0; j < look->files->len; j++)
			if (taken[j])
				add_grown(look, &g_array_index(look->files, struct watch_file, j));
	}
	if (look->files->len && look->fd_count && !is_written)
		watch_add(look->watch, WATCH_CLEAR,
			  "Whether a file grows with this terminal was not tried: it doesn't take "
			  "sequences, or is in the background.");
}

/* -- all of it -------------------------------------------------------------------------------- */

static void look_around(struct look *look, const struct watch_how *how)
{
	g_auto(GStrv) environment = g_get_environ();
	struct watch_process besides;

	look->besides = how->besides;
	find_chain(look);
	find_ttys(look);
	if (look->chain_count)
		judge_tracer(look, &look->chain[0]);
	else
		watch_add(look->watch, WATCH_UNKNOWN, "/proc can't be read: nothing can be seen.");
	watch_env(look->watch, environment);
	if (!look->ttys->len) {
		watch_add(look->watch, WATCH_CLEAR, "There is no terminal here.");
		return;
	}
	if (how->besides && watch_process_read(how->besides, &besides))
		judge_tracer(look, &besides);
	judge_chain(look);
	look->seen = watch_seen_new();
	go_outwards(look);
	ask_multiplexers(look);
	if (how->may_write)
		send_canary(look);
	if (look->seen->is_cut)
		watch_add(look->watch, WATCH_CLEAR,
			  "There are more processes here than could be looked at.");
}

struct watch *watch_look(const struct watch_how *how)
{
	gint64 from = g_get_monotonic_time();
	struct look look = {
		.watch = watch_new(),
		.ttys = g_array_new(FALSE, FALSE, sizeof(dev_t)),
		.owners = g_array_new(FALSE, FALSE, sizeof(pid_t)),
		.files = g_array_new(FALSE, FALSE, sizeof(struct watch_file)),
	};

	look_around(&look, how);
	look.watch->looked_at = clock_wall(clock_system());
	look.watch->took_us = g_get_monotonic_time() - from;
	watch_seen_free(look.seen);
	g_array_unref(look.ttys);
	g_array_unref(look.owners);
	g_array_unref(look.files);
	return look.watch;
}

#include "tui/observe/watch_seen.h"
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "tui/observe/watch_proc.h"

enum { GENERATIONS = 3, CHILDREN_MAX = 64, FDS_MAX = 4096 };

/* A folder of numbers. */
static DIR *open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !folder)
		close(fd);
	return folder;
}

static int next_number(DIR *folder)
{
	struct dirent *entry;

	while ((entry = readdir(folder))) {
		gint64 value = g_ascii_strtoll(entry->d_name, NULL, 10);

		if (g_ascii_isdigit(entry->d_name[0]) && value <= G_MAXINT)
			return (int)value;
	}
	return -1;
}

static bool read_descriptor(pid_t pid, int fd, struct watch_descriptor *descriptor)
{
	char path[64];
	char text[WATCH_TEXT_BYTES];

	g_snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)pid, fd);
	return watch_parse_fdinfo(text, watch_read(AT_FDCWD, path, text, sizeof(text)), descriptor);
}

static bool is_master(DIR *folder, int fd)
{
	char name[16];
	char target[32];
	ssize_t bytes;

	g_snprintf(name, sizeof(name), "%d", fd);
	bytes = readlinkat(dirfd(folder), name, target, sizeof(target) - 1);
	if (bytes < 0)
		return false;
	target[bytes] = '\0';
	/* "/dev/ptmx", "/dev/pts/ptmx", or those below another root */
	return strstr(target, "ptmx") != NULL;
}

static DIR *open_descriptors(pid_t pid)
{
	char path[64];

	g_snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	return open_folder(path);
}

static dev_t mount_of(pid_t pid, int fd)
{
	char path[64];
	struct statfs system;
	struct stat status;

	g_snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	if (statfs(path, &system) != 0 || system.f_type != DEVPTS_SUPER_MAGIC ||
	    stat(path, &status) != 0)
		return 0;
	return status.st_dev;
}

static void look_into(struct watch_seen *seen, pid_t pid)
{
	struct watch_process process = {0};
	struct watch_relative relative;
	struct watch_descriptor descriptor;
	char path[64];
	char text[WATCH_TEXT_BYTES];
	DIR *folder;
	int fd;
	int count = 0;

	folder = open_descriptors(pid);
	if (!folder)
		return;
	g_snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (watch_parse_stat(text, watch_read(AT_FDCWD, path, text, sizeof(text)), &process)) {
		relative = (struct watch_relative){pid, process.parent, process.tty};
		g_array_append_val(seen->relatives, relative);
	}
	while ((fd = next_number(folder)) >= 0 && count++ < FDS_MAX) {
		if (!is_master(folder, fd) || !read_descriptor(pid, fd, &descriptor) ||
		    descriptor.tty_index < 0)
			continue;
		if (seen->owners->len < WATCH_MASTERS_MAX) {
			struct watch_owner owner = {pid, descriptor.tty_index, mount_of(pid, fd)};

			g_array_append_val(seen->owners, owner);
		} else {
			seen->is_cut = true;
		}
	}
	seen->is_cut |= fd >= 0;
	closedir(folder);
}

/* What this thread has had of a processor. */
static gint64 processor_us(void)
{
	struct timespec time = { 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (gint64)time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

struct watch_seen *watch_seen_new(void)
{
	struct watch_seen *seen = g_new0(struct watch_seen, 1);
	gint64 deadline = g_get_monotonic_time() + WATCH_SEEN_WALL_US;
	gint64 most = processor_us() + WATCH_SEEN_US;
	DIR *folder = open_folder("/proc");
	int pid;

	seen->owners = g_array_new(FALSE, FALSE, sizeof(struct watch_owner));
	seen->relatives = g_array_new(FALSE, FALSE, sizeof(struct watch_relative));
	while (folder && (pid = next_number(folder)) >= 0) {
		if (seen->relatives->len >= WATCH_SEEN_MAX || processor_us() > most ||
		    g_get_monotonic_time() > deadline) {
			seen->is_cut = true;
			break;
		}
		look_into(seen, pid);
	}
	if (folder)
		closedir(folder);
	return seen;
}

void watch_seen_free(struct watch_seen *seen)
{
	if (!seen)
		return;
	g_array_unref(seen->owners);
	g_array_unref(seen->relatives);
	g_free(seen);
}

/* -- files ---------------------------------------------------------------------------------- */

/* What is behind NAME in FOLDER, without asking a file server that may be gone. */
static bool look_at(int folder, const char *name, struct statx *status)
{
	return statx(folder, name, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, status) == 0;
}

static void add_file(GArray *files, pid_t pid, int fd, const struct statx *status)
{
	struct watch_file file = {.pid = pid,
				  .fd = fd,
				  .device = makedev(status->stx_dev_major, status->stx_dev_minor),
				  .inode = status->stx_ino,
				  .bytes = (int64_t)status->stx_size};
	char link[64];
	char path[sizeof(file.path)];
	ssize_t bytes;

	for (guint i = 0; i < files->len; i++) {
		const struct watch_file *other = &g_array_index(files, struct watch_file, i);

		if (other->device == file.device && other->inode == file.inode)
			return;
	}
	g_snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	bytes = readlink(link, path, sizeof(path));
	watch_clean(file.path, sizeof(file.path), path, bytes > 0 ? (size_t)bytes : 0);
	g_array_append_val(files, file);
}

static void add_tty(GArray *ttys, dev_t device)
{
	for (guint i = 0; i < ttys->len; i++)
		if (g_array_index(ttys, dev_t, i) == device)
			return;
	g_array_append_val(ttys, device);
}

void watch_seen_files(pid_t pid, GArray *files, GArray *ttys)
{
	struct watch_descriptor descriptor;
	DIR *folder;
	int fd;
	int count = 0;

	folder = open_descriptors(pid);
	if (!folder)
		return;
	while ((fd = next_number(folder)) >= 0 && count++ < FDS_MAX) {
		struct statx status;
		dev_t device;
		char name[16];

		g_snprintf(name, sizeof(name), "%d", fd);
		if (!look_at(dirfd(folder), name, &status))
			continue;
		device = makedev(status.stx_rdev_major, status.stx_rdev_minor);
		if (S_ISCHR(status.stx_mode) && ttys && watch_pty_index(device) >= 0)
			add_tty(ttys, device);
		if (S_ISREG(status.stx_mode) && files->len < WATCH_FILES_MAX &&
		    read_descriptor(pid, fd, &descriptor) &&
		    (descriptor.flags & O_ACCMODE) != O_RDONLY)
			add_file(files, pid, fd, &status);
	}
	closedir(folder);
}

int64_t watch_file_bytes(const struct watch_file *file)
{
	struct statx status;
	char path[64];

	g_snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)file->pid, file->fd);
	if (!look_at(AT_FDCWD, path, &status) || status.stx_ino != file->inode ||
	    makedev(status.stx_dev_major, status.stx_dev_minor) != file->device)
		return -1;
	return (int64_t)status.stx_size;
}

/* -- children ------------------------------------------------------------------------------- */

static bool serves(const struct watch_seen *seen, pid_t pid, dev_t tty)
{
	int index = watch_pty_index(tty);

	for (guint i = 0; index >= 0 && i < seen->owners->len; i++) {
		const struct watch_owner *owner =
			&g_array_index(seen->owners, struct watch_owner, i);

		if (owner->pid == pid && owner->tty_index == index)
			return true;
	}
	return false;
}

static void add_children(const struct watch_seen *seen, pid_t owner, pid_t parent, GArray *pids)
{
	for (guint i = 0; i < seen->relatives->len && pids->len < CHILDREN_MAX; i++) {
		const struct watch_relative *each =
			&g_array_index(seen->relatives, struct watch_relative, i);

		if (each->parent == parent && !serves(seen, owner, each->tty))
			g_array_append_val(pids, each->pid);
	}
}

void watch_seen_children(const struct watch_seen *seen, pid_t pid, GArray *pids)
{
	guint from = pids->len;

	add_children(seen, pid, pid, pids);
	for (int generation = 1; generation < GENERATIONS; generation++) {
		guint to = pids->len;

		for (guint i = from; i < to; i++)
			add_children(seen, pid, g_array_index(pids, pid_t, i), pids);
		from = to;
	}
}

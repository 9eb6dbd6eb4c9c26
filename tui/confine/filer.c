#include "tui/confine/filer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/xdg.h"
#include "core/text/text.h"
#include "tui/confine/landing.h"

struct filer {
	struct landing *landing; /* being written; NULL: nothing is */
};

struct filer *filer_new(void)
{
	return g_new0(struct filer, 1);
}

void filer_free(struct filer *filer)
{
	landing_free(filer->landing);
	g_free(filer);
}

/* "~/x" is below the home folder; all else below where sotto was started. g_free. */
static char *expand(const char *path, GError **error)
{
	if (*path)
		return xdg_path(path, error);
	error_set(error, ERROR_USAGE, "The file's path is empty.");
	return NULL;
}

static gboolean check_hidden(const char *path, GError **error)
{
	for (const char *p = strstr(path, "/."); p; p = strstr(p + 1, "/.")) {
		error_set(error, ERROR_POLICY,
			  "%s is hidden, and isn't touched from here; `sotto file` can do it.",
			  path);
		return FALSE;
	}
	return TRUE;
}

/* PATH with every link followed, and allowed; free(). */
static char *resolve(const char *path, GError **error)
{
	char *real = realpath(path, NULL);

	if (!real) {
		error_set_errno(error, errno, "can't open %s", path);
		return NULL;
	}
	if (check_hidden(real, error))
		return real;
	free(real);
	return NULL;
}

/* What the kernel shows as files is nobody's to send: memory and surroundings of processes are
 * there, which a confined process may not read itself. */
static bool is_kernels(int fd)
{
	static const unsigned kinds[] = {
		PROC_SUPER_MAGIC,  SYSFS_MAGIC,	      DEBUGFS_MAGIC,	 TRACEFS_MAGIC,
		CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, SECURITYFS_MAGIC, BPF_FS_MAGIC,
		PSTOREFS_MAGIC,	   EFIVARFS_MAGIC,
	};
	struct statfs st;

	if (fstatfs(fd, &st) != 0)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if ((unsigned)st.f_type == kinds[i])
			return true;
	return false;
}

static int open_file(const char *path, char **shown, GError **error)
{
	g_autofree char *full = expand(path, error);
	char *real = full ? resolve(full, error) : NULL;
	struct stat st;
	int fd = -1;

	if (!real)
		return -1;
	/* A FIFO must not make it wait, nor a device do anything. */
	if (lstat(real, &st) != 0 || S_ISREG(st.st_mode))
		fd = open(real, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	else
		errno = 0;
	if (fd < 0 && errno) {
		error_set_errno(error, errno, "can't read %s", full);
	} else if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || is_kernels(fd)) {
		error_set(error, ERROR_USAGE, "%s isn't a regular file.", full);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	*shown = g_strdup(real);
	free(real);
	return fd;
}

static int make_file(struct filer *filer, const struct broker_frame *frame, char **shown,
		     GError **error)
{
	g_autofree char *full = expand(frame->text, error);
	g_autofree char *folder = full ? landing_folder(full) : NULL;
	g_autofree char *target = NULL;
	bool is_folder = full && strcmp(folder, full) == 0;
	char *real;

	if (filer->landing) {
		error_set(error, ERROR_FAILED, "Another file is being saved; wait for it.");
		return -1;
	}
	real = folder ? resolve(folder, error) : NULL;
	if (!real)
		return -1;
	if (is_folder)
		target = g_strdup(real);
	else
		target = g_strdup_printf("%s/%s", real, strrchr(full, '/') + 1);
	free(real);
	if (check_hidden(target, error))
		filer->landing = landing_new(target, frame->title, error);
	if (!filer->landing)
		return -1;
	*shown = g_strdup(landing_path(filer->landing));
	return fcntl(landing_fd(filer->landing), F_DUPFD_CLOEXEC, 0);
}

static void finish(struct filer *filer, bool is_kept, char **shown, GError **error)
{
	if (!filer->landing) {
		error_set(error, ERROR_FAILED, "No file is being saved.");
		return;
	}
	if (is_kept && landing_finish(filer->landing, error))
		*shown = g_strdup(landing_path(filer->landing));
	g_clear_pointer(&filer->landing, landing_free);
}

int filer_take(struct filer *filer, const struct broker_frame *frame, struct broker_frame *answer)
{
	g_autofree char *shown = NULL;
	g_autoptr(GError) error = NULL;
	int fd = -1;

	if (frame->kind == BROKER_OPEN)
		fd = open_file(frame->text, &shown, &error);
	else if (frame->kind == BROKER_MAKE)
		fd = make_file(filer, frame, &shown, &error);
	else
		finish(filer, frame->kind == BROKER_FINISH, &shown, &error);
	answer->is_known = !error;
	g_strlcpy(answer->text, error ? error->message : shown ? shown : "",
		  sizeof(answer->text));
	return fd;
}

/* -- completing ------------------------------------------------------------------------------- */

/* "/" behind a folder, "" behind a file, NULL where it is neither. */
static const char *mark_of(int folder, const struct dirent *entry)
{
	struct stat st;

	if (fstatat(folder, entry->d_name, &st, 0) != 0)
		return NULL;
	return S_ISDIR(st.st_mode) ? "/" : S_ISREG(st.st_mode) ? "" : NULL;
}

/* Those of FOLDER that begin as NAME does, with SHOWN in front. FALSE: there may be others. */
static bool list_folder(int folder, const char *shown, const char *name, GPtrArray *paths)
{
	DIR *dir = fdopendir(folder);
	struct dirent *entry = NULL;

	if (!dir)
		close(folder);
	for (unsigned i = 0; dir && (entry = readdir(dir)) && i < FILER_LIST_LOOKS &&
			     paths->len <= FILER_LIST_MAX; i++) {
		size_t bytes = strlen(entry->d_name);
		const char *mark;

		if (entry->d_name[0] == '.' || !g_str_has_prefix(entry->d_name, name) ||
		    !g_utf8_validate(entry->d_name, (gssize)bytes, NULL) ||
		    !text_is_safe(entry->d_name, bytes, TEXT_NEWLINE_KEEP) ||
		    strchr(entry->d_name, '\n'))
			continue;
		mark = mark_of(folder, entry);
		if (mark)
			g_ptr_array_add(paths, g_strconcat(shown, entry->d_name, mark, NULL));
	}
	if (dir)
		closedir(dir);
	return !entry;
}

static gint compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A line each; NULL: that are more bytes than an answer holds. */
static char *join(GPtrArray *paths)
{
	g_autoptr(GString) list = g_string_new(NULL);

	g_ptr_array_sort(paths, compare_paths);
	for (guint i = 0; i < paths->len; i++)
		g_string_append_printf(list, "%s%s", i ? "\n" : "",
				       (const char *)g_ptr_array_index(paths, i));
	return list->len < FILER_LIST_BYTES ? g_string_free(g_steal_pointer(&list), FALSE) : NULL;
}

char *filer_list(const char *path, GError **error)
{
	const char *slash = strrchr(path, '/');
	g_autofree char *shown = g_strndup(path, slash ? (gsize)(slash - path) + 1 : 0);
	g_autofree char *full = strcmp(path, "~") == 0 ? NULL : expand(*shown ? shown : ".", NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	char *real = full ? resolve(full, NULL) : NULL;
	int folder = real ? open(real, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC) : -1;
	char *list = NULL;
	bool is_whole = true;

	if (strcmp(path, "~") == 0)
		g_ptr_array_add(paths, g_strdup("~/"));
	else if (folder >= 0 && !is_kernels(folder))
		is_whole = list_folder(folder, shown, slash ? slash + 1 : path, paths);
	else if (folder >= 0)
		close(folder);
	free(real);
	if (is_whole && paths->len <= FILER_LIST_MAX)
		list = join(paths);
	/* What was seen of them isn't all: the only one of these needn't be the only one. */
	if (!list && paths->len <= FILER_LIST_MAX && !is_whole)
		error_set(error, ERROR_FAILED,
			  "%s has more than %d entries: nothing is completed in it. Type the whole "
			  "name.", *shown ? shown : "This folder", FILER_LIST_LOOKS);
	else if (!list)
		error_set(error, ERROR_FAILED,
			  "Too many names begin so: nothing is completed. Type more of the name.");
	return list;
}

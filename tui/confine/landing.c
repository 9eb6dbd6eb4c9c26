#include "tui/confine/landing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/model/file.h"

enum { NAME_RANDOM = 8 };

struct landing {
	char *path; /* where it will lie */
	char *name; /* its last part */
	char *interim;
	int folder;
	int fd;
	bool is_made;
};

char *landing_folder(const char *path)
{
	return g_file_test(path, G_FILE_TEST_IS_DIR) ? g_strdup(path) : g_path_get_dirname(path);
}

static void set_exists(const char *path, GError **error)
{
	error_set(error, ERROR_EXISTS,
		  "%s is there already, and nothing is replaced; choose another name.", path);
}

/* A file without a name, which goes with the process however that ends; not every file system has
 * them, and giving it its name takes /proc. */
static bool make_nameless(struct landing *landing)
{
	if (access("/proc/self/fd", X_OK) != 0)
		return false;
	landing->fd = openat(landing->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	return landing->fd >= 0;
}

static gboolean make_interim(struct landing *landing, GError **error)
{
	uint8_t random[NAME_RANDOM];
	GString *name = g_string_new(".sotto-");

	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		g_string_append_printf(name, "%02x", random[i]);
	landing->interim = g_string_free(name, FALSE);
	landing->fd = openat(landing->folder, landing->interim,
			     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	landing->is_made = landing->fd >= 0;
	if (landing->fd < 0)
		error_set_errno(error, errno, "can't write to %s", landing->path);
	return landing->is_made;
}

struct landing *landing_new(const char *path, const char *name, GError **error)
{
	struct landing *landing = g_new0(struct landing, 1);
	g_autofree char *folder = landing_folder(path);
	bool is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
	struct stat st;

	landing->fd = -1;
	/* Whoever named it, it stays in the folder, and is to be seen there. */
	landing->name = is_folder ? file_safe_name(name) : g_path_get_basename(path);
	landing->path = g_build_filename(folder, landing->name, NULL);
	landing->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (landing->folder < 0)
		error_set_errno(error, errno, "can't open the folder %s", folder);
	else if (fstatat(landing->folder, landing->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		set_exists(landing->path, error);
	else if (make_nameless(landing) || make_interim(landing, error))
		return landing;
	landing_free(landing);
	return NULL;
}

void landing_free(struct landing *landing)
{
	if (!landing)
		return;
	if (landing->is_made)
		unlinkat(landing->folder, landing->interim, 0);
	if (landing->fd >= 0)
		close(landing->fd);
	if (landing->folder >= 0)
		close(landing->folder);
	g_free(landing->path);
	g_free(landing->name);
	g_free(landing->interim);
	g_free(landing);
}

int landing_fd(const struct landing *landing)
{
	return landing->fd;
}

const char *landing_path(const struct landing *landing)
{
	return landing->path;
}

/* Neither way replaces anything. */
static int give_name(const struct landing *landing)
{
	int folder = landing->folder;
	char self[32];
	int code;

	if (!landing->interim) {
		g_snprintf(self, sizeof(self), "/proc/self/fd/%d", landing->fd);
		return linkat(AT_FDCWD, self, folder, landing->name, AT_SYMLINK_FOLLOW);
	}
	code = renameat2(folder, landing->interim, folder, landing->name, RENAME_NOREPLACE);

	/* Where the file system can't do that, a second name can't replace anything either. */
	if (code != 0 && (errno == EINVAL || errno == ENOSYS))
		code = linkat(folder, landing->interim, folder, landing->name, 0) == 0
			       ? unlinkat(folder, landing->interim, 0)
			       : -1;
	return code;
}

gboolean landing_finish(struct landing *landing, GError **error)
{
	int folder = landing->folder;
	int code = give_name(landing);

	if (code != 0 && errno == EEXIST)
		set_exists(landing->path, error);
	else if (code != 0)
		error_set_errno(error, errno, "can't write %s", landing->path);
	landing->is_made &= code != 0;
	if (code == 0 && fsync(folder) != 0) {
		error_set_errno(error, errno, "can't write %s", landing->path);
		return FALSE;
	}
	return code == 0;
}

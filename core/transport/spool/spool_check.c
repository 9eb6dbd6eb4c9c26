/* spool: what claiming a name there would meet, looked at before anything is asked or made. */
#include "core/transport/spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/transport/spool/spool_inside.h"
#include "core/transport/spool/spool_place.h"

enum { LOOKS = 10000 /* entries of a folder that somebody else fills */ };

/* Some kernel's folders say that they can be written, and can't: found out by doing it. */
static gboolean try_to_make(const char *root, const char *folder, GError **error)
{
	g_autofree char *probe = g_build_filename(folder, ".sotto-XXXXXX", NULL);

	if (g_mkdtemp_full(probe, 0700) && rmdir(probe) == 0)
		return TRUE;
	error_set(error, ERROR_UNAVAILABLE,
		  "The spool %s can't be used: no folder can be made in %s (%s). Choose another.",
		  root, folder, g_strerror(errno));
	return FALSE;
}

/* A spool that isn't there is made in the first folder above it that is. */
static gboolean check_above(const char *root, GError **error)
{
	g_autofree char *above = g_path_get_dirname(root);
	struct stat st;

	while (stat(above, &st) != 0 && errno == ENOENT && strcmp(above, "/") != 0) {
		char *next = g_path_get_dirname(above);

		g_free(above);
		above = next;
	}
	if (stat(above, &st) == 0 && S_ISDIR(st.st_mode) && access(above, W_OK | X_OK) == 0)
		return try_to_make(root, above, error);
	error_set(error, ERROR_UNAVAILABLE,
		  "The spool %s isn't there, and can't be made in %s: you may not write there, or "
		  "it is no folder. Choose another, or have it made.",
		  root, above);
	return FALSE;
}

static gboolean check_root(const char *root, bool *is_there, GError **error)
{
	struct stat st;

	*is_there = stat(root, &st) == 0;
	if (!*is_there && errno == ENOENT)
		return check_above(root, error);
	if (*is_there && S_ISDIR(st.st_mode) && access(root, W_OK | X_OK) == 0)
		return try_to_make(root, root, error);
	error_set(error, ERROR_UNAVAILABLE, "The spool %s can't be used: %s. Choose another.", root,
		  *is_there && !S_ISDIR(st.st_mode) ? "it is no folder"
						    : "you may not write there");
	return FALSE;
}

/* Keys that are published are files ID.xml. */
static void count_devices(int place, uid_t owner, struct spool_found *found)
{
	int folder = place_folder(place, "devices", O_RDONLY, NULL);
	DIR *dir = folder >= 0 ? fdopendir(folder) : NULL;
	struct dirent *entry;
	struct stat st;

	if (!dir && folder >= 0)
		close(folder);
	for (unsigned i = 0; dir && i < LOOKS && (entry = readdir(dir)); i++) {
		int64_t made;

		if (!g_ascii_isdigit(entry->d_name[0]) ||
		    !g_str_has_suffix(entry->d_name, ".xml") ||
		    fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_uid != owner)
			continue;
		made = (int64_t)st.st_mtim.tv_sec * 1000;
		found->since = found->devices ? MIN(found->since, made) : made;
		found->devices++;
	}
	if (dir)
		closedir(dir);
}

static gboolean check_name(const char *root, const char *name, struct logins *logins,
			   struct spool_found *found, GError **error)
{
	int spool = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	gboolean ok;
	int place;

	if (spool < 0) {
		error_set_errno(error, errno, "can't open the spool %s", root);
		return FALSE;
	}
	ok = claim_may_take(spool, name, logins, error);
	if (ok && fstatat(spool, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (st.st_uid != geteuid() || !S_ISDIR(st.st_mode)))
		ok = claim_refuse_owner(root, name, error);
	close(spool);
	if (!ok)
		return FALSE;
	place = place_open(root, name, NULL, NULL);
	if (place >= 0) {
		count_devices(place, geteuid(), found);
		close(place);
	}
	return TRUE;
}

gboolean spool_check(const char *root, const char *name, bool is_default, struct logins *logins,
		     struct spool_found *found, GError **error)
{
	bool is_there = true;

	*found = (struct spool_found){ 0 };
	if (is_default ? !claim_check_default(root, name, error)
		       : !check_root(root, &is_there, error))
		return FALSE;
	return !is_there || check_name(root, name, logins, found, error);
}

static bool publishes(const char *root, const char *name)
{
	struct spool_found found = { 0 };
	uid_t owner = 0;
	int place = place_open(root, name, &owner, NULL);

	if (place < 0)
		return false;
	count_devices(place, owner, &found);
	close(place);
	return found.devices > 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **spool_people(const char *root, const char *own)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	DIR *dir = opendir(root);
	struct dirent *entry;

	for (unsigned i = 0; dir && i < LOOKS && names->len < SPOOL_PEOPLE_MAX &&
			     (entry = readdir(dir)); i++) {
		g_autofree char *name = contact_address(entry->d_name, NULL);

		if (name && strcmp(name, entry->d_name) == 0 && strcmp(name, own) != 0 &&
		    publishes(root, name))
			g_ptr_array_add(names, g_steal_pointer(&name));
	}
	if (dir)
		closedir(dir);
	g_ptr_array_sort(names, compare_names);
	if (names->len == 0) {
		g_ptr_array_unref(names);
		return NULL;
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

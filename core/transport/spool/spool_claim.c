/* spool: taking a place on it, giving it back, and counting what waits there. */
#include "core/transport/spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/transport/spool/spool_about.h"
#include "core/transport/spool/spool_acl.h"
#include "core/transport/spool/spool_inside.h"
#include "core/transport/spool/spool_login.h"
#include "core/transport/spool/spool_mark.h"
#include "core/transport/spool/spool_place.h"

gboolean claim_check_default(const char *root, const char *name, GError **error)
{
	struct stat st;

	if (stat(root, &st) != 0 || !S_ISDIR(st.st_mode) || access(root, W_OK | X_OK) != 0) {
		error_set(
			error, ERROR_UNAVAILABLE,
			"There is no spool at %s yet. Whoever administers this host makes it with: "
			"sudo install -d -m 1777 %s. Another folder can be chosen.",
			root, root);
		return FALSE;
	}
	if (strcmp(name, g_get_user_name()) == 0)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "On the host's spool everybody goes by the login name, which is %s; another "
		  "name needs another folder.",
		  g_get_user_name());
	return FALSE;
}

/* Open to all like /tmp, so that others on the host can join. */
gboolean spool_make_root(const char *root, GError **error)
{
	g_autofree char *above = g_path_get_dirname(root);

	if (g_mkdir_with_parents(above, 0755) != 0) {
		error_set_errno(error, errno, "can't make %s", above);
		return FALSE;
	}
	if (mkdir(root, 0700) == 0 ? chmod(root, 01777) == 0 : errno == EEXIST)
		return TRUE;
	error_set_errno(error, errno, "can't make the spool %s", root);
	return FALSE;
}

gboolean claim_may_take(int spool, const char *name, struct logins *logins, GError **error)
{
	g_autoptr(GError) why = NULL;
	enum login_verdict verdict = login_judge(logins, spool, name, geteuid(), &why);

	if (verdict == LOGIN_ALLOWED)
		return TRUE;
	if (verdict == LOGIN_UNSURE) {
		error_set(error, ERROR_UNAVAILABLE,
			  "Whether %s is the login of another user of this host can't be looked up "
			  "now (its directory service doesn't answer): nothing was made. Try "
			  "again later.",
			  name);
		return FALSE;
	}
	error_set(error, ERROR_USAGE,
		  "%s is the login of another user of this host; choose another name.", name);
	return FALSE;
}

gboolean claim_refuse_owner(const char *root, const char *name, GError **error)
{
	error_set(error, ERROR_EXISTS,
		  "%s on the spool %s belongs to another user; choose another name.", name, root);
	return FALSE;
}

static gboolean make_place(const char *root, const char *name, struct logins *logins,
			   GError **error)
{
	int spool = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok;

	if (spool < 0) {
		error_set_errno(error, errno, "can't open the spool %s", root);
		return FALSE;
	}
	ok = claim_may_take(spool, name, logins, error) && place_make(spool, name, 0755, error);
	close(spool);
	if (ok || !error_is(*error, ERROR_EXISTS))
		return ok;
	g_clear_error(error);
	return claim_refuse_owner(root, name, error);
}

gboolean spool_claim(const char *root, const char *name, bool is_default, struct logins *logins,
		     GError **error)
{
	g_autoptr(GError) local = NULL;
	int place = -1;
	gboolean ok;

	ok = (is_default ? claim_check_default(root, name, &local)
			 : spool_make_root(root, &local)) &&
	     make_place(root, name, logins, &local);
	if (ok) {
		place = place_open(root, name, NULL, &local);
		ok = place >= 0 && place_make(place, "devices", 0755, &local) &&
		     place_make(place, "inbox", 0711, &local) &&
		     place_make(place, "marks", 0700, &local);
	}
	if (place >= 0)
		close(place);
	if (!ok)
		g_propagate_error(error, g_steal_pointer(&local));
	return ok;
}

static bool is_there(int place, const char *path)
{
	struct stat st;

	return fstatat(place, path, &st, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

/* Whether nothing stays of it. */
static bool remove_device(int place, uint32_t device)
{
	char bundle[PLACE_PATH_BYTES], inbox[PLACE_PATH_BYTES];
	bool is_gone;

	place_bundle(device, bundle);
	place_inbox(device, NULL, inbox);
	unlinkat(place, bundle, 0);
	spool_about_remove(place, device);
	spool_mark_remove(place, device);
	place_remove(place, inbox);
	is_gone = !is_there(place, bundle) && !is_there(place, inbox);
	/* These go only when they are empty: another device may be at home there. */
	if (unlinkat(place, "devices", AT_REMOVEDIR) == 0)
		unlinkat(place, "inbox", AT_REMOVEDIR);
	return is_gone;
}

static gboolean fail_to_remove(const char *root, const char *name, uint32_t device, const char *why,
			       GError **error)
{
	error_set(error, ERROR_FAILED,
		  "What device %u has on the spool wasn't removed (%s): look into %s/%s.", device,
		  why, root, name);
	return FALSE;
}

gboolean spool_unclaim(const char *root, const char *name, uint32_t device, GError **error)
{
	g_autoptr(GError) why = NULL;
	uid_t owner = 0;
	int spool, place = place_open(root, name, &owner, &why);
	bool is_gone;

	/* There is no such folder any more. */
	if (error_is(why, ERROR_NO_CONTACT))
		return TRUE;
	if (place < 0)
		return fail_to_remove(root, name, device, why->message, error);
	is_gone = owner == geteuid() && remove_device(place, device);
	close(place);
	if (!is_gone)
		return fail_to_remove(root, name, device,
				      owner == geteuid() ? "some of it can't be removed" :
							   "the folder is another user's",
				      error);
	spool = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (spool >= 0) {
		unlinkat(spool, name, AT_REMOVEDIR);
		close(spool);
	}
	return TRUE;
}

bool spool_owner(const char *root, const char *name, uint32_t *uid)
{
	int spool = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	bool is_there = spool >= 0 && fstatat(spool, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISDIR(st.st_mode);

	if (is_there)
		*uid = st.st_uid;
	if (spool >= 0)
		close(spool);
	return is_there;
}

static int open_new(const char *root, const char *name, uint32_t device)
{
	char path[PLACE_PATH_BYTES];
	int place = place_open(root, name, NULL, NULL), folder;

	if (place < 0)
		return -1;
	folder = place_folder(place, place_inbox(device, "new", path), O_RDONLY, NULL);
	close(place);
	return folder;
}

unsigned spool_waiting(const char *root, const char *name, uint32_t device)
{
	int folder = open_new(root, name, device);
	DIR *dir = folder >= 0 ? fdopendir(folder) : NULL;
	struct dirent *entry;
	unsigned count = 0;

	if (!dir) {
		if (folder >= 0)
			close(folder);
		return 0;
	}
	while (count < SPOOL_WAITING_MAX && (entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

bool spool_keeps_acls(const char *root, const char *name, uint32_t device)
{
	int folder = open_new(root, name, device);
	bool is_kept = folder >= 0 && acl_is_kept(folder);

	if (folder >= 0)
		close(folder);
	return is_kept;
}

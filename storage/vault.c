#include "storage/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/small_file.h"
#include "storage/clock_file.h"
#include "storage/expiry_vault.h"
#include "storage/files.h"
#include "storage/header.h"
#include "storage/opened.h"
#include "storage/profile_files.h"
#include "storage/search.h"
#include "storage/sqlite.h"

struct vault_door {
	struct store_door door;
	const struct clock *clock;
	char *folder;
	char *header;
	char *fresh_header;
	char *database;
	char *ballast;
	char *vault;
	char *clock_file;
	char *lock;
	int lock_fd;
	bool is_open;
};

enum { NOTE_BYTES_MAX = 64 * 1024 };

static struct vault_door *door_of(struct store_door *door)
{
	return (struct vault_door *)door;
}

static void door_release(struct store_door *base)
{
	struct vault_door *door = door_of(base);

	if (door->lock_fd >= 0)
		close(door->lock_fd);
	door->lock_fd = -1;
}

static void door_free(struct store_door *base)
{
	struct vault_door *door = door_of(base);

	if (!door)
		return;
	door_release(base);
	g_free(door->folder);
	g_free(door->header);
	g_free(door->fresh_header);
	g_free(door->database);
	g_free(door->ballast);
	g_free(door->vault);
	g_free(door->clock_file);
	g_free(door->lock);
	g_free(door);
}

static const char *door_path(struct store_door *base)
{
	return door_of(base)->folder;
}

static bool door_exists(struct store_door *base)
{
	struct stat st;

	return lstat(door_of(base)->header, &st) == 0;
}

/* What lies in the folder. */
enum place {
	PLACE_FREE,
	PLACE_UNFINISHED, /* a making was cut short; nothing was in it yet */
	PLACE_KEYLESS,	  /* a profile whose key file is missing */
	PLACE_PROFILE,
};

/*
 * A database without its key file is garbage when a making was cut short, which the unfinished key
 * file tells; else it is somebody's profile whose key file went missing.
 */
static enum place find_place(const struct vault_door *door)
{
	struct stat st;

	if (lstat(door->header, &st) == 0)
		return PLACE_PROFILE;
	if (lstat(door->fresh_header, &st) == 0)
		return PLACE_UNFINISHED;
	return files_size(door->database) >= 0 ? PLACE_KEYLESS : PLACE_FREE;
}

static void set_keyless(const struct vault_door *door, GError **error)
{
	error_set(error, ERROR_DAMAGED,
		  "The key file of the profile in %s is missing, though its database is there: "
		  "without the file `header` nothing in it can be read. Put it back from a backup, "
		  "or destroy the rest with `sotto wipe`.",
		  door->folder);
}

/* Everybody says in the same words what isn't there. */
static gboolean check_profile(const struct vault_door *door, GError **error)
{
	switch (find_place(door)) {
	case PLACE_PROFILE:
		return profile_files_check(door->folder, error);
	case PLACE_KEYLESS:
		set_keyless(door, error);
		break;
	case PLACE_UNFINISHED:
		if (door->lock_fd < 0 && files_is_locked(door->lock))
			error_set(error, ERROR_IN_USE,
				  "The profile in %s is just being made by another process.",
				  door->folder);
		else
			error_set(error, ERROR_NO_PROFILE,
				  "The making of the profile in %s was cut short, before anything "
				  "was in it: make it again with `sotto`, or remove it with "
				  "`sotto wipe`.",
				  door->folder);
		break;
	case PLACE_FREE:
		error_set(error, ERROR_NO_PROFILE,
			  "There is no profile in %s: `sotto` asks a few questions and makes one "
			  "(in a script: `sotto init local`, `sotto init xmpp NAME@SERVER`).",
			  door->folder);
		break;
	}
	return FALSE;
}

static gboolean take_lock(struct vault_door *door, GError **error)
{
	if (door->lock_fd < 0)
		door->lock_fd = files_lock(door->lock, error);
	return door->lock_fd >= 0;
}

static gboolean door_hold(struct store_door *base, GError **error)
{
	struct vault_door *door = door_of(base);

	return check_profile(door, error) && take_lock(door, error);
}

static bool has_rest(const struct vault_door *door)
{
	bool has = find_place(door) != PLACE_FREE;

	for (int i = 0; !has && i < PROFILE_FILES; i++) {
		char *path = profile_file_path(door->folder, (enum profile_file)i);

		has = profile_file_is_made((enum profile_file)i) && files_size(path) >= 0;
		g_free(path);
	}
	return has;
}

static gboolean door_hold_rest(struct store_door *base, GError **error)
{
	struct vault_door *door = door_of(base);

	return has_rest(door) ? take_lock(door, error) : check_profile(door, error);
}

static gboolean door_is_free(struct store_door *base, GError **error)
{
	struct vault_door *door = door_of(base);
	enum place place = find_place(door);

	if (place == PLACE_PROFILE)
		error_set(error, ERROR_EXISTS,
			  "There is a profile in %s already; use another --home or --profile, or "
			  "`sotto wipe` it first.",
			  door->folder);
	else if (place == PLACE_KEYLESS)
		set_keyless(door, error);
	return place == PLACE_FREE || place == PLACE_UNFINISHED;
}

static gboolean check_held(const struct vault_door *door, GError **error)
{
	if (door->lock_fd >= 0)
		return TRUE;
	error_set(error, ERROR_FAILED, "The profile's lock isn't held.");
	return FALSE;
}

static gboolean check_closed(const struct vault_door *door, GError **error)
{
	if (!door->is_open)
		return TRUE;
	error_set(error, ERROR_FAILED, "The profile is open already.");
	return FALSE;
}

static struct opened_options options_for(struct vault_door *door, bool make)
{
	return (struct opened_options){
		.path = door->database,
		.make = make,
		.clock = door->clock,
		.index_from = SEARCH_INDEX_FROM,
		.is_open = &door->is_open,
	};
}

/* -- making ----------------------------------------------------------------------------------- */

/* IS_OURS: made just now. A folder that others can write to is no place for keys. */
static gboolean make_folder(const struct vault_door *door, bool *is_ours, GError **error)
{
	char *above = g_path_get_dirname(door->folder);
	struct stat st;
	gboolean ok = FALSE;

	*is_ours = false;
	if (g_mkdir_with_parents(above, 0700) < 0) {
		error_set_errno(error, errno, "can't make the folder %s", above);
		goto out;
	}
	if (mkdir(door->folder, 0700) == 0) {
		*is_ours = true;
		ok = TRUE;
		goto out;
	}
	if (errno != EEXIST || stat(door->folder, &st) < 0) {
		error_set_errno(error, errno, "can't make the folder %s", door->folder);
		goto out;
	}
	ok = S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 022) == 0;
	if (!ok)
		error_set(
			error, ERROR_FAILED,
			"%s is there already, but isn't a folder that only you can write to; "
			"choose another one, or set it right with chmod 700.",
			door->folder);
out:
	g_free(above);
	return ok;
}

static void remove_made(const struct vault_door *door)
{
	for (int i = 0; i < PROFILE_FILES; i++) {
		char *path = profile_file_path(door->folder, (enum profile_file)i);

		if (profile_file_is_made((enum profile_file)i))
			unlink(path);
		g_free(path);
	}
}

/* So that it and its log, which follows it, are nobody else's to read. */
static gboolean make_empty(const char *path, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		error_set_errno(error, errno, "can't make %s", path);
		return FALSE;
	}
	close(fd);
	return TRUE;
}

static struct store *make_profile(struct vault_door *door, const struct secret *passphrase,
				  enum kdf_level level, GError **error)
{
	struct opened_options options = options_for(door, true);
	struct store *store = NULL;

	struct secret *master = header_create(door->fresh_header, passphrase, level, error);
	if (!master)
		return NULL;
	if (files_make_ballast(door->ballast, error) && make_empty(door->database, error))
		store = opened_new(&options, master, error);
	secret_free(master);
	return store;
}

/* The key file's name is what makes it a profile. */
static gboolean door_finish(struct store_door *base, GError **error)
{
	struct vault_door *door = door_of(base);

	if (!check_held(door, error))
		return FALSE;
	if (rename(door->fresh_header, door->header) == 0)
		return files_sync_folder(door->folder, error);
	error_set_errno(error, errno, "can't make %s", door->header);
	return FALSE;
}

static void unmake(struct store_door *base, bool is_ours)
{
	const struct vault_door *door = door_of(base);

	remove_made(door);
	unlink(door->lock);
	door_release(base);
	if (is_ours)
		rmdir(door->folder);
}

static struct store *door_create(struct store_door *base, const struct secret *passphrase,
				 enum kdf_level level, GError **error)
{
	struct vault_door *door = door_of(base);
	bool is_ours;

	if (!door_is_free(base, error) || !make_folder(door, &is_ours, error))
		return NULL;
	/*
	 * Before the lock is ours nothing here may be removed: somebody else may be making a
	 * profile.
	 */
	if (!take_lock(door, error)) {
		if (is_ours)
			rmdir(door->folder);
		return NULL;
	}
	if (!door_is_free(base, error)) {
		door_release(base);
		return NULL;
	}
	remove_made(door);
	struct store *store = make_profile(door, passphrase, level, error);
	if (store)
		door->is_open = true;
	else
		unmake(base, is_ours);
	return store;
}

/* -- opening, changing ------------------------------------------------------------------------ */

static gboolean check_database(const struct vault_door *door, GError **error)
{
	int64_t size = files_size(door->database);

	if (size > 0)
		return TRUE;
	error_set(error, ERROR_DAMAGED,
		  "The database %s is %s, though its key file is whole: what was in it is lost. "
		  "Restore the profile from a backup.",
		  door->database, size == 0 ? "empty" : "missing");
	return FALSE;
}

static struct store *door_open(struct store_door *base, const struct secret *passphrase,
			       GError **error)
{
	struct vault_door *door = door_of(base);
	struct opened_options options = options_for(door, false);

	if (!check_held(door, error) || !check_closed(door, error) || !check_profile(door, error))
		return NULL;
	struct secret *master = header_open(door->header, passphrase, error);
	if (!master)
		return NULL;
	struct store *store =
		check_database(door, error) ? opened_new(&options, master, error) : NULL;
	secret_free(master);
	if (!store)
		return NULL;
	door->is_open = true;
	/*
	 * What a full disk took away comes back when there is room again; until then it isn't
	 * needed.
	 */
	if (!files_make_ballast(door->ballast, NULL))
		g_debug("no room for %s", door->ballast);
	return store;
}

static gboolean door_change(struct store_door *base, const struct secret *old,
			    const struct secret *fresh, GError **error)
{
	struct vault_door *door = door_of(base);

	return check_held(door, error) && check_profile(door, error) &&
	       header_change(door->header, old, fresh, error);
}

/* -- the note --------------------------------------------------------------------------------- */

static gboolean door_note_put(struct store_door *base, GBytes *note, GError **error)
{
	char *path = profile_file_path(door_of(base)->folder, PROFILE_NOTE);
	g_autoptr(GError) local = NULL;
	gsize bytes;
	const char *data = g_bytes_get_data(note, &bytes);
	gboolean ok = g_file_set_contents_full(
		path, data, (gssize)bytes,
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local);

	if (!ok)
		error_set(error,
			  g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? ERROR_FULL :
										     ERROR_IO,
			  "%s.", local->message);
	g_free(path);
	return ok;
}

static GBytes *door_note_get(struct store_door *base)
{
	char *path = profile_file_path(door_of(base)->folder, PROFILE_NOTE);
	GBytes *note = NULL;
	char *data;
	gsize bytes;

	if (files_size(path) >= 0 && small_file_read(path, NOTE_BYTES_MAX, &data, &bytes, NULL) &&
	    data)
		note = g_bytes_new_take(data, bytes);
	g_free(path);
	return note;
}

static gboolean door_expire(struct store_door *base, int64_t *wait, GError **error)
{
	struct vault_door *door = door_of(base);
	struct clock_record saved;
	struct apptime now;
	int64_t next = 0;

	*wait = 0;
	if (!check_held(door, error) || !check_closed(door, error))
		return FALSE;
	if (!clock_file_read(door->clock_file, NULL, &saved))
		return TRUE;
	apptime_read(door->clock, &now);
	apptime_go_on(&saved.time, &now);
	if (now.doubt && clock_is_synchronised(door->clock))
		apptime_confirm(&now, now.wall);
	if (!expiry_vault_expire_file(door->vault, apptime_sure(&now), &next, error))
		return FALSE;
	*wait = next ? MAX(next - apptime_sure(&now), 1) : 0;
	return TRUE;
}

static gboolean door_peek(struct store_door *base, struct store_peek *peek, GError **error)
{
	struct vault_door *door = door_of(base);

	*peek = (struct store_peek){ 0 };
	if (!check_profile(door, error) || !header_peek(door->header, &peek->level, error))
		return FALSE;
	peek->is_held = door->lock_fd >= 0 || files_is_locked(door->lock);
	peek->database_bytes = (uint64_t)MAX(files_size(door->database), 0);
	return TRUE;
}

/* -- wiping ----------------------------------------------------------------------------------- */

static char *door_other_names(struct store_door *base, bool is_secret)
{
	GString *names = g_string_new(NULL);

	for (int i = 0; i < PROFILE_LOCK; i++) {
		enum profile_file file = (enum profile_file)i;
		g_autofree char *path = profile_file_path(door_of(base)->folder, file);

		if (profile_file_is_secret(file) == is_secret && files_is_linked(path))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "",
					       profile_file_name(file));
	}
	return g_string_free(names, names->len == 0);
}

/*
 * The key file goes first and for good: from then on all the rest is noise, and is removed as far
 * as that goes, whatever fails on the way; the first failure is told.
 */
static gboolean door_wipe(struct store_door *base, GError **error)
{
	struct vault_door *door = door_of(base);
	gboolean ok = TRUE;

	if (!check_held(door, error) || !files_shred(door->header, true, error) ||
	    !files_shred(door->fresh_header, true, error) ||
	    !files_sync_folder(door->folder, error))
		return FALSE;
	for (int i = 0; i < PROFILE_HEADER; i++) {
		char *path = profile_file_path(door->folder, (enum profile_file)i);

		if (!files_shred(path, profile_file_is_secret((enum profile_file)i),
				 ok ? error : NULL))
			ok = FALSE;
		g_free(path);
	}
	if (unlink(door->lock) < 0 && ok) {
		error_set_errno(error, errno, "can't remove %s", door->lock);
		ok = FALSE;
	}
	door_release(base);
	/* Not empty: somebody's own files are in it, and stay. */
	rmdir(door->folder);
	return ok;
}

/* --------------------------------------------------------------------------------------------- */

struct store_door *vault_door_new(const char *path, const struct clock *clock)
{
	static const struct store_door_ops ops = {
		.free = door_free,
		.path = door_path,
		.exists = door_exists,
		.is_free = door_is_free,
		.hold = door_hold,
		.hold_rest = door_hold_rest,
		.release = door_release,
		.create = door_create,
		.finish = door_finish,
		.open = door_open,
		.change = door_change,
		.other_names = door_other_names,
		.wipe = door_wipe,
		.note_put = door_note_put,
		.note_get = door_note_get,
		.expire = door_expire,
		.peek = door_peek,
	};
	struct vault_door *door = g_new0(struct vault_door, 1);

	door->door.ops = &ops;
	door->clock = clock;
	door->folder = g_strdup(path);
	door->header = profile_file_path(path, PROFILE_HEADER);
	door->fresh_header = profile_file_path(path, PROFILE_FRESH_HEADER);
	door->database = profile_file_path(path, PROFILE_DATABASE);
	door->ballast = profile_file_path(path, PROFILE_BALLAST);
	door->vault = profile_file_path(path, PROFILE_VAULT);
	door->clock_file = profile_file_path(path, PROFILE_CLOCK);
	door->lock = profile_file_path(path, PROFILE_LOCK);
	door->lock_fd = -1;
	return &door->door;
}

static char *cipher_version(void)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *handle = NULL;
	char *version = NULL;

	if (sqlite3_open(":memory:", &handle) == SQLITE_OK &&
	    sqlite3_prepare_v2(handle, "PRAGMA cipher_version", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		version = g_strdup((const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return version;
}

char **vault_versions(void)
{
	char *version = cipher_version();
	char **out = g_new0(char *, 3);

	out[0] = g_strdup_printf("SQLCipher %s", version ? version : "unknown");
	out[1] = g_strdup_printf("SQLite %s", sqlite3_libversion());
	g_free(version);
	return out;
}

#include "tui/confine/places.h"

#include <errno.h>
#include <string.h>
#include <glib/gstdio.h>
#include "core/base/error.h"
#include "core/base/xdg.h"
#include "core/model/account.h"
#include "core/port/store_door.h"
#include "tui/confine/sandbox.h"
#include "tui/confine/start_record.h"

/* PATH, and what it lies in, as far as it isn't there, deepest first, behind what FOLDERS has. */
static void add_missing(GPtrArray *folders, const char *path)
{
	g_autofree char *folder = g_strdup(path);

	while (!g_file_test(folder, G_FILE_TEST_EXISTS)) {
		char *above = g_path_get_dirname(folder);

		g_ptr_array_add(folders, folder);
		folder = above;
	}
}

void places_made_clear(struct helper_made *made)
{
	g_strfreev(made->folders);
	g_free(made->file);
	*made = (struct helper_made){ 0 };
}

static bool has_profile(void *user)
{
	struct store_door *door = user;

	return door->ops->exists(door);
}

static void unmake(char *const *folders)
{
	for (; *folders; folders++)
		(void)g_rmdir(*folders);
}

gboolean places_make(const struct places *places, const struct account *account,
		     gboolean (*make_spool)(const char *root, GError **error),
		     struct helper_made *made, GError **error)
{
	const char *home = places->door->ops->path(places->door);
	const char *spool = account->is_default_spool ? NULL : account->spool;
	g_autofree char *settings = g_path_get_dirname(places->config);
	g_autofree char *record = start_record_path(home);
	g_autofree char *starts = record ? g_path_get_dirname(record) : NULL;
	const char *const folders[] = { home, settings, spool, starts };
	GPtrArray *missing = g_ptr_array_new();
	gboolean ok;

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
		if (folders[i])
			add_missing(missing, folders[i]);
	g_ptr_array_add(missing, NULL);
	*made = (struct helper_made){ .is_kept = has_profile, .user = places->door };
	made->folders = (char **)g_ptr_array_free(missing, FALSE);
	if (record && !g_file_test(record, G_FILE_TEST_EXISTS))
		made->file = g_steal_pointer(&record);
	ok = g_mkdir_with_parents(home, 0700) == 0;
	if (!ok)
		error_set_errno(error, errno, "can't make the folder %s", home);
	ok = ok && (!spool || make_spool(spool, error));
	/* These are done without, where they can't be made. */
	if (ok && (g_mkdir_with_parents(settings, 0700) != 0 ||
		   (starts && g_mkdir_with_parents(starts, 0700) != 0)))
		g_debug("there is no folder for settings, or for starts");
	if (!ok)
		unmake(made->folders);
	return ok;
}

/* What the profile's note doesn't say any more. */
static void set_unknown(const struct account *known, const char *default_spool, GError **error)
{
	error_set(error, ERROR_FAILED,
		  "The profile is destroyed, but its note couldn't be read, so nothing was removed "
		  "from its spool. What its device has there stays, sealed, and nobody can open "
		  "it: look into the folders that belong to you in %s%s, and remove what no other "
		  "profile of yours needs.",
		  known->spool ? known->spool : default_spool,
		  known->spool ? "" : ", or in another spool if you had chosen one");
}

gboolean places_unclaim(const char *home, const struct account *account,
			const char *default_spool,
			gboolean (*remove_device)(const char *root, const char *name,
						  uint32_t device, GError **error),
			GError **error)
{
	struct start_record *record = start_record_new(home);
	struct account *known = NULL;
	gboolean ok = TRUE;

	if (!account) {
		known = start_record_known(record);
		ok = known->carrier && strcmp(known->carrier, "xmpp") == 0;
		if (!ok)
			set_unknown(known, default_spool, error);
	} else if (account->spool && start_record_places(record, account, false, NULL)) {
		ok = remove_device(account->spool, account->address, account->device, error);
	} else if (account->spool) {
		error_set(error, ERROR_FAILED,
			  "The profile is destroyed, but nothing was removed from the spool: %s, "
			  "which its note names, isn't where it was at the first start. Look "
			  "there, and where the spool was.",
			  account->spool);
		ok = FALSE;
	}
	account_free(known);
	start_record_free(record);
	return ok;
}

/* Where the user's environment says that a library's files are; LIST: several, with colons. */
static void add_from_environment(GPtrArray *paths, const char *variable, bool is_list)
{
	const char *value = g_getenv(variable);
	g_auto(GStrv) parts = g_strsplit(value ? value : "", is_list ? ":" : "\n", -1);

	for (char **part = parts; *part; part++)
		if (g_path_is_absolute(*part))
			g_ptr_array_add(paths, g_strdup(*part));
}

static GPtrArray *list_readable(const struct places *places, const struct account *place)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *home = xdg_home(NULL), *config = xdg_config_home(NULL);

	g_ptr_array_add(paths, g_strdup(places->themes));
	if (config)
		g_ptr_array_add(paths, g_build_filename(config, "sotto", "themes", NULL));
	if (home)
		g_ptr_array_add(paths, g_build_filename(home, ".terminfo", NULL));
	add_from_environment(paths, "TERMINFO", false);
	add_from_environment(paths, "TERMINFO_DIRS", true);
	if (place && place->ca_file)
		g_ptr_array_add(paths, g_strdup(place->ca_file));
	add_from_environment(paths, "SSL_CERT_FILE", false);
	add_from_environment(paths, "SSL_CERT_DIR", true);
	g_ptr_array_add(paths, NULL);
	return paths;
}

static gboolean enter(const struct places *places, const struct account *place,
		      struct guards *guards, GError **error)
{
	bool is_xmpp = place && strcmp(place->carrier, "xmpp") == 0;
	bool is_told = !is_xmpp || place->ca_file;
	g_autofree char *settings = g_path_get_dirname(places->config);
	const char *const writable[] = { places->door->ops->path(places->door), settings,
					 place && place->spool ? place->spool : "",
					 places->folder ? places->folder : "", NULL };
	g_autoptr(GPtrArray) readable = list_readable(places, place);
	const struct sandbox sandbox = {
		.writable = is_told ? writable : NULL,
		.readable = (const char *const *)readable->pdata,
		.role = is_xmpp ? SANDBOX_NETWORK : SANDBOX_LOCAL,
	};

	return sandbox_enter(&sandbox, guards, error);
}

/* What isn't there can't be allowed; only what is set there is lost without. */
static void make_settings(const struct places *places)
{
	g_autofree char *settings = g_path_get_dirname(places->config);

	if (g_mkdir_with_parents(settings, 0700) != 0)
		g_debug("there is no folder for settings");
}

gboolean places_confine(const struct places *places, struct guards *guards, GError **error)
{
	struct store_door *door = places->door;
	struct start_record *record = start_record_new(door->ops->path(door));
	g_autoptr(GBytes) note = door->ops->note_get(door);
	bool is_there = door->ops->exists(door), is_new = places->made && !is_there;
	struct account *place = is_new	   ? account_copy(places->made)
				: is_there ? start_record_find(record, note)
					   : NULL;
	gboolean ok;

	if (place)
		make_settings(places);
	ok = (!place || start_record_places(record, place, is_new, error)) &&
	     places->prepare(places->user, place, is_new, error) &&
	     enter(places, place, guards, error);
	account_free(place);
	start_record_free(record);
	return ok;
}

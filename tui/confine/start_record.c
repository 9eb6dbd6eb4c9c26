#include "tui/confine/start_record.h"

#include <unistd.h>
#include "core/base/error.h"
#include "core/base/small_file.h"
#include "core/base/xdg.h"
#include "core/model/account.h"

#define GROUP "start"

enum { RECORD_BYTES_MAX = 64 * 1024 };

struct start_record {
	char *path; /* NULL: nothing can be kept */
	GKeyFile *file;
	bool is_guessed; /* the place that start_record_find() gave is nobody's word */
};

char *start_record_path(const char *home)
{
	g_autofree char *state = xdg_state_home(NULL);
	g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, home, -1);

	return state ? g_build_filename(state, "sotto", "starts", name, NULL) : NULL;
}

struct start_record *start_record_new(const char *home)
{
	struct start_record *record = g_new0(struct start_record, 1);
	g_autofree char *data = NULL;
	gsize bytes = 0;

	record->file = g_key_file_new();
	record->path = start_record_path(home);
	if (record->path && small_file_read(record->path, RECORD_BYTES_MAX, &data, &bytes, NULL) &&
	    bytes && !g_key_file_load_from_data(record->file, data, bytes, G_KEY_FILE_NONE, NULL))
		g_debug("what is kept of this profile's start can't be read");
	g_key_file_set_string(record->file, GROUP, "profile", home);
	return record;
}

void start_record_free(struct start_record *record)
{
	if (!record)
		return;
	g_key_file_unref(record->file);
	g_free(record->path);
	g_free(record);
}

/* As good as it goes: where it can't be kept, what is found next time is believed anew. */
static void save(struct start_record *record)
{
	g_autofree char *folder = record->path ? g_path_get_dirname(record->path) : NULL;
	g_autofree char *data = g_key_file_to_data(record->file, NULL, NULL);

	if (!folder || g_mkdir_with_parents(folder, 0700) != 0 ||
	    !g_file_set_contents_full(record->path, data, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
				      NULL))
		g_debug("what was found at this start can't be kept");
}

/* -- places ----------------------------------------------------------------------------------- */

/* What is compared, in a sentence's words. */
static const struct {
	const char *key;
	const char *about;
} compared[] = {
	{ "carrier", "its carrier" },
	{ "spool", "its spool" },
	{ "ca-file", "its file of authorities" },
};

static const char *value_of(const struct account *place, size_t index)
{
	const char *const values[] = { place->carrier, place->spool, place->ca_file };

	return values[index];
}

static void set_difference(const struct start_record *record, const char *about,
			   const char *former, const char *now, GError **error)
{
	error_set(error, ERROR_TRUST,
		  "The profile's note says that %s is %s; at the first start it was %s. Whoever "
		  "could write to the profile may have changed that, to reach more. If it was you, "
		  "remove %s.",
		  about, now && *now ? now : "none", *former ? former : "none", record->path);
}

/* What wasn't known before is noted. *IS_CHANGED: it was. */
static gboolean compare(const struct start_record *record, const struct account *place,
			bool *is_changed, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(compared); i++) {
		const char *key = compared[i].key, *now = value_of(place, i);
		g_autofree char *former = g_key_file_get_string(record->file, GROUP, key, NULL);

		if (former && g_strcmp0(former, now) != 0) {
			set_difference(record, compared[i].about, former, now, error);
			return FALSE;
		}
		if (!former && now) {
			g_key_file_set_string(record->file, GROUP, key, now);
			*is_changed = true;
		}
	}
	return TRUE;
}

gboolean start_record_places(struct start_record *record, const struct account *place, bool is_new,
			     GError **error)
{
	bool is_changed = is_new;

	if (record->is_guessed && !is_new)
		return TRUE;
	for (size_t i = 0; is_new && i < G_N_ELEMENTS(compared); i++)
		g_key_file_remove_key(record->file, GROUP, compared[i].key, NULL);
	if (!compare(record, place, &is_changed, error))
		return FALSE;
	if (is_changed)
		save(record);
	return TRUE;
}

struct account *start_record_known(const struct start_record *record)
{
	struct account *known = g_new0(struct account, 1);

	known->carrier = g_key_file_get_string(record->file, GROUP, "carrier", NULL);
	known->spool = g_key_file_get_string(record->file, GROUP, "spool", NULL);
	known->ca_file = g_key_file_get_string(record->file, GROUP, "ca-file", NULL);
	return known;
}

struct account *start_record_find(struct start_record *record, GBytes *note)
{
	struct account *said = account_decode_place(note);
	struct account *known = start_record_known(record);

	record->is_guessed = !said && !known->carrier;
	if (!known->carrier)
		known->carrier = g_strdup("xmpp");
	if (!said)
		return known;
	account_free(known);
	return said;
}

/* -- the hook --------------------------------------------------------------------------------- */

static char *digest_of(const char *command)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, command, -1);
}

bool start_record_has_hook(const struct start_record *record, const char *command)
{
	g_autofree char *kept = g_key_file_get_string(record->file, GROUP, "hook", NULL);
	g_autofree char *digest = digest_of(command);

	return g_strcmp0(kept, digest) == 0;
}

void start_record_confirm_hook(struct start_record *record, const char *command)
{
	g_autofree char *digest = digest_of(command);

	g_key_file_set_string(record->file, GROUP, "hook", digest);
	save(record);
}

void start_record_forget(const char *home)
{
	struct start_record *record = start_record_new(home);

	if (record->path && unlink(record->path) != 0)
		g_debug("nothing was kept of this profile's start");
	start_record_free(record);
}

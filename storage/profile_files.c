#include "storage/profile_files.h"

#include "storage/files.h"

static const struct {
	const char *name;
	bool is_made;
	bool is_other; /* than a regular file, by right */
	bool is_secret;
} files[] = {
	[PROFILE_WAL] = { "store.db-wal", .is_made = true, .is_secret = true },
	[PROFILE_SHM] = { "store.db-shm", .is_made = true, .is_secret = true },
	[PROFILE_JOURNAL] = { "store.db-journal", .is_made = true, .is_secret = true },
	[PROFILE_DATABASE] = { "store.db", .is_made = true, .is_secret = true },
	[PROFILE_BALLAST] = { "ballast", .is_made = true },
	[PROFILE_VAULT] = { "vault", .is_made = true, .is_secret = true },
	[PROFILE_CLOCK] = { "clock", .is_made = true },
	[PROFILE_FRESH_HEADER] = { "header.new", .is_made = true, .is_secret = true },
	[PROFILE_NOTE] = { "note", .is_made = false },
	[PROFILE_CONTROL] = { "control", .is_other = true },
	[PROFILE_CONFIG] = { "config", .is_other = true },
	[PROFILE_HISTORY] = { "history", .is_other = true },
	[PROFILE_HEADER] = { "header", .is_secret = true },
	[PROFILE_LOCK] = { "lock", .is_made = false },
};

const char *profile_file_name(enum profile_file file)
{
	return files[file].name;
}

char *profile_file_path(const char *folder, enum profile_file file)
{
	return g_build_filename(folder, files[file].name, NULL);
}

bool profile_file_is_made(enum profile_file file)
{
	return files[file].is_made;
}

bool profile_file_is_regular(enum profile_file file)
{
	return !files[file].is_other;
}

bool profile_file_is_secret(enum profile_file file)
{
	return files[file].is_secret;
}

gboolean profile_files_check(const char *folder, GError **error)
{
	gboolean ok = TRUE;

	for (int i = 0; ok && i < PROFILE_FILES; i++) {
		g_autofree char *path = profile_file_path(folder, (enum profile_file)i);

		ok = files[i].is_other || files_check_kind(path, error);
	}
	return ok;
}

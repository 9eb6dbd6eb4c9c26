/*
 * profile_files: the names in a profile's folder, declared once.
 *
 * What should be a file there and is something else (a folder, a FIFO, a symbolic link, a socket, a
 * device) is neither followed nor waited for: the profile isn't opened.
 */
#ifndef SOTTO_STORAGE_PROFILE_FILES_H
#define SOTTO_STORAGE_PROFILE_FILES_H

#include <glib.h>
#include <stdbool.h>

/* In the order in which they are removed: an unfinished key file goes last of what is made with a
 * profile, so that half-made stays told as half-made. */
enum profile_file {
	PROFILE_WAL,
	PROFILE_SHM,
	PROFILE_JOURNAL,
	PROFILE_DATABASE,
	PROFILE_BALLAST,
	PROFILE_VAULT,
	PROFILE_CLOCK,
	PROFILE_FRESH_HEADER, /* a profile that is being made: its being there says half-made */
	PROFILE_NOTE,
	PROFILE_CONTROL, /* a socket */
	PROFILE_CONFIG,	 /* the user's, who may have linked it from elsewhere */
	PROFILE_HISTORY, /* of old versions */
	PROFILE_HEADER,
	PROFILE_LOCK,
	PROFILE_FILES,
};

const char *profile_file_name(enum profile_file file);
/* FILE in FOLDER; free with g_free. */
char *profile_file_path(const char *folder, enum profile_file file);

/* Whether it is made with a profile, before the key file has its name. */
bool profile_file_is_made(enum profile_file file);
/* Whether nothing but a regular file may be there. */
bool profile_file_is_regular(enum profile_file file);

/* Whether keys or sealed words are in it: they go wherever else it has a name. */
bool profile_file_is_secret(enum profile_file file);

/*
 * Whether everything in FOLDER that must be a file is one, or isn't there: else ERROR_DAMAGED,
 * which says what it is.
 */
gboolean profile_files_check(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

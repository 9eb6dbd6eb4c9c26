/*
 * files: the few things that the standard library leaves to us about files that must last, or
 * must not.
 *
 * Descriptors are close-on-exec, files 0600, symbolic links at the last step are refused.
 */
#ifndef SOTTO_STORAGE_FILES_H
#define SOTTO_STORAGE_FILES_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes kept aside on the disk, so that a full one can still be erased on. */
enum {
	FILES_BALLAST_BYTES = 8 << 20,
	FILES_SPARE_BYTES = 512 << 10, /* for rows of the journal, at a time */
};

/* Write BYTES of DATA at OFFSET and fsync. */
gboolean files_write_at(int fd, const void *data, size_t bytes, uint64_t offset, const char *path,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fsync the folder at PATH, so that names in it last. */
gboolean files_sync_folder(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Size of a regular file, -1 when there is none at PATH. */
int64_t files_size(const char *path);

/* Whether PATH is a regular file, or isn't there: else ERROR_DAMAGED, which says what it is. */
gboolean files_check_kind(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether PATH is a regular file that has other names (hard links), in whatever folder. */
bool files_is_linked(const char *path);
/* Overwrite the file at PATH in place with random bytes, fsync, remove. No file: TRUE. Where it has
 * other names it is overwritten only if it IS_SECRET: else what is there is somebody's copy. */
gboolean files_shred(const char *path, bool is_secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Make the ballast file at PATH, its blocks reserved, unless it is whole already; where there is no
 * room for that it stays as it was. */
gboolean files_make_ballast(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Give FILES_SPARE_BYTES of it back to the disk; false where no more than half would be left. */
bool files_spare_ballast(const char *path);

/*
 * Take the lock file at PATH exclusively (flock), making it when it isn't there: the descriptor, or
 * -1 with ERROR_IN_USE or ERROR_IO. A look by files_is_locked in between is waited out.
 */
int files_lock(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether anybody holds the lock file at PATH. */
bool files_is_locked(const char *path);

#endif

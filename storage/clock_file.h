/*
 * clock_file: the app clock's last moment, beside the vault, for whoever has no key.
 *
 * With it stands the number of the commit that it came with. A database that counts fewer is older:
 * it was put back.
 *
 * One small record, in two places that are overwritten in turn, with a MAC: who has the profile's
 * key knows whether it was tampered with. Who hasn't takes it as it is: the worst that a false one
 * does is to let keys of the vault die too soon, and whoever can write it can do that anyway.
 */
#ifndef SOTTO_STORAGE_CLOCK_FILE_H
#define SOTTO_STORAGE_CLOCK_FILE_H

#include <glib.h>
#include <stdbool.h>
#include "core/base/appclock.h"

struct secret;

struct clock_record {
	struct apptime time;
	int64_t commits;
};

/* Write NOW to the file at PATH; on the disk when IS_SYNCED. */
gboolean clock_file_write(const char *path, const struct secret *key,
			  const struct clock_record *now, bool is_synced,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The latest record, checked when KEY isn't NULL; FALSE when there is none. */
gboolean clock_file_read(const char *path, const struct secret *key,
			 struct clock_record *saved) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * spool_post: files put into somebody's folder on the spool, whole and durable or not at all.
 *
 * A file is written beside its place under a random name, synced, and then moved there. Recipients
 * order by the kernel's change time, and where that is the same (it stands still for some ms), by
 * the nanoseconds of the modification time, which count what one sender delivered in a row.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_POST_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_POST_H

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/*
 * Put BYTES at NAME in FOLDER (a descriptor that can be synced), for everybody to read, in place of
 * what is there.
 * ERROR_FULL, ERROR_IO or the like.
 */
gboolean post_replace(int folder, const char *name, GBytes *bytes,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct acl_setter;

/* What a sender delivers in a row; zero at first. */
struct post_run {
	time_t second; /* of the one before, monotonic */
	long place;
	const struct acl_setter *setter; /* who lets the reader in; NULL: this process */
};

/*
 * Put BYTES into NEW by way of TMP (both may be O_PATH) under a random name, for READER alone to
 * read (spool_acl.h), with NOW (wall ms) rounded down to the hour, and its place in RUN, as its
 * modification time. RUN goes on.
 */
gboolean post_drop(int tmp, int new, GBytes *bytes, uid_t reader, int64_t now,
		   struct post_run *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

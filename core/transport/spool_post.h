/*
 * spool_post: files put into somebody's folder on the spool, whole and durable or not at all.
 *
 * A file is written beside its place under a random name, synced, and then moved there. What is
 * delivered in order has growing change times, the only thing that a recipient can order by.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_POST_H
#define SOTTO_CORE_TRANSPORT_SPOOL_POST_H

#include <glib.h>
#include <stdint.h>
#include <time.h>

/*
 * Put BYTES at NAME in FOLDER (a descriptor that can be synced), in place of what is there.
 * ERROR_FULL, ERROR_IO or the like.
 */
gboolean post_replace(int folder, const char *name, GBytes *bytes,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Put BYTES into NEW by way of TMP (both may be O_PATH) under a random name, with NOW (wall ms)
 * rounded down to the hour as its modification time. *LAST is the change time of the one before,
 * and becomes this one's, which is later: within one tick of the kernel's clock it is waited for.
 */
gboolean post_drop(int tmp, int new, GBytes *bytes, int64_t now, struct timespec *last,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

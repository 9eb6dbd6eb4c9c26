/*
 * spool_mark: the port core/port/transport_marks.h on the spool.
 *
 *     SPOOL/NAME/marks/       0700
 *       ID                    the mark of device ID
 *       ID.lock               locked (flock(2)) by the process that uses the device
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_MARK_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_MARK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { SPOOL_MARK_BLOCK = 1 /* each is one small file more */ };

/*
 * The mark of DEVICE in the folder of NAME on the spool at ROOT; NULL without ERROR: there is none.
 * *LOCK, -1 at first, is a descriptor that holds it until it is closed; *IS_ELSEWHERE: another
 * process holds it. What was put there and isn't a small file is read as an empty one.
 */
GBytes *spool_mark_get(const char *root, const char *name, uint32_t device, int *lock,
		       bool *is_elsewhere, GError **error);
gboolean spool_mark_put(const char *root, const char *name, uint32_t device, GBytes *bytes,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Remove it from PLACE, the folder of its owner. */
void spool_mark_remove(int place, uint32_t device);

#endif

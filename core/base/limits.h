/*
 * limits: what the process needs of descriptors and threads before it opens and starts anything.
 */
#ifndef SOTTO_CORE_BASE_LIMITS_H
#define SOTTO_CORE_BASE_LIMITS_H

#include <glib.h>

/* So many more can be opened: the store, the carrier, the interface and those who ask it at the
 * control socket have less than that open at once. */
enum { DESCRIPTORS_FREE = 48, DESCRIPTORS_LIMIT = 1024 };
/* So many threads and processes more. */
enum { THREADS_FREE = 12 };

/*
 * Fill the standard ones that are closed, or the next file that is opened would get their number
 * and what is printed. Raise the soft limit to DESCRIPTORS_LIMIT, as far as the hard one lets.
 * ERROR_UNAVAILABLE when DESCRIPTORS_FREE more can't be opened, or THREADS_FREE more started: GLib
 * and others end the program where they are refused one.
 */
gboolean limits_check(GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

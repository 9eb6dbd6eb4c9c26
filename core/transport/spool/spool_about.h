/*
 * spool_about: what tells one's own devices from one another. Each leaves a line about itself in
 * SPOOL/NAME/marks/ID.about, which nobody but their user can read (spool_mark.h).
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ABOUT_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ABOUT_H

#include <glib.h>
#include <stdint.h>

enum { SPOOL_ABOUT_MAX = 1024 /* bytes */ };

/* Leave TEXT, one line, about DEVICE of NAME. */
gboolean spool_about_put(const char *root, const char *name, uint32_t device, const char *text,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What DEVICE left, safe to print; NULL for nothing, and for what isn't a line. g_free. */
char *spool_about_get(const char *root, const char *name, uint32_t device);
/* Remove it from PLACE, the folder of its owner. */
void spool_about_remove(int place, uint32_t device);

#endif

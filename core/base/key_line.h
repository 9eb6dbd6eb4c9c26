/*
 * key_line: on which line of a key file something stands, for whoever has to mend it; GLib doesn't
 * say. Lines count from 1; 0: on none.
 */
#ifndef SOTTO_CORE_BASE_KEY_LINE_H
#define SOTTO_CORE_BASE_KEY_LINE_H

#include <glib.h>

/* Of the last row of KEY in GROUP, which is the one that counts. */
unsigned key_line_find(const char *text, const char *group, const char *key) G_GNUC_PURE;
/* Of the first that is neither a group, a comment, a row KEY=VALUE, nor empty. */
unsigned key_line_bad(const char *text) G_GNUC_PURE;
/* "PATH, line 7"; PATH alone for line 0. g_free. */
char *key_line_place(const char *path, unsigned line) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * nobody: what is said where whoever was named isn't there: who is.
 */
#ifndef SOTTO_TUI_CLIENT_NOBODY_H
#define SOTTO_TUI_CLIENT_NOBODY_H

#include <glib.h>
#include <stddef.h>

enum { NOBODY_NAMED = 5 /* of those who are there; the rest is counted */ };

/* "ada, ben and 12 more", of COUNT names; "nobody yet" of none. g_free. */
char *nobody_list(const char *const *names, size_t count) G_GNUC_WARN_UNUSED_RESULT;

/* ERROR_NO_CONTACT: nobody of the COUNT that are known, NAMES, is called NAME: who was probably
 * meant, and who is known. HINT: a sentence on how somebody is added, or NULL. */
void nobody_refuse(const char *const *names, size_t count, const char *name, const char *hint,
		   GError **error);

/* Nobody called NAME is on this spool; PEOPLE (may be NULL) are. g_free. */
char *nobody_there(const char *name, char *const *people) G_GNUC_WARN_UNUSED_RESULT;

#endif

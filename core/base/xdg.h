/*
 * xdg: the user's folders, as the XDG Base Directory Specification 0.8 has them.
 *
 * GLib's own take a relative value, which would be another folder wherever the shell stands. The
 * specification wants one ignored; and a home folder that is empty or relative is no place either:
 * unset, it is the one of the password database.
 */
#ifndef SOTTO_CORE_BASE_XDG_H
#define SOTTO_CORE_BASE_XDG_H

#include <glib.h>

/* Absolute; g_free. NULL with ERROR_USAGE when HOME would be needed and is empty or relative. */
char *xdg_home(GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *xdg_data_home(GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *xdg_config_home(GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *xdg_state_home(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A path as a user GIVES it where no shell has looked at it, made absolute: "~" and "~/x" are the
 * home folder and what is in it, other relative ones are below the current folder. "./~" is what is
 * called so. g_free. Errors as above, for "~" alone. */
char *xdg_path(const char *given, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

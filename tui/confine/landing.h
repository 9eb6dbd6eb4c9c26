/*
 * landing: the place where a received file is to lie, which must be free.
 *
 * Bytes go into a file of another name beside it, 0600, made with O_EXCL and O_NOFOLLOW; finishing
 * gives it its name, in one step that never replaces anything, and syncs the folder. Freed
 * unfinished, nothing of it is left.
 */
#ifndef SOTTO_TUI_CONFINE_LANDING_H
#define SOTTO_TUI_CONFINE_LANDING_H

#include <glib.h>

struct landing;

/* The folder that a file for PATH lies in: PATH itself when it is one. g_free. */
char *landing_folder(const char *path);

/*
 * A landing at PATH, or in it, by file_safe_name() of NAME, when it is a folder. ERROR_EXISTS when
 * something is there already, ERROR_IO when the folder can't be written.
 */
struct landing *landing_new(const char *path, const char *name,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void landing_free(struct landing *landing);

/* Open for writing, empty; the landing's. */
int landing_fd(const struct landing *landing);
/* Where it will lie; the landing's. */
const char *landing_path(const struct landing *landing);
/* Give it its name: ERROR_EXISTS when somebody was faster. */
gboolean landing_finish(struct landing *landing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

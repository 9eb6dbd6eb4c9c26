/*
 * opening: from nothing to an open profile: first run, passphrase, unlock. Outside curses, in
 * canonical mode.
 */
#ifndef SOTTO_TUI_OPENING_H
#define SOTTO_TUI_OPENING_H

#include "tui/app_parts.h"
#include "tui/link.h"

/* Post JOB and iterate the default context until it is answered. FALSE with its error; WARNING may
 * be NULL. */
gboolean opening_await(struct link *link, struct job *job, char **warning,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Make the profile (first run) or take its lock, ask for the passphrase, open it. *WARNING: a
 * sentence or NULL. */
gboolean opening_run(const struct app_parts *parts, struct link *link, char **warning,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From the lock screen: ask and open. ERROR_PASSPHRASE after three wrong ones. */
gboolean opening_unlock(struct link *link, char **warning,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

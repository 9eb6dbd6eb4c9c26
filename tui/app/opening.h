/*
 * opening: from nothing to an open profile: first run, passphrase, unlock. Outside curses, in
 * canonical mode.
 *
 * *WRONG counts the wrong passphrases since the last right one, over all calls: before each further
 * prompt there is a wait of 1, 2, 4 ... seconds, 32 at most. It holds up who tries by hand at a
 * locked screen; who can start sotto anew is held up by Argon2 alone.
 */
#ifndef SOTTO_TUI_APP_OPENING_H
#define SOTTO_TUI_APP_OPENING_H

#include "tui/app/app_parts.h"
#include "tui/client/link.h"
#include "tui/client/opening_ask.h"

/* Post JOB and iterate the default context until it is answered. FALSE with its error; WARNING may
 * be NULL. */
gboolean opening_await(struct link *link, struct job *job, char **warning,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Make the profile (first run) or take its lock, ask for the passphrase, open it. *WARNING: a
 * sentence or NULL. */
gboolean opening_run(const struct app_parts *parts, struct link *link, unsigned *wrong,
		     char **warning, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Show that it is asked, with the cursor where the prompt is to stand; again with
 * each second of a wait. */
typedef void (*opening_face)(const struct opening_ask *ask, void *user);

/* While it is locked: ask and open. ERROR_PASSPHRASE after three wrong ones. FACE: NULL says it in
 * lines. */
gboolean opening_unlock(struct link *link, unsigned *wrong, opening_face face, void *user,
			char **warning, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

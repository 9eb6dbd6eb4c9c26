/*
 * sealed: a message read word by word in a box of noise (kit/flicker.h), so that no capture of the
 * screen shows any of it.
 *
 * The words are never in the grid: the box stays blank there, and its frames go past everything
 * that remembers. It twinkles for FLICKER_SECONDS at most, or until the screen is covered because
 * nobody presses a key; then it shows nothing, and only the key that turns to the next words shows
 * the same ones again. Every key but those that turn ends it, and so do a lock, a loss of focus, a
 * change of size and a suspension (is_fleeting). Before the first time a warning about flicker has
 * to be confirmed.
 */
#ifndef SOTTO_TUI_SCREEN_SEALED_H
#define SOTTO_TUI_SCREEN_SEALED_H

#include "core/model/message.h"
#include "tui/screen/screen.h"

/* Go through sealed_open. */
extern const struct screen_ops sealed_ops;
extern const struct screen_table sealed_tables[]; /* one */

/* A clause that says why nothing can be shown sealed here (g_free); NULL: it can. */
char *sealed_refusal(struct host *host) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Show MESSAGE, which has a body, sealed; a copy of it is kept. NULL when it is shown; else a
 * sentence (g_free) that says why it can't be: what is sealed is to be opened word by word then.
 * SHOWN is called once the last words have been seen; USER must live as long as the screen below.
 */
char *sealed_open(struct host *host, const struct message *message,
		  void (*shown)(void *user, int64_t seq), void *user) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * plain: the interface as lines, for screen readers, Braille and terminals that can only print.
 *
 * One line in, some lines out, in the order of reading; nothing moves, nothing is drawn over. A
 * line that begins with a slash is a command, any other is a message to whoever is open.
 *
 * Who has entered no line for a while (app_is_attended()) isn't taken to have read what was printed
 * since: it counts as read with the next line, and is notified of by the same rules as elsewhere.
 */
#ifndef SOTTO_TUI_APP_PLAIN_H
#define SOTTO_TUI_APP_PLAIN_H

#include <stdbool.h>
#include <glib.h>
#include "tui/kit/command.h"

struct app;

extern const struct command plain_commands[];

/* The profile is open; run until the user leaves. WARNING may be NULL. */
gboolean plain_run(struct app *app, const char *warning, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * plain: the interface as lines, for screen readers, Braille and terminals that can only print.
 *
 * One line in, some lines out, in the order of reading; nothing moves, nothing is drawn over. A
 * line that begins with a slash is a command, any other is a message to whoever is open.
 *
 * Who has entered no line for a while (app_is_attended()) isn't taken to have read what was printed
 * since: it counts as read with the next line, and is notified of by the same rules as elsewhere.
 */
#ifndef SOTTO_TUI_PLAIN_H
#define SOTTO_TUI_PLAIN_H

#include <stdbool.h>
#include "core/event.h"
#include "tui/kit/command.h"

struct app;
struct plain;
struct roster;

extern const struct command plain_commands[];

/* The profile is open; run until the user leaves. WARNING may be NULL. */
gboolean plain_run(struct app *app, const char *warning, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Say TEXT, unasked. */
void plain_tell(struct plain *plain, const char *text);
void plain_event(struct plain *plain, const struct event *event);
bool plain_is_locked(const struct plain *plain);
struct roster *plain_roster(const struct plain *plain);
/* Whether messages of ADDRESS (NULL: of anybody) aren't printed at once. */
bool plain_is_veiled(const struct plain *plain, const char *address);
/* A bell, or what the terminal shows as a notification; the number in its title. Only a terminal
 * gets them, and of titles one that is known to have one. */
void plain_alert(struct plain *plain, const char *bytes);
void plain_set_count(struct plain *plain, unsigned count);
/* Nobody has typed for as long as setting lock_idle says: lock, and ask for the passphrase. */
void plain_idle(struct plain *plain);

#endif

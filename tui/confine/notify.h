/*
 * notify: one notification on the desktop, by libnotify. In the broker's process: the one with the
 * keys never speaks to a bus.
 *
 * The bus is spoken to on a thread of its own, so a slow or dead one holds up nothing. Built
 * without libnotify it does nothing, and notify_has_desktop() says so.
 */
#ifndef SOTTO_TUI_CONFINE_NOTIFY_H
#define SOTTO_TUI_CONFINE_NOTIFY_H

#include <stdbool.h>

struct notify;

struct notify *notify_new(void);
/* Show TITLE and TEXT in place of what is shown; NULL takes it away. Never taken for
 * markup. */
void notify_show(struct notify *notify, const char *title, const char *text);
/* Whether this build can reach a desktop, and there is a session bus to try. */
bool notify_has_desktop(void);

#endif

/*
 * notify: tell the desktop, quietly, that something came. Never words, never names: a count.
 *
 * The bus is spoken to on a thread of its own, so a slow or dead one never delays a key press.
 * Built without libnotify it does nothing, and notify_has_desktop() says so.
 */
#ifndef SOTTO_TUI_NOTIFY_H
#define SOTTO_TUI_NOTIFY_H

#include <stdbool.h>

struct notify;

struct notify *notify_new(void);
void notify_free(struct notify *notify);
/* Say that COUNT messages are unread; an earlier notice that still stands is replaced. 0 takes it
 * away. */
void notify_count(struct notify *notify, unsigned count);
/* Whether this build can reach a desktop at all. */
bool notify_has_desktop(void);

#endif

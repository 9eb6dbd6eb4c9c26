/*
 * broker_screen: what GNU screen says of the session that this process is in. In the broker.
 *
 * screen has no events. What it has is its socket, which its owner may execute while somebody is
 * attached, and answers to `screen -Q`.
 */
#ifndef SOTTO_TUI_CONFINE_BROKER_SCREEN_H
#define SOTTO_TUI_CONFINE_BROKER_SCREEN_H

#include <gio/gio.h>
#include <stdbool.h>

/* Whether there is a screen around this process, as its environment says. */
bool broker_screen_is_here(void);
/* The socket of SESSION (STY), as `screen -ls` in ANSWER says where sockets are; g_free. NULL: it
 * doesn't say. */
char *broker_screen_socket(const char *answer, const char *session);
/* "1" where somebody is attached, "0"; NULL: unknown. */
const char *broker_screen_attached(void);
/* "1 1" where somebody is attached and this window in front, "1 0", "0 0"; NULL: unknown. */
const char *broker_screen_shown(void);
/* Call DETACHED, on the thread's default context, each time that it is detached. NULL: that can't
 * be watched. g_object_unref. */
GFileMonitor *broker_screen_watch(void (*detached)(void *user), void *user);

#endif

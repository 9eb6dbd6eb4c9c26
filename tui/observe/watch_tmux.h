/*
 * watch_tmux: what tmux and screen say about their own watchers.
 *
 * A multiplexer that doesn't answer makes the verdict unknown. The answers are foreign text.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_TMUX_H
#define SOTTO_TUI_OBSERVE_WATCH_TMUX_H

#include "tui/observe/watch.h"

enum { WATCH_CLIENTS_MAX = 64 };

/*
 * Ask tmux about pane PANE ("%3", from TMUX_PANE): whether it is piped away, and how many are
 * attached. TTYS (of dev_t) gets the terminals of those who are. Nothing is added for a pane that
 * isn't on one of MINE (of dev_t): TMUX_PANE was inherited then.
 */
void watch_tmux(struct watch *watch, const char *pane, const GArray *mine, GArray *ttys);
/* Take the ANSWER to the question of watch_tmux; the number of clients, -1 when malformed. PIPED,
 * TTY (g_free) and CLIENTS (of char *, their terminals' paths) are what it says. */
int watch_tmux_parse(const char *answer, const char *pane, bool *piped, char **tty,
		     GPtrArray *clients);

/* Ask screen, in session SESSION (STY), whether the window WINDOW logs. */
void watch_screen(struct watch *watch, const char *session, const char *window);
/* Whether ANSWER of `screen -Q info` says that the window logs: 1, 0, or -1 for no answer at all.
 */
int watch_screen_parse(const char *answer);

#endif

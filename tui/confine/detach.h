/*
 * detach: whether anybody is attached to the tmux or screen session that the terminal is part of,
 * and whether its window is in front there.
 *
 * tmux sends no SIGHUP when somebody detaches; what there is is a loss of focus, where its focus
 * events are on, and one question to tmux then. A client that is lost (its terminal was closed, the
 * line is dead) isn't even that: so tmux is asked every few seconds too, while it matters. screen
 * tells by the mode of its socket, which the broker watches. Outside both there is nothing to ask:
 * a lost terminal hangs up.
 */
#ifndef SOTTO_TUI_CONFINE_DETACH_H
#define SOTTO_TUI_CONFINE_DETACH_H

#include <stdbool.h>
#include "tui/observe/flicker_place.h"

struct broker;
struct detach;

/* What tmux said to a question; not called when it didn't answer. */
typedef void (*detach_answer)(bool is_so, void *user);
/* Called in any case. */
typedef void (*detach_colours)(enum flicker_tmux colours, void *user);

/* NULL outside tmux and screen, or without a BROKER (borrowed), which asks. Free with detach_free,
 * which forgets questions that are still out. */
struct detach *detach_new(struct broker *broker);
void detach_free(struct detach *detach);

/* Is nobody attached? */
void detach_ask(struct detach *detach, detach_answer answer, void *user);
/* Do all terminals that are attached, one at least, show 24-bit colours as they are? */
void detach_ask_colours(struct detach *detach, detach_colours answer, void *user);
/* Does the alternate screen work, which is gone when sotto leaves it? */
void detach_ask_alternate(struct detach *detach, detach_answer answer, void *user);
/* Is this window in front, in a session that somebody is attached to? Asked of tmux, of screen. */
void detach_ask_shown(struct detach *detach, detach_answer answer, void *user);
/* ANSWER is called with true once, when screen is detached, or nobody is attached to tmux any more;
 * again after that, or to the same, it waits anew. */
void detach_wait(struct detach *detach, detach_answer answer, void *user);

#endif

/*
 * detach: whether anybody is attached to the tmux session that the terminal is part of.
 *
 * tmux sends no SIGHUP when somebody detaches; what there is is a loss of focus, where its focus
 * events are on, and one question to tmux then. Outside tmux there is nothing to ask: a lost
 * terminal hangs up.
 */
#ifndef SOTTO_TUI_DETACH_H
#define SOTTO_TUI_DETACH_H

#include <stdbool.h>
#include "tui/flicker_place.h"

struct broker;
struct detach;

/* What tmux said to a question; not called when it didn't answer. */
typedef void (*detach_answer)(bool is_so, void *user);
/* Called in any case. */
typedef void (*detach_colours)(enum flicker_tmux colours, void *user);

/* NULL outside tmux, or without a BROKER (borrowed), which asks. Free with detach_free, which
 * forgets questions that are still out. */
struct detach *detach_new(struct broker *broker);
void detach_free(struct detach *detach);

/* Is nobody attached? */
void detach_ask(struct detach *detach, detach_answer answer, void *user);
/* Do all terminals that are attached, one at least, show 24-bit colours as they are? */
void detach_ask_colours(struct detach *detach, detach_colours answer, void *user);
/* Does the alternate screen work, which is gone when sotto leaves it? */
void detach_ask_alternate(struct detach *detach, detach_answer answer, void *user);
/* Are focus events on? */
void detach_ask_focus(struct detach *detach, detach_answer answer, void *user);

#endif

/*
 * watch_names: programs known by name, and what it means that one holds a terminal's other end.
 *
 * A name is only ever a hint: it says the most for a program whose descriptors can't be read.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_NAMES_H
#define SOTTO_TUI_OBSERVE_WATCH_NAMES_H

#include "tui/observe/watch_proc.h"

enum watch_kind {
	WATCH_KIND_OTHER,
	WATCH_KIND_RECORDER, /* it is there to keep what passes */
	WATCH_KIND_SHARED,   /* it shows the terminal to others */
	WATCH_KIND_MAYBE,    /* it keeps what passes when told so, and doesn't tell */
	WATCH_KIND_TMUX,
	WATCH_KIND_SCREEN,
	WATCH_KIND_SSH,	     /* the way in from elsewhere */
	WATCH_KIND_PLAIN,    /* a terminal, or a program that hands one on */
};

/* By script, program or comm, whichever is known. */
enum watch_kind watch_kind_of(const struct watch_process *process);
/* Whether a program of that name writes down what it traces. */
bool watch_is_tracer(const struct watch_process *process);

#endif

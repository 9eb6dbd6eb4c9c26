/*
 * watch_question: run a program and take what it prints, within a deadline.
 *
 * The only place of the watch that starts a process, so that it can be put elsewhere. The broker's
 * copies (broker_copy.h) go this way too.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_QUESTION_H
#define SOTTO_TUI_OBSERVE_WATCH_QUESTION_H

#include <glib.h>

enum {
	WATCH_QUESTION_MS = 500,
	WATCH_ANSWER_BYTES = 65536, /* no more is taken */
};

/*
 * What ARGV (found on PATH) prints; g_free. NULL when it couldn't be run, failed, or wasn't done in
 * WATCH_QUESTION_MS, and then it is killed.
 */
char *watch_question(const char *const *argv);
/* The same within MS, its standard input being FD, which stays the caller's; -1: nothing. */
char *watch_question_from(const char *const *argv, int fd, int ms);

#endif

/*
 * helper_inside: what the two sides of the fork share.
 */
#ifndef SOTTO_TUI_CONFINE_HELPER_INSIDE_H
#define SOTTO_TUI_CONFINE_HELPER_INSIDE_H

#include <stdint.h>
#include "tui/confine/helper.h"

enum helper_request {
	HELPER_LISTEN,
	HELPER_CONNECT,
	HELPER_LET_IN, /* a descriptor comes with it */
};

/* The answer is an int, an errno or 0, with a descriptor where one was asked for. */
struct helper_question {
	uint32_t request;
	uint32_t reader;
};

/* For each of them: its life is the other process's, and so is what is open but SOCKET. In a
 * process group of its own the kernel lets one go on that was stopped when the other process
 * ends, which may not do that itself (credentials(7), "orphaned process group"). */
void helper_live_apart(void);
void helper_close_others(int socket);

/* The other process's side of one. */
struct helper_line {
	int fd;
	pid_t child;
	GMutex mutex; /* around a question and its answer */
};

/* Start a process that ends with what SERVE gives for its end of a socket and USER. */
gboolean helper_line_open(struct helper_line *line, int (*serve)(int socket, const void *user),
			  const void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Stopped, it is left behind: it goes on, and ends, once this process has ended. */
void helper_line_close(struct helper_line *line);

/* The helper's part: serve SOCKET until it closes; its exit code. Everything else that is open is
 * closed first. */
int helper_serve(int socket, const struct helper_errands *errands);

#endif

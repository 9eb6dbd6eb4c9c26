/*
 * host_file: what screens may ask of their host about files, which they can't reach themselves.
 *
 * The answer comes once, at once or later, and may come after the screen has gone: its user has to
 * outlive the screens.
 */
#ifndef SOTTO_TUI_SCREEN_HOST_FILE_H
#define SOTTO_TUI_SCREEN_HOST_FILE_H

#include <stdbool.h>

enum host_file {
	HOST_FILE_OPEN,	  /* PATH, to be read */
	HOST_FILE_MAKE,	  /* PATH, or NAME in the folder PATH, to be written; nothing is replaced */
	HOST_FILE_FINISH, /* what was made gets its name */
	HOST_FILE_DROP,	  /* or goes away */
	HOST_FILE_LIST,	  /* what PATH may go on as; the answer is a path a line, sorted */
};

/* TEXT: the path; !OK: a sentence. FD is taken over, or -1. */
typedef void (*host_filed)(bool ok, int fd, const char *text, void *user);
struct host;
typedef void (*host_file_func)(struct host *host, enum host_file act, const char *path,
			       const char *name, host_filed filed, void *user);

#endif

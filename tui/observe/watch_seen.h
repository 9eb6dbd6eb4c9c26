/*
 * watch_seen: the processes that /proc lets us look into, as far as terminals go.
 *
 * One pass over /proc notes every process whose descriptors can be read (the same user's; all of
 * them for root), the pty masters among them, and no more. It is bounded in time and in numbers and
 * says when it stopped early.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_SEEN_H
#define SOTTO_TUI_OBSERVE_WATCH_SEEN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	WATCH_SEEN_MAX = 16384, /* processes */
	WATCH_MASTERS_MAX = 4096,
	WATCH_FILES_MAX = 256,
	WATCH_SEEN_US = 50000,	      /* of a processor */
	WATCH_SEEN_WALL_US = 1000000, /* where others want it too */
};

struct watch_owner {
	pid_t pid;
	int tty_index; /* of the slave whose other end it holds */
	dev_t mount;   /* the devpts that the end was opened in; 0: not known */
};

struct watch_relative {
	pid_t pid;
	pid_t parent;
	dev_t tty;
};

struct watch_seen {
	GArray *owners;	   /* struct watch_owner */
	GArray *relatives; /* struct watch_relative: all that could be read */
	bool is_cut;	   /* there was more than was looked at */
};

/* A regular file that a process holds open for writing. */
struct watch_file {
	pid_t pid;
	int fd; /* its number there */
	dev_t device;
	ino_t inode;
	int64_t bytes; /* its size when last looked at */
	char path[256];
};

struct watch_seen *watch_seen_new(void);
void watch_seen_free(struct watch_seen *seen);
/* Add to FILES those of PID, and to TTYS (of dev_t; may be NULL) the terminals it has open. */
void watch_seen_files(pid_t pid, GArray *files, GArray *ttys);
/* The size of FILE now; -1 when it is gone. */
int64_t watch_file_bytes(const struct watch_file *file);
/* The pids of those that descend from PID, three generations at most, and that don't sit on one of
 * the terminals that PID serves; into PIDS (of pid_t). */
void watch_seen_children(const struct watch_seen *seen, pid_t pid, GArray *pids);

#endif

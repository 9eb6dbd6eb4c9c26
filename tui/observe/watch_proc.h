/*
 * watch_proc: what the kernel's /proc says of a process, as text from outside.
 *
 * The parsers take any bytes, of any length, and never read beyond them. Names (comm, argv) are the
 * process's own choice: they are made printable ASCII, everything else becomes '?'.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_PROC_H
#define SOTTO_TUI_OBSERVE_WATCH_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	WATCH_NAME_BYTES = 32,
	WATCH_TEXT_BYTES = 4096, /* no file of /proc is read further */
};

struct watch_process {
	pid_t pid;
	pid_t parent;		/* 0: outside of this pid namespace */
	dev_t tty;		/* the controlling terminal; 0: none */
	pid_t tracer;		/* 0: nobody traces it */
	uid_t uid;		/* the real one; (uid_t)-1 when not known */
	char comm[WATCH_NAME_BYTES];
	char program[WATCH_NAME_BYTES]; /* the base name of argv[0] */
	char script[WATCH_NAME_BYTES];	/* that of argv[1], where argv[0] is an interpreter */
};

/* What /proc/PID/fdinfo/N says. */
struct watch_descriptor {
	int flags;     /* as of open(2) */
	int tty_index; /* of a pty master: its slave's number; -1: it is none */
};

/* /proc/PID/stat: pid, parent, tty and comm. */
bool watch_parse_stat(const char *text, size_t bytes, struct watch_process *process);
/* /proc/PID/status: uid and tracer. */
bool watch_parse_status(const char *text, size_t bytes, struct watch_process *process);
/* /proc/PID/cmdline: program and script. */
bool watch_parse_command(const char *text, size_t bytes, struct watch_process *process);
bool watch_parse_fdinfo(const char *text, size_t bytes, struct watch_descriptor *descriptor);

/* Read PATH, below the folder at FOLDER, into BUFFER of BYTES; how much, 0 for nothing. */
size_t watch_read(int folder, const char *path, char *buffer, size_t bytes);
/* All about PID; false when it is gone or hidden. */
bool watch_process_read(pid_t pid, struct watch_process *process);
/* The name to call it by: the script it runs, else comm. */
const char *watch_process_name(const struct watch_process *process);
/* Copy BYTES of TEXT as printable ASCII into OUT of ROOM, cut where needed. */
void watch_clean(char *out, size_t room, const char *text, size_t bytes);
/* The number of the slave that DEVICE is, -1 when it is no Unix98 one. */
int watch_pty_index(dev_t device);
/* "pts/3", "tty1", "terminal 4:64" into OUT; returns OUT. */
char *watch_tty_name(dev_t device, char out[static WATCH_NAME_BYTES]);

#endif

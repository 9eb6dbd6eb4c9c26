/*
 * hostile: what somebody who took over a confined process would try, a row an attempt.
 *
 * Each is made in a child process of its own: once without a sandbox, to see that it would go (the
 * control), and then inside, from the first thread and from another one.
 */
#ifndef SOTTO_TESTS_HOSTILE_H
#define SOTTO_TESTS_HOSTILE_H

#include <stdbool.h>
#include <sys/types.h>

/* What there is to get at. */
struct hostile {
	const char *inside;  /* a folder that may be written */
	const char *outside; /* one that may not: a file `secret`, a program `run` */
	const char *socket;  /* somebody listens here */
	const char *abstract; /* and here, without the leading NUL */
	const char *tmux;    /* a tmux server's socket; NULL: there is none */
	const char *proof;   /* the file that tmux is told to make */
	const char *tty;     /* another terminal of the same user */
	pid_t victim;	     /* another process of the same user, which may be signalled */
	pid_t victim_task;   /* the same, which is a thread of its own */
	int local;	     /* a socket of this host, made before */
	int stream;	     /* a TCP socket, made before */
	int datagram;	     /* a UDP socket, made before */
	int pidfd;	     /* of the victim */
	int file;	     /* a regular file inside, open for writing */
	bool is_root;
};

/* What came of an attempt: 0 it went, an errno, or this. */
enum { HOSTILE_KILLED = 128 + 31 /* SIGSYS */ };
/* Besides an errno: it isn't told apart which of these refuses first. */
enum { HOSTILE_REFUSED = 200 /* EPERM or EACCES */, HOSTILE_UNKNOWN = 201 /* ENOSYS */ };

struct attempt {
	const char *name;
	int (*func)(const struct hostile *hostile); /* 0 or an errno */
	int local, network; /* what has to come of it, without and with a network */
	int open;	    /* what comes of it without a sandbox: 0, an errno, or -1: only not the
			       above */
	bool is_for_root;   /* its control needs root */
	bool needs_tmux;
	int guard;	    /* enum guard: only where that is on; -1: always */
	bool is_of_filter;  /* refused without Landlock too */
};

/* Ended by a row without a name. */
extern const struct attempt HOSTILE_CALLS[];
extern const struct attempt HOSTILE_FILES[];
extern const struct attempt HOSTILE_REACH[];
/* What must still go. */
extern const struct attempt HOSTILE_NEEDED[];

/* 0, or errno when CODE is -1. */
int hostile_code(long code);

#endif

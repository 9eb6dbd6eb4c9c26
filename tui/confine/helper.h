/*
 * helper: a small process beside a confined one, which does for it what the sandbox forbids: make
 * or reach the profile's control socket, and let the reader of a file on the spool in. Nobody else
 * may make sockets of this host (another program's, tmux's for one, does whatever it is told to),
 * or set attributes of files (a program is one by an attribute).
 *
 * It is forked before there are keys or words, knows one folder, and takes eight bytes and a
 * descriptor at a time. After it has made the socket, it connects no more. It is confined itself
 * (SANDBOX_HELPER), and ends when its own socket closes.
 */
#ifndef SOTTO_TUI_CONFINE_HELPER_H
#define SOTTO_TUI_CONFINE_HELPER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

struct helper;

struct helper_made {
	char **folders; /* NULL-terminated */
	char *file;	/* NULL: none */
	bool (*is_kept)(void *user);
	void *user;
};

struct helper_errands {
	const char *folder; /* the profile's */
	bool may_connect;   /* it may be asked to */
	/* What was made for a new profile. When IS_KEPT doesn't say in the end that there is one,
	 * the FILE and the empty ones of the FOLDERS, in this order, go away again, however that
	 * comes. NULL: none. */
	const struct helper_made *made;
	/* Let READER read and write the file FD: 0 or an errno; NULL: not this one. */
	int (*let_in)(int fd, uid_t reader);
};

/* Fork it; before threads. */
struct helper *helper_start(const struct helper_errands *errands,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NULL is fine. */
void helper_free(struct helper *helper);

/* As control_socket_listen() and control_socket_connect(), from any thread; without a helper (NULL)
 * here and now, in FOLDER. ETIMEDOUT: it doesn't answer. */
int helper_listen(struct helper *helper, const char *folder);
int helper_connect(struct helper *helper, const char *folder);
/* 0 or an errno. */
int helper_let_in(struct helper *helper, int fd, uid_t reader);

#endif

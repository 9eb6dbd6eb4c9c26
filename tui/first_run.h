/*
 * first_run: the few questions before there is a profile, asked in canonical mode, outside curses.
 */
#ifndef SOTTO_TUI_FIRST_RUN_H
#define SOTTO_TUI_FIRST_RUN_H

#include <glib.h>

struct secret;

struct first_run {
	char *name;	       /* or as offered */
	char *spool;	       /* or as offered; NULL with an account on a server */
	char *server;	       /* where that is, NULL: as DNS says */
	struct secret *password; /* of that account */
	struct secret *passphrase;
};

/*
 * Ask for the name (NAME is offered), and for the spool's folder (SPOOL is offered), or, where the
 * name is NAME@SERVER, for what it takes to log in there. ERROR_USAGE when the user gave up or
 * there is no terminal. Clear ANSWERS in any case.
 */
gboolean first_run_ask_place(const char *name, const char *spool, struct first_run *answers,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask twice for the passphrase; errors as above. */
gboolean first_run_ask_passphrase(struct first_run *answers,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask once more where the server is, for the account's password: in place of the former answers. */
gboolean first_run_ask_server(struct first_run *answers, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean first_run_ask_password(struct first_run *answers,
				GError **error) G_GNUC_WARN_UNUSED_RESULT;
void first_run_clear(struct first_run *answers);

/* A word about how good PASSPHRASE is, NULL when there is nothing to say against it. */
const char *first_run_hint(const struct secret *passphrase);

#endif

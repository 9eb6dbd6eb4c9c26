/*
 * first_run: the few questions before there is a profile, asked in canonical mode, outside curses.
 */
#ifndef SOTTO_TUI_FIRST_RUN_H
#define SOTTO_TUI_FIRST_RUN_H

#include <glib.h>

struct account;
struct secret;

/*
 * Ask for the name (NAME is offered), and for the spool's folder (SPOOL is offered), or, where the
 * name is NAME@SERVER, for the server: an account with its carrier, address and place, and nothing
 * secret. Nothing of others is read for it, so that it may be asked before the process is confined.
 * ERROR_USAGE when the user gave up or there is no terminal.
 */
struct account *first_run_ask_place(const char *name, const char *spool,
				    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask for, or once more, where the server is, and for the account's password: in place of what
 * ACCOUNT has. */
gboolean first_run_ask_server(struct account *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean first_run_ask_password(struct account *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask twice for the passphrase; errors as above. */
struct secret *first_run_ask_passphrase(const struct account *account,
					GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A word about how good PASSPHRASE is, NULL when there is nothing to say against it. */
const char *first_run_hint(const struct secret *passphrase);

#endif

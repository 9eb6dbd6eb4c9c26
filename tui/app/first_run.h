/*
 * first_run: the few questions before there is a profile, asked in canonical mode, outside curses.
 *
 * What stands in the way is said before a secret is typed. An empty line takes what stands in
 * brackets, or is asked again; only C-c and the end of input leave, with nothing made.
 */
#ifndef SOTTO_TUI_APP_FIRST_RUN_H
#define SOTTO_TUI_APP_FIRST_RUN_H

#include <glib.h>
#include <stdbool.h>
#include "core/engine/engine.h"

struct account;
struct certificate;
struct job;
struct link;
struct secret;

/* What was answered: where the profile will be, without what is secret; and two settings. */
struct first_answers {
	struct account *place;
	const char *expire; /* of expire_default */
	char *mode;	    /* of screen_mode */
};

struct first_parts {
	const char *name;  /* is offered */
	const char *spool; /* is offered: the host's */
	const struct setting_table *settings;
	/* As engine_parts.check, for a spool. */
	gboolean (*check)(void *user, const struct account *account,
			  const struct patience *patience, struct engine_found *found,
			  struct certificate **refused, GError **error);
	void *user;
};

void first_answers_clear(struct first_answers *answers);

/*
 * Ask for the carrier; for the name and the spool's folder, or the account and its server; how long
 * messages live; how much of them is shown. Of what others have written only who owns which
 * folder is looked at, so that it may be asked before the process is confined. ERROR_USAGE when
 * the user gave up or there is no terminal.
 */
gboolean first_run_ask(const struct first_parts *parts, struct first_answers *answers,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ask for, or once more, where the server is, and for the account's password: in place of what
 * ACCOUNT has. */
gboolean first_run_ask_server(struct account *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean first_run_ask_password(struct account *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Show the certificate, which no CA vouches for, and ask until its beginning is typed: ACCOUNT's
 * pin then. */
gboolean first_run_ask_pin(struct account *account, const struct certificate *refused,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Which of COUNT, numbered from 1 in the lines of TEXT, with OFFER in brackets: the number.
 * 0 on error. */
unsigned first_run_choose(const char *text, const char *question, unsigned count, unsigned offer,
			  GError **error);

/*
 * Offer a passphrase of random words, unless IS_WATCHED, and ask twice for that or another; the
 * offered one is taken off the screen afterwards. Errors as above.
 */
struct secret *first_passphrase_ask(bool is_watched, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How good PASSPHRASE is, in a sentence. */
const char *first_passphrase_word(const struct secret *passphrase);

/* The people of the own spool, to choose from: whoever is chosen becomes a contact. */
void first_people_ask(struct link *link);

#endif

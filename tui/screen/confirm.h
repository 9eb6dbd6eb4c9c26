/*
 * confirm: the card in front of what can't be undone: what goes, how much of it, and a "yes" that
 * is typed.
 *
 * There is one such card for every act (tui/client/loss.h). Nothing but the word yes does it; every
 * other answer, and a lock meanwhile, leaves all as it is.
 */
#ifndef SOTTO_TUI_SCREEN_CONFIRM_H
#define SOTTO_TUI_SCREEN_CONFIRM_H

#include "tui/client/loss.h"
#include "tui/screen/screen.h"

/* What the card is about; copied, but for the job. */
struct confirm_request {
	enum loss loss;
	const char *address; /* the conversation whose messages are counted; NULL: none */
	const char *name;    /* of who or what goes */
	const char *among;   /* as loss_question's */
	struct job *job;     /* what a yes posts; the card's from now on */
	job_done done;	     /* of that job */
	void *user;
	/* What is said while it can still be undone, "%s isn't removed yet"; NULL: it is done at
	 * once. */
	const char *pending;
};

/* Its argument is the request. */
extern const struct screen_ops confirm_ops;
extern const struct screen_table confirm_tables[];

void confirm_ask(struct host *host, const struct confirm_request *request);

#endif

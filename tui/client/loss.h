/*
 * loss: the questions before what can't be undone, one for each such act.
 *
 * A question says what goes and how much of it. Both the interface and the verbs ask with these
 * words, and both want "yes" typed.
 */
#ifndef SOTTO_TUI_CLIENT_LOSS_H
#define SOTTO_TUI_CLIENT_LOSS_H

#include <stdbool.h>

struct message;
struct store_held;

enum loss {
	LOSS_CONTACT,	/* the contact and its conversation */
	LOSS_MESSAGES,	/* a conversation's messages */
	LOSS_MESSAGE,	/* one of them */
	LOSS_GROUP,	/* being in a group: what is written there from now on */
	LOSS_MEMBERS,	/* somebody else's place in a group */
	LOSS_DEVICE,	/* one of one's own devices */
	LOSS_ID,	/* this device's place in its contacts' decisions */
	LOSS_DUE,	/* what is hidden until the time is confirmed; NAME is that time */
	LOSS_FUTURE,	/* what somebody who is blocked sends from now on */
};

/* What MESSAGE is called in its question, by AUTHOR's name (of one's own it isn't looked at):
 * "Bob's message of 2026-11-23 14:02". g_free. */
char *loss_message_name(const struct message *message, const char *author);
/* Whether LOSS needs asking at all: what is nothing yet isn't lost. HELD: of the conversation. */
bool loss_asks(enum loss loss, const struct store_held *held);
/* The question, without an answer to it (g_free). NAME: of who or what it is about; AMONG: of the
 * group that members are put out of, else NULL. */
char *loss_question(enum loss loss, const char *name, const char *among,
		    const struct store_held *held);

#endif

/*
 * talk: what servers say of people and messages, taken in; and what they are told of us.
 *
 * A message's state follows marks and errors only from the one it went to, and only where it is one
 * of ours. Nobody who asks to see when we are there is let in, or added as a contact, by itself.
 */
#ifndef SOTTO_CORE_CONTACTS_TALK_H
#define SOTTO_CORE_CONTACTS_TALK_H

#include <glib.h>
#include "core/port/transport_talk.h"
#include "core/profile/living.h"

enum {
	TALK_ASKS_MAX = 100,	/* requests that wait at a time; more are ignored */
	TALK_PEOPLE_MAX = 2000, /* contacts that the server's list may make */
	TALK_FORMER_MAX = 200,	/* messages that one marker marks with the one it names */
};

/* Take in NEWS, in one transaction of its own. */
void talk_take(struct living *living, const struct talk *news, size_t count);
/* Tell the carrier who is to see that we are there. */
void talk_show(struct living *living);

#endif

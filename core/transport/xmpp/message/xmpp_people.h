/*
 * xmpp_people: the account among people: its list of contacts, who sees when we are there, who is
 * blocked, and whether anybody looks at the screen (XEP-0352).
 *
 * At the beginning of a connection the server is asked what it can do and who is on the list; only
 * then, and as that allows (xmpp_presence.h), is anything said of our being there. Pushes count
 * from the own account alone. Nobody is let in, and nothing is put on the list, unless it is asked
 * for here.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_PEOPLE_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_PEOPLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/transport_talk.h"

enum { PEOPLE_ASKING_MAX = 200 /* who ask to see us, in one connection, and are heard */ };

struct people;
struct session;
struct stanza;

struct people_parts {
	void (*news)(void *user, const struct talk *news, size_t count);
	void (*notice)(void *user, const char *sentence);
	/* What was to be said of us is said: what comes from now on is seen. */
	void (*ready)(void *user);
	/* Look at the archive: nothing comes by itself. */
	void (*look)(void *user);
	/* The rooms that we are in don't see us any more. */
	void (*left)(void *user);
	/* Send TEXT, which is no stanza. */
	void (*say)(void *user, const char *text);
	void *user;
	uint32_t device; /* the own one */
};

/* ADDRESS: the own one. */
struct people *people_new(const char *address, const struct people_parts *parts);
void people_free(struct people *people);

/* There is a connection, which IS_LIVE or not; HAS_STATES: it knows XEP-0352. SESSION is
 * borrowed. */
void people_up(struct people *people, struct session *session, GMainContext *context,
	       bool is_live, bool has_states);
/* From now on it is live, whether there is a connection or not. */
void people_go_live(struct people *people);
/* SESSION is about to end: what was asked is answered with ERROR. */
void people_down(struct people *people, const GError *error);
/* Whether STANZA (a presence, or a question of the server's) was for this module. */
bool people_take(struct people *people, const struct stanza *stanza);

/* As the port says; people_act() only while there is a connection. */
void people_act(struct people *people, enum talk_act act, const char *address, transport_done done,
		void *user);
void people_show(struct people *people, const struct talk_presence *presence);
void people_rest(struct people *people, bool is_resting);
/* Whether what comes has to be looked for. */
bool people_is_hidden(const struct people *people);

#endif

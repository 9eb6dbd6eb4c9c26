/*
 * xmpp_roster: the account's list of contacts (RFC 6121 section 2) and of those who are blocked
 * (XEP-0191), as they come from the server. Pure functions.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_ROSTER_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_ROSTER_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport_talk.h"

enum { ROSTER_MAX = 5000 /* items of a list that are looked at */ };

struct stanza;

/* What is told of people; its strings are its own. */
struct news;

struct news *news_new(void);
void news_free(struct news *news);
/* TALK is copied. */
void news_add(struct news *news, const struct talk *talk);
const struct talk *news_rows(const struct news *news, size_t *count);

/*
 * The items of a list in IQ, an answer or a push, into NEWS: TALK_PERSON or TALK_STRANGER.
 * IS_WHOLE: it is all of it; who isn't in it isn't on the list. False: IQ holds none.
 */
bool roster_read(const struct stanza *iq, bool is_whole, struct news *news);
/* A push of who was blocked, or isn't any more, into NEWS; false: it isn't one. */
bool roster_read_block(const struct stanza *iq, struct news *news);

/* Questions and orders. */
char *roster_ask(void);
char *roster_remove(const char *address);
char *roster_block(const char *address, bool is_blocked);

#endif

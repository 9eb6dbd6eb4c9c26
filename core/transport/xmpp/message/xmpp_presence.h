/*
 * xmpp_presence: how we can be there for the server and for nobody else. Pure functions.
 *
 * A server gives messages at once only to a client that has said that it is there (RFC 6121 section
 * 8.5), and passes that on to everybody whom the account's list of contacts allows to see it
 * (section 4.2). So while nobody is to see it, what remains depends on the server and on that list;
 * the first of these ways that is open is taken.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_PRESENCE_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_PRESENCE_H

#include <glib.h>
#include <stdbool.h>

enum presence_way {
	WAY_NONE,   /* nothing was said yet */
	WAY_SEEN,   /* those whom the list allows are to see it: it is switched on */
	WAY_UNSEEN, /* it is said, and the list allows nobody */
	WAY_LISTED, /* it is said behind a privacy list (XEP-0016) that lets nothing out */
	WAY_HIDDEN, /* it isn't said: the archive (XEP-0313) is looked at now and then */
	WAY_FORCED, /* it is said, and seen: there is no other way on this server */
};

enum { PRESENCE_LOOK_S = 5 /* between two looks at the archive, while hidden */ };

/* What the choice depends on. */
struct presence_place {
	bool is_on;
	bool has_lists;
	bool has_archive;
	unsigned seers; /* on the account's list, with a subscription "from" or "both" */
};

enum presence_way presence_choose(const struct presence_place *place) G_GNUC_PURE;
/* Whether the server gives us what comes at once. */
bool presence_is_said(enum presence_way way) G_GNUC_CONST;

/* The list that lets nothing out but to PEOPLE (NULL-terminated or NULL), and its use. */
char *presence_list(char *const *people);
char *presence_use_list(void);
char *presence_use_none(void);
/* The presence stanza of TYPE (NULL: available) to TO (NULL: to all). */
char *presence_form(const char *type, const char *to);

#endif

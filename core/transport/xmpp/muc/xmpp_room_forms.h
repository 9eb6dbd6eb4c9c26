/*
 * xmpp_room_forms: the XML by which rooms (XEP-0045, XEP-0249) and bookmarks (XEP-0402) are spoken
 * to, and what is read out of theirs. Pure functions; returned strings are for g_free.
 *
 * Nothing that is written here holds words: no subject, no reason, no name of a room but its
 * address.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_FORMS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_FORMS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/transport_rooms.h"

#define ROOM_FORMS_USER      "http://jabber.org/protocol/muc#user"
#define ROOM_FORMS_BOOKMARKS "urn:xmpp:bookmarks:1"

struct stanza;

/* -- entering and leaving --------------------------------------------------------------------- */

/* Presence to ROOM/NICK. What was said before is asked for since SINCE, wall ms; 0: nothing. */
char *room_forms_enter(const char *room, const char *nick, int64_t since);
char *room_forms_exit(const char *room, const char *nick);
/* Ask ADDRESS into ROOM by way of the room. */
char *room_forms_invite(const char *room, const char *address);

/* -- questions -------------------------------------------------------------------------------- */

char *room_forms_info(void);
char *room_forms_items(void);
/* The addresses that an answer to room_forms_items() names. */
GPtrArray *room_forms_read_items(const struct stanza *iq);
/* Whether an answer to room_forms_info() names FEATURE. */
bool room_forms_has(const struct stanza *iq, const char *feature);
/* Whether it is that of a service where rooms are made. */
bool room_forms_is_service(const struct stanza *iq);

/* Everybody of AFFILIATION. */
char *room_forms_list(enum affiliation affiliation);
/* Give ADDRESS AFFILIATION. */
char *room_forms_affiliate(const char *address, enum affiliation affiliation);

/* The owner's form: ask for it, and send it as a safe room's. */
char *room_forms_owner(void);
/* IQ: the form that came; only fields that it offers are sent. NULL: it can't make a safe room. */
char *room_forms_configure(const struct stanza *iq);
/* Give up configuring; an unfinished room goes with it. */
char *room_forms_cancel(void);

/* -- bookmarks -------------------------------------------------------------------------------- */

char *room_forms_bookmarks(void);
char *room_forms_bookmark(const char *room, const char *nick);
char *room_forms_forget(const char *room);

/* A bookmark, or the end of one (IS_GONE). */
typedef void (*room_bookmark_func)(const char *room, bool is_entered, bool is_gone, void *user);
/* Each bookmark of an answer to room_forms_bookmarks(). */
void room_forms_read_bookmarks(const struct stanza *iq, room_bookmark_func func, void *user);
/* The same for a message that says they changed; false when it doesn't. */
bool room_forms_read_event(const struct stanza *message, room_bookmark_func func, void *user);

/* -- what a room says ------------------------------------------------------------------------- */

/* Whether STANZA, presence or message, holds status CODE. */
bool room_forms_has_status(const struct stanza *stanza, unsigned code);
/* The <x/> of muc#user; NULL without one. */
const struct stanza *room_forms_user(const struct stanza *stanza);
/*
 * What the <item/>s of STANZA say of somebody; ITEM points into it. A room gives one for each
 * client of an account that is there under one nick (XEP-0045, "Multi-Session Nicks"), so all are
 * read, and have to agree.
 */
enum room_said {
	ROOM_SAID_NOBODY,   /* no <item/>, or none with an address */
	ROOM_SAID_ONE,	    /* each has the same bare address */
	ROOM_SAID_DIFFERENT /* they don't; or there are several <x/>, so some aren't the room's */
};
struct room_item {
	char *address;		 /* bare; NULL but for ROOM_SAID_ONE; the caller's */
	const char *affiliation; /* NULL: none was given, or not by all the same */
	const char *nick;	 /* a new one, of the first that gives one */
	bool is_mixed;		 /* the affiliations differ */
};
enum room_said room_forms_person(const struct stanza *stanza, struct room_item *item);
/* Who asks us into which room: bare addresses; false when MESSAGE is no invitation. */
bool room_forms_read_invitation(const struct stanza *message, char **room, char **by);

#endif

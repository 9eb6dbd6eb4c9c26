/*
 * xmpp_room: one room as its stanzas tell of it: whether it is safe, who is in it, who may be. A
 * state machine without a connection: stanzas go in, what they mean comes out.
 *
 * ROOM_READY holds only while all of this does: the service says muc_membersonly and
 * muc_nonanonymous, nothing said since that it changed, our own presence came back, and each of the
 * member, admin and owner lists was read. Who an occupant is says the room's presence alone.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_H
#define SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_H

#include "core/port/transport_rooms.h"

enum {
	ROOM_OCCUPANTS_MAX = 2000,
	ROOM_NICK_MAX = 1023, /* bytes */
};

/* What a stanza led to, as bits. */
enum room_news {
	ROOM_NEWS_PEOPLE = 1 << 0,  /* members or occupants changed */
	ROOM_NEWS_ENTERED = 1 << 1, /* our own presence is in it now */
	ROOM_NEWS_MADE = 1 << 2,    /* and the room is new: it waits to be configured */
	ROOM_NEWS_ENDED = 1 << 3,   /* we aren't in it any more: state and why say more */
	ROOM_NEWS_CHANGED = 1 << 4, /* its configuration changed: look again */
	ROOM_NEWS_NICK = 1 << 5,    /* the nick is somebody else's: try another one */
	ROOM_NEWS_STALE = 1 << 6,   /* the lists have to be read again */
	ROOM_NEWS_DOUBT = 1 << 7,   /* the room says different things of who somebody in it is */
};

struct room;
struct stanza;

/* OWN: the own bare address. */
struct room *room_new(const char *address, const char *own);
void room_free(struct room *room);

const char *room_address(const struct room *room);
const char *room_nick(const struct room *room);
/* The nick to enter with next, after one was taken. */
void room_next_nick(struct room *room);
enum room_state room_state(const struct room *room);
/* The sentence to the state, or NULL. */
const char *room_why(const struct room *room);
bool room_is_inside(const struct room *room);
/* We aren't a member, or are banned: only somebody else can change that, and invites us then. */
bool room_is_shut(const struct room *room);
/* The room has an archive of its own (XEP-0313). */
bool room_has_archive(const struct room *room);

/* Begin to enter: everything known is forgotten but who the members were. */
void room_begin(struct room *room);
/* The connection ended, or we left. */
void room_end(struct room *room);
/* It can't be entered; WHY is a sentence. STATE: OUT when it may be tried again, UNSAFE, GONE. */
void room_fail(struct room *room, enum room_state state, const char *why);

/* What the room says of itself; true: it may be entered. An error says why it can't be. */
bool room_take_info(struct room *room, const struct stanza *iq);
/* The list of AFFILIATION, or an error in its place. True when it was the last one missing. */
bool room_take_list(struct room *room, enum affiliation affiliation, const struct stanza *iq);
/* Presence or a message from the room; room_news bits. */
unsigned room_take_presence(struct room *room, const struct stanza *presence);
unsigned room_take_message(struct room *room, const struct stanza *message);
/* The lists count as unread from now on. */
void room_forget_lists(struct room *room);
/* So does what it says of itself. */
void room_doubt(struct room *room);

/* NICK, which is foreign, as it may stand in a sentence; plain memory. */
char *room_shown(const char *nick);
/* The bare address of who is in the room as NICK; NULL: nobody is. */
const char *room_author(const struct room *room, const char *nick);
/* Who NICK was, or probably is, of a message from before: somebody who had it while we were there,
 * or the one member whose address begins with it. NULL: nobody comes to mind. */
const char *room_guess(const struct room *room, const char *nick);
/* Whether ADDRESS is a member, admin, owner, or there. */
bool room_knows(const struct room *room, const char *address);

/* The members and occupants, sorted; its strings last until the room changes. g_array_unref(). */
GArray *room_people(const struct room *room);

#endif

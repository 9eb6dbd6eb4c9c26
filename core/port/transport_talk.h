/*
 * transport_talk: the part of the carrier port that needs a server between people: who is there,
 * who may see that, who is blocked, and the small words that clients exchange unsealed. As
 * core/port/transport.h in every respect.
 */
#ifndef SOTTO_CORE_PORT_TRANSPORT_TALK_H
#define SOTTO_CORE_PORT_TRANSPORT_TALK_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport.h"

/* What the carrier tells; all of it is the servers' word. */
enum talk_what {
	TALK_RECEIVED,	/* message ID arrived at one of theirs */
	TALK_DISPLAYED, /* message ID, and those before it, were read there */
	TALK_COMPOSING, /* they are writing */
	TALK_PAUSED,	/* they aren't any more */
	TALK_BOUNCED,	/* message ID came back; TEXT: the condition, or NULL */
	TALK_PERSON,	/* they stand on the server's list so: SEES_US, WE_SEE, IS_ASKED */
	TALK_STRANGER,	/* they don't stand on the server's list (any more) */
	TALK_ASKS,	/* they ask to see when we are there */
	TALK_BLOCKED,	/* the server drops what they send */
	TALK_UNBLOCKED, /* and no more */
	TALK_READY,	/* the server can be asked now; ADDRESS is the own one */
	TALK_COUNT
};

/* Valid during the call. ADDRESS is bare, and somebody else's unless said so. */
struct talk {
	enum talk_what what;
	const char *address;
	const char *id;	  /* at most MESSAGE_ID_MAX printable characters, or NULL */
	const char *text; /* a word of the protocol, or NULL */
	bool sees_us;
	bool we_see;
	bool is_asked;
};

/* What the server can be asked to do about ADDRESS. */
enum talk_act {
	TALK_ACCEPT,	/* they may see when we are there */
	TALK_DECLINE,	/* they may not (any more) */
	TALK_SUBSCRIBE, /* ask them whether we may see it; puts them on the server's list */
	TALK_FORGET,	/* take them off the server's list */
	TALK_BLOCK,
	TALK_UNBLOCK,
};

/* Who is to see that we are there. */
struct talk_presence {
	bool is_on;    /* everybody whom the server's list allows */
	char **people; /* NULL-terminated: these besides; or NULL */
};

struct transport_talk {
	/* UNAVAILABLE: the server doesn't know how; UNREACHABLE. */
	void (*act)(struct transport *transport, enum talk_act act, const char *address,
		    transport_done done, void *user);
	/* Send BYTES (core/omemo/marks.h) if there is a connection now, else never. */
	void (*say)(struct transport *transport, GBytes *bytes);
	/* From now on, and after every reconnection. */
	void (*show)(struct transport *transport, const struct talk_presence *presence);
	/* Nobody looks at the screen, or somebody does again. */
	void (*rest)(struct transport *transport, bool is_resting);
	/* Ask the own server what time it is (XEP-0202, over TLS); TOLD (wall ms) comes once, or
	 * never. */
	void (*time)(struct transport *transport, void (*told)(void *user, int64_t wall),
		     void *user);
};

#endif

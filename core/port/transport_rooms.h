/*
 * transport_rooms: the port for rooms, which a carrier may offer beside core/port/transport.h; one
 * that has none (the spool) leaves `rooms` NULL there.
 *
 * A room is an address of a server's conference service, entered by people who have an affiliation
 * with it. sotto uses only rooms that are members-only and non-anonymous (XEP-0384 section 8 of
 * 0.8.3, XEP-0045): only there is it known who can read, and who wrote. The carrier looks at that
 * before it enters, looks again whenever the room says that it was changed, and neither hands over
 * nor sends anything while it isn't so; it doesn't know what is said there.
 *
 * Rooms that are bookmarked (XEP-0402) or kept are entered whenever there is a connection. What is
 * said in one arrives as parcels with `room` set, their `from` the author's real address. To send,
 * give the room's address to the transport's send(): it is taken when the room has sent it back to
 * us. Same thread, same rules as core/port/transport.h; every request is answered exactly once.
 */
#ifndef SOTTO_CORE_PORT_TRANSPORT_ROOMS_H
#define SOTTO_CORE_PORT_TRANSPORT_ROOMS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct transport;

enum {
	ROOM_PEOPLE_MAX = 1000, /* members of one room that are looked at */
	ROOM_NAME_MAX = 64,	/* bytes of a new room's name */
};

/* Each includes what stands before it; below a member nobody may enter. */
enum affiliation {
	AFFILIATION_OUTCAST,
	AFFILIATION_NONE,
	AFFILIATION_MEMBER,
	AFFILIATION_ADMIN,
	AFFILIATION_OWNER,
	AFFILIATION_COUNT
};

enum room_state {
	ROOM_OUT,      /* not entered, or left */
	ROOM_ENTERING, /* being looked at, being entered */
	ROOM_READY,    /* in it, it is safe, and the members are known */
	ROOM_UNSAFE,   /* members-only or non-anonymous it isn't */
	ROOM_GONE,     /* put out, banned, or the room is no more: not entered again by itself */
};

/* Somebody with an affiliation, or who is there. */
struct room_person {
	const char *address; /* bare */
	enum affiliation affiliation;
	const char *nick; /* NULL: isn't there */
};

/* A room as it stands; valid during the call that gives it. */
struct room_view {
	const char *address;
	enum room_state state;
	const char *why;  /* a sentence, for UNSAFE, GONE and a failure to enter; or NULL */
	const char *nick; /* the own one */
	bool is_bookmarked;
	bool is_waiting; /* READY, but what was said is held back until open() */
	const struct room_person *people; /* by address */
	size_t count;
};

struct rooms_listener {
	/* BY, a bare address or NULL, asks us into ROOM. */
	void (*invited)(void *user, const char *room, const char *by);
	/* State, members, or who is there. */
	void (*changed)(void *user, const struct room_view *room);
	/* Everything in ROOM's archive up to MARK is stored: keep it for keep(). */
	void (*marked)(void *user, const char *room, const char *mark);
};

/* ROOM may be NULL when there is an ERROR. */
typedef void (*room_answered)(void *user, const struct room_view *room, const GError *error);
typedef void (*rooms_listed)(void *user, const struct room_view *rooms, size_t count,
			     const GError *error);

struct transport_rooms {
	/* Before start(). LISTENER is copied. */
	void (*listen)(struct transport *transport, const struct rooms_listener *listener,
		       void *user);
	/* Before start(): ROOM is one of ours; MARK as marked() said, or NULL: what was said there
	 * since SINCE, wall ms, is fetched. */
	void (*keep)(struct transport *transport, const char *room, const char *mark,
		     int64_t since);
	/*
	 * A new room called NAME at the server's conference service, for us and MEMBERS
	 * (NULL-terminated), who are invited. ERROR_USAGE: there is one of that name, or it can't
	 * be one; NO_CONTACT: the server has no such service; POLICY: it gives no safe room.
	 */
	void (*create)(struct transport *transport, const char *name, const char *const *members,
		       room_answered answered, void *user);
	/* Enter ROOM and bookmark it. ERROR_POLICY: it isn't safe, or we may not. */
	void (*join)(struct transport *transport, const char *room, room_answered answered,
		     void *user);
	/* What is said in ROOM may come: whoever is in it was met, so that it is known whose words
	 * they are. */
	void (*open)(struct transport *transport, const char *room);
	/* Answers when ROOM can be written to, its members new enough; entering it if need be. */
	void (*ready)(struct transport *transport, const char *room, room_answered answered,
		      void *user);
	/* Leave ROOM and take its bookmark away. */
	void (*leave)(struct transport *transport, const char *room, room_answered answered,
		      void *user);
	/* Make ADDRESS a member (and invite them), or AFFILIATION_NONE: put them out. */
	void (*affiliate)(struct transport *transport, const char *room, const char *address,
			  enum affiliation affiliation, room_answered answered, void *user);
	/* All that are bookmarked, kept or entered, once it is known how they stand. */
	void (*list)(struct transport *transport, rooms_listed listed, void *user);
};

/* "owner", "admin", "member", "none", "outcast". */
const char *affiliation_name(enum affiliation affiliation);
/* FALSE for what isn't an affiliation_name(). */
gboolean affiliation_parse(const char *name,
			   enum affiliation *affiliation) G_GNUC_WARN_UNUSED_RESULT;

#endif

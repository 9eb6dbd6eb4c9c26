/*
 * xmpp_rooms: all rooms of the account, over one connection after the other: entered, watched,
 * written to and left. What the port core/port/transport_rooms.h promises is done here; what the
 * parts mean is xmpp_room's to say, how they are written xmpp_room_forms'.
 *
 * Lives as long as the carrier; between up() and down() there is a session. Orders given while a
 * connection is being made wait for it.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOMS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOMS_H

#include "core/port/transport.h"
#include "core/port/transport_rooms.h"

struct account;
struct arrivals;
struct rooms;
struct session;
struct stanza;

struct rooms_parts {
	/* Something that the user should see. */
	void (*notice)(void *user, const char *sentence);
	/* The stanza that came as TOKEN is done with. */
	void (*settled)(void *user, uint64_t token);
	/* rooms_is_busy() has become false. */
	void (*idle)(void *user);
	/* Send a stanza that nobody answers. */
	void (*put)(void *user, char *text);
	void *user;
};

/* What is ordered. */
enum order_kind {
	ORDER_CREATE,
	ORDER_JOIN,
	ORDER_READY,
	ORDER_LEAVE,
	ORDER_AFFILIATE,
	ORDER_LIST
};

struct order {
	enum order_kind kind;
	char *room; /* its address; CREATE: its name */
	char *address;
	char **members;
	enum affiliation affiliation;
	room_answered answered;
	rooms_listed listed;
	void *user;
};

/* ACCOUNT must last. */
struct rooms *rooms_new(const struct account *account, const struct rooms_parts *parts);
void rooms_free(struct rooms *rooms);

void rooms_listen(struct rooms *rooms, const struct rooms_listener *listener, void *user);
void rooms_keep(struct rooms *rooms, const char *address, const char *mark, int64_t since);

/* There is a connection: read the bookmarks, enter. SINCE: this device's beginning. */
void rooms_up(struct rooms *rooms, struct session *session, struct arrivals *arrivals,
	      GMainContext *context, int64_t since);
/* There is none any more, and SESSION is about to end: everything is answered with ERROR. */
void rooms_down(struct rooms *rooms, const GError *error);
/* One is being made: orders wait. */
void rooms_wait(struct rooms *rooms);

/* Whether STANZA, which came as TOKEN, was for a room; then it is settled here. */
bool rooms_take(struct rooms *rooms, const struct stanza *stanza, uint64_t token);
/* Whether MESSAGE asks us into a room; then it is told. */
bool rooms_take_invitation(struct rooms *rooms, const struct stanza *message);
/* Nothing more came for now. */
void rooms_drained(struct rooms *rooms);
/* A room is being entered, or what was said in it fetched. */
bool rooms_is_busy(const struct rooms *rooms);

/* Whether ADDRESS is one of our rooms. */
bool rooms_has(const struct rooms *rooms, const char *address);
/* Whether BYTES to ADDRESS go by way of rooms_send(). */
bool rooms_wants(const struct rooms *rooms, const char *address, GBytes *bytes);
/* As the port's send(): taken is what came back from the room. */
void rooms_send(struct rooms *rooms, const char *address, GBytes *bytes, transport_done done,
		void *user);
/* ORDER (g_new0) is performed or refused, and taken over. */
void rooms_order(struct rooms *rooms, struct order *order);

/* What is said in the room ADDRESS may be handed over. */
void rooms_open(struct rooms *rooms, const char *address);

/* The port's functions, for this carrier. */
extern const struct transport_rooms xmpp_rooms_port;

#endif

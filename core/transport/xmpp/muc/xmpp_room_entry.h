/*
 * xmpp_room_entry: the rooms of the account, and how one of them stands; for the files of
 * xmpp_rooms alone.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_ENTRY_H
#define SOTTO_CORE_TRANSPORT_XMPP_MUC_XMPP_ROOM_ENTRY_H

#include "core/transport/xmpp/muc/xmpp_room.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"

struct make;

struct rooms {
	const struct account *account;
	struct rooms_parts parts;
	struct rooms_listener listener;
	void *user;
	GHashTable *entries; /* address -> struct entry; none is ever taken away */
	struct session *session;
	struct arrivals *arrivals;
	GMainContext *context;
	int64_t since;
	bool is_waiting;   /* for a connection that is being made */
	bool has_marks;	   /* the bookmarks were read on this connection */
	bool is_busy_told; /* idle() has to be told */
	GQueue orders;	   /* struct order *, for the connection to come */
	GQueue lists;	   /* struct order *, for all rooms to have settled */
	GPtrArray *makes;  /* struct make *, rooms being made, or that were */
};

/* One room of ours, or that was. */
struct entry {
	struct rooms *rooms;
	struct room *room;
	bool is_kept;	    /* entered whenever there is a connection */
	bool is_leaving;    /* what was asked for before may still name it */
	bool is_bookmarked; /* on the server */
	bool is_waiting;    /* for rooms_open() */
	bool is_looking;    /* what it says of itself is asked again: no list counts before that */
	bool is_open;	    /* it came, since we entered */
	struct make *make;  /* being made; NULL else */
	char *mark;	    /* where its archive was left */
	bool was_here;	    /* it had been left when the archive began to be read */
	char *fresh;	    /* the archive's id of the newest live message */
	unsigned unmarked;  /* live messages since the last mark */
	int64_t since;	    /* what was said before is of no interest, wall ms */
	char *query;	    /* the archive is being read under this name; else NULL */
	gint64 listed_at;   /* when the lists were read, monotonic */
	GQueue orders;	    /* struct order *, JOIN and READY: for when it is ready, or not */
	GPtrArray *held;    /* struct held *, live messages until the archive was read */
	GQueue posts;	    /* struct post *, on their way to the room */
	GHashTable *echoes; /* ids of own messages that came back: sent, even before a cut */
	GHashTable *told;   /* nicks whose unsealed messages were told of on this connection */
	GSource *retry;	    /* after what may pass by itself */
	GSource *deadline;  /* of entering, and of what has to come back */
};

struct entry *rooms_find(const struct rooms *rooms, const char *address);
/* The room is safe, its members known, its archive read. */
bool rooms_is_ready(const struct entry *entry);
/* Why the room can't be used now. */
void rooms_set_error(const struct entry *entry, GError **error);
/* The view of ENTRY; PEOPLE keeps what it points to: g_array_unref(). */
void rooms_view(const struct entry *entry, struct room_view *view, GArray **people);
void rooms_tell_changed(struct entry *entry);
void rooms_notice(struct rooms *rooms, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Presence that leaves the room, if we are in it. */
void rooms_exit(struct entry *entry);

#endif

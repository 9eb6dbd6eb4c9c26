/*
 * xmpp_arrivals: from the message stanzas of a session to parcels for the core.
 *
 * A stanza may be the message itself, a copy of one that another own device got or sent, or one out
 * of the archive; the latter two count only from the own account, the last only as an answer to the
 * question that was asked. However a message came, its parcel holds the same bytes. While the
 * archive is being read (hold to release), live messages wait.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_ARRIVALS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_ARRIVALS_H

#include "core/port/transport.h"

enum { ARRIVALS_MARK_EVERY = 32 /* live messages between two marks */ };

struct arrivals;
struct stanza;

struct arrivals_listener {
	/* As the port's; what is stored is told by arrivals_stored() before it returns. */
	void (*arrived)(void *user, const struct parcel *parcels, size_t count);
	void (*devices)(void *user, const char *address, const uint32_t *ids, size_t count);
	void (*notice)(void *user, const char *sentence);
	void (*marked)(void *user, const char *mark);
	void (*talk)(void *user, const struct talk *news, size_t count);
	/* MESSAGE isn't sealed and came by way of the archive or a copy; true: it was of use. NULL:
	 * it never is. */
	bool (*unsealed)(void *user, const struct stanza *message);
	/* ADDRESS is a room's: what somebody in it sends to one alone isn't taken. NULL: none is.
	 */
	bool (*is_room)(void *user, const char *address);
	/* The stanza that came as TOKEN is done with. */
	void (*settled)(void *user, uint64_t token);
};

struct arrivals *arrivals_new(const char *address, const struct arrivals_listener *listener,
			      void *user);
/* What wasn't handed over is dropped: it wasn't counted, so it comes again. */
void arrivals_free(struct arrivals *arrivals);

/* Results of archive question QUERY are believed, live messages wait. */
void arrivals_hold(struct arrivals *arrivals, const char *query);
/* The archive is through, up to LAST (or NULL: unknown): hand over what waited. */
void arrivals_release(struct arrivals *arrivals, const char *last);

/* Take in a <message/>. */
void arrivals_take(struct arrivals *arrivals, const struct stanza *message, uint64_t token);
/* Take in what is ready to be handed over: its token as above, its strings and bytes are copied. */
void arrivals_put(struct arrivals *arrivals, const struct parcel *parcel);
/* Everything taken in so far was handed over and stored. */
bool arrivals_is_whole(const struct arrivals *arrivals);
/* Hand over what was gathered, TRANSPORT_BATCH at a time. */
void arrivals_flush(struct arrivals *arrivals);
/* All that had come was taken: hand it over, but not a page of the archive by the crumb. */
void arrivals_drained(struct arrivals *arrivals);
/* The core stored what came as TOKEN. */
void arrivals_stored(struct arrivals *arrivals, uint64_t token);
/* Everything up to MARK is stored, if nothing was refused before: pass it on. */
void arrivals_mark(struct arrivals *arrivals, const char *mark);

#endif

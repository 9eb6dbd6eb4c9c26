/*
 * metadata: what a crossing of the transport exposes, and to whom.
 *
 * Each transport exports const struct exposure rows, one for each observer and fact that is worth a
 * word; the lens screen, the documents and the tests read the same rows. A fact without a row for
 * an observer is one that this observer doesn't learn. No row ever says that a body is exposed.
 */
#ifndef SOTTO_CORE_MODEL_METADATA_H
#define SOTTO_CORE_MODEL_METADATA_H

#include <glib.h>
#include <stddef.h>

/* X(enum suffix, name, who that is) */
#define OBSERVER_ROWS(X)                                                                           \
	X(LOCAL_USERS, "local-users", "other users of this host")                                  \
	X(HOST_ADMIN, "host-admin", "whoever administers this host")                               \
	X(NETWORK, "network", "whoever watches the network")                                       \
	X(SERVER, "server", "your server and whoever runs it")                                     \
	X(PEER_SERVER, "peer-server", "the other person's server and whoever runs it")             \
	X(PEER, "peer", "the other person's devices")

/* X(enum suffix, name, fact) */
#define FACT_ROWS(X)                                                                               \
	X(SENDER, "sender", "who sends")                                                           \
	X(RECIPIENT, "recipient", "who receives")                                                  \
	X(TIME, "time", "when a message is sent")                                                  \
	X(SIZE, "size", "how long a message is")                                                   \
	X(COUNT, "count", "how many messages there are")                                           \
	X(DEVICES, "devices", "which devices a person has")                                        \
	X(KEYS, "keys", "public keys")                                                             \
	X(SESSION_STARTS, "session-starts", "when two devices begin to talk")                      \
	X(ADDRESS, "address", "the network address")                                               \
	X(PRESENCE, "presence", "when a person is online")                                         \
	X(CONTACTS, "contacts", "who is in the contact list")                                      \
	X(MEMBERS, "members", "who is in a group")                                                 \
	X(READING, "reading", "when a message arrives, and is read")                               \
	X(TYPING, "typing", "when something is being written")                                     \
	X(EDITS, "edits", "which message takes the place of which")                                \
	X(SOFTWARE, "software", "that this is sotto")

/* How much of the fact. */
#define PRECISION_ROWS(X)                                                                          \
	X(ROUGHLY, "roughly")                                                                      \
	X(EXACTLY, "exactly")

enum observer {
#define X(suffix, name, who) OBSERVER_##suffix,
	OBSERVER_ROWS(X)
#undef X
		OBSERVER_COUNT
};

enum fact {
#define X(suffix, name, fact) FACT_##suffix,
	FACT_ROWS(X)
#undef X
		FACT_ALL
};

enum precision {
#define X(suffix, name) PRECISION_##suffix,
	PRECISION_ROWS(X)
#undef X
		PRECISION_ALL
};

struct exposure {
	enum observer who;
	enum fact what;
	enum precision how;
	const char *sentence; /* how it comes about, and what lessens it */
};

const char *observer_name(enum observer who);
const char *observer_words(enum observer who);
const char *fact_name(enum fact what);
const char *fact_words(enum fact what);
const char *precision_name(enum precision how);

/* The row for WHO and WHAT; NULL when that observer doesn't learn it. */
const struct exposure *exposure_find(const struct exposure *rows, size_t count, enum observer who,
				     enum fact what);

/* The first row that is wrong (out of range, without a whole sentence, given twice); NULL: none is.
 */
const struct exposure *exposure_check(const struct exposure *rows, size_t count);

#endif

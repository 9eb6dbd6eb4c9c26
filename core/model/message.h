/*
 * message: a message as a value, the way the store keeps it and screens show it.
 *
 * Its words are in plain memory (core/base/secret.h) and are exactly what the sender wrote: making
 * them safe to show is the drawer's business. Every time is in wall milliseconds, 0 for "not yet"
 * or "never".
 */
#ifndef SOTTO_CORE_MODEL_MESSAGE_H
#define SOTTO_CORE_MODEL_MESSAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"

enum {
	MESSAGE_BODY_MAX = 65536, /* bytes of UTF-8; `send` refuses more */
	MESSAGE_ID_MAX = 64,	  /* bytes; ours are 32 hex digits */
};

enum direction { DIRECTION_IN, DIRECTION_OUT };

/* The order is that of the database, never renumber. An incoming one is DELIVERED, then READ. */
enum state { STATE_QUEUED, STATE_SENT, STATE_DELIVERED, STATE_READ, STATE_FAILED, STATE_COUNT };

enum kind {
	KIND_TEXT,	 /* somebody's words */
	KIND_UNREADABLE, /* a place where something could not be opened; body says why */
	KIND_NOTICE,	 /* our own record in the conversation (timer changed, device added) */
	KIND_GONE,	 /* a line where something was, when it is set that one stays */
	KIND_COUNT
};

/* Why what came isn't shown; the order is that of the database, never renumber. X(suffix, name) */
#define CAUSE_ROWS(X)                                                                              \
	X(OTHER, "other")                                                                          \
	X(SESSION, "no-session")   /* there is no session to open it with */                       \
	X(BROKEN, "broken")	   /* it can't be opened with the session that there is */         \
	X(COUNTER, "counter-used") /* its counter was used before, by other bytes */               \
	X(FORMAT, "malformed")                                                                     \
	X(SIZE, "too-large")                                                                       \
	X(STRIPPED, "stripped")	 /* its sealed part, or its digest, was taken off */               \
	X(OWN, "own-undecided")	 /* another own device wrote it, which isn't confirmed */          \
	X(OUTSIDER, "outsider")	 /* its author isn't in the group */                               \
	X(LEFT, "left")		 /* it was said in a group that we are out of */                   \
	X(AUTHOR, "author")	 /* who wrote it isn't certain */                                  \
	X(THEIRS, "not-read-there") /* not what came: ours, which the author couldn't open */     \
	X(KEY, "key-gone") /* it is sealed for a key that this device has no more */               \
	X(REWRITTEN, "rewritten") /* it isn't what its author sealed, though its key is */

enum cause {
#define X(suffix, name) CAUSE_##suffix,
	CAUSE_ROWS(X)
#undef X
		CAUSE_COUNT
};

struct message {
	int64_t seq;	    /* its place in the conversation, growing; 0 until stored */
	int64_t arrival; /* its place among all of the profile, growing; 0: stored before 0.2 */
	char *id;	    /* stable, the same on both sides */
	char *conversation; /* the contact's address */
	char *from;	    /* address of the author */
	uint32_t device;    /* the author's device */
	enum direction direction;
	enum state state;
	enum kind kind;
	enum trust trust; /* of the author's device when it came; out: the recipients' least */
	enum cause cause; /* KIND_UNREADABLE: why */
	uint32_t count;	  /* KIND_UNREADABLE: of messages that it stands for, 0 as 1; else 0 */
	int64_t sent_at;
	int64_t received_at;
	int64_t read_at;
	int64_t expires_at;
	int64_t expire_seconds; /* 0: none */
	int64_t edited_at; /* when its words were written that stand now, 0: they are the first */
	/* Where its words stand in the author's ratchet: which chain (0: not known; one of ours),
	 * and the place in it. Of a stored message kept only with edited_at. */
	int64_t chain;
	uint32_t counter;
	bool sealed;
	bool view_once;
	bool markable; /* from another client, which asked to be told, unsealed, when it is read */
	bool stripped; /* from a sotto device, but without its valid extension */
	char *body;    /* NULL when it is gone (view once, expired) */
	char *file;    /* plain memory: file.h's element, which holds a key; NULL: no file.
			  `body` has file_words() then */
};

/* A new id: 128 random bits as 32 hex digits. Free with g_free. */
char *message_new_id(void);

/* clear frees what the value owns and zeroes it; copy is deep; copy and free take a NULL. */
void message_clear(struct message *message);
struct message *message_copy(const struct message *message);
void message_free(struct message *message);

/* "queued", "sent", ... as JSON writes it. */
const char *state_name(enum state state) G_GNUC_PURE;
/* "no-session", "counter-used", ... as JSON writes it. */
const char *cause_name(enum cause cause) G_GNUC_PURE;

/*
 * Check a body that is to be sent: valid UTF-8, something to see, at most MESSAGE_BODY_MAX, only
 * characters that XML 1.0 can hold (section 2.2). ERROR_USAGE says what is wrong and at which
 * byte, counted from 1.
 */
gboolean message_check_body(const char *body, size_t bytes,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

/*
 * event: what the engine tells its front end, by value.
 *
 * Events are emitted on the engine's thread, after the commit that they speak of. The one who
 * receives an event borrows it for the call; event_copy() makes one that may cross to another
 * thread.
 */
#ifndef SOTTO_CORE_PORT_EVENT_H
#define SOTTO_CORE_PORT_EVENT_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"
#include "core/port/transport.h"

enum event_type {
	EVENT_LOCKED, /* the keys are gone; text says why ("idle", "key", "hangup") */
	EVENT_UNLOCKED,
	EVENT_MESSAGE, /* `message` was stored, in or out */
	EVENT_STATE,   /* `message`: conversation, id, state, read_at, expires_at have changed; no
			  body */
	EVENT_EDITED, /* `message` has other words now, these */
	EVENT_CONTACT, /* something of the contact `address` has changed; read it again */
	EVENT_TRUST, /* devices or keys of `address` changed: a decision is waiting; text says what
		      */
	EVENT_GONE,  /* messages of `address` were erased; read the page again */
	EVENT_CARRIER,	 /* `carrier` is the new state; text says why, or NULL */
	EVENT_CAUGHT_UP, /* what was waiting has been taken in; `count` messages */
	EVENT_TYPING, /* `address` is writing (`count` 1), or isn't any more (0) */
	EVENT_NOTICE,	 /* text is a sentence for the user */
	EVENT_FILE,	 /* of the file of message `text` with `address`, `count` % are done */
	EVENT_TYPES
};

struct event {
	enum event_type type;
	char *address;
	char *text;
	struct message *message;
	enum transport_state carrier;
	unsigned count;
};

typedef void (*event_func)(const struct event *event, void *user);

struct event *event_copy(const struct event *event);
void event_free(struct event *event);

#endif

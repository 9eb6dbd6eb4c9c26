/*
 * parcel: what a carrier hands over (core/port/transport.h).
 */
#ifndef SOTTO_CORE_MODEL_PARCEL_H
#define SOTTO_CORE_MODEL_PARCEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* One arrived element. Valid during the arrived() call; TOKEN until it is acked. */
struct parcel {
	GBytes *bytes;	     /* at most STANZA_BYTES_MAX */
	uint64_t token;	     /* for ack() */
	uint32_t uid;	     /* the spool: the file's owner, as the kernel says */
	const char *from;    /* XMPP: bare address of the stanza's author; the spool: NULL */
	const char *room;    /* the room it was said in, or NULL */
	int64_t stamp;	     /* when the carrier took it, wall ms; 0 unknown */
	bool is_guessed;     /* FROM is likely, not vouched for: a known key has to prove it */
	bool is_large;	     /* larger than is taken in: BYTES only tell it from others */
	bool is_archived;    /* from an archive or backlog: answers wait until catching_up ends */
};

#endif

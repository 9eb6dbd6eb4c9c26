/*
 * marks: the few words that clients say to each other unsealed: that a message arrived (XEP-0184),
 * that it was read (XEP-0333), that somebody is writing (XEP-0085). Pure functions.
 *
 * They are for clients that can't be told inside what is sealed; whether they are said at all is
 * somebody else's decision.
 */
#ifndef SOTTO_CORE_OMEMO_MARKS_H
#define SOTTO_CORE_OMEMO_MARKS_H

#include "core/port/transport_talk.h"

struct stanza;

/* The <message/> that tells TO of WHAT, of message ID (NULL for what is about none). */
GBytes *marks_encode(enum talk_what what, const char *to, const char *id);

/*
 * What MESSAGE, in which nothing is sealed, tells: TALK's WHAT and ID, which belongs to MESSAGE;
 * false when that is nothing of the kind. IS_LIVE: it comes now, not from an archive: what was
 * written at that time is told only then.
 */
bool marks_decode(const struct stanza *message, bool is_live, struct talk *talk);
/* An id as marks and messages may have it. */
bool marks_is_id(const char *id) G_GNUC_PURE;

#endif

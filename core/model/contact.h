/*
 * contact: who they are; their devices are core/model/device.h's.
 *
 * A contact is a person at an address (a spool name or a bare JID) and at the
 * same time the one-to-one conversation with that person; or it is a group or
 * a room (core/model/group.h), which has the conversation alone; or the user's own
 * notes (core/profile/notes.h), under the own address.
 *
 * Everything here is a value or a pure function; rows live in the store.
 */
#ifndef SOTTO_CORE_MODEL_CONTACT_H
#define SOTTO_CORE_MODEL_CONTACT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/device.h"
#include "core/model/manners.h"
#include "core/model/owner.h"
#include "core/model/privacy.h"

enum {
	CONTACT_ADDRESS_MAX = 1023, /* bytes, RFC 7622 section 3.1's sum */
	CONTACT_ALIAS_MAX = 255,    /* bytes */
};

/* Who is behind an address; the order is that of the database. */
enum contact_kind {
	CONTACT_PERSON,
	CONTACT_GROUP,
	CONTACT_ROOM,
	CONTACT_NOTES,
	CONTACT_KIND_COUNT
};

struct contact {
	char *address; /* the primary key, normalised */
	enum contact_kind kind;
	char *alias;   /* NULL or the user's own name for it */
	enum trust_rule rule;
	struct manners manners;
	int64_t muted_to; /* until when nothing is told of its messages, wall ms; 0: it isn't
			   * muted, CONTACT_MUTED: until it is unmuted */
	enum privacy privacy; /* no more of it is shown on a screen; open: as the profile says */
	bool is_known;	/* first contact was made: later devices are undecided */
	bool is_listed; /* the user added it (or wrote to it); false: a stranger wrote */
	bool has_owner; /* the spool: OWNER is pinned */
	uint32_t owner; /* uid */
	struct owner folder; /* the same looked up: not stored, the engine fills it in */
	int64_t added_at;
	int64_t last_at;	/* time of the newest message, for showing; 0 without one */
	int64_t timer;		/* seconds, 0 off */
	uint64_t timer_version; /* grows with every change of the timer */
	uint32_t unread;	/* incoming messages with read_at 0 */
	char *draft;		/* plain memory; NULL without one */
	char *preview;		/* plain memory; the newest message's beginning, NULL without one or
			 when it is sealed */
	int64_t preview_until; /* that message's deadline on the app clock, 0 without one */
};

/* clear frees what the value owns and zeroes it; copy is deep; copy and free take a NULL. */
void contact_clear(struct contact *contact);
struct contact *contact_copy(const struct contact *contact);
void contact_free(struct contact *contact);

#define CONTACT_MUTED INT64_MAX

/* Whether it is muted at NOW. What is unread there isn't counted where the unread are: in titles,
 * notifications, `status`. */
static inline bool contact_is_muted(const struct contact *contact, int64_t now)
{
	return contact->muted_to > now;
}

/* Whether it is a group or a room. */
static inline bool contact_is_several(const struct contact *contact)
{
	return contact->kind == CONTACT_GROUP || contact->kind == CONTACT_ROOM;
}

/* What the user's own notes are called where they have no alias. */
#define CONTACT_NOTES_NAME "Notes to self"
/* The user's name for it, else what it is called; borrowed. */
const char *contact_name(const struct contact *contact) G_GNUC_PURE;

/* Somebody named its address as a room's, no more: it may be anybody's. */
bool contact_is_hearsay(const struct contact *contact) G_GNUC_PURE;
/* Whether TEXT is the name of a group or room without what makes it an address: the mark, the
 * service; or that of the notes. */
bool contact_is_called(const struct contact *contact, const char *text) G_GNUC_PURE;

/*
 * Check and normalise an address, whatever the locale. It is either a local name, 1 to 64 of
 * A-Z a-z 0-9 . _ - without a leading dot or dash, kept as it is; or a bare JID
 * (RFC 7622), which is brought to lower case and NFKC. ERROR_USAGE says what is wrong. Free with
 * g_free. Normalising twice changes nothing.
 */
char *contact_address(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for an address from the wire, whose resource is cut off; NULL when it isn't one. */
char *contact_bare_address(const char *text) G_GNUC_WARN_UNUSED_RESULT;

#endif

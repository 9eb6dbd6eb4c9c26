/*
 * seal_mark: a mark that is kept outside the profile and says how far the profile had sealed.
 *
 * A profile that is put back from a copy has sessions whose keys were used since: it would seal
 * other words under them, and the other side would drop those. So each run of sotto leaves a mark
 * at its carrier before anything that it sealed leaves: a random id of the run, and a bound that
 * grows with what is sealed, from run to run. Who opens a profile that doesn't know of the mark has
 * an older one.
 *
 * The mark is authenticated (BLAKE2b, keyed) for the profile's device, under a key that derives
 * from the identity: nobody else can make one, but whoever can write there can put an older one
 * back. Pure functions.
 */
#ifndef SOTTO_CORE_OMEMO_SEAL_MARK_H
#define SOTTO_CORE_OMEMO_SEAL_MARK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SEAL_MARK_KEY_BYTES = 32,
	SEAL_MARK_RUN_BYTES = 16,
	SEAL_MARK_BYTES = 8 + SEAL_MARK_RUN_BYTES + 8 + 32,
};

struct seal_mark {
	uint8_t run[SEAL_MARK_RUN_BYTES]; /* all zero: the device isn't used any more */
	uint64_t bound;			  /* 0: there is no mark */
};

/* Whose it is. */
struct seal_owner {
	uint8_t key[SEAL_MARK_KEY_BYTES]; /* to be wiped */
	const char *address;
	uint32_t device;
};

GBytes *seal_mark_encode(const struct seal_mark *mark, const struct seal_owner *owner);
/* FALSE: it isn't one, or not OWNER's. */
gboolean seal_mark_decode(GBytes *bytes, const struct seal_owner *owner,
			  struct seal_mark *mark) G_GNUC_WARN_UNUSED_RESULT;

/* What the profile itself knows; kept with its rows. */
struct seal_record {
	struct seal_mark now;	 /* of the newest run: nothing beyond it has left */
	struct seal_mark before; /* that was known to be there before that */
	int64_t unsure_row; /* the first outbox row that was sealed since the marks were compared,
			       0: none */
	int64_t renewed_at; /* when all sessions were begun anew, on the app clock; 0: never */
	bool is_renewing;   /* and that isn't done yet */
	bool is_greeting;   /* the others haven't heard of that yet */
	bool is_clone;	    /* the profile is in use elsewhere too */
	bool is_unkept;	    /* the user was told that the carrier keeps no mark */
};

GBytes *seal_record_encode(const struct seal_record *record);
/* What can't be read is empty. */
void seal_record_decode(GBytes *bytes, struct seal_record *record);

enum seal_verdict {
	SEAL_SAME,    /* the profile left it */
	SEAL_FIRST,   /* none, and none was known to be there */
	SEAL_NEWER,   /* the profile doesn't know it: it was put back, or is in use elsewhere */
	SEAL_FREE,    /* whoever else used the device doesn't any more */
	SEAL_OLDER,   /* the profile has left newer ones */
	SEAL_MISSING, /* none, though one was there */
	SEAL_FOREIGN, /* not authentic */
};

/* OUTSIDE, NULL for none, compared with RECORD; *FOUND is what it says, where that is authentic. */
enum seal_verdict seal_record_compare(const struct seal_record *record, GBytes *outside,
				      const struct seal_owner *owner, struct seal_mark *found);

#endif

/*
 * inside: the open store, as the files of this room see it. Outsiders see core/port/store.h.
 *
 * Every function of the port lives in the file of its subject and takes the `struct store *` that
 * is the first member here. Those that write call inside_check_writing() first.
 */
#ifndef SOTTO_STORAGE_INSIDE_H
#define SOTTO_STORAGE_INSIDE_H

#include <glib.h>
#include "core/base/appclock.h"
#include "core/port/store.h"
#include "storage/db.h"

struct clock;
struct expiry_vault;
struct names;
struct search;
struct secret;

/* The keys that derive from the master key; the database's own isn't kept. */
struct keys {
	struct secret *body;  /* seals bodies and drafts */
	struct secret *vault; /* seals the vault's slots */
	struct secret *clock; /* authenticates the clock record beside the vault */
};

struct inside {
	struct store store;
	struct db *db;
	struct keys keys;
	struct names *names;
	struct search *search;
	const struct clock *clock;
	bool *is_open; /* the door's flag that a store is open */
	struct expiry_vault *vault; /* keys of bodies that will go */
	char *clock_file;	    /* paths */
	char *ballast;
	int64_t commits;    /* so far */
	int64_t arrivals;   /* the newest message's arrival */
	bool is_older;	    /* the file beside the vault knew of more */
	struct apptime saved; /* by the open transaction; time 0: not */
	bool is_released;   /* the ballast was given to a full disk */
	bool is_short_kept; /* keys of short timers are kept in memory only */
	uint64_t erasing;   /* rows deleted since the last scrub */
};

static inline struct inside *inside_of(struct store *store)
{
	return (struct inside *)store;
}

/* FALSE with ERROR_FAILED outside a transaction. */
gboolean inside_check_writing(struct store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

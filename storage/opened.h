/*
 * opened: the open store: the port's table of functions over a database, opened and closed.
 */
#ifndef SOTTO_STORAGE_OPENED_H
#define SOTTO_STORAGE_OPENED_H

#include <stdint.h>

#include "core/port/store.h"

struct clock;
struct secret;

struct opened_options {
	const char *path; /* of the database */
	bool make;
	const struct clock *clock;
	uint64_t index_from; /* messages, see storage/search.h */
	bool *is_open;	     /* cleared when the store closes */
};

/* Derive the keys from MASTER, open the database, bring its tables up to date. */
struct store *opened_new(const struct opened_options *options, const struct secret *master,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

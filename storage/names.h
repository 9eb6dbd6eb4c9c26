/*
 * names: addresses and the small numbers that stand for them in the tables.
 *
 * Both ways are kept in memory once looked up; rolling back forgets them all.
 */
#ifndef SOTTO_STORAGE_NAMES_H
#define SOTTO_STORAGE_NAMES_H

#include <glib.h>
#include <stdint.h>

struct db;
struct names;

struct names *names_new(struct db *db);
void names_free(struct names *names);
void names_forget(struct names *names);

/* *ID 0 when ADDRESS has no number. */
gboolean names_find(struct names *names, const char *address, int64_t *id,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Give ADDRESS a number if it has none. In a transaction. */
gboolean names_intern(struct names *names, const char *address, int64_t *id,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The address of ID, owned by NAMES; ERROR_DAMAGED when there is none. */
const char *names_get(struct names *names, int64_t id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

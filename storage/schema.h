/*
 * schema: the tables, made and brought up to date by numbered migrations.
 */
#ifndef SOTTO_STORAGE_SCHEMA_H
#define SOTTO_STORAGE_SCHEMA_H

#include <glib.h>

struct db;

/* The number of the last migration; a database carries its own as user_version. */
unsigned schema_version(void);

/*
 * Run the migrations that DB hasn't had yet, each in a transaction of its own; none when it is up
 * to date. ERROR_UNAVAILABLE when a newer sotto made it.
 */
gboolean schema_upgrade(struct db *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, but no further than NUMBER: an older database, for the tests of a migration. */
gboolean schema_upgrade_to(struct db *db, unsigned number,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

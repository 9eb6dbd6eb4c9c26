/*
 * sqlite: SQLCipher's header, with its key functions declared. Nothing but storage/ includes it.
 */
#ifndef SOTTO_STORAGE_SQLITE_H
#define SOTTO_STORAGE_SQLITE_H

#ifndef SQLITE_HAS_CODEC
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlcipher/sqlite3.h>

#endif

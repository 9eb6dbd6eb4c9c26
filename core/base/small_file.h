/*
 * small_file: a file that somebody else may have put there, read whole.
 *
 * It is never waited for (a FIFO, a socket and a folder are refused), and it is never larger in
 * memory than its reader allows, whatever size it says it has.
 */
#ifndef SOTTO_CORE_BASE_SMALL_FILE_H
#define SOTTO_CORE_BASE_SMALL_FILE_H

#include <glib.h>
#include <stddef.h>

/*
 * Read PATH, at most MOST bytes, into *DATA with a NUL behind; free with g_free. *DATA is NULL
 * where there is no such file. BYTES may be NULL. ERROR_LIMIT for a larger file, ERROR_IO
 * otherwise.
 */
gboolean small_file_read(const char *path, size_t most, char **data, gsize *bytes,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

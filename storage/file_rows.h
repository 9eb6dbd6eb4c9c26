/*
 * file_rows: the tables behind core/port/store_files.h.
 */
#ifndef SOTTO_STORAGE_FILE_ROWS_H
#define SOTTO_STORAGE_FILE_ROWS_H

#include <glib.h>
#include <stdint.h>
#include "core/port/store_files.h"

struct inside;

extern const struct store_files_ops file_rows_ops;

/* What belongs to the message ID of SENDER in CONVERSATION (their numbers) goes with it. */
gboolean file_rows_gone(struct inside *inside, int64_t conversation, int64_t sender, const char *id,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What belongs to any message of CONVERSATION. */
gboolean file_rows_gone_all(struct inside *inside, int64_t conversation,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

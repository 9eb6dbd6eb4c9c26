/*
 * body: message bodies and drafts, sealed a second time inside the encrypted database.
 *
 * SQLCipher 3.4.1 accepts a zeroed overflow page in silence; and a body whose key has died is gone,
 * whatever the disk keeps. What doesn't change in a message is associated data: who,
 * where, when, so that no body can be moved to another message.
 */
#ifndef SOTTO_STORAGE_BODY_H
#define SOTTO_STORAGE_BODY_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include "core/model/message.h"

struct secret;

/* The sealed body of MESSAGE, whose body isn't NULL, under KEY; of a file that is its element. */
GBytes *body_seal(const struct secret *key, const struct message *message);
/*
 * Set MESSAGE's body (all else being set) from SEALED; FALSE, body NULL, when it isn't authentic.
 */
gboolean body_open(const struct secret *key, struct message *message, const void *sealed,
		   size_t bytes) G_GNUC_WARN_UNUSED_RESULT;

/* The draft for ADDRESS. */
GBytes *body_seal_draft(const struct secret *key, const char *address, const char *text);
/* Plain memory, or NULL when it isn't authentic. */
char *body_open_draft(const struct secret *key, const char *address, const void *sealed,
		      size_t bytes) G_GNUC_WARN_UNUSED_RESULT;

#endif

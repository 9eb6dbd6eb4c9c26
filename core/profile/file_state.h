/*
 * file_state: how far the file of a message is, in the store: what sealing and sending the message
 * itself ask and change. What does the work with files is core/files/files.h.
 */
#ifndef SOTTO_CORE_PROFILE_FILE_STATE_H
#define SOTTO_CORE_PROFILE_FILE_STATE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/file.h"
#include "core/profile/living.h"

struct message;

/* What is kept of people who aren't contacts, or whose device nobody has decided on. */
enum { FILES_STRANGER_BYTES = 8 * 1024 * 1024, FILES_STRANGERS_BYTES = 64 * 1024 * 1024 };
enum { FILES_SENDER_FACTOR = 4 /* files of the largest size, of one contact */ };

/* The most bytes that a file may have with this account's carrier. */
int64_t files_limit(const struct living *living);

/* MESSAGE was stored in this transaction, and its file begins to go out. */
gboolean files_offered(struct living *living, const struct message *message,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether parts of MESSAGE's file aren't with the carrier yet. */
bool files_is_sending(struct living *living, const struct message *message);

/*
 * MESSAGE, an own one with a file, is to go once more: FILE is what it says of it, file_clear() in
 * any case. *IS_HERE: what goes with it is at hand, on a server or, on the spool, as parts that are
 * still kept here, until the carrier has all of them.
 */
gboolean files_find_again(struct living *living, const struct message *message, struct file *file,
			  bool *is_here, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* MESSAGE goes once more in this transaction: on the spool its parts follow, from the first one. */
gboolean files_begin_again(struct living *living, const struct message *message,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was lost of MESSAGE can't go once more: it counts as a file that wasn't sent, unless
 * somebody has it. */
gboolean files_fail(struct living *living, const struct message *message,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

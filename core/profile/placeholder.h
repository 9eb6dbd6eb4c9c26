/*
 * placeholder: a row in the place of what arrived and can't be shown, with the cause.
 *
 * A gap is a run of placeholders with nothing else between them. In a gap there is one for each
 * cause and author, which counts; so however much comes that can't be shown, the rows are few.
 */
#ifndef SOTTO_CORE_PROFILE_PLACEHOLDER_H
#define SOTTO_CORE_PROFILE_PLACEHOLDER_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"

struct store;

/* What it is about; all borrowed. */
struct placeholder {
	const char *conversation; /* a contact's address */
	const char *from;	  /* who is said to have written it */
	uint32_t device;
	enum trust trust;
	enum cause cause;
	const char *why; /* a sentence: what happened, and what to do */
};

/*
 * Leave one, or let the gap's own count up, inside the caller's transaction, at NOW (wall ms). *ROW
 * (message_free) is the row as it is now, *IS_NEW tells which.
 */
gboolean placeholder_put(struct store *store, int64_t now, const struct placeholder *placeholder,
			 struct message **row, bool *is_new,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is shown for MESSAGE, a placeholder, in place of its body when it counts more than one; in
 * plain memory. NULL: the body will do, or it isn't a placeholder. */
char *placeholder_words(const struct message *message);

#endif

/*
 * passphrase: the one form in which a passphrase is used, and how long a new one has to be.
 *
 * The same characters come composed from one keyboard and decomposed from another; so a passphrase
 * is used in NFC. What isn't UTF-8 is used byte for byte.
 */
#ifndef SOTTO_CORE_MODEL_PASSPHRASE_H
#define SOTTO_CORE_MODEL_PASSPHRASE_H

#include <glib.h>

struct secret;

/* Code points, in NFC; bytes of what isn't UTF-8. */
enum { PASSPHRASE_LEAST = 8 };

/* PASSPHRASE in the form that counts; ERROR_MEMORY. */
struct secret *passphrase_normal(const struct secret *passphrase,
				 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether PASSPHRASE is long enough for a new one, and not all blanks: ERROR_USAGE. One that is set
 * is never judged. */
gboolean passphrase_check_new(const struct secret *passphrase,
			      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

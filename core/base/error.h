/*
 * error: every way sotto can fail, declared once.
 *
 * One row gives the enum value, the name that JSON and logs use, the exit
 * code of cli.md and the sentence that is printed when the place that failed
 * has nothing better to say. A GError of this domain always carries a whole
 * sentence for the user: what happened, why, and what to do. It never holds
 * message text, a passphrase or a key.
 */
#ifndef SOTTO_CORE_BASE_ERROR_H
#define SOTTO_CORE_BASE_ERROR_H

#include <glib.h>

/* X(enum suffix, name, exit code, sentence) */
#define ERROR_ROWS(X)                                                                              \
	X(FAILED, "failed", 1, "It did not work.")                                                 \
	X(USAGE, "usage", 2, "The command line was not understood; see --help.")                   \
	X(NO_PROFILE, "no-profile", 1, "There is no profile here: `sotto` makes one.")             \
	X(EXISTS, "exists", 1, "There is a profile here already.")                                 \
	X(IN_USE, "in-use", 8, "The profile is in use by another process.")                        \
	X(PASSPHRASE, "passphrase", 3, "The passphrase is wrong.")                                 \
	X(DAMAGED, "damaged", 3, "The profile is damaged; restore it from a backup.")              \
	X(LOCKED, "locked", 3, "The profile is locked; unlock it first.")                          \
	X(POLICY, "policy", 4, "The policy refuses this.")                                         \
	X(TRUST, "trust", 5, "The other side's keys are not trusted; see `sotto verify`.")         \
	X(UNREACHABLE, "unreachable", 6,                                                           \
	  "The carrier can't be reached; what was to be sent is queued.")                          \
	X(TIMEOUT, "timeout", 7, "Nothing arrived in time.")                                       \
	X(NO_CONTACT, "no-contact", 1, "Nobody of that name is known.")                            \
	X(NO_DEVICES, "no-devices", 1, "That person has no device that could read a message.")     \
	X(FULL, "full", 1, "The disk is full; free some space and try again.")                     \
	X(IO, "io", 1, "A file could not be read or written.")                                     \
	X(MEMORY, "memory", 1, "Not enough memory may be locked; raise it with `ulimit -l`.")      \
	X(LIMIT, "limit", 1, "Something is larger than sotto accepts.")                            \
	X(FORMAT, "format", 1, "Something that came from outside is malformed.")                   \
	X(CRYPTO, "crypto", 1, "A message could not be sealed or opened.")                         \
	X(NO_SESSION, "no-session", 1, "There is no session with that device.")                    \
	X(DUPLICATE, "duplicate", 1, "That has been seen before.")                                 \
	X(UNAVAILABLE, "unavailable", 1, "This build or this system does not offer that.")         \
	X(CANCELLED, "cancelled", 1, "It was interrupted before it was done; nothing was lost.")

enum error {
#define X(suffix, name, exit_code, sentence) ERROR_##suffix,
	ERROR_ROWS(X)
#undef X
	ERROR_COUNT
};

/* The GError domain; its codes are enum error. */
GQuark error_quark(void);

/* The name of CODE, as JSON and the journal use it. */
const char *error_name(enum error code) G_GNUC_PURE;

/* The general sentence of CODE. */
const char *error_sentence(enum error code) G_GNUC_PURE;

/*
 * The exit code (cli.md) for ERROR: that of its row for our own domain, 0 for
 * NULL, else 1.
 */
int error_exit_code(const GError *error) G_GNUC_PURE;

/* Set *ERROR (which may be NULL) to CODE with a sentence of its own. */
void error_set(GError **error, enum error code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Set *ERROR to CODE with the row's general sentence. */
void error_set_plain(GError **error, enum error code);

/*
 * Set *ERROR from ERRNUM: ENOSPC, EDQUOT give FULL, everything else IO. The
 * sentence is WHAT (a clause such as "can't write /x/y"), a colon, the system's
 * words, and for FULL what to do.
 */
void error_set_errno(GError **error, int errnum, const char *what, ...) G_GNUC_PRINTF(3, 4);

/* Whether ERROR is ours and is CODE. */
gboolean error_is(const GError *error, enum error code) G_GNUC_PURE;
/* Whether the transaction can't go on: FULL, IO, DAMAGED, FAILED or CANCELLED. */
gboolean error_is_store(const GError *error) G_GNUC_PURE;

#endif

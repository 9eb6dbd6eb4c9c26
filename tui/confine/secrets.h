/*
 * secrets: the profile's passphrase, a new one, an account's password: from descriptors that the
 * user named, or asked for on the terminal.
 *
 * Descriptors are read before anything else is, whoever performs the verb afterwards: what is a
 * secret is never left to become part of a message. Several may be one descriptor, which then gives
 * a line for each, in the order of the rows below.
 */
#ifndef SOTTO_TUI_CONFINE_SECRETS_H
#define SOTTO_TUI_CONFINE_SECRETS_H

#include <glib.h>
#include <stdbool.h>

struct secret;

/* X(suffix, option that names its descriptor, prompt, what it is) */
#define SECRETS_ROWS(X)                                                                            \
	X(PASSWORD, "password-fd", "Password of the account: ", "account's password")              \
	X(PASSPHRASE, "passphrase-fd", "Passphrase: ", "passphrase")                               \
	X(NEW_PASSPHRASE, "new-passphrase-fd", "New passphrase: ", "new passphrase")

enum secrets_kind {
#define X(suffix, option, prompt, what) SECRETS_##suffix,
	SECRETS_ROWS(X)
#undef X
		SECRETS_COUNT
};

struct secrets;

/* Call before anything is opened: what isn't open now is no descriptor of the user's. */
struct secrets *secrets_new(void);
void secrets_free(struct secrets *secrets);

/* "passphrase-fd" and so on. */
const char *secrets_option(enum secrets_kind kind) G_GNUC_CONST;

/*
 * The user named descriptor FD for KIND: ERROR_USAGE when it isn't open for reading, or wasn't when
 * SECRETS was made. No program that is started inherits it.
 */
gboolean secrets_name(struct secrets *secrets, enum secrets_kind kind, int fd,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Read what was named, and close the descriptors above 2; once. As secret_read_line; the
 * controlling terminal is asked instead, so that it doesn't echo.
 */
gboolean secrets_read(struct secrets *secrets, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SECRET, taken over, as if it had been named and read. */
void secrets_give(struct secrets *secrets, enum secrets_kind kind, struct secret *secret);
/* Whether KIND was named. */
bool secrets_has(const struct secrets *secrets, enum secrets_kind kind);

/*
 * Ask for KIND now, unless it is there; as ask_secret, and without a terminal the error names
 * KIND's option. IS_NEW: twice, and with NEW_PASSPHRASE's prompt.
 */
gboolean secrets_ask(struct secrets *secrets, enum secrets_kind kind, bool is_new,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, and hand it over: the caller frees it. */
struct secret *secrets_take(struct secrets *secrets, enum secrets_kind kind, bool is_new,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

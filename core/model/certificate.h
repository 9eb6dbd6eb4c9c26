/*
 * certificate: what a server showed to prove who it is, as a value for people to look at; and its
 * pin.
 *
 * A pin is the SHA-256 digest of the whole certificate (DER), 64 hex digits: what `openssl x509
 * -fingerprint -sha256` prints. An account with a pin believes exactly that certificate, whoever
 * signed it and whatever it says; one without believes the CAs.
 */
#ifndef SOTTO_CORE_MODEL_CERTIFICATE_H
#define SOTTO_CORE_MODEL_CERTIFICATE_H

#include <glib.h>

enum { CERTIFICATE_PIN_CHARS = 64, CERTIFICATE_TYPED_CHARS = 8 };

/* Strings are as the server gave them: not safe to show. */
struct certificate {
	char *fingerprint; /* as a pin */
	char *subject;
	char *issuer;
	char *names; /* the host names it is for, with blanks between them */
	char *since;
	char *until;
	char *why; /* why it isn't believed */
};

struct certificate *certificate_copy(const struct certificate *certificate);
void certificate_free(struct certificate *certificate);

/* TEXT, hex digits of any case with or without colons, as a pin; NULL with ERROR_USAGE. g_free. */
char *certificate_parse_pin(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* PIN in pairs with colons, as others print it; g_free. */
char *certificate_show_pin(const char *pin);
/* What there is to look at before it is pinned, as lines that are safe to show; g_free. */
char *certificate_describe(const struct certificate *certificate);

#endif

/*
 * xmpp_scram: proof of the password to the server, and of the server to us (RFC 5802, RFC 7677).
 *
 * The password never leaves; what leaves can't be turned into it but by guessing. The server has to
 * show that it knows the password too, else its word isn't believed. One struct is one attempt.
 * Channel binding isn't offered: the certificate is what ties the channel to the server.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SCRAM_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SCRAM_H

#include <glib.h>
#include "core/base/crypto.h"

enum {
	SCRAM_ROUNDS_MIN = 4096,   /* RFC 7677 section 4 */
	SCRAM_ROUNDS_MAX = 400000, /* more would keep us busy at a stranger's wish */
	SCRAM_TEXT_MAX = 4096,	   /* bytes of a server's message */
};

struct secret;
struct scram;

/*
 * An attempt for USER (an address's local part). NONCE is printable ASCII without a comma, or NULL
 * for a random one. ERROR_FORMAT when the password isn't valid UTF-8 or holds control characters.
 */
struct scram *scram_new(enum crypto_hash hash, const char *user, const struct secret *password,
			const char *nonce, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Wipe and free; NULL is fine. */
void scram_free(struct scram *scram);

/* The client's first message; g_free. */
char *scram_first(const struct scram *scram);
/* The client's final message in answer to the server's first; ERROR_FORMAT, ERROR_LIMIT. */
char *scram_answer(struct scram *scram, const char *server_first,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the server's final message proves that it knows the password: else ERROR_TRUST. */
gboolean scram_check(const struct scram *scram, const char *server_final,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

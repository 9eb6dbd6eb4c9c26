/*
 * xmpp_login: from an open connection to a bound session, one stanza at a time (RFC 6120 sections 5
 * to 7, XEP-0198 section 3). A pure state machine: it is told what came and says what to do.
 *
 * Always true: nothing but <starttls/> is said before the connection is secured; a server that
 * offers no encryption, or no SCRAM, is refused; what came in the clear behind <proceed/> is
 * ignored; the server's own proof is checked. Nothing is sent between <enable/> and <enabled/>.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_LOGIN_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_LOGIN_H

#include <glib.h>
#include <stdbool.h>

struct login;
struct secret;
struct stanza;

enum login_want {
	LOGIN_WAIT,   /* nothing but to send OUT, if there is one */
	LOGIN_SECURE, /* start TLS, then say login_secured() */
	LOGIN_OPEN,   /* open the stream anew, then say login_opened() */
	LOGIN_DONE,   /* the session is there */
	LOGIN_FAILED  /* ERROR says why */
};

/* For ADDRESS, a bare JID. PASSWORD is borrowed. */
struct login *login_new(const char *address, const struct secret *password);
/* Ask for RESOURCE, letters and digits; the server makes one up where it refuses it, or without. */
void login_want_resource(struct login *login, const char *resource);
/* NULL is fine. */
void login_free(struct login *login);

/* TLS is up, asked for or from the first byte on; the server opened its stream. */
void login_secured(struct login *login);
void login_opened(struct login *login);

/*
 * What STANZA leads to. *OUT: what to send now, or NULL. LOGIN_FAILED with ERROR_TRUST when the
 * server can't be believed, ERROR_POLICY when it doesn't offer what sotto insists on,
 * ERROR_PASSPHRASE when it refuses the account, ERROR_UNREACHABLE when another attempt may do.
 */
enum login_want login_take(struct login *login, const struct stanza *stanza, GBytes **out,
			   GError **error);

/* Once done: the full JID that the server gave us; whether it counts stanzas (XEP-0198). */
const char *login_jid(const struct login *login);
bool login_has_acks(const struct login *login);
/* Whether it wants to know when nobody looks (XEP-0352). */
bool login_has_states(const struct login *login);

#endif

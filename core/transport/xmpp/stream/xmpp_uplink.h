/*
 * xmpp_uplink: the way up to the server: connecting, logging in, staying, coming back.
 *
 * Owns the wire (a thread) and the login; lives on the core thread. Everything that leaves passes
 * xmpp_gate here. When the connection is lost it comes back by itself, with growing and jittered
 * pauses, unless it was told to try once, or the server refused the account; and at once when the
 * network has changed (xmpp_network).
 *
 * Every session has the same resource, random for each uplink: a server that hasn't noticed that
 * the former connection is dead ends it then, and what it sent there isn't lost.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_UPLINK_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_UPLINK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/transport.h"

enum {
	UPLINK_LOGIN_MS = 30000, /* from connecting to the session, else it is cut */
	UPLINK_PAUSE_MS = 2000,	 /* before the first new attempt; doubles */
	UPLINK_PAUSE_MAX_MS = 300000,
};

struct account;
struct certificate;
struct stanza;
struct uplink;

struct uplink_listener {
	/* The session is there. JID: the full one. HAS_ACKS: XEP-0198 counts from here on. */
	void (*up)(void *user, const char *jid, bool has_acks);
	/* What the server sends within the session. */
	void (*stanza)(void *user, const struct stanza *stanza);
	/* Nothing more has come for now. */
	void (*drained)(void *user);
	/* The network has changed: is the server still there? */
	void (*moved)(void *user);
	/* CONNECTING, ONLINE, OFFLINE (it will be tried again, if live), FAILED (it won't). ERROR
	 * is NULL for the first two. */
	void (*state)(void *user, enum transport_state state, const GError *error);
};

/* ACCOUNT is copied. Nothing happens before uplink_start(). */
struct uplink *uplink_new(const struct account *account, const struct uplink_listener *listener,
			  void *user);
void uplink_free(struct uplink *uplink);
/* The certificate that was in the way last; NULL when none was. */
const struct certificate *uplink_refused(const struct uplink *uplink);
/* Connect now. IS_LIVE: and again whenever the connection is lost. */
void uplink_start(struct uplink *uplink, GMainContext *context, bool is_live);
/* Connect once, and only until the server's certificate is believed: then up() comes, with neither
 * address nor session. Needs no password, and tells the server none. */
void uplink_look(struct uplink *uplink, GMainContext *context);
/* From now on it comes back whenever it was lost; where it is lost now, at once. */
void uplink_go_live(struct uplink *uplink);
/* Say goodbye; no callback comes any more. */
void uplink_stop(struct uplink *uplink);
/* Connect again at once, if it is waiting to. */
void uplink_hurry(struct uplink *uplink);
/* Send BYTES within the session; ERROR_POLICY when they mustn't leave, ERROR_UNREACHABLE. */
gboolean uplink_send(struct uplink *uplink, GBytes *bytes,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Why the server ended the session for something of more than *BYTES that we sent: a sentence; NULL
 * when that isn't what ended it. For the listener's state(). */
const char *uplink_blame(const struct uplink *uplink, size_t *bytes);
/* Within the session: whether the server wants to know when nobody looks. */
bool uplink_has_states(const struct uplink *uplink);
/* When the next attempt is due, wall ms; 0 when none is. */
int64_t uplink_due(const struct uplink *uplink);
/* The server doesn't answer any more: give this connection up. */
void uplink_cut(struct uplink *uplink, const char *why);

#endif

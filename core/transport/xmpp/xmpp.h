/*
 * xmpp: the carrier for people on many hosts, over a server of theirs (RFC 6120, 6121).
 *
 * The parts: xmpp_uplink connects, logs in and comes back; below it xmpp_wire is libstrophe on a
 * thread of its own, which sees bytes only; xmpp_gate looks at everything that leaves;
 * xmpp_session asks, answers and counts; xmpp_keys publishes and reads keys; xmpp_forms is the XML.
 *
 * Messages arrive live, as copies of what other own devices got or sent (XEP-0280), and from the
 * server's archive (XEP-0313), which is asked for what came since the last mark; live ones wait
 * until the archive is through, so that each conversation is in order. However a message came, its
 * parcel holds the same bytes, so that a second copy is known by its digest. A message that isn't
 * sealed isn't taken in; that it came is told.
 *
 * A request made while there is no connection waits for the one that is being made; when that fails
 * it is answered with ERROR_UNREACHABLE.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_XMPP_H
#define SOTTO_CORE_TRANSPORT_XMPP_XMPP_H

#include <glib.h>
#include "core/port/transport.h"

struct account;
struct certificate;
struct patience;

/* Load what would be loaded late otherwise: a process that has given up making memory executable
 * loads no library. */
void xmpp_prepare(void);

/* The carrier for ACCOUNT, which is copied. */
struct transport *xmpp_new(const struct account *account);

/*
 * Log in to ACCOUNT and out again, waiting for it as long as PATIENCE says: that its server can be
 * trusted and takes the password; without one, that it can be reached and trusted. Runs a main
 * context of its own; for the making of a profile. *REFUSED: the certificate that was in the way,
 * or NULL;
 * certificate_free().
 */
gboolean xmpp_check(const struct account *account, const struct patience *patience,
		    struct certificate **refused, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

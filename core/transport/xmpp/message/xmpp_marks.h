/*
 * xmpp_marks: the port core/port/transport_marks.h over XMPP: a private item on the own account
 * (XEP-0223: PEP with the access model whitelist), in the node urn:sotto:mark:1:ID for device ID.
 *
 *     <mark xmlns='urn:sotto:mark:1'>base64</mark>
 *
 * A server that doesn't keep the node to its owner gets none: ERROR_UNAVAILABLE.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_MARKS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_MARKS_H

#include "core/port/transport_marks.h"
#include "core/transport/xmpp/stream/xmpp_session.h"

/* Each is a question to the server: of a run's first seal, then of so many. */
enum { XMPP_MARK_BLOCK = 256 };

void xmpp_mark_get(struct session *session, uint32_t device, transport_kept kept, void *user);
void xmpp_mark_put(struct session *session, uint32_t device, GBytes *bytes, transport_done done,
		   void *user);

#endif

/*
 * xmpp_gate: the one place through which everything that leaves for the server passes, and the
 * rules of what may.
 *
 * A message must hold sealed content and nothing else: <encrypted/>, our extension, and of a
 * <body/> only the fixed words for clients that can't read it; in a room as between two, where a
 * subject never leaves. The one message that isn't sealed asks somebody into a room, and names
 * nothing but addresses. Beside what is sealed only what names an id or asks for a mark may stand;
 * alone only a mark of core/omemo/marks.h. No name of a contact goes to the server's list. Presence
 * tells nothing but that somebody is there. Questions are of a few known kinds. Before the
 * connection is secured only <starttls/> passes, before the session is there only what logs in.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_GATE_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_GATE_H

#include <glib.h>

enum gate_stage { GATE_CLEAR, GATE_LOGIN, GATE_SESSION };

/* ERROR_POLICY: BYTES mustn't leave at STAGE; they are a mistake of ours. */
gboolean gate_check(GBytes *bytes, enum gate_stage stage, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

#include "core/transport/xmpp/xmpp_inside.h"

#include <string.h>
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

#define INFO "http://jabber.org/protocol/disco#info"

enum { QUESTION_ID_MAX = 256 /* bytes of an id that is given back */ };

void xmpp_answer(struct xmpp *xmpp, const struct stanza *iq)
{
	const char *from = stanza_get(iq, "from"), *id = stanza_get(iq, "id");
	const struct stanza *query = stanza_child(iq, "query", INFO);
	g_autofree char *bare = from ? contact_bare_address(from) : NULL, *abilities = NULL;
	bool is_own = !from || g_strcmp0(bare, xmpp->account->address) == 0 ||
		      strcmp(from, strchr(xmpp->account->address, '@') + 1) == 0;

	if (!id || strlen(id) > QUESTION_ID_MAX)
		return;
	if (is_own && query) {
		abilities = forms_abilities(xmpp->account->device,
					    stanza_get(query, "node"));
		session_reply(xmpp->session, from, id, "result", abilities);
	} else if (is_own && stanza_child(iq, "ping", "urn:xmpp:ping")) {
		session_reply(xmpp->session, from, id, "result", "");
	} else {
		session_reply(xmpp->session, from, id, "error",
			      "<error type='cancel'><service-unavailable "
			      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
	}
}

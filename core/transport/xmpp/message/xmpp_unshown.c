#include "core/transport/xmpp/message/xmpp_unshown.h"

#include <glib.h>
#include "core/xml/stanza.h"

static const struct {
	const char *name;
	const char *space;
	enum unshown unshown;
} known[] = {
	{ "encrypted", "urn:xmpp:omemo:2", UNSHOWN_SEALED },
	{ "encrypted", "urn:xmpp:omemo:1", UNSHOWN_SEALED },
	{ "openpgp", "urn:xmpp:openpgp:0", UNSHOWN_SEALED },
	{ "x", "jabber:x:encrypted", UNSHOWN_SEALED },
	{ "encryption", "urn:xmpp:eme:0", UNSHOWN_SEALED },
	{ "propose", "urn:xmpp:jingle-message:0", UNSHOWN_CALL },
	{ "body", "jabber:client", UNSHOWN_UNSEALED },
	{ "subject", "jabber:client", UNSHOWN_UNSEALED },
	{ "html", "http://jabber.org/protocol/xhtml-im", UNSHOWN_UNSEALED },
	{ "x", "jabber:x:oob", UNSHOWN_UNSEALED },
	{ "reactions", "urn:xmpp:reactions:0", UNSHOWN_UNSEALED },
	{ "file-sharing", "urn:xmpp:sfs:0", UNSHOWN_UNSEALED },
	{ "attention", "urn:xmpp:attention:0", UNSHOWN_UNSEALED },
};

enum unshown unshown_of(const struct stanza *message)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (stanza_child(message, known[i].name, known[i].space))
			return known[i].unshown;
	}
	return UNSHOWN_NOTHING;
}

/*
 * xmpp_server: where the user says the server is, as text: [tls:]HOST[:PORT].
 *
 * "tls:" means TLS from the first byte (XEP-0368); so do the ports 5223 and 443. Without it
 * STARTTLS is insisted on. An IPv6 address stands in brackets when a port follows.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SERVER_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_SERVER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct server {
	char *host;    /* NULL: as DNS says */
	uint16_t port; /* 0: the usual one */
	bool is_direct;
};

/* TEXT may be NULL: as DNS says. ERROR_USAGE says what is wrong. SERVER need not be initialised. */
gboolean server_parse(const char *text, struct server *server,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void server_clear(struct server *server);

#endif

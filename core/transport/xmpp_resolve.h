/*
 * xmpp_resolve: the addresses at which a domain's XMPP server may answer. Blocks: for the wire's
 * thread alone.
 *
 * Without a host, DNS is asked for _xmpps-client._tcp (XEP-0368) and _xmpp-client._tcp (RFC 6120
 * section 3.2.1); the former, with TLS from the first byte, come first; where there are none, the
 * domain itself on port 5222. Whoever forges DNS gains nothing: the certificate must be for the
 * domain.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_RESOLVE_H
#define SOTTO_CORE_TRANSPORT_XMPP_RESOLVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	RESOLVE_MAX = 16, /* addresses that are tried, at most */
	RESOLVE_PORT = 5222,
	RESOLVE_PORT_DIRECT = 5223,
};

struct resolve_address {
	char host[64]; /* numeric */
	uint16_t port;
	bool is_direct;
};

/* A GPtrArray of struct resolve_address, not empty; NULL and ERROR_UNREACHABLE. */
GPtrArray *resolve_find(const char *domain, const char *host, uint16_t port, bool is_direct,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

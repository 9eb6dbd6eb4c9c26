/*
 * xmpp_resolve: the addresses at which a domain's XMPP server may answer. Blocks: for the wire's
 * thread alone.
 *
 * Without a host, DNS is asked for _xmpps-client._tcp (XEP-0368) and _xmpp-client._tcp (RFC 6120
 * section 3.2.1); their targets are mixed, and tried in the order of RFC 2782; where there are no
 * such records, the domain itself on port 5222. A domain whose only target is "." has no server.
 * Whoever forges DNS gains nothing: the certificate must be for the domain.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_RESOLVE_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_RESOLVE_H

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

/* An SRV record. */
struct resolve_target {
	const char *host;
	uint16_t port, priority, weight;
	bool is_direct;
};

/* A number below BOUND, which isn't 0. */
typedef uint32_t (*resolve_pick)(uint32_t bound);

/* Put COUNT targets into the order in which they are to be tried (RFC 2782): by priority, and by
 * chance within one, the heavier ones more often first. */
void resolve_order(struct resolve_target *targets, size_t count, resolve_pick pick);

/* A GPtrArray of struct resolve_address, not empty; NULL and ERROR_UNREACHABLE. */
GPtrArray *resolve_find(const char *domain, const char *host, uint16_t port, bool is_direct,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif

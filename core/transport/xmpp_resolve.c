#include "core/transport/xmpp_resolve.h"

#include <gio/gio.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "core/error.h"

/* Append what HOST's name stands for. Gives getaddrinfo's word. */
static int add_host(GPtrArray *found, const char *host, uint16_t port, bool is_direct)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int result = getaddrinfo(host, NULL, &hints, &list);

	for (const struct addrinfo *at = list; at && found->len < RESOLVE_MAX; at = at->ai_next) {
		struct resolve_address *address = g_new0(struct resolve_address, 1);

		address->port = port;
		address->is_direct = is_direct;
		if (getnameinfo(at->ai_addr, at->ai_addrlen, address->host, sizeof(address->host),
				NULL, 0, NI_NUMERICHOST) == 0)
			g_ptr_array_add(found, address);
		else
			g_free(address);
	}
	if (list)
		freeaddrinfo(list);
	return result;
}

/* The targets of SERVICE come sorted by priority and weight. */
static void add_service(GPtrArray *found, const char *service, const char *domain, bool is_direct)
{
	g_autoptr(GResolver) resolver = g_resolver_get_default();
	GList *targets = g_resolver_lookup_service(resolver, service, "tcp", domain, NULL, NULL);

	for (GList *link = targets; link; link = link->next) {
		GSrvTarget *target = link->data;
		const char *host = g_srv_target_get_hostname(target);

		/* "." says that there is no such service. */
		if (*host && strcmp(host, ".") != 0)
			add_host(found, host, g_srv_target_get_port(target), is_direct);
	}
	g_resolver_free_targets(targets);
}

GPtrArray *resolve_find(const char *domain, const char *host, uint16_t port, bool is_direct,
			GError **error)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	int result = 0;

	if (!host) {
		add_service(found, "xmpps-client", domain, true);
		if (!is_direct)
			add_service(found, "xmpp-client", domain, false);
	}
	if (found->len == 0)
		result = add_host(found, host ? host : domain,
				  port	    ? port :
				  is_direct ? RESOLVE_PORT_DIRECT :
					      RESOLVE_PORT,
				  is_direct);
	if (found->len > 0)
		return found;
	error_set(error, ERROR_UNREACHABLE, "No address of %s can be found: %s.",
		  host ? host : domain, gai_strerror(result));
	g_ptr_array_unref(found);
	return NULL;
}

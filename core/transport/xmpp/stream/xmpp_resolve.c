#include "core/transport/xmpp/stream/xmpp_resolve.h"

#include <gio/gio.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "core/base/crypto.h"
#include "core/base/error.h"

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

/* -- service records -------------------------------------------------------------------------- */

static int compare_targets(const void *left, const void *right)
{
	const struct resolve_target *one = left, *other = right;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	/* Those without weight stand first, else they would never be drawn before another. */
	return (one->weight > 0) - (other->weight > 0);
}

/* Bring one of COUNT targets of the same priority to the front. */
static void draw(struct resolve_target *targets, size_t count, resolve_pick pick)
{
	struct resolve_target drawn;
	uint32_t sum = 0, mark, at = 0;
	size_t i = 0;

	for (size_t n = 0; n < count; n++)
		sum += targets[n].weight;
	mark = pick(sum + 1);
	while (i + 1 < count && (at += targets[i].weight) < mark)
		i++;
	drawn = targets[i];
	memmove(targets + 1, targets, i * sizeof(*targets));
	targets[0] = drawn;
}

void resolve_order(struct resolve_target *targets, size_t count, resolve_pick pick)
{
	size_t end;

	qsort(targets, count, sizeof(*targets), compare_targets);
	for (size_t i = 0; i < count; i++) {
		for (end = i + 1; end < count && targets[end].priority == targets[i].priority;
		     end++)
			;
		draw(targets + i, end - i, pick);
	}
}

/* What was asked of DNS for one domain. */
struct answers {
	GArray *targets; /* struct resolve_target */
	GList *lists[2]; /* of GSrvTarget, which the targets point into */
	bool is_refused; /* "." stood there */
};

static void ask_service(struct answers *answers, const char *service, const char *domain,
			bool is_direct)
{
	g_autoptr(GResolver) resolver = g_resolver_get_default();
	GList *list = g_resolver_lookup_service(resolver, service, "tcp", domain, NULL, NULL);

	answers->lists[is_direct] = list;
	for (GList *link = list; link; link = link->next) {
		GSrvTarget *found = link->data;
		struct resolve_target target = {
			.host = g_srv_target_get_hostname(found),
			.port = g_srv_target_get_port(found),
			.priority = g_srv_target_get_priority(found),
			.weight = g_srv_target_get_weight(found),
			.is_direct = is_direct,
		};

		if (*target.host && strcmp(target.host, ".") != 0)
			g_array_append_val(answers->targets, target);
		else
			answers->is_refused |= !is_direct;
	}
}

/* TRUE when there were records, whether or not they lead anywhere. */
static bool add_services(GPtrArray *found, const char *domain, bool is_direct)
{
	struct answers answers = {
		.targets = g_array_new(FALSE, FALSE, sizeof(struct resolve_target)),
	};
	bool has_any;

	ask_service(&answers, "xmpps-client", domain, true);
	if (!is_direct)
		ask_service(&answers, "xmpp-client", domain, false);
	resolve_order((struct resolve_target *)(void *)answers.targets->data, answers.targets->len,
		      crypto_random_below);
	for (guint i = 0; i < answers.targets->len; i++) {
		const struct resolve_target *target =
			&g_array_index(answers.targets, struct resolve_target, i);

		add_host(found, target->host, target->port, target->is_direct);
	}
	has_any = answers.targets->len > 0 || answers.is_refused;
	g_array_unref(answers.targets);
	for (size_t i = 0; i < G_N_ELEMENTS(answers.lists); i++)
		g_resolver_free_targets(answers.lists[i]);
	return has_any;
}

GPtrArray *resolve_find(const char *domain, const char *host, uint16_t port, bool is_direct,
			GError **error)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	int result = 0;

	if (!host && add_services(found, domain, is_direct)) {
		if (found->len > 0)
			return found;
		error_set(error, ERROR_UNREACHABLE,
			  "DNS names no server of %s that can be reached; ask who runs it.",
			  domain);
		g_ptr_array_unref(found);
		return NULL;
	}
	if (!port)
		port = is_direct ? RESOLVE_PORT_DIRECT : RESOLVE_PORT;
	result = add_host(found, host ? host : domain, port, is_direct);
	if (found->len > 0)
		return found;
	error_set(error, ERROR_UNREACHABLE, "No address of %s can be found: %s.",
		  host ? host : domain, gai_strerror(result));
	g_ptr_array_unref(found);
	return NULL;
}

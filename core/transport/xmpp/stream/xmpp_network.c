#include "core/transport/xmpp/stream/xmpp_network.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "core/base/crypto.h"

enum {
	PIECE = 16 * 1024,	      /* what the kernel says at once, at most */
	FAR_S = 10 * 365 * 24 * 3600, /* never, for a timer that waits to be cancelled */
};

struct network {
	GMainContext *context;
	network_changed changed;
	void *user;
	int routes; /* -1: the kernel has none */
	int jumps;
	GSource *watches[2];
	GSource *timer; /* until it is told */
	gint64 told;	/* when it was, monotonic us; 0 never */
};

static GSource *attach(struct network *network, GSource *source, GSourceFunc func)
{
	g_source_set_callback(source, func, network, NULL);
	g_source_attach(source, network->context);
	return source;
}

static void clear_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

static gboolean tell(void *user)
{
	struct network *network = user;

	clear_source(&network->timer);
	network->told = g_get_monotonic_time();
	network->changed(network->user);
	return G_SOURCE_REMOVE;
}

static void note(struct network *network)
{
	gint64 since = (g_get_monotonic_time() - network->told) / 1000;
	guint wait = NETWORK_CALM_MS + crypto_random_below(NETWORK_CALM_MS);

	if (network->timer)
		return;
	if (network->told && since + wait < NETWORK_PAUSE_MS)
		wait = (guint)(NETWORK_PAUSE_MS - since);
	network->timer = attach(network, g_timeout_source_new(wait), tell);
}

/* -- addresses and routes --------------------------------------------------------------------- */

static bool is_change(const struct nlmsghdr *header)
{
	switch (header->nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return true;
	default:
		return false;
	}
}

static bool has_change(const void *piece, size_t bytes)
{
	int left = (int)bytes;

	for (const struct nlmsghdr *header = piece; NLMSG_OK(header, (unsigned)left);
	     header = NLMSG_NEXT(header, left)) {
		if (is_change(header))
			return true;
	}
	return false;
}

static gboolean route_changed(gint fd, GIOCondition condition, void *user)
{
	_Alignas(struct nlmsghdr) char piece[PIECE];
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	bool is_changed = false;
	ssize_t bytes;

	(void)condition;
	while ((bytes = recvfrom(fd, piece, sizeof(piece), 0, (struct sockaddr *)&from, &size)) > 0)
		/* Other processes may write here too; the kernel is number 0. */
		is_changed |= from.nl_pid == 0 && has_change(piece, (size_t)bytes);
	/* More happened than it could keep for us. */
	is_changed |= bytes < 0 && errno == ENOBUFS;
	if (is_changed)
		note(user);
	return G_SOURCE_CONTINUE;
}

static int open_routes(void)
{
	const struct sockaddr_nl all = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
			     RTMGRP_IPV6_ROUTE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&all, sizeof(all)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* -- suspend ---------------------------------------------------------------------------------- */

/* Waking up counts as a jump of the clock, too (timerfd_create(2)). */
static void wait_for_jump(int fd)
{
	const struct itimerspec far = { .it_value = { .tv_sec = time(NULL) + FAR_S } };

	/* Without it only routes are noticed. */
	(void)!timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

static gboolean clock_jumped(gint fd, GIOCondition condition, void *user)
{
	uint64_t count;
	bool is_jump = read(fd, &count, sizeof(count)) < 0 && errno == ECANCELED;

	(void)condition;
	wait_for_jump(fd);
	if (is_jump)
		note(user);
	return G_SOURCE_CONTINUE;
}

/* --------------------------------------------------------------------------------------------- */

static GSource *watch(struct network *network, int fd, GUnixFDSourceFunc func)
{
	return attach(network, g_unix_fd_source_new(fd, G_IO_IN),
		      (GSourceFunc)(void (*)(void))func);
}

struct network *network_new(GMainContext *context, network_changed changed, void *user)
{
	struct network *network = g_new0(struct network, 1);

	network->context = context;
	network->changed = changed;
	network->user = user;
	network->routes = open_routes();
	network->jumps = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (network->routes >= 0)
		network->watches[0] = watch(network, network->routes, route_changed);
	if (network->jumps >= 0) {
		wait_for_jump(network->jumps);
		network->watches[1] = watch(network, network->jumps, clock_jumped);
	}
	return network;
}

void network_free(struct network *network)
{
	if (!network)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(network->watches); i++)
		clear_source(&network->watches[i]);
	clear_source(&network->timer);
	if (network->routes >= 0)
		close(network->routes);
	if (network->jumps >= 0)
		close(network->jumps);
	g_free(network);
}

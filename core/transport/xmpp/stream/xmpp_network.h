/*
 * xmpp_network: notices that the way to the server may be another one now: an address or a route
 * came or went, the machine woke from suspend, or the clock was set.
 *
 * Costs nothing while nothing happens: a route socket (rtnetlink) and a timer that the kernel
 * cancels (TFD_TIMER_CANCEL_ON_SET), both on the given context. A network that comes back does so
 * in many steps: the word comes once they calm down, and at most every NETWORK_PAUSE_MS.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_NETWORK_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_NETWORK_H

#include <glib.h>

enum {
	NETWORK_CALM_MS = 200,	 /* from the first step on; up to twice that, by chance */
	NETWORK_PAUSE_MS = 5000, /* between two words */
};

struct network;

/* Comes on CONTEXT's thread. */
typedef void (*network_changed)(void *user);

/* Where the kernel has no such sockets or timers, it is silent. */
struct network *network_new(GMainContext *context, network_changed changed, void *user);
/* NULL is fine. Not within CHANGED. */
void network_free(struct network *network);

#endif

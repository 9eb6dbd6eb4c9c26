/*
 * xmpp_wire: one connection to an XMPP server, on a thread of its own that sees bytes only.
 *
 * libstrophe carries TCP, TLS and the XML parser; names, passwords, keys and decisions stay on the
 * core thread. DNS, connecting and the TLS handshake block, but only this thread; the core thread
 * never waits for it, except wire_close() for at most WIRE_GOODBYE_MS. A wire is one attempt: it
 * goes up once, comes down once (WIRE_DOWN is its last event) and is then closed.
 *
 * TLS: the certificate must be good for the account's domain, signed by one of the system's CAs or
 * of the given file; or it must be the pinned one. Until that is so nothing is sent over it. What
 * the server sends is bounded before libstrophe's quadratic parser gets far: between two stanzas at
 * most WIRE_BYTES_MAX bytes and WIRE_ALLOCATIONS_MAX pieces of memory.
 *
 * Needs: AF_INET and AF_INET6 stream sockets, an eventfd, a thread; /etc/resolv.conf, /etc/hosts,
 * /etc/nsswitch.conf and what they lead to; OpenSSL's CA files (/etc/ssl) and the CA file.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	WIRE_BYTES_MAX = 1024 * 1024,
	WIRE_ALLOCATIONS_MAX = 60000,
	WIRE_WAITING_MAX = 1000, /* events not yet taken by the core thread: then nothing is read */
	WIRE_GOODBYE_MS = 1000,
	WIRE_TICK_MS = 1000,   /* libstrophe wants to be called now and then */
	WIRE_KEEPALIVE_S = 60, /* TCP's own, so that a dead connection is noticed */
};

struct certificate;
struct wire;

/* Where to; all strings are copied. */
struct wire_place {
	const char *domain;  /* of the account: who the certificate must be for */
	const char *host;    /* NULL: as DNS says for the domain (SRV, else the domain itself) */
	uint16_t port;	     /* 0: 5222, or 5223 for direct TLS */
	bool is_direct; /* TLS from the first byte (XEP-0368); else, where HOST is given and ends
			 * before its stream begins, that is tried after it */
	unsigned first;	     /* the number of the address to begin with, of those found */
	const char *ca_file; /* more CAs to believe, or NULL */
	const char *pin;     /* the one certificate to believe (certificate.h), or NULL */
};

enum wire_event_type {
	WIRE_UP,      /* connected, in the clear */
	WIRE_SECURED, /* after wire_secure(), or connected with TLS from the first byte */
	WIRE_OPENED,  /* the server opened its stream, after wire_open() */
	WIRE_STANZA,  /* BYTES: one element below the stream's root */
	WIRE_DOWN     /* over; ERROR says why */
};

struct wire_event {
	enum wire_event_type type;
	GBytes *bytes;
	GError *error;
	struct certificate *refused; /* WIRE_DOWN: the certificate that wasn't believed, or NULL */
};

/* Comes on CONTEXT's thread; EVENT is valid during the call. */
typedef void (*wire_func)(void *user, const struct wire_event *event);
/* After a row of events that came at once. */
typedef void (*wire_drained)(void *user);

struct wire *wire_new(const struct wire_place *place, GMainContext *context, wire_func func,
		      wire_drained drained, void *user);

/* Open the stream, or open it anew; start TLS; send BYTES. Asked of the thread, in this order. */
void wire_open(struct wire *wire);
void wire_secure(struct wire *wire);
void wire_send(struct wire *wire, GBytes *bytes);

/*
 * Cut the connection, whatever it is doing: WIRE_DOWN with ERROR_UNREACHABLE and WHY follows. Does
 * nothing to name lookups, which can't be cut: their end is the next moment to notice.
 */
void wire_cut(struct wire *wire, const char *why);
/* End it politely if it is up, and give it up: no event comes any more. NULL is fine. */
void wire_close(struct wire *wire);

#endif

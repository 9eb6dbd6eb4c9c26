/*
 * xmpp_wire_inside: what the two threads of a wire share; for xmpp_wire.c, the core thread's side,
 * xmpp_wire_thread.c, the other one, and xmpp_wire_queue.c, what goes from one to the other, alone.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_INSIDE_H
#define SOTTO_CORE_TRANSPORT_XMPP_STREAM_XMPP_WIRE_INSIDE_H

#include "core/transport/xmpp/stream/xmpp_wire.h"

enum wire_ask { ASK_OPEN, ASK_SECURE, ASK_SEND, ASK_CLOSE };

struct wire_request {
	enum wire_ask ask;
	GBytes *bytes;
};

/* Counted by g_atomic_rc_box: each thread holds one, and so does each call to the core thread. */
struct wire {
	/* what never changes */
	char *domain;
	char *host;
	uint16_t port;
	bool is_direct;
	unsigned first;
	char *ca_file;
	char *pin;
	GMainContext *context;
	wire_func func;
	wire_drained drained;
	void *user;
	/* what guards itself */
	GAsyncQueue *requests; /* struct wire_request * */
	GAsyncQueue *events;   /* struct wire_event * */
	int wake;	       /* eventfd: there is a request, or room for events */
	/* under LOCK */
	GMutex lock;
	GCond ended;
	bool is_ended;
	bool has_source; /* the core thread has been called */
	int socket;	 /* a second descriptor of the connection, -1 without */
	char *cut;	 /* why it is to be cut */
	/* the core thread's alone */
	bool is_closed; /* no more events */
};

/* Queue an event for the core thread and call it. Takes BYTES, which may be NULL, over. */
void wire_tell(struct wire *wire, enum wire_event_type type, GBytes *bytes);
/* The last event: why it is over. Takes both over; REFUSED may be NULL. */
void wire_tell_down(struct wire *wire, struct certificate *refused, GError *error);
void wire_event_free(void *event);
void wire_request_free(void *request);
/* The thread looks at what it is asked and at how many events wait. */
void wire_wake(struct wire *wire);
void wire_unref(void *wire);
/* The thread, from finding the server to the connection's end. Takes its count of WIRE over. */
void *wire_run(void *wire);

#endif

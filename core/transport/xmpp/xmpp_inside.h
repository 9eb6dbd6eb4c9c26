/*
 * xmpp_inside: what the files of this carrier share, and nobody else sees: xmpp.c, the connection's
 * coming and going; xmpp_requests.c, what the core asks for; xmpp_catchup.c, the archive and what
 * else waits; xmpp_answers.c, what others ask us; xmpp_files.c, files beside messages.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_XMPP_INSIDE_H
#define SOTTO_CORE_TRANSPORT_XMPP_XMPP_INSIDE_H

#include "core/omemo/bundle.h"
#include "core/port/transport_marks.h"
#include "core/port/transport_talk.h"
#include "core/transport/xmpp/xmpp.h"

struct account;
struct arrivals;
struct keys;
struct mark_news;
struct people;
struct rooms;
struct session;
struct stanza;
struct transport_files;
struct uplink;
struct uploads;

enum xmpp_kind { KIND_LIST, KIND_FETCH, KIND_PUBLISH, KIND_WITHDRAW, KIND_SEND, KIND_LOOK,
		 KIND_ACT, KIND_MARK_GET, KIND_MARK_PUT };

/* What was asked for; waits while there is no session. */
struct request {
	enum xmpp_kind kind;
	char *address;
	uint32_t device;
	struct bundle bundle;
	GBytes *bytes;
	transport_listed listed;
	transport_fetched fetched;
	transport_kept kept;
	transport_done done;
	void *user;
};

struct xmpp {
	struct transport base;
	struct account *account;
	struct transport_listener listener;
	void *user;
	GMainContext *context;
	bool is_live;
	bool is_careful; /* one of several messages isn't taken by the server */
	struct uplink *uplink;
	enum transport_state state;
	char *why;		 /* why there is no connection */
	GQueue requests;	 /* struct request *, for the session to come */
	struct rooms *rooms;
	struct uploads *uploads; /* xmpp_files.c */
	struct people *people;
	struct mark_news *mark_news;
	struct session *session; /* NULL without a connection, and all below */
	struct keys *keys;
	struct arrivals *arrivals;
	bool is_catching_up;
	GQueue looks;  /* struct request *: fetch_now()s of this session */
	char *mark;    /* where the archive was left */
	int64_t since; /* this device's beginning */
};

/* -- one request (xmpp_request.c) ------------------------------------------------------------- */

/* Answer REQUEST with ERROR and free it. */
void xmpp_refuse(struct request *request, const GError *error);
void xmpp_request_free(struct request *request);

/* -- requests (xmpp_requests.c) --------------------------------------------------------------- */

/* Now, with the session that is being made, or not at all. Takes REQUEST over. */
void xmpp_submit(struct xmpp *xmpp, struct request *request);

/* As the port says. */
void xmpp_publish(struct transport *transport, const struct bundle *bundle, transport_done done,
		  void *user);
void xmpp_withdraw(struct transport *transport, uint32_t device, transport_done done, void *user);
void xmpp_list(struct transport *transport, const char *address, transport_listed listed,
	       void *user);
void xmpp_fetch(struct transport *transport, const char *address, uint32_t device,
		transport_fetched fetched, void *user);
void xmpp_send(struct transport *transport, const char *address, uint32_t device, GBytes *bytes,
	       transport_done done, void *user);
void xmpp_fetch_now(struct transport *transport, transport_done done, void *user);

extern const struct transport_marks xmpp_marks_port;

/* -- looking for what came (xmpp_catchup.c) --------------------------------------------------- */

/* Live messages wait from now on, until the archive has been read from the mark on. */
void xmpp_hold(struct xmpp *xmpp);
void xmpp_catch_up(struct xmpp *xmpp);
/* Answer REQUEST (KIND_LOOK), once all that the server has for us came. Takes it over. */
void xmpp_look(struct xmpp *xmpp, struct request *request);
/* Those that waited for the rooms go on. */
void xmpp_look_on(struct xmpp *xmpp);

/* -- files (xmpp_files.c) ---------------------------------------------------------------------- */

extern const struct transport_files xmpp_files_port;

struct uploads *uploads_new(struct xmpp *xmpp);
void uploads_free(struct uploads *uploads);
/* The connection is gone: the next one's service is looked for anew. */
void uploads_down(struct uploads *uploads);
/* What is under way is answered with ERROR. */
void uploads_stop(struct uploads *uploads, const GError *error);

/* -- people (xmpp_talk.c) --------------------------------------------------------------------- */

extern const struct transport_talk xmpp_talk_port;
struct people *xmpp_people_new(struct xmpp *xmpp);

/* -- what others ask us (xmpp_answers.c) ------------------------------------------------------ */

/*
 * Our own server and account may ask whether we are there and what we can do; anybody else is told
 * that we don't answer, as if nobody were here.
 */
void xmpp_answer(struct xmpp *xmpp, const struct stanza *iq);

#endif

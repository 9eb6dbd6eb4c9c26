#include "core/transport/xmpp.h"

#include <string.h>
#include "core/account.h"
#include "core/bundle.h"
#include "core/contact.h"
#include "core/error.h"
#include "core/stanza.h"
#include "core/transport/xmpp_arrivals.h"
#include "core/transport/xmpp_exposures.h"
#include "core/transport/xmpp_forms.h"
#include "core/transport/xmpp_keys.h"
#include "core/transport/xmpp_session.h"
#include "core/transport/xmpp_uplink.h"

#define CLIENT	 "jabber:client"
#define CATCH_UP "catch-up"
#define INFO	 "http://jabber.org/protocol/disco#info"

enum {
	CLOCK_SLACK_MS = 60000, /* by which the server's clock may be behind ours */
	QUESTION_ID_MAX = 256,	/* bytes of an id that is given back */
};

enum kind { KIND_LIST, KIND_FETCH, KIND_PUBLISH, KIND_WITHDRAW, KIND_SEND, KIND_LOOK };

/* What was asked for while there was no session. */
struct request {
	enum kind kind;
	char *address;
	uint32_t device;
	struct bundle bundle;
	GBytes *bytes;
	transport_listed listed;
	transport_fetched fetched;
	transport_done done;
	void *user;
};

struct xmpp {
	struct transport base;
	struct account *account;
	struct transport_listener listener;
	void *user;
	GMainContext *context;
	struct uplink *uplink;
	enum transport_state state;
	char *why;		 /* why there is no connection */
	GQueue requests;	 /* struct request *, for the session to come */
	struct session *session; /* NULL without a connection, and all below */
	struct keys *keys;
	struct arrivals *arrivals;
	bool is_catching_up;
	GQueue looks;  /* struct request *: fetch_now()s of this session */
	char *mark;    /* where the archive was left */
	int64_t since; /* this device's beginning */
};

static struct xmpp *self(struct transport *transport)
{
	return (struct xmpp *)transport;
}

static void request_free(struct request *request)
{
	bundle_clear(&request->bundle);
	g_clear_pointer(&request->bytes, g_bytes_unref);
	g_free(request->address);
	g_free(request);
}

static void refuse(struct request *request, const GError *error)
{
	if (request->listed)
		request->listed(request->user, NULL, 0, 0, error);
	else if (request->fetched)
		request->fetched(request->user, NULL, error);
	else
		request->done(request->user, error);
	request_free(request);
}

/* -- looking for arrivals --------------------------------------------------------------------- */

static void look(struct xmpp *xmpp);

/* The server works through a stream in order: what it had for us has come before its answer. */
static void looked(void *user, const struct stanza *iq)
{
	struct xmpp *xmpp = user;
	struct request *request;
	GQueue looks = xmpp->looks;

	/* When the connection ended, its end answers. */
	if (!iq)
		return;
	if (keys_is_busy(xmpp->keys)) {
		look(xmpp);
		return;
	}
	arrivals_flush(xmpp->arrivals);
	g_queue_init(&xmpp->looks);
	while ((request = g_queue_pop_head(&looks))) {
		request->done(request->user, NULL);
		request_free(request);
	}
}

static void look(struct xmpp *xmpp)
{
	session_ask(xmpp->session, "get", NULL, "<ping xmlns='urn:xmpp:ping'/>", looked, xmpp);
}

static void add_look(struct xmpp *xmpp, struct request *request)
{
	bool is_first = g_queue_is_empty(&xmpp->looks);

	g_queue_push_tail(&xmpp->looks, request);
	if (is_first && !xmpp->is_catching_up)
		look(xmpp);
}

/* -- catching up ------------------------------------------------------------------------------ */

static void ask_archive(struct xmpp *xmpp);

static void caught_up(struct xmpp *xmpp, const char *last)
{
	xmpp->is_catching_up = false;
	arrivals_release(xmpp->arrivals, last);
	if (!g_queue_is_empty(&xmpp->looks))
		look(xmpp);
}

static void archive_read(void *user, const struct stanza *iq)
{
	struct xmpp *xmpp = user;
	g_autofree char *last = NULL;

	if (!iq)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "error") == 0) {
		/* A mark that the archive no longer knows: look at all since this device began. */
		if (xmpp->mark && session_is_error(iq, "item-not-found", NULL)) {
			g_clear_pointer(&xmpp->mark, g_free);
			ask_archive(xmpp);
			return;
		}
		/* Without an archive there is what the server kept for us, and that came. */
		caught_up(xmpp, NULL);
		return;
	}
	arrivals_flush(xmpp->arrivals);
	if (forms_archive_end(iq, &last)) {
		caught_up(xmpp, last);
		return;
	}
	arrivals_mark(xmpp->arrivals, last);
	g_free(xmpp->mark);
	xmpp->mark = g_steal_pointer(&last);
	ask_archive(xmpp);
}

static void ask_archive(struct xmpp *xmpp)
{
	g_autofree char *form = forms_archive(CATCH_UP, xmpp->mark, xmpp->since - CLOCK_SLACK_MS);

	session_ask(xmpp->session, "set", NULL, form, archive_read, xmpp);
}

/* -- what the session gives ------------------------------------------------------------------- */

static void batch_arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.arrived)
		xmpp->listener.arrived(xmpp->user, parcels, count);
}

static void devices_changed(void *user, const char *address, const uint32_t *ids, size_t count)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.devices)
		xmpp->listener.devices(xmpp->user, address, ids, count);
}

static void noticed(void *user, const char *sentence)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.notice)
		xmpp->listener.notice(xmpp->user, sentence);
}

static void marked(void *user, const char *mark)
{
	struct xmpp *xmpp = user;

	if (mark != xmpp->mark) {
		g_free(xmpp->mark);
		xmpp->mark = g_strdup(mark);
	}
	if (xmpp->listener.marked)
		xmpp->listener.marked(xmpp->user, xmpp->mark);
}

static void settled(void *user, uint64_t token)
{
	session_stored(((struct xmpp *)user)->session, token);
}

static const struct arrivals_listener arrivals_listener = {
	.arrived = batch_arrived,
	.devices = devices_changed,
	.notice = noticed,
	.marked = marked,
	.settled = settled,
};

/*
 * Our own server and account may ask whether we are there and what we can do; anybody else is told
 * that we don't answer, as if nobody were here.
 */
static void take_question(struct xmpp *xmpp, const struct stanza *iq)
{
	const char *from = stanza_get(iq, "from"), *id = stanza_get(iq, "id");
	const struct stanza *query = stanza_child(iq, "query", INFO);
	g_autofree char *bare = from ? contact_bare_address(from) : NULL, *abilities = NULL;
	bool is_own = !from || g_strcmp0(bare, xmpp->account->address) == 0 ||
		      strcmp(from, strchr(xmpp->account->address, '@') + 1) == 0;

	if (!id || strlen(id) > QUESTION_ID_MAX)
		return;
	if (is_own && query) {
		abilities = forms_abilities(stanza_get(query, "node"));
		session_reply(xmpp->session, from, id, "result", abilities);
	} else if (is_own && stanza_child(iq, "ping", "urn:xmpp:ping")) {
		session_reply(xmpp->session, from, id, "result", "");
	} else {
		session_reply(xmpp->session, from, id, "error",
			      "<error type='cancel'><service-unavailable "
			      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
	}
}

static void take_stanza(void *user, const struct stanza *stanza)
{
	struct xmpp *xmpp = user;
	uint64_t token;

	if (session_take(xmpp->session, stanza, &token))
		return;
	if (stanza_is(stanza, "message", CLIENT)) {
		arrivals_take(xmpp->arrivals, stanza, token);
		return;
	}
	if (stanza_is(stanza, "iq", CLIENT))
		take_question(xmpp, stanza);
	session_stored(xmpp->session, token);
}

static void stream_drained(void *user)
{
	struct xmpp *xmpp = user;

	arrivals_flush(xmpp->arrivals);
	if (xmpp->session)
		session_drained(xmpp->session);
}

/* -- requests --------------------------------------------------------------------------------- */

static void perform(struct xmpp *xmpp, struct request *request)
{
	switch (request->kind) {
	case KIND_LIST:
		keys_list(xmpp->keys, request->address, request->listed, request->user);
		break;
	case KIND_FETCH:
		keys_fetch(xmpp->keys, request->address, request->device, request->fetched,
			   request->user);
		break;
	case KIND_PUBLISH:
		keys_publish(xmpp->keys, &request->bundle, request->done, request->user);
		break;
	case KIND_WITHDRAW:
		keys_withdraw(xmpp->keys, request->device, request->done, request->user);
		break;
	case KIND_SEND:
		session_send(xmpp->session, request->bytes, request->done, request->user);
		break;
	case KIND_LOOK:
		add_look(xmpp, request);
		return;
	}
	request_free(request);
}

/* Now, with the session that is being made, or not at all. Takes REQUEST over. */
static void submit(struct xmpp *xmpp, struct request *request)
{
	g_autoptr(GError) error = NULL;

	if (xmpp->session) {
		perform(xmpp, request);
	} else if (xmpp->state == TRANSPORT_CONNECTING) {
		g_queue_push_tail(&xmpp->requests, request);
	} else {
		error_set(&error, ERROR_UNREACHABLE, "%s",
			  xmpp->why ? xmpp->why : "There is no connection to the server.");
		refuse(request, error);
	}
}

static struct request *request_new(enum kind kind, const char *address, uint32_t device, void *user)
{
	struct request *request = g_new0(struct request, 1);

	request->kind = kind;
	request->address = g_strdup(address);
	request->device = device;
	request->user = user;
	return request;
}

/* -- up and down ------------------------------------------------------------------------------ */

static void ignore(void *user, const struct stanza *iq)
{
	(void)user;
	(void)iq;
}

static gboolean send_bytes(void *user, GBytes *bytes, GError **error)
{
	return uplink_send(((struct xmpp *)user)->uplink, bytes, error);
}

static void stalled(void *user)
{
	uplink_cut(((struct xmpp *)user)->uplink, "The server doesn't answer any more.");
}

static void set_state(struct xmpp *xmpp, enum transport_state state, const char *why)
{
	g_free(xmpp->why);
	xmpp->why = g_strdup(why);
	if (xmpp->state == state)
		return;
	xmpp->state = state;
	if (xmpp->listener.state)
		xmpp->listener.state(xmpp->user, state, why);
}

static void announce(struct xmpp *xmpp)
{
	char *presence = forms_presence();
	g_autoptr(GBytes) bytes = g_bytes_new_take(presence, strlen(presence));

	/* A server gives messages only to those who say that they are there. */
	if (!uplink_send(xmpp->uplink, bytes, NULL))
		return;
	session_ask(xmpp->session, "set", NULL, "<enable xmlns='urn:xmpp:carbons:2'/>", ignore,
		    NULL);
}

static void came_up(void *user, const char *jid, bool has_acks)
{
	struct xmpp *xmpp = user;
	const struct session_parts parts = {
		.address = xmpp->account->address,
		.has_acks = has_acks,
		.context = xmpp->context,
		.send = send_bytes,
		.stalled = stalled,
		.user = xmpp,
	};
	GQueue requests = xmpp->requests;
	struct request *request;

	(void)jid;
	xmpp->session = session_new(&parts);
	xmpp->keys = keys_new(xmpp->session, xmpp->account->address);
	xmpp->arrivals = arrivals_new(xmpp->account->address, &arrivals_listener, xmpp);
	xmpp->is_catching_up = true;
	arrivals_hold(xmpp->arrivals, CATCH_UP);
	announce(xmpp);
	ask_archive(xmpp);
	g_queue_init(&xmpp->requests);
	while ((request = g_queue_pop_head(&requests)))
		submit(xmpp, request);
	set_state(xmpp, TRANSPORT_ONLINE, NULL);
}

/* Everything that waits for an answer gets one. */
static void came_down(struct xmpp *xmpp, const GError *error)
{
	struct session *session = g_steal_pointer(&xmpp->session);
	GQueue looks = xmpp->looks, requests = xmpp->requests;
	struct request *request;

	g_queue_init(&xmpp->looks);
	g_queue_init(&xmpp->requests);
	session_free(session);
	g_clear_pointer(&xmpp->keys, keys_free);
	g_clear_pointer(&xmpp->arrivals, arrivals_free);
	while ((request = g_queue_pop_head(&looks)) || (request = g_queue_pop_head(&requests)))
		refuse(request, error);
}

static void state_changed(void *user, enum transport_state state, const GError *error)
{
	struct xmpp *xmpp = user;
	g_autoptr(GError) unreachable = NULL;

	if (state == TRANSPORT_CONNECTING) {
		set_state(xmpp, state, NULL);
		return;
	}
	/* Whatever it is, what was to be sent can wait for it to pass. */
	error_set(&unreachable, ERROR_UNREACHABLE, "%s", error->message);
	set_state(xmpp, state, error->message);
	came_down(xmpp, unreachable);
}

static const struct uplink_listener uplink_listener = {
	.up = came_up,
	.stanza = take_stanza,
	.drained = stream_drained,
	.state = state_changed,
};

/* -- the port --------------------------------------------------------------------------------- */

static void xmpp_free(struct transport *transport)
{
	struct xmpp *xmpp = self(transport);

	uplink_free(xmpp->uplink);
	account_free(xmpp->account);
	g_free(xmpp->mark);
	g_free(xmpp->why);
	g_free(xmpp);
}

static void xmpp_resume(struct transport *transport, const char *mark, int64_t since)
{
	g_free(self(transport)->mark);
	self(transport)->mark = g_strdup(mark);
	self(transport)->since = since;
}

static gboolean xmpp_start(struct transport *transport, const struct transport_listener *listener,
			   void *user, GMainContext *context, bool is_live, GError **error)
{
	struct xmpp *xmpp = self(transport);

	(void)error;
	xmpp->listener = *listener;
	xmpp->user = user;
	xmpp->context = context;
	uplink_start(xmpp->uplink, context, is_live);
	return TRUE;
}

static void xmpp_stop(struct transport *transport)
{
	struct xmpp *xmpp = self(transport);
	g_autoptr(GError) error = NULL;

	memset(&xmpp->listener, 0, sizeof(xmpp->listener));
	uplink_stop(xmpp->uplink);
	xmpp->state = TRANSPORT_OFFLINE;
	error_set(&error, ERROR_UNREACHABLE, "The connection was closed.");
	came_down(xmpp, error);
}

static enum transport_state xmpp_state(struct transport *transport)
{
	return self(transport)->state;
}

static void xmpp_publish(struct transport *transport, const struct bundle *bundle,
			 transport_done done, void *user)
{
	struct request *request = request_new(KIND_PUBLISH, NULL, 0, user);

	bundle_copy(&request->bundle, bundle);
	request->done = done;
	submit(self(transport), request);
}

static void xmpp_withdraw(struct transport *transport, uint32_t device, transport_done done,
			  void *user)
{
	struct request *request = request_new(KIND_WITHDRAW, NULL, device, user);

	request->done = done;
	submit(self(transport), request);
}

/* A local name has no place on this carrier. */
static void xmpp_list(struct transport *transport, const char *address, transport_listed listed,
		      void *user)
{
	struct request *request = request_new(KIND_LIST, address, 0, user);
	g_autoptr(GError) error = NULL;

	request->listed = listed;
	if (strchr(address, '@')) {
		submit(self(transport), request);
		return;
	}
	error_set(&error, ERROR_NO_CONTACT, "%s isn't an address; it is NAME@SERVER.", address);
	refuse(request, error);
}

static void xmpp_fetch(struct transport *transport, const char *address, uint32_t device,
		       transport_fetched fetched, void *user)
{
	struct request *request = request_new(KIND_FETCH, address, device, user);

	request->fetched = fetched;
	submit(self(transport), request);
}

static void xmpp_send(struct transport *transport, const char *address, uint32_t device,
		      GBytes *bytes, transport_done done, void *user)
{
	struct request *request = request_new(KIND_SEND, address, device, user);

	request->bytes = g_bytes_ref(bytes);
	request->done = done;
	submit(self(transport), request);
}

static void xmpp_fetch_now(struct transport *transport, transport_done done, void *user)
{
	struct request *request = request_new(KIND_LOOK, NULL, 0, user);

	request->done = done;
	uplink_hurry(self(transport)->uplink);
	submit(self(transport), request);
}

static void xmpp_ack(struct transport *transport, const uint64_t *tokens, size_t count)
{
	for (size_t i = 0; self(transport)->arrivals && i < count; i++)
		arrivals_stored(self(transport)->arrivals, tokens[i]);
}

static bool xmpp_vouches(struct transport *transport, const struct parcel *parcel,
			 const char *address)
{
	(void)transport;
	return g_strcmp0(parcel->from, address) == 0;
}

static const struct transport_ops xmpp_ops = {
	.name = "xmpp",
	.per_device = false,
	.exposures = xmpp_exposures,
	.exposure_count = XMPP_EXPOSURES,
	.free = xmpp_free,
	.resume = xmpp_resume,
	.start = xmpp_start,
	.stop = xmpp_stop,
	.state = xmpp_state,
	.publish = xmpp_publish,
	.withdraw = xmpp_withdraw,
	.list = xmpp_list,
	.fetch = xmpp_fetch,
	.send = xmpp_send,
	.fetch_now = xmpp_fetch_now,
	.ack = xmpp_ack,
	.vouches = xmpp_vouches,
};

struct transport *xmpp_new(const struct account *account)
{
	struct xmpp *xmpp = g_new0(struct xmpp, 1);

	xmpp->base.ops = &xmpp_ops;
	xmpp->account = account_copy(account);
	xmpp->uplink = uplink_new(account, &uplink_listener, xmpp);
	return &xmpp->base;
}

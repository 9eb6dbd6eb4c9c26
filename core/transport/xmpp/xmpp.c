#include "core/transport/xmpp/xmpp.h"

#include <gio/gio.h>
#include <string.h>
#include <time.h>
#include "core/base/error.h"
#include "core/model/account.h"
#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/transport/xmpp/message/xmpp_keys.h"
#include "core/transport/xmpp/message/xmpp_mark_news.h"
#include "core/transport/xmpp/message/xmpp_people.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/transport/xmpp/stream/xmpp_uplink.h"
#include "core/transport/xmpp/xmpp_exposures.h"
#include "core/transport/xmpp/xmpp_inside.h"
#include "core/xml/stanza.h"

#define CLIENT "jabber:client"

static struct xmpp *self(struct transport *transport)
{
	return (struct xmpp *)transport;
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

static void talked(void *user, const struct talk *news, size_t count)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.talk)
		xmpp->listener.talk(xmpp->user, news, count);
}

static void mark_changed(void *user)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.mark_changed)
		xmpp->listener.mark_changed(xmpp->user);
}

static void settled(void *user, uint64_t token)
{
	session_stored(((struct xmpp *)user)->session, token);
}

static bool unsealed(void *user, const struct stanza *message)
{
	return rooms_take_invitation(((struct xmpp *)user)->rooms, message);
}

static bool is_room(void *user, const char *address)
{
	return rooms_has(((struct xmpp *)user)->rooms, address);
}

static const struct arrivals_listener arrivals_listener = {
	.arrived = batch_arrived,
	.devices = devices_changed,
	.notice = noticed,
	.marked = marked,
	.talk = talked,
	.unsealed = unsealed,
	.is_room = is_room,
	.settled = settled,
};

static void take_stanza(void *user, const struct stanza *stanza)
{
	struct xmpp *xmpp = user;
	uint64_t token;

	if (session_take(xmpp->session, stanza, &token))
		return;
	if (rooms_take(xmpp->rooms, stanza, token))
		return;
	if (people_take(xmpp->people, stanza) || mark_news_take(xmpp->mark_news, stanza)) {
		session_stored(xmpp->session, token);
		return;
	}
	if (stanza_is(stanza, "message", CLIENT)) {
		arrivals_take(xmpp->arrivals, stanza, token);
		return;
	}
	if (stanza_is(stanza, "iq", CLIENT))
		xmpp_answer(xmpp, stanza);
	session_stored(xmpp->session, token);
}

static void stream_drained(void *user)
{
	struct xmpp *xmpp = user;

	arrivals_drained(xmpp->arrivals);
	rooms_drained(xmpp->rooms);
	if (xmpp->session)
		session_drained(xmpp->session);
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

static void came_up(void *user, const char *jid, bool has_acks)
{
	struct xmpp *xmpp = user;
	const struct session_parts parts = {
		.address = xmpp->account->address,
		.has_acks = has_acks,
		.is_careful = xmpp->is_careful,
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
	session_ask(xmpp->session, "set", NULL, "<enable xmlns='urn:xmpp:carbons:2'/>", ignore,
		    NULL);
	/* What we are to be seen as comes first: then nothing falls between it and the archive. */
	xmpp_hold(xmpp);
	people_up(xmpp->people, xmpp->session, xmpp->context, xmpp->is_live,
		  uplink_has_states(xmpp->uplink));
	rooms_up(xmpp->rooms, xmpp->session, xmpp->arrivals, xmpp->context, xmpp->since);
	g_queue_init(&xmpp->requests);
	while ((request = g_queue_pop_head(&requests)))
		xmpp_submit(xmpp, request);
	if (xmpp->is_live)
		mark_news_up(xmpp->mark_news, xmpp->context, MARK_LOOK_S);
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
	rooms_down(xmpp->rooms, error);
	uploads_down(xmpp->uploads);
	people_down(xmpp->people, error);
	mark_news_down(xmpp->mark_news);
	session_free(session);
	g_clear_pointer(&xmpp->keys, keys_free);
	g_clear_pointer(&xmpp->arrivals, arrivals_free);
	while ((request = g_queue_pop_head(&looks)) || (request = g_queue_pop_head(&requests)))
		xmpp_refuse(request, error);
}

/* What is wrong, behind when it is tried again: the end of a long sentence may find no room. */
static char *say_when(const struct xmpp *xmpp, const char *why)
{
	time_t due = (time_t)(uplink_due(xmpp->uplink) / 1000);
	struct tm tm;

	if (!due || !localtime_r(&due, &tm))
		return g_strdup(why);
	return g_strdup_printf("next try at %02d:%02d:%02d. %s", tm.tm_hour, tm.tm_min, tm.tm_sec,
			       why);
}

/* What the server won't take would else be sent again on each connection, and end it. */
static void look_for_blame(struct xmpp *xmpp)
{
	size_t bytes;
	const char *blame = uplink_blame(xmpp->uplink, &bytes);

	if (!xmpp->session)
		return;
	xmpp->is_careful = blame ? !session_blame(xmpp->session, blame, bytes) :
				   session_is_careful(xmpp->session);
}

static void state_changed(void *user, enum transport_state state, const GError *error)
{
	struct xmpp *xmpp = user;
	g_autoptr(GError) unreachable = NULL;
	g_autofree char *when = NULL;

	if (state == TRANSPORT_CONNECTING) {
		rooms_wait(xmpp->rooms);
		set_state(xmpp, state, NULL);
		return;
	}
	/* Whatever it is, what was to be sent can wait for it to pass. */
	error_set(&unreachable, ERROR_UNREACHABLE, "%s", error->message);
	when = say_when(xmpp, error->message);
	set_state(xmpp, state, when);
	g_free(xmpp->why);
	xmpp->why = g_strdup(error->message);
	look_for_blame(xmpp);
	came_down(xmpp, unreachable);
}

static void moved(void *user)
{
	session_check(((struct xmpp *)user)->session);
}

static const struct uplink_listener uplink_listener = {
	.moved = moved,
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
	rooms_free(xmpp->rooms);
	uploads_free(xmpp->uploads);
	people_free(xmpp->people);
	mark_news_free(xmpp->mark_news);
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
	xmpp->is_live = is_live;
	uplink_start(xmpp->uplink, context, is_live);
	return TRUE;
}

static void xmpp_go_live(struct transport *transport)
{
	struct xmpp *xmpp = self(transport);

	xmpp->is_live = true;
	people_go_live(xmpp->people);
	if (xmpp->session)
		mark_news_up(xmpp->mark_news, xmpp->context, MARK_LOOK_S);
	uplink_go_live(xmpp->uplink);
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
	uploads_stop(xmpp->uploads, error);
}

static enum transport_state xmpp_state(struct transport *transport)
{
	return self(transport)->state;
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
	.rooms = &xmpp_rooms_port,
	.files = &xmpp_files_port,
	.marks = &xmpp_marks_port,
	.talk = &xmpp_talk_port,
	.free = xmpp_free,
	.resume = xmpp_resume,
	.start = xmpp_start,
	.go_live = xmpp_go_live,
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

/* -- what the rooms give ---------------------------------------------------------------------- */

static void rooms_idle(void *user)
{
	xmpp_look_on(user);
}

static void put_text(void *user, char *text)
{
	g_autoptr(GError) error = NULL;

	if (!session_put(((struct xmpp *)user)->session, text, &error))
		noticed(user, error->message);
}

void xmpp_prepare(void)
{
	/* The TLS of what is got and put over HTTPS is a module of GIO's. */
	if (!g_tls_backend_supports_tls(g_tls_backend_get_default()))
		g_debug("files can't be sent or saved: glib-networking is missing");
}

struct transport *xmpp_new(const struct account *account)
{
	struct xmpp *xmpp = g_new0(struct xmpp, 1);
	const struct rooms_parts parts = { noticed, settled, rooms_idle, put_text, xmpp };

	xmpp->base.ops = &xmpp_ops;
	xmpp->account = account_copy(account);
	xmpp->uplink = uplink_new(account, &uplink_listener, xmpp);
	xmpp->rooms = rooms_new(xmpp->account, &parts);
	xmpp->uploads = uploads_new(xmpp);
	xmpp->people = xmpp_people_new(xmpp);
	xmpp->mark_news = mark_news_new(xmpp->account->address, xmpp->account->device,
					mark_changed, xmpp);
	return &xmpp->base;
}

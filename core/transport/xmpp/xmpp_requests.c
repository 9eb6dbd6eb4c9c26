#include "core/transport/xmpp/xmpp_inside.h"

#include <string.h>
#include "core/model/account.h"
#include "core/base/error.h"
#include "core/transport/xmpp/message/xmpp_keys.h"
#include "core/transport/xmpp/message/xmpp_mark_news.h"
#include "core/transport/xmpp/message/xmpp_marks.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"
#include "core/transport/xmpp/message/xmpp_people.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/transport/xmpp/stream/xmpp_uplink.h"

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
		if (rooms_wants(xmpp->rooms, request->address, request->bytes))
			rooms_send(xmpp->rooms, request->address, request->bytes, request->done,
				   request->user);
		else
			session_send(xmpp->session, request->bytes, request->done, request->user);
		break;
	case KIND_ACT:
		people_act(xmpp->people, (enum talk_act)request->device, request->address,
			   request->done, request->user);
		break;
	case KIND_MARK_GET:
		xmpp_mark_get(xmpp->session, request->device, request->kept, request->user);
		break;
	case KIND_MARK_PUT:
		if (request->device == xmpp->account->device)
			mark_news_put(xmpp->mark_news, request->bytes);
		xmpp_mark_put(xmpp->session, request->device, request->bytes, request->done,
			      request->user);
		break;
	case KIND_LOOK:
		xmpp_look(xmpp, request);
		return;
	}
	xmpp_request_free(request);
}

void xmpp_submit(struct xmpp *xmpp, struct request *request)
{
	g_autoptr(GError) error = NULL;

	if (xmpp->session) {
		perform(xmpp, request);
	} else if (xmpp->state == TRANSPORT_CONNECTING) {
		g_queue_push_tail(&xmpp->requests, request);
	} else {
		error_set(&error, ERROR_UNREACHABLE, "%s",
			  xmpp->why ? xmpp->why : "There is no connection to the server.");
		xmpp_refuse(request, error);
	}
}

static struct request *request_new(enum xmpp_kind kind, const char *address, uint32_t device,
				   void *user)
{
	struct request *request = g_new0(struct request, 1);

	request->kind = kind;
	request->address = g_strdup(address);
	request->device = device;
	request->user = user;
	return request;
}

/* -- the port's questions --------------------------------------------------------------------- */

static struct xmpp *self(struct transport *transport)
{
	return (struct xmpp *)transport;
}

void xmpp_publish(struct transport *transport, const struct bundle *bundle, transport_done done,
		  void *user)
{
	struct request *request = request_new(KIND_PUBLISH, NULL, 0, user);

	bundle_copy(&request->bundle, bundle);
	request->done = done;
	xmpp_submit(self(transport), request);
}

void xmpp_withdraw(struct transport *transport, uint32_t device, transport_done done, void *user)
{
	struct request *request = request_new(KIND_WITHDRAW, NULL, device, user);

	request->done = done;
	xmpp_submit(self(transport), request);
}

/* A local name has no place on this carrier. */
void xmpp_list(struct transport *transport, const char *address, transport_listed listed,
	       void *user)
{
	struct request *request = request_new(KIND_LIST, address, 0, user);
	g_autoptr(GError) error = NULL;

	request->listed = listed;
	if (strchr(address, '@')) {
		xmpp_submit(self(transport), request);
		return;
	}
	error_set(&error, ERROR_NO_CONTACT, "%s isn't an address; it is NAME@SERVER.", address);
	xmpp_refuse(request, error);
}

void xmpp_fetch(struct transport *transport, const char *address, uint32_t device,
		transport_fetched fetched, void *user)
{
	struct request *request = request_new(KIND_FETCH, address, device, user);

	request->fetched = fetched;
	xmpp_submit(self(transport), request);
}

void xmpp_send(struct transport *transport, const char *address, uint32_t device, GBytes *bytes,
	       transport_done done, void *user)
{
	struct request *request = request_new(KIND_SEND, address, device, user);

	request->bytes = g_bytes_ref(bytes);
	request->done = done;
	xmpp_submit(self(transport), request);
}

void xmpp_fetch_now(struct transport *transport, transport_done done, void *user)
{
	struct request *request = request_new(KIND_LOOK, NULL, 0, user);

	request->done = done;
	uplink_hurry(self(transport)->uplink);
	xmpp_submit(self(transport), request);
}

static void mark_get(struct transport *transport, transport_kept kept, void *user)
{
	struct request *request = request_new(KIND_MARK_GET, NULL,
					      self(transport)->account->device, user);

	request->kept = kept;
	xmpp_submit(self(transport), request);
}

static void mark_put(struct transport *transport, uint32_t device, GBytes *bytes,
		     transport_done done, void *user)
{
	struct request *request = request_new(KIND_MARK_PUT, NULL, device, user);

	request->bytes = g_bytes_ref(bytes);
	request->done = done;
	xmpp_submit(self(transport), request);
}

const struct transport_marks xmpp_marks_port = {
	.block = XMPP_MARK_BLOCK,
	.get = mark_get,
	.put = mark_put,
};

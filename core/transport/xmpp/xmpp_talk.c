/* xmpp: the people's side of the port (core/port/transport_talk.h). */
#include "core/transport/xmpp/xmpp_inside.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/transport/xmpp/message/xmpp_people.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/transport/xmpp/stream/xmpp_uplink.h"
#include "core/xml/stanza.h"

static struct xmpp *self(struct transport *transport)
{
	return (struct xmpp *)transport;
}

/* -- what the people give --------------------------------------------------------------------- */

static void pass_news(void *user, const struct talk *news, size_t count)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.talk)
		xmpp->listener.talk(xmpp->user, news, count);
}

static void pass_notice(void *user, const char *sentence)
{
	struct xmpp *xmpp = user;

	if (xmpp->listener.notice)
		xmpp->listener.notice(xmpp->user, sentence);
}

static void be_ready(void *user)
{
	xmpp_catch_up(user);
}

static void look(void *user)
{
	struct xmpp *xmpp = user;

	if (!xmpp->is_catching_up)
		xmpp_catch_up(xmpp);
}

static void enter_again(void *user)
{
	struct xmpp *xmpp = user;
	g_autoptr(GError) error = NULL;

	error_set(&error, ERROR_UNREACHABLE, "The rooms are being entered anew.");
	rooms_down(xmpp->rooms, error);
	rooms_up(xmpp->rooms, xmpp->session, xmpp->arrivals, xmpp->context, xmpp->since);
}

static void say_text(void *user, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(GError) error = NULL;

	if (!uplink_send(((struct xmpp *)user)->uplink, bytes, &error))
		g_debug("what is about now was not said: %s", error->message);
}

struct people *xmpp_people_new(struct xmpp *xmpp)
{
	const struct people_parts parts = {
		pass_news, pass_notice, be_ready, look, enter_again, say_text, xmpp,
		xmpp->account->device,
	};

	return people_new(xmpp->account->address, &parts);
}

/* -- the port --------------------------------------------------------------------------------- */

static void act(struct transport *transport, enum talk_act what, const char *address,
		transport_done done, void *user)
{
	struct request *request = g_new0(struct request, 1);

	request->kind = KIND_ACT;
	request->address = g_strdup(address);
	request->device = what;
	request->done = done;
	request->user = user;
	xmpp_submit(self(transport), request);
}

static void say(struct transport *transport, GBytes *bytes)
{
	struct xmpp *xmpp = self(transport);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GError) error = NULL;

	if (xmpp->session && !session_put(xmpp->session, g_strndup(data, size), &error))
		pass_notice(xmpp, error->message);
}

static void show(struct transport *transport, const struct talk_presence *presence)
{
	people_show(self(transport)->people, presence);
}

static void rest(struct transport *transport, bool is_resting)
{
	people_rest(self(transport)->people, is_resting);
}

/* -- the server's clock ----------------------------------------------------------------------- */

struct time_question {
	void (*told)(void *user, int64_t wall);
	void *user;
};

static void time_said(void *user, const struct stanza *iq)
{
	g_autofree struct time_question *question = user;
	const struct stanza *time = iq ? stanza_child(iq, "time", "urn:xmpp:time") : NULL;
	const struct stanza *utc = time ? stanza_child(time, "utc", "urn:xmpp:time") : NULL;
	char *text = utc ? stanza_text(utc) : NULL;
	int64_t wall;

	if (text && clock_parse(text, &wall))
		question->told(question->user, wall);
	plain_free(text);
}

static void ask_time(struct transport *transport, void (*told)(void *user, int64_t wall),
		     void *user)
{
	struct xmpp *xmpp = self(transport);
	struct time_question *question;

	if (!xmpp->session)
		return;
	question = g_new0(struct time_question, 1);
	question->told = told;
	question->user = user;
	session_ask(xmpp->session, "get", strchr(xmpp->account->address, '@') + 1,
		    "<time xmlns='urn:xmpp:time'/>", time_said, question);
}

const struct transport_talk xmpp_talk_port = {
	.act = act,
	.say = say,
	.show = show,
	.rest = rest,
	.time = ask_time,
};

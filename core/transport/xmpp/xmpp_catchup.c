#include "core/transport/xmpp/xmpp_inside.h"

#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/message/xmpp_keys.h"
#include "core/transport/xmpp/message/xmpp_people.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

#define CATCH_UP "catch-up"

enum { CLOCK_SLACK_MS = 60000 /* by which the server's clock may be behind ours */ };

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
	/* They say when they are through. */
	if (rooms_is_busy(xmpp->rooms))
		return;
	arrivals_flush(xmpp->arrivals);
	g_queue_init(&xmpp->looks);
	while ((request = g_queue_pop_head(&looks))) {
		request->done(request->user, NULL);
		xmpp_request_free(request);
	}
}

static void look(struct xmpp *xmpp)
{
	session_ask(xmpp->session, "get", NULL, "<ping xmlns='urn:xmpp:ping'/>", looked, xmpp);
}

void xmpp_look(struct xmpp *xmpp, struct request *request)
{
	bool is_first = g_queue_is_empty(&xmpp->looks);

	g_queue_push_tail(&xmpp->looks, request);
	if (!is_first || xmpp->is_catching_up)
		return;
	if (people_is_hidden(xmpp->people))
		xmpp_catch_up(xmpp);
	else
		look(xmpp);
}

void xmpp_look_on(struct xmpp *xmpp)
{
	if (!g_queue_is_empty(&xmpp->looks) && !xmpp->is_catching_up)
		look(xmpp);
}

/* -- catching up ------------------------------------------------------------------------------ */

static void ask_archive(struct xmpp *xmpp, const char *after);

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
	bool is_end;

	if (!iq)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "error") == 0) {
		/* A mark that the archive no longer knows: look at all since this device began. */
		if (xmpp->mark && session_is_error(iq, "item-not-found", NULL)) {
			g_clear_pointer(&xmpp->mark, g_free);
			ask_archive(xmpp, NULL);
			return;
		}
		/* Without an archive there is what the server kept for us, and that came. */
		if (!forms_archive_missing(iq) && xmpp->listener.notice) {
			g_autofree char *text = g_strdup_printf(
				"The server's archive can't be read (%s): what came while you were "
				"away may be missing.",
				session_condition(iq));

			xmpp->listener.notice(xmpp->user, text);
		}
		caught_up(xmpp, NULL);
		return;
	}
	is_end = forms_archive_end(iq, xmpp->mark, &last);
	/* The server looks for the next page while this one is opened and stored. */
	if (!is_end)
		ask_archive(xmpp, last);
	arrivals_flush(xmpp->arrivals);
	if (is_end) {
		caught_up(xmpp, last);
		return;
	}
	arrivals_mark(xmpp->arrivals, last);
	g_free(xmpp->mark);
	xmpp->mark = g_steal_pointer(&last);
}

static void ask_archive(struct xmpp *xmpp, const char *after)
{
	g_autofree char *form = forms_archive(CATCH_UP, after, xmpp->since - CLOCK_SLACK_MS);

	session_ask(xmpp->session, "set", NULL, form, archive_read, xmpp);
}

void xmpp_hold(struct xmpp *xmpp)
{
	xmpp->is_catching_up = true;
	arrivals_hold(xmpp->arrivals, CATCH_UP);
}

void xmpp_catch_up(struct xmpp *xmpp)
{
	xmpp_hold(xmpp);
	ask_archive(xmpp, xmpp->mark);
}

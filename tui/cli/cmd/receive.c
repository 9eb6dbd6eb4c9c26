/* `sotto receive`: take what has arrived, print it, and only then mark it read. */
#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_messages.h"
#include "tui/cli/options.h"
#include "tui/cli/reading.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

enum { RECEIVE_PAGE = 64 /* lines printed between two commits */ };

struct receive {
	struct call *call;
	int64_t count;	    /* still to print */
	bool is_counted;
	int64_t printed;
	int64_t page_end;   /* of PRINTED, for the page that is being printed */
	bool is_waiting;    /* for what hasn't come yet */
	bool is_printing;   /* a page is on its way out */
	bool is_fetching;   /* the carrier hasn't answered yet */
	bool is_ending;	    /* as soon as the page on its way out is marked */
	int exit_code;	    /* to end with then */
	bool is_unreachable; /* the carrier, when it was asked */
	bool is_over;	    /* ended; the fetch, calling back last, frees it */
	GSource *timer;
	struct reading *page;
};

/* Nothing came: of a carrier that can't be reached that says nothing. */
static int none_code(const struct receive *receive)
{
	const char *why;
	enum transport_state state = engine_carrier(receive->call->engine, &why);

	return receive->is_unreachable && state != TRANSPORT_ONLINE ? 6 : 7;
}

/* The carrier hasn't said yet whether something waits there: that is no "nothing". */
static int unknown_code(const struct receive *receive)
{
	receive->call->printer->complain(receive->call->printer,
					 "The carrier hasn't told in that time whether something "
					 "waits; try again later.");
	return 6;
}

static void print_page(struct receive *receive);
static void page_done(void *user, const GError *error);

static void show_edited(struct receive *receive, const struct message *message)
{
	if (message->direction != DIRECTION_IN)
		return;
	if (!show_message(receive->call, message))
		return;
	receive->printed++;
	/* What is being fetched or printed takes it along. */
	if (!receive->is_waiting || receive->is_fetching || receive->is_printing)
		return;
	reading_clear(receive->page);
	receive->is_printing = true;
	reading_commit(receive->page, receive->call, page_done, receive);
}

static void heard(const struct event *event, void *user)
{
	struct receive *receive = user;

	if (event->type == EVENT_EDITED && event->message->read_at) {
		/* It was printed before; what wasn't is printed as it is now. */
		if (!receive->is_ending)
			show_edited(receive, event->message);
	} else if ((event->type == EVENT_MESSAGE || event->type == EVENT_EDITED) &&
		   receive->is_waiting && event->message->direction == DIRECTION_IN) {
		if (!receive->is_printing && !receive->is_fetching)
			print_page(receive);
	} else if (event->type == EVENT_LOCKED) {
		receive->call->cancel(receive->call);
	}
}

static void end(struct receive *receive, int exit_code)
{
	struct call *call = receive->call;

	/* The printer still has the page, and will come back with it. */
	if (receive->is_printing) {
		receive->is_ending = true;
		receive->exit_code = exit_code;
		return;
	}
	engine_unlisten(call->engine, heard, receive);
	if (receive->timer) {
		g_source_destroy(receive->timer);
		g_source_unref(receive->timer);
	}
	reading_free(receive->page);
	receive->is_over = true;
	if (!receive->is_fetching)
		g_free(receive);
	call->state = NULL;
	call_end(call, exit_code);
}

/* A signal: what came is out and marked, so --follow has done its work. */
static void cancel(struct call *call)
{
	struct receive *receive = call->state;

	if (receive)
		end(receive, call_option(call, "follow") ? 0 : 1);
}

static void failed(struct receive *receive, const GError *error)
{
	/* The signal that did it is told in a moment, and means the same. */
	if (error_is(error, ERROR_CANCELLED)) {
		cancel(receive->call);
		return;
	}
	receive->call->printer->complain(receive->call->printer, error->message);
	end(receive, error_exit_code(error));
}

static gboolean timed_out(void *user)
{
	struct receive *receive = user;
	bool is_short = receive->is_counted ? receive->count > 0 : receive->printed == 0;

	if (is_short && receive->is_fetching)
		end(receive, unknown_code(receive));
	else
		end(receive, is_short ? none_code(receive) : 0);
	return G_SOURCE_REMOVE;
}

static void page_done(void *user, const GError *error)
{
	struct receive *receive = user;

	receive->is_printing = false;
	if (error) {
		failed(receive, error);
	} else if (receive->is_ending) {
		end(receive, receive->exit_code);
	} else if (receive->is_counted && receive->count == 0) {
		end(receive, 0);
	} else {
		print_page(receive);
	}
}

static gboolean add(const struct message *message, void *user)
{
	struct receive *receive = user;

	/* It stays unread; what came after it is looked for behind it. */
	if (!show_message(receive->call, message))
		return TRUE;
	reading_add(receive->page, message);
	receive->printed++;
	return receive->printed < receive->page_end;
}

/* What to do when nothing is left to print. */
static void idle(struct receive *receive)
{
	if (!receive->is_waiting)
		end(receive, receive->printed ? 0 : none_code(receive));
}

/* The oldest that may be shown; what may not stays unread, and is met again each time. */
static gboolean read_page(struct receive *receive, GError **error)
{
	struct call *call = receive->call;
	int64_t before = receive->printed, page = RECEIVE_PAGE;
	unsigned limit;

	if (receive->is_counted)
		page = MIN(receive->count, RECEIVE_PAGE);
	receive->page_end = before + page;
	reading_clear(receive->page);
	do {
		limit = (unsigned)page + call->withheld;
		call->withheld = 0;
		if (!engine_unread(call->engine, NULL, limit, add, receive, error))
			return FALSE;
	} while (receive->printed == before && call->withheld == limit);
	return TRUE;
}

static void print_page(struct receive *receive)
{
	g_autoptr(GError) error = NULL;
	int64_t before = receive->printed;

	if (!read_page(receive, &error)) {
		failed(receive, error);
		return;
	}
	if (receive->printed == before) {
		idle(receive);
		return;
	}
	if (receive->is_counted)
		receive->count -= receive->printed - before;
	receive->is_printing = true;
	reading_commit(receive->page, receive->call, page_done, receive);
}

static void fetched(void *user, const GError *error)
{
	struct receive *receive = user;

	receive->is_fetching = false;
	if (receive->is_over) {
		g_free(receive);
		return;
	}
	/* A carrier that can't be reached still leaves what was fetched before. */
	if (error_is(error, ERROR_CANCELLED)) {
		cancel(receive->call);
		return;
	}
	if (error)
		receive->call->printer->complain(receive->call->printer, error->message);
	receive->is_unreachable = error_is(error, ERROR_UNREACHABLE);
	print_page(receive);
}

static gboolean check(struct call *call, GError **error)
{
	int64_t number;

	return option_number(call, "count", 1, G_MAXINT32, &number, error) &&
	       option_number(call, "timeout", 0, G_MAXINT32 / 1000, &number, error);
}

/* --timeout and --count wait for what hasn't come yet, --follow for ever. */
static bool wants_live(const struct call *call)
{
	return call_option(call, "follow") || call_option(call, "count") ||
	       call_option(call, "timeout");
}

/* What nobody has printed yet is unread, and there for the next. */
static bool goes_on(const struct call *call, unsigned lines)
{
	return call_option(call, "follow") || (wants_live(call) && !lines);
}

static void run(struct call *call)
{
	struct receive *receive = g_new0(struct receive, 1);
	g_autoptr(GError) error = NULL;
	int64_t timeout = -1;

	receive->call = call;
	receive->page = reading_new();
	receive->is_counted = call_option(call, "count") != NULL;
	receive->is_waiting = wants_live(call);
	call->state = receive;
	call->cancel = cancel;
	if (!option_number(call, "count", 1, G_MAXINT32, &receive->count, &error) ||
	    !option_number(call, "timeout", 0, G_MAXINT32 / 1000, &timeout, &error)) {
		end(receive, error_exit_code(error));
		return;
	}
	if (timeout >= 0) {
		receive->timer = g_timeout_source_new(
			(guint)MAX(0, timeout * 1000 - call->past_ms));
		g_source_set_callback(receive->timer, timed_out, receive, NULL);
		g_source_attach(receive->timer, call->context);
	}
	call_hear(call);
	engine_listen(call->engine, heard, receive);
	receive->is_fetching = true;
	engine_fetch(call->engine, call->wait_ms, fetched, receive);
}

const struct verb verb_receive = {
	.name = "receive",
	.arguments = "",
	.summary = "Take what has arrived, decrypt, store and print it.",
	.details = "Prints each incoming message that was neither printed nor shown before, oldest "
		   "first; "
		   "without options it doesn't wait, and exits with 7 when there was none.",
	.need = NEED_CARRIER,
	.is_shared = true,
	.wants_live = wants_live,
	.goes_on = goes_on,
	.options = {
		{ "follow", NULL, "go on until interrupted", NULL },
		{ "count", "N", "stop after N messages, waiting for them", NULL },
		{ "timeout", "SECONDS", "wait at most so long", NULL },
		{ "ids", NULL, "show the id of each message", NULL },
	},
	.check = check,
	.run = run,
};

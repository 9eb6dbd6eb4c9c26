/* `sotto history` and `sotto search`: stored messages. */
#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_messages.h"
#include "tui/cli/options.h"
#include "tui/cli/reading.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

enum { HISTORY_LIMIT = 50, HISTORY_LIMIT_MAX = 100000 };

struct history {
	struct call *call;
	struct reading *reading;
	GPtrArray *page; /* struct message *, newest first */
};

static void history_free(struct history *history)
{
	reading_free(history->reading);
	g_ptr_array_unref(history->page);
	g_free(history);
}

static void marked(void *user, const GError *error)
{
	struct history *history = user;
	struct call *call = history->call;

	history_free(history);
	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

static gboolean keep(const struct message *message, void *user)
{
	g_ptr_array_add(user, message_copy(message));
	return TRUE;
}

static gboolean check(struct call *call, GError **error)
{
	int64_t limit;

	return option_number(call, "limit", 1, HISTORY_LIMIT_MAX, &limit, error);
}

/* The place of the message that --before names; 0 without the option. */
static gboolean find_before(struct call *call, const char *address, int64_t *seq, GError **error)
{
	const char *id = call_option(call, "before");
	struct message *message = NULL;

	*seq = 0;
	if (!id)
		return TRUE;
	if (!engine_message(call->engine, address, id, &message, error))
		return FALSE;
	if (!message) {
		error_set(error, ERROR_FAILED, "There is no message %s with %s.", id, address);
		return FALSE;
	}
	*seq = message->seq;
	message_free(message);
	return TRUE;
}

static void run_history(struct call *call)
{
	struct contact *contact = call_contact(call, call->args[0]);
	struct history *history;
	g_autoptr(GError) error = NULL;
	int64_t limit = HISTORY_LIMIT, before;

	if (!contact)
		return;
	history = g_new0(struct history, 1);
	history->call = call;
	history->reading = reading_new();
	history->page = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	if (!option_number(call, "limit", 1, HISTORY_LIMIT_MAX, &limit, &error) ||
	    !find_before(call, contact->address, &before, &error) ||
	    !engine_before(call->engine, contact->address, before, (unsigned)limit, keep,
			   history->page, &error)) {
		marked(history, error);
		contact_free(contact);
		return;
	}
	contact_free(contact);
	for (guint i = history->page->len; i > 0; i--) {
		const struct message *message = history->page->pdata[i - 1];

		if (show_message(call, message))
			reading_add(history->reading, message);
	}
	reading_commit(history->reading, call, marked, history);
}

/* They may come with line ends, which part words as blanks do. */
static const char *words_of(const struct call *call)
{
	return call->arg_count ? call->args[0] : call->input;
}

static gboolean check_words(struct call *call, GError **error)
{
	const char *words = words_of(call);
	bool is_text = words && (call->arg_count || strlen(words) == call->input_bytes) &&
		       g_utf8_validate(words, -1, NULL);

	if (is_text)
		return TRUE;
	error_set(error, ERROR_USAGE, "The words to look for aren't valid UTF-8.");
	return FALSE;
}

struct finding {
	GPtrArray *rows; /* of struct message, to be shown */
	unsigned limit;	 /* so many rows at most */
	unsigned found;	 /* what isn't for another process too */
	bool is_for_other;
};

static gboolean take_found(const struct message *message, void *user)
{
	struct finding *finding = user;

	finding->found++;
	if (!(finding->is_for_other && message_is_withheld(message)) &&
	    finding->rows->len < finding->limit)
		g_ptr_array_add(finding->rows, message_copy(message));
	return TRUE;
}

/*
 * What another process isn't shown it isn't told of either: not by a number, nor by a place that is
 * missing. Whether a word is found in it would tell its words one by one.
 */
static gboolean find(struct call *call, const char *in, struct finding *finding, GError **error)
{
	unsigned limit = finding->limit;

	for (;;) {
		g_ptr_array_set_size(finding->rows, 0);
		finding->found = 0;
		if (!engine_search(call->engine, words_of(call), in, limit, take_found, finding,
				   error))
			return FALSE;
		if (finding->rows->len == finding->limit || finding->found < limit ||
		    limit > G_MAXUINT / 2)
			return TRUE;
		limit *= 2;
	}
}

static void run_search(struct call *call)
{
	const char *in = call_option(call, "in");
	struct contact *contact = in ? call_contact(call, in) : NULL;
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	struct finding finding = { .rows = rows, .is_for_other = call->is_for_other };
	g_autoptr(GError) error = NULL;
	int64_t limit = HISTORY_LIMIT;

	if (in && !contact)
		return;
	if (!option_number(call, "limit", 1, HISTORY_LIMIT_MAX, &limit, &error) ||
	    (finding.limit = (unsigned)limit,
	     !find(call, contact ? contact->address : NULL, &finding, &error))) {
		call_fail(call, error);
	} else {
		for (guint i = 0; i < rows->len; i++)
			show_message(call, rows->pdata[i]);
		if (call->is_for_other)
			call->printer->complain(call->printer,
						"Sealed messages and those to be viewed once "
						"aren't searched for another process.");
		call_end(call, 0);
	}
	contact_free(contact);
}

const struct verb verb_history = {
	.name = "history",
	.arguments = "ADDRESS",
	.summary = "Show stored messages, the oldest of the page first.",
	.details = "What is shown counts as read, as it does on a screen: with a timer a message's "
		   "time begins.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = {
		{ "limit", "N", "so many at most (50)", NULL },
		{ "before", "ID", "those before the message ID", NULL },
		{ "ids", NULL, "show the id of each message", NULL },
	},
	.check = check,
	.run = run_history,
};

const struct verb verb_search = {
	.name = "search",
	.arguments = "[WORDS]",
	.summary = "Show stored messages that hold every word of standard input, the newest first.",
	.details = "Or every word of WORDS, which like any argument stands in the shell's history, "
		   "and in the process list until sotto has begun to run.",
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.input = "The words to look for",
	.options = {
		{ "in", "ADDRESS", "only in this conversation", "contact" },
		{ "limit", "N", "so many at most (50)", NULL },
		{ "ids", NULL, "show the id of each message", NULL },
	},
	.check = check,
	.check_input = check_words,
	.run = run_search,
};

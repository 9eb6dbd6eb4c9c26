/* `sotto send`: one message, from the command line or standard input. */
#include <string.h>
#include "core/base/clock.h"
#include "core/model/draft.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_messages.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/cli/options.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

static const char *body_of(const struct call *call)
{
	return call->arg_count > 1 ? call->args[1] : call->input;
}

static gboolean check(struct call *call, GError **error)
{
	const char *expire = call_option(call, "expire");
	int64_t ms;

	if (expire && !clock_parse_duration(expire, &ms)) {
		error_set(error, ERROR_USAGE,
			  "--expire is a duration such as 30s, 5m, 24h, 7d; %s isn't.", expire);
		return FALSE;
	}
	if (call_option(call, "correct") && call_option(call, "view-once")) {
		error_set(error, ERROR_USAGE,
			  "What is shown once isn't corrected: leave out --correct or "
			  "--view-once.");
		return FALSE;
	}
	return TRUE;
}

static gboolean check_input(struct call *call, GError **error)
{
	const char *body = body_of(call);

	return message_check_body(body ? body : "",
				  call->arg_count > 1 ? strlen(body) : call->input_bytes, error);
}

static void sent(void *user, const struct message *message, const GError *error)
{
	struct call *call = user;

	if (message && call->is_json)
		show_message(call, message);
	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

/* Words that are to take the place of sealed ones are sealed too: not through another process. */
static gboolean check_corrected(struct call *call, const struct draft *draft, GError **error)
{
	struct message *former = NULL;
	bool is_private;

	if (!call->is_for_other || !draft->corrects)
		return TRUE;
	if (!engine_message(call->engine, draft->address, draft->corrects, &former, error))
		return FALSE;
	is_private = former && former->sealed;
	message_free(former);
	if (is_private)
		error_set(error, ERROR_IN_USE,
			  "What is sealed doesn't go through another process, whatever the setting "
			  "control is: correct it there.");
	return !is_private;
}

static void run(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = call_address(call, call->args[0], &error);
	struct draft draft = { .address = address, .body = body_of(call) };
	const char *expire = call_option(call, "expire");

	if (!address) {
		call_fail(call, error);
		return;
	}
	if (expire && !clock_parse_duration(expire, &draft.expire))
		draft.expire = 0;
	draft.view_once = call_option(call, "view-once") != NULL;
	draft.sealed = call_option(call, "sealed") != NULL;
	draft.corrects = call_option(call, "correct");
	if (!check_corrected(call, &draft, &error)) {
		call_fail(call, error);
		return;
	}
	call_hear(call);
	engine_send(call->engine, &draft, call->wait_ms, sent, call);
}

const struct verb verb_send = {
	.name = "send",
	.arguments = "ADDRESS [TEXT]",
	.summary = "Send a message: standard input to its end, or TEXT.",
	.details = "TEXT, like any argument, stands in the shell's history, and in the process "
		   "list until sotto has begun to run. Exits with 0 when the carrier took it, with "
		   "6 when it is sealed and queued, with 5 when a device of the other side isn't "
		   "trusted.",
	.args_min = 1,
	.args_max = 2,
	.need = NEED_CARRIER,
	.is_shared = true,
	.reach = REACH_SEND,
	.input = "The message",
	.options = {
		{ "expire", "DURATION", "it is erased that long after it was read", NULL },
		{ "view-once", NULL, "it can be shown once on the other side", NULL },
		{ "sealed", NULL, "their sotto shows it in noise, or word by word", NULL },
		{ "correct", "ID", "it takes the place of your message ID", NULL },
	},
	.check = check,
	.check_input = check_input,
	.run = run,
	.said = "Sent to {1}.",
};

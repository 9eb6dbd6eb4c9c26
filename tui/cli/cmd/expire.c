/* `sotto expire`: a conversation's timer; `sotto erase`: a conversation at once, and what still
 * waits to be erased. */
#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_messages.h"
#include "core/model/message.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/json.h"
#include "tui/client/loss.h"

/* -- expire --------------------------------------------------------------------------------- */

static gboolean parse_timer(const char *text, int64_t *seconds, GError **error)
{
	*seconds = 0;
	if (strcmp(text, "off") == 0 || clock_parse_duration(text, seconds))
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "A timer is a duration such as 30s, 5m, 24h, 7d, or off; %s isn't.", text);
	return FALSE;
}

static gboolean check_expire(struct call *call, GError **error)
{
	int64_t seconds;

	return parse_timer(call->args[1], &seconds, error);
}

static void timer_set(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

static void run_expire(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact;
	int64_t seconds;

	if (!parse_timer(call->args[1], &seconds, &error)) {
		call_fail(call, error);
		return;
	}
	contact = call_contact(call, call->args[0]);
	if (!contact)
		return;
	call_hear(call);
	engine_set_timer(call->engine, contact->address, seconds, call->wait_ms, timer_set, call);
	contact_free(contact);
}

/* -- erase ---------------------------------------------------------------------------------- */

static gboolean check_erase(struct call *call, GError **error)
{
	bool is_whole = call->arg_count == 0;

	/* Without an address it only looks, with --verify or not. */
	if (!(is_whole ? call_option(call, "message") : call_option(call, "verify")))
		return TRUE;
	error_set(error, ERROR_USAGE, "It is `sotto erase ADDRESS`, `sotto erase ADDRESS --message "
				      "ID`, or `sotto erase` to see what still waits.");
	return FALSE;
}

static void print_erasing(struct call *call, const struct engine_erasing *erasing)
{
	struct json *json;
	char *line;

	if (!call->is_json) {
		print(call->printer, "erasing    %" G_GUINT64_FORMAT, erasing->store.rows);
		print(call->printer, "due        %" G_GUINT64_FORMAT, erasing->store.due);
		print(call->printer, "keys       %" G_GUINT64_FORMAT, erasing->store.keys);
		return;
	}
	json = json_new();
	json_number(json, "erasing", (int64_t)erasing->store.rows);
	json_number(json, "due", (int64_t)erasing->store.due);
	json_number(json, "keys", (int64_t)erasing->store.keys);
	json_string(json, "why", erasing->why);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void run_verify(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct engine_erasing erasing;

	if (!engine_erasing(call->engine, &erasing, &error)) {
		call_fail(call, error);
		return;
	}
	print_erasing(call, &erasing);
	if (!erasing.why && !erasing.store.due && !erasing.store.keys) {
		call_end(call, 0);
		return;
	}
	error_set(&error, ERROR_FAILED, "Not everything is erased yet: %s",
		  erasing.why ? erasing.why : "the sweep is under way; ask again in a moment.");
	call_fail(call, error);
}

static void erased(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

/* The message that is meant; NULL: there is none. message_free. */
static struct message *find_message(struct call *call, const char *address, GError **error)
{
	const char *id = call_option(call, "message");
	struct message *message = NULL;

	if (engine_message(call->engine, address, id, &message, error) && !message)
		error_set(error, ERROR_FAILED,
			  "There is no message %s with %s; `sotto history %s --ids` shows them.",
			  id, address, address);
	return message;
}

static char *ask_erase_one(struct call *call)
{
	g_autofree char *address = call_address(call, call->args[0], NULL);
	struct message *message = address ? find_message(call, address, NULL) : NULL;
	g_autofree char *name = message ? loss_message_name(message, message->from) : NULL;
	const struct store_held nothing = { 0 };

	message_free(message);
	return name ? loss_question(LOSS_MESSAGE, name, NULL, &nothing) : NULL;
}

static void erase_one(struct call *call, const char *address)
{
	g_autoptr(GError) error = NULL;
	struct message *message = find_message(call, address, &error);

	if (message && engine_erase_message(call->engine, address, message->seq, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
	message_free(message);
}

static char *ask_erase(struct call *call)
{
	if (call_option(call, "message"))
		return ask_erase_one(call);
	return call->arg_count ? call_loss(call, LOSS_MESSAGES, call->args[0]) : NULL;
}

static void run_erase(struct call *call)
{
	struct contact *contact;

	if (call->arg_count == 0) {
		run_verify(call);
		return;
	}
	contact = call_contact(call, call->args[0]);
	if (!contact)
		return;
	if (call_option(call, "message"))
		erase_one(call, contact->address);
	else
		engine_erase(call->engine, contact->address, erased, call);
	contact_free(contact);
}

const struct verb verb_expire = {
	.name = "expire",
	.arguments = "ADDRESS DURATION|off",
	.summary = "Set how long a conversation's messages live once they are read, on both sides.",
	.details =
		"The other side is told inside the encryption; both see who changed it. Exits "
		"with 6 when it is set here and the word to the other side is queued.",
	.args_min = 2,
	.args_max = 2,
	.need = NEED_CARRIER,
	.is_shared = true,
	.check = check_expire,
	.run = run_expire,
	.said = "The timer of messages with {1} is {2} now.",
};

const struct verb verb_erase = {
	.name = "erase",
	.arguments = "[ADDRESS]",
	.summary = "Erase a conversation, or a message, here and now; or see what is still waiting "
		   "to be erased.",
	.details =
		"Without an address nothing is erased; --verify is the same, and can be left out. "
		"--message erases that one alone, whose id `sotto history --ids` shows. Everybody "
		"else who has it keeps it. "
		"Exits with 0 once the bytes are overwritten. With 1 it says what is in the way: "
		"then they are erased as soon as it is gone.",
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.options = {
		{"message", "ID", "this message alone", NULL},
		{"verify", NULL, "say what is still waiting to be erased, and why", NULL},
		{"yes", NULL, "don't ask", NULL},
	},
	.check = check_erase,
	.question = ask_erase,
	.run = run_erase,
	.said = "Erased, from the conversation with {1}.",
};

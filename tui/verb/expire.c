/* `sotto expire`: a conversation's timer; `sotto erase`: a conversation at once, and what still
 * waits to be erased. */
#include <string.h>
#include "core/clock.h"
#include "core/engine_expiry.h"
#include "core/error.h"
#include "core/secret.h"
#include "tui/verb/json.h"
#include "tui/verb/verbs.h"

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
	bool is_verify = call_option(call, "verify") != NULL;

	if (is_verify == (call->arg_count == 0))
		return TRUE;
	error_set(error, ERROR_USAGE, "It is `sotto erase ADDRESS` or `sotto erase --verify`.");
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

static char *ask_erase(struct call *call)
{
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
};

const struct verb verb_erase = {
	.name = "erase",
	.arguments = "[ADDRESS]",
	.summary = "Erase a conversation now; or see what is still waiting to be erased.",
	.details =
		"Exits with 0 once the bytes are overwritten. With 1 it says what is in the way: "
		"then they are erased as soon as it is gone.",
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.options = {
		{"verify", NULL, "say what is still waiting to be erased, and why", NULL},
		{"yes", NULL, "don't ask", NULL},
	},
	.check = check_erase,
	.question = ask_erase,
	.run = run_erase,
};

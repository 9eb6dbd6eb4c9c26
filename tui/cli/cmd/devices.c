/* `sotto devices`, `sotto journal`: the own devices, and what was decided. */
#include "core/base/clock.h"
#include "core/engine/engine_device.h"
#include "core/engine/engine_trust.h"
#include "core/engine/engine_people.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "tui/client/journal_run.h"
#include "tui/client/loss.h"
#include "tui/cli/json.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

static gboolean show_own(const struct device *device, void *user)
{
	show_device(user, device, true);
	return TRUE;
}

static void refreshed(void *user, const GError *failure)
{
	struct call *call = user;
	g_autoptr(GError) error = failure ? g_error_copy(failure) : NULL;

	if (!error && engine_own_devices(call->engine, show_own, call, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
}

/* Another device may have joined since, and waits to be confirmed: the carrier's list is asked. */
static void run_devices(struct call *call)
{
	engine_refresh(call->engine, engine_account(call->engine)->address, call->wait_ms,
		       refreshed, call);
}

static gboolean parse_device(struct call *call, guint64 *device, GError **error)
{
	if (g_ascii_string_to_unsigned(call->args[0], 10, 1, G_MAXINT32, device, NULL))
		return TRUE;
	error_set(error, ERROR_USAGE, "A device is a number; see `sotto devices`.");
	return FALSE;
}

static gboolean check_revoke(struct call *call, GError **error)
{
	guint64 device;

	return parse_device(call, &device, error);
}

/* USER: the number looked for, which is made 0 when it is found. */
static gboolean find_other(const struct device *device, void *user)
{
	guint64 *wanted = user;

	if (device->id == *wanted)
		*wanted = 0;
	return *wanted != 0;
}

static char *ask_revoke(struct call *call)
{
	const struct store_held nothing = { 0 };
	g_autofree char *name = NULL;
	guint64 device, wanted;

	if (!parse_device(call, &device, NULL) ||
	    device == engine_account(call->engine)->device)
		return NULL;
	wanted = device;
	name = g_strdup_printf("device %u", (unsigned)device);
	return engine_own_devices(call->engine, find_other, &wanted, NULL) && !wanted
		       ? loss_question(LOSS_DEVICE, name, NULL, &nothing)
		       : NULL;
}

static void run_revoke(struct call *call)
{
	g_autoptr(GError) error = NULL;
	guint64 device;

	if (parse_device(call, &device, &error) &&
	    engine_revoke(call->engine, (uint32_t)device, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
}

static char *ask_renew(struct call *call)
{
	const struct store_held nothing = { 0 };
	g_autofree char *name =
		g_strdup_printf("this device (%u)", engine_account(call->engine)->device);

	return loss_question(LOSS_ID, name, NULL, &nothing);
}

static void was_renewed(void *user, const GError *error)
{
	struct call *call = user;
	const struct account *account = engine_account(call->engine);
	struct json *json;
	char *line;

	if (error) {
		call_fail(call, error);
		return;
	}
	/* It came too late for whoever waited. */
	if (call->is_ended)
		return;
	if (call->is_json) {
		json = json_new();
		json_string(json, "address", account->address);
		json_number(json, "device", account->device);
		line = json_end(json);
		call->printer->line(call->printer, line);
		plain_free(line);
	} else {
		print(call->printer,
		      "This is device %u now. When sotto next starts its keys are published, and "
		      "your contacts are asked to decide on it.", account->device);
	}
	call_end(call, 0);
}

static void run_renew(struct call *call)
{
	engine_renew_device(call->engine, was_renewed, call);
}

/* -- the journal
 * --------------------------------------------------------------------------------------- */

struct listing {
	struct call *call;
	int64_t since;
	struct journal_run *run; /* NULL: every row is shown */
};

static gboolean show_row(const struct journal_row *row, void *user)
{
	struct listing *listing = user;
	struct json *json;
	char time[CLOCK_TEXT_BYTES];
	g_autofree char *device = NULL;
	char *line;

	if (!listing->call->is_json) {
		if (row->device)
			device = g_strdup_printf("  device %u", row->device);
		print(listing->call->printer, "%" G_GINT64_FORMAT "  %s  %s%s%s%s%s%s", row->number,
		      clock_format(row->at, time), row->what, row->address ? "  " : "",
		      row->address ? row->address : "", device ? device : "",
		      row->detail ? "  " : "", row->detail ? row->detail : "");
		return TRUE;
	}
	json = json_new();
	json_number(json, "number", row->number);
	json_time(json, "at", row->at);
	json_string(json, "what", row->what);
	json_string(json, "address", row->address);
	if (row->device)
		json_number(json, "device", row->device);
	else
		json_null(json, "device");
	json_string(json, "detail", row->detail);
	line = json_end(json);
	listing->call->printer->line(listing->call->printer, line);
	plain_free(line);
	return TRUE;
}

static gboolean take_row(const struct journal_row *row, void *user)
{
	struct listing *listing = user;

	if (row->at < listing->since)
		return TRUE;
	return listing->run ? journal_run_add(row, listing->run) : show_row(row, listing);
}

static gboolean parse_since(struct call *call, int64_t *since, GError **error)
{
	const char *text = call_option(call, "since");

	*since = 0;
	if (!text || clock_parse(text, since))
		return TRUE;
	error_set(error, ERROR_USAGE, "--since is a time such as 2026-01-31T12:00:00Z; %s isn't.",
		  text);
	return FALSE;
}

static gboolean check_journal(struct call *call, GError **error)
{
	int64_t since;

	return parse_since(call, &since, error);
}

static void run_journal(struct call *call)
{
	struct listing listing = { .call = call };
	g_autoptr(GError) error = NULL;
	gboolean ok;

	/* A script counts for itself. */
	if (!call->is_json)
		listing.run = journal_run_new(show_row, &listing);
	ok = parse_since(call, &listing.since, &error) &&
	     engine_journal(call->engine, 0, take_row, &listing, &error);
	if (listing.run)
		journal_run_end(listing.run);
	if (ok)
		call_end(call, 0);
	else
		call_fail(call, error);
}

static void run_journal_verify(struct call *call)
{
	g_autoptr(GError) error = NULL;
	int64_t bad = 0;

	if (!engine_journal_verify(call->engine, &bad, &error)) {
		call_fail(call, error);
		return;
	}
	if (bad) {
		error_set(&error, ERROR_DAMAGED,
			  "The journal isn't whole: row %" G_GINT64_FORMAT
			  " was changed, removed or moved.",
			  bad);
		call_fail(call, error);
		return;
	}
	if (!call->is_json)
		print(call->printer, "The journal is whole.");
	call_end(call, 0);
}

const struct verb verb_devices = {
	.name = "devices",
	.arguments = "",
	.summary = "List the own account's devices.",
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_devices,
};

const struct verb verb_devices_renew = {
	.name = "devices renew",
	.arguments = "",
	.summary = "Give this device a new id, after the profile was copied.",
	.details = "A copy of a profile that is in use beside it would seal with the same keys, so "
		   "both send nothing until one of them has another id. New sessions are begun. "
		   "The identity key stays: when somebody else made the copy, make a new profile "
		   "and revoke this device instead.",
	.need = NEED_CARRIER,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_renew,
	.run = run_renew,
};

const struct verb verb_devices_revoke = {
	.name = "devices revoke",
	.arguments = "ID",
	.summary = "Take an own device off the list.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.check = check_revoke,
	.question = ask_revoke,
	.run = run_revoke,
	.said = "Device {1} is revoked.",
};

const struct verb verb_journal = {
	.name = "journal",
	.arguments = "",
	.summary = "Show the record of security decisions.",
	.details = "Never any message's words. A wipe isn't in it: it destroys the journal too.",
	.need = NEED_OPEN,
	.is_shared = true,
	.options = { { "since", "TIME", "from then on (RFC 3339)", NULL } },
	.check = check_journal,
	.run = run_journal,
};

const struct verb verb_journal_verify = {
	.name = "journal verify",
	.arguments = "",
	.summary = "Find out whether the journal's chain is whole.",
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_journal_verify,
};

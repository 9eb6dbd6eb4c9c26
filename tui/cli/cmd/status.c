/* `sotto status`: what can be said of the profile, with its passphrase or without. */
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_device.h"
#include "core/engine/engine_expiry.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/control_level.h"
#include "tui/cli/front.h"
#include "tui/cli/json.h"
#include "tui/confine/guard.h"
#include "tui/confine/secrets.h"
#include "tui/observe/watch.h"

struct status {
	struct store_peek peek;
	struct store_counts counts;
	struct engine_erasing erasing;
	struct engine_place place;
	struct engine_clock clock;
	struct watch *watch;
	bool is_open;
};

static const char *carrier_name(enum transport_state state)
{
	static const char *const names[] = { "offline", "connecting", "online", "failed" };

	return names[state];
}

static const char *finding_text(const struct watch *watch, guint index)
{
	return ((const struct watch_finding *)watch->findings->pdata[index])->text;
}

static void print_json(struct call *call, const struct status *status)
{
	const struct account *account = engine_account(call->engine);
	const char *why;
	struct json *json = json_new();
	char *line;

	json_string(json, "profile", call->front->profile);
	json_bool(json, "locked", !status->is_open);
	json_bool(json, "in_use", status->peek.is_held);
	json_number(json, "waiting", status->place.waiting);
	if (status->place.is_spool)
		json_bool(json, "spool_acl", status->place.keeps_acls);
	else
		json_null(json, "spool_acl");
	json_string(json, "kdf", kdf_level_name(status->peek.level));
	json_string(json, "control", control_level_word(control_level(call->front)));
	if (status->is_open) {
		json_string(json, "address", account->address);
		json_number(json, "device", account->device);
		json_string(json, "transport", account->carrier);
		json_string(json, "carrier",
			    carrier_name(engine_carrier(call->engine, &why)));
		json_number(json, "queue", (int64_t)status->counts.outbox);
		json_number(json, "unread", (int64_t)status->counts.unread);
		json_number(json, "unread_muted", (int64_t)status->counts.unread_muted);
		json_number(json, "messages", (int64_t)status->counts.messages);
		json_number(json, "contacts", (int64_t)status->counts.contacts);
		json_number(json, "erasing", (int64_t)status->erasing.store.rows);
		json_bool(json, "cloned", engine_is_cloned(call->engine));
		json_bool(json, "clock_confirmed", status->clock.doubt_ms == 0);
		json_number(json, "hidden", (int64_t)status->clock.hidden);
	}
	if (status->watch) {
		json_string(json, "watch", watch_word(status->watch->verdict));
		json_open_array(json, "watch_findings");
		for (guint i = 0; i < status->watch->findings->len; i++)
			json_string(json, NULL, finding_text(status->watch, i));
		json_close_array(json);
	}
	if (call->front->guards) {
		json_open_object(json, "process");
		for (int i = 0; i < GUARD_COUNT; i++)
			json_string(json, guard_name(i),
				    guard_state_name(call->front->guards->states[i]));
		json_close_object(json);
	}
	json_open_object(json, "versions");
	for (char **version = call->front->versions; version && *version; version++) {
		g_auto(GStrv) parts = g_strsplit(*version, " ", 2);

		json_string(json, parts[0], parts[1]);
	}
	json_close_object(json);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void print_text(struct call *call, const struct status *status)
{
	const struct account *account = engine_account(call->engine);
	const char *why;

	print(call->printer, "profile    %s", call->front->profile);
	print(call->printer, "locked     %s", status->is_open ? "no" : "yes");
	print(call->printer, "in use     %s", status->peek.is_held ? "yes" : "no");
	print(call->printer, "waiting    %u", status->place.waiting);
	if (status->place.is_spool)
		print(call->printer, "files      %s",
		      status->place.keeps_acls
			      ? "readable by their recipient alone, overwritten once fetched"
			      : "readable by every user of the host who knows their names: the "
				"spool's file system keeps no ACLs");
	if (status->watch)
		print(call->printer, "watch      %s", watch_word(status->watch->verdict));
	for (guint i = 0; status->watch && i < status->watch->findings->len; i++)
		print(call->printer, "watch      %s", finding_text(status->watch, i));
	for (int i = 0; call->front->guards && i < GUARD_COUNT; i++)
		print(call->printer, "process    %s: %s", guard_label(i),
		      guard_state_name(call->front->guards->states[i]));
	print(call->printer, "control    %s", control_level_word(control_level(call->front)));
	if (!status->is_open)
		return;
	print(call->printer, "address    %s, device %u", account->address, account->device);
	print(call->printer, "carrier    %s, %s", account->carrier,
	      carrier_name(engine_carrier(call->engine, &why)));
	print(call->printer, "queued     %" G_GUINT64_FORMAT, status->counts.outbox);
	print(call->printer, "unread     %" G_GUINT64_FORMAT, status->counts.unread);
	if (status->counts.unread_muted)
		print(call->printer, "muted      %" G_GUINT64_FORMAT " more unread",
		      status->counts.unread_muted);
	print(call->printer, "messages   %" G_GUINT64_FORMAT, status->counts.messages);
	print(call->printer, "erasing    %" G_GUINT64_FORMAT "%s%s", status->erasing.store.rows,
	      status->erasing.why ? ": " : "", status->erasing.why ? status->erasing.why : "");
	if (engine_is_cloned(call->engine))
		print(call->printer,
		      "sending    stopped: a copy of this profile is in use too; see `sotto "
		      "devices renew`");
	if (status->clock.doubt_ms)
		print(call->printer,
		      "clock      not confirmed: %" G_GUINT64_FORMAT " message%s hidden; see "
		      "`sotto clock`",
		      status->clock.hidden, status->clock.hidden == 1 ? " is" : "s are");
	for (char **version = call->front->versions; version && *version; version++)
		print(call->printer, "library    %s", *version);
}

/* Open the profile when a passphrase was given for it and nobody else holds it. */
static gboolean open_if_asked(struct call *call, const struct status *status, GError **error)
{
	struct secret *passphrase;
	gboolean ok;

	if (engine_is_open(call->engine) || status->peek.is_held ||
	    !secrets_has(call->front->secrets, SECRETS_PASSPHRASE))
		return TRUE;
	call_hear(call);
	passphrase = secrets_take(call->front->secrets, SECRETS_PASSPHRASE, false, error);
	ok = passphrase && engine_unlock(call->engine, passphrase, error) &&
	     engine_connect(call->engine, false, error);
	secret_free(passphrase);
	return ok;
}

static void run(struct call *call)
{
	struct status status = { 0 };
	g_autoptr(GError) error = NULL;

	if (!engine_peek(call->engine, &status.peek, &status.place, &error) ||
	    !open_if_asked(call, &status, &error)) {
		call_fail(call, error);
		return;
	}
	status.is_open = engine_is_open(call->engine);
	if (status.is_open && (!engine_counts(call->engine, &status.counts, &error) ||
			       !engine_erasing(call->engine, &status.erasing, &error) ||
			       !engine_clock(call->engine, &status.clock, &error))) {
		call_fail(call, error);
		return;
	}
	if (call->front->watch)
		status.watch = call->front->watch(call->front->user);
	if (call->is_json)
		print_json(call, &status);
	else
		print_text(call, &status);
	watch_free(status.watch);
	call_end(call, 0);
}

const struct verb verb_status = {
	.name = "status",
	.arguments = "",
	.summary = "Show the profile's state; without a passphrase what is known without one.",
	.need = NEED_NOTHING,
	.is_shared = true,
	.reach = REACH_STATUS,
	.run = run,
};

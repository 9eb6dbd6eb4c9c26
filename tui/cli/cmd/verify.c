/* `sotto verify`, `sotto trust`: who one talks to. */
#include <string.h>
#include "core/engine/engine_change.h"
#include "core/engine/engine_trust.h"
#include "core/engine/engine_people.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/cli/json.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

/* -- showing
 * ---------------------------------------------------------------------------------------- */

static void json_ids(struct json *json, const char *name, const GArray *ids)
{
	json_open_array(json, name);
	for (guint i = 0; i < ids->len; i++)
		json_number(json, NULL, g_array_index(ids, uint32_t, i));
	json_close_array(json);
}

/* REST: of a comparison with a URI, else NULL. */
static void show_safety_json(struct call *call, const struct safety *safety,
			     const struct uri_rest *rest)
{
	struct json *json = json_new();
	char *line;

	json_string(json, "address", safety->address);
	json_owner(json, &safety->folder);
	json_string(json, "safety_number", *safety->number ? safety->number : NULL);
	json_bool(json, "verified", safety->is_verified);
	json_ids(json, "keyless", safety->keyless);
	json_ids(json, "own_waiting", safety->own_waiting);
	if (rest) {
		json_ids(json, "unlisted", rest->unlisted);
		json_ids(json, "unknown", rest->unknown);
	}
	json_open_array(json, "devices");
	for (guint i = 0; i < safety->devices->len; i++) {
		json_open_object(json, NULL);
		json_device(json, safety->devices->pdata[i], false);
		json_close_object(json);
	}
	json_close_array(json);
	json_string(json, "own_uri", safety->own_uri);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void show_rest(struct call *call, const struct safety *safety, const struct uri_rest *rest)
{
	g_autofree char *unlisted = device_list_ids(rest->unlisted);
	g_autofree char *unknown = device_list_ids(rest->unknown);

	if (rest->unlisted->len)
		print(call->printer, "%s also has %s, which what they gave doesn't name.",
		      safety->address, unlisted);
	if (rest->unknown->len)
		print(call->printer, "What they gave also names %s, whose key isn't known here.",
		      unknown);
}

static void show_mark(struct call *call, const struct safety *safety)
{
	g_autofree char *keyless = device_keyless_words(safety->keyless);
	g_autofree char *waiting = device_list_ids(safety->own_waiting);

	print(call->printer, "%s is %s%s%s.", safety->address,
	      safety->is_verified ? "verified" : "not verified", keyless ? "; " : "",
	      keyless ? keyless : "");
	if (safety->own_waiting->len)
		print(call->printer,
		      "Of your own devices, %s isn't confirmed, and the number vouches for it: "
		      "look at `sotto devices` before you read it out.",
		      waiting);
}

/* The kernel's word, which no key is behind. */
static void show_owner(struct call *call, const struct safety *safety)
{
	g_autofree char *words = owner_words(&safety->folder);

	if (!words)
		return;
	print(call->printer, "owner: %s", words);
	if (owner_differs(&safety->folder, safety->address))
		print(call->printer,
		      "%s is what %s calls itself here, not its login: ask them whether it is "
		      "theirs.",
		      safety->address, safety->folder.login);
}

static void show_safety(struct call *call, const struct safety *safety,
			const struct uri_rest *rest)
{
	if (call->is_json) {
		show_safety_json(call, safety, rest);
		return;
	}
	show_mark(call, safety);
	show_owner(call, safety);
	if (rest)
		show_rest(call, safety, rest);
	/* Four groups a line, as people read them to each other. */
	for (int row = 0; row < 3 && *safety->number; row++) {
		const char *p = safety->number + row * 20;

		print(call->printer, "    %.5s %.5s %.5s %.5s", p, p + 5, p + 10, p + 15);
	}
	for (guint i = 0; i < safety->devices->len; i++)
		show_device(call, safety->devices->pdata[i], false);
	print(call->printer, "For them: %s", safety->own_uri);
}

/* -- running
 * ---------------------------------------------------------------------------------------- */

static gboolean compare(struct call *call, const char *address, struct uri_rest *rest,
			GError **error)
{
	const char *code = call_option(call, "code"), *uri = call_option(call, "uri");

	if (code)
		return engine_verify_code(call->engine, address, code, "code", error);
	return !uri || engine_verify_uri(call->engine, address, uri, "uri", rest, error);
}

static void refreshed(void *user, const GError *failure)
{
	struct call *call = user;
	g_autofree char *address = call->state;
	g_autoptr(GError) error = failure ? g_error_copy(failure) : NULL;
	struct safety safety = { 0 };
	struct uri_rest rest = { 0 };

	call->state = NULL;
	if (error || !compare(call, address, &rest, &error) ||
	    !engine_safety(call->engine, address, &safety, &error)) {
		call_fail(call, error);
		uri_rest_clear(&rest);
		return;
	}
	if (safety.devices->len == 0) {
		error_set(&error, ERROR_NO_DEVICES,
			  "No device of %s has been seen; ask them to start sotto once.", address);
		call_fail(call, error);
	} else {
		show_safety(call, &safety, rest.unlisted ? &rest : NULL);
		call_end(call, 0);
	}
	uri_rest_clear(&rest);
	safety_clear(&safety);
}

static gboolean check_verify(struct call *call, GError **error)
{
	const char *code = call_option(call, "code"), *uri = call_option(call, "uri");
	struct fingerprint_entry *entries = NULL;
	g_autofree char *address = NULL;
	char digits[FINGERPRINT_DIGITS + 1];
	size_t count;

	if (code && uri) {
		error_set(error, ERROR_USAGE, "Give --code or --uri, not both.");
		return FALSE;
	}
	if (code && !fingerprint_parse_code(code, digits)) {
		error_set(error, ERROR_USAGE, "A safety number has %d digits.", FINGERPRINT_DIGITS);
		return FALSE;
	}
	if (uri && !fingerprint_parse_uri(uri, &address, &entries, &count, error))
		return FALSE;
	g_free(entries);
	return TRUE;
}

static void run_verify(struct call *call)
{
	struct contact *contact = call_person(call, call->args[0]);

	if (!contact)
		return;
	call->state = g_strdup(contact->address);
	engine_refresh(call->engine, contact->address, call->wait_ms, refreshed, call);
	contact_free(contact);
}

/* -- trust
 * -------------------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum trust_act act;
} acts[] = {
	{ "verified", ACT_VERIFY },
	{ "trusted", ACT_TRUST },
	{ "untrusted", ACT_DISTRUST },
	{ "compromised", ACT_COMPROMISED },
};

/* Not a trust but the end of a device's part in it. */
static const char OFF[] = "off";

static const enum trust_act *find_act(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		if (strcmp(acts[i].word, word) == 0)
			return &acts[i].act;
	}
	return NULL;
}

static gboolean check_trust(struct call *call, GError **error)
{
	const char *typed = call_option(call, "fingerprint");
	guint64 device;

	if (!g_ascii_string_to_unsigned(call->args[1], 10, 1, G_MAXINT32, &device, NULL)) {
		error_set(error, ERROR_USAGE, "A device is a number; see `sotto verify %s`.",
			  call->args[0]);
		return FALSE;
	}
	if (typed && !engine_is_typed(typed)) {
		error_set(error, ERROR_USAGE,
			  "--fingerprint is the first %d or more hex digits of the device's "
			  "fingerprint, without blanks.", TRUST_TYPED_LEAST);
		return FALSE;
	}
	if (find_act(call->args[2]) || strcmp(call->args[2], OFF) == 0)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "Trust is one of verified, trusted, untrusted, compromised, off; %s isn't.",
		  call->args[2]);
	return FALSE;
}

static gboolean set_trust(struct call *call, const char *address, uint32_t device, GError **error)
{
	const enum trust_act *act = find_act(call->args[2]);
	struct trust_request request = { .address = address, .device = device, .method = "hand",
					 .typed = call_option(call, "fingerprint") };

	if (!act)
		return engine_deactivate(call->engine, address, device, error);
	request.act = *act;
	return engine_trust(call->engine, &request, error);
}

static void run_trust(struct call *call)
{
	const struct account *account = engine_account(call->engine);
	guint64 device = 0;
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;
	g_autofree char *address = NULL;

	if (strcmp(call->args[0], account->address) == 0) {
		address = g_strdup(account->address);
	} else {
		contact = call_person(call, call->args[0]);
		if (!contact)
			return;
		address = g_strdup(contact->address);
		contact_free(contact);
	}
	if (g_ascii_string_to_unsigned(call->args[1], 10, 1, G_MAXINT32, &device, &error) &&
	    set_trust(call, address, (uint32_t)device, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
}

const struct verb verb_verify = {
	.name = "verify",
	.arguments = "ADDRESS",
	.summary = "Show the safety number and every device, or compare what the other side gave.",
	.details = "What was given marks devices verified only when each key that it names and "
		   "that is known here matches; else it exits with 5 and marks nothing. A URI may "
		   "name some of the devices: the rest is listed. A device that has published no "
		   "key is named, and is never verified. Looking changes nothing.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = {
		{ "code", "DIGITS", "the 60 digits that they read out", NULL },
		{ "uri", "URI", "what their QR code says", NULL },
	},
	.check = check_verify,
	.run = run_verify,
};

const struct verb verb_trust = {
	.name = "trust",
	.arguments = "ADDRESS DEVICE verified|trusted|untrusted|compromised|off",
	.summary = "Set one device by hand.",
	.details = "A compromised device is refused, and said to be in the wrong hands. One that "
		   "is off gets nothing, whatever the carrier lists, and its key is kept; trusted "
		   "takes it back. Trust is its key's: a device that has published none can't be "
		   "trusted, and another key is decided on anew. A device of your own account "
		   "needs --fingerprint, from its own screen (`sotto id`).",
	.args_min = 3,
	.args_max = 3,
	.need = NEED_OPEN,
	.is_shared = true,
	.options = {
		{ "fingerprint", "HEX", "only if its fingerprint begins so (8 digits or more)",
		  NULL },
	},
	.check = check_trust,
	.run = run_trust,
	.said = "Device {2} of {1} is {3} now.",
};

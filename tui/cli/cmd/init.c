/* `sotto init local`: a new profile on the local spool. */
#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/xdg.h"
#include "core/engine/engine_server.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/front.h"
#include "tui/cli/json.h"
#include "tui/confine/ask.h"
#include "tui/confine/secrets.h"

gboolean init_kdf(const struct call *call, enum kdf_level *level, GError **error)
{
	const char *name = call_option(call, "kdf");

	*level = KDF_MODERATE;
	if (!name || kdf_level_parse(name, level))
		return TRUE;
	error_set(error, ERROR_USAGE, "--kdf is one of interactive, moderate, sensitive; %s isn't.",
		  name);
	return FALSE;
}

static gboolean check(struct call *call, GError **error)
{
	const char *name = call_option(call, "name"), *spool = call_option(call, "spool");
	g_autofree char *address = NULL, *path = spool ? xdg_path(spool, error) : NULL;
	enum kdf_level parsed;

	if ((spool && !path) || !init_kdf(call, &parsed, error))
		return FALSE;
	if (!name)
		return TRUE;
	address = contact_address(name, error);
	if (address && strchr(address, '@')) {
		error_set(error, ERROR_USAGE, "A name on the spool has no @ in it.");
		return FALSE;
	}
	return address != NULL;
}

static char *spool_path(const struct call *call)
{
	const char *spool = call_option(call, "spool");

	return spool ? xdg_path(spool, NULL) : g_strdup(call->front->default_spool);
}

/* Who was made, as `id` says it. */
void init_report(struct call *call)
{
	const struct account *account = engine_account(call->engine);
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	uint8_t key[CONTACT_KEY_BYTES];
	g_autoptr(GError) error = NULL;
	struct json *json;
	char *line;

	if (!engine_identity(call->engine, key, &error)) {
		call_fail(call, error);
		return;
	}
	contact_fingerprint(key, fingerprint);
	if (call->is_json) {
		json = json_new();
		json_string(json, "address", account->address);
		json_number(json, "device", account->device);
		json_string(json, "fingerprint", fingerprint);
		json_string(json, "transport", account->carrier);
		line = json_end(json);
		call->printer->line(call->printer, line);
		plain_free(line);
	} else {
		print(call->printer, "address      %s", account->address);
		print(call->printer, "device       %u", account->device);
		print(call->printer, "fingerprint  %s", fingerprint);
	}
	call_end(call, 0);
}

static struct account *place(const struct call *call)
{
	const char *name = call_option(call, "name");
	struct account *account = g_new0(struct account, 1);

	account->carrier = g_strdup("spool");
	account->spool = spool_path(call);
	account->is_default_spool = strcmp(account->spool, call->front->default_spool) == 0;
	account->address = g_strdup(name ? name : g_get_user_name());
	return account;
}

/* What is in the way, with the options that lead around it. */
static gboolean check_there(struct call *call, const struct account *account,
			    struct engine_found *found, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (engine_check(call->engine, account, found, &why))
		return TRUE;
	error_set(error, (enum error)why->code,
		  "%s --spool DIR says which folder, --name NAME which name.", why->message);
	return FALSE;
}

/* The name may be one's own, in another profile: whoever writes to it would stop without a word. */
static gboolean check_place(struct call *call, const struct account *account, GError **error)
{
	struct engine_found found = { 0 };
	char since[CLOCK_TEXT_BYTES];

	if (!engine_may_create(call->engine, error) ||
	    !check_there(call, account, &found, error))
		return FALSE;
	if (!found.devices || call_option(call, "device"))
		return TRUE;
	error_set(error, ERROR_EXISTS,
		  "%s on the spool %s is your own name already: %u of its devices published keys, "
		  "the first at %s. With --device this profile is another device of %s, on whose "
		  "key whoever writes to %s decides first; --name gives it another name.",
		  account->address, account->spool, found.devices,
		  clock_format(found.since, since), account->address, account->address);
	return FALSE;
}

static void run(struct call *call)
{
	struct account *account = place(call);
	enum kdf_level kdf;
	g_autoptr(GError) error = NULL;
	struct secret *passphrase = NULL;
	gboolean ok;

	if (init_kdf(call, &kdf, &error) && check_place(call, account, &error))
		passphrase = secrets_take(call->front->secrets, SECRETS_PASSPHRASE, true, &error);
	/* Whether others of the account are there already. */
	call_hear(call);
	ok = passphrase && engine_create(call->engine, account, passphrase, kdf, &error);
	secret_free(passphrase);
	account_free(account);
	if (!ok)
		ask_drain();
	if (ok)
		init_report(call);
	else
		call_fail(call, error);
}

const struct verb verb_init_local = {
	.name = "init local",
	.arguments = "",
	.summary = "Make a new profile on the local spool, for people on this host.",
	.options = {
		{ "name", "NAME", "the name others write to (the login name)", NULL },
		{ "spool", "DIR", "the spool's folder (/var/spool/sotto)", "dir" },
		{ "device", NULL, "the name is one's own already: this is another device of it",
		  NULL },
		{ "kdf", "LEVEL", "cost of a guess: interactive, moderate, sensitive",
		  "interactive moderate sensitive" },
	},
	.check = check,
	.place = place,
	.run = run,
};

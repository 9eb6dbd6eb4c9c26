/* `sotto init xmpp`: a new profile on an account that is there already. */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/xdg.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_server.h"
#include "tui/cli/cmd/pin.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/front.h"
#include "tui/confine/ask.h"
#include "tui/confine/secrets.h"

static gboolean check(struct call *call, GError **error)
{
	const char *given = call_option(call, "ca-file"), *pin = call_option(call, "pin");
	g_autofree char *address = contact_address(call->args[0], error), *parsed = NULL;
	g_autofree char *file = address && given ? xdg_path(given, error) : NULL;
	enum kdf_level level;

	if (!address || (given && !file) || !init_kdf(call, &level, error))
		return FALSE;
	if (!strchr(address, '@')) {
		error_set(error, ERROR_USAGE, "An account is NAME@SERVER; %s isn't.",
			  call->args[0]);
		return FALSE;
	}
	if (pin && !(parsed = certificate_parse_pin(pin, error)))
		return FALSE;
	if (file && !g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
		error_set(error, ERROR_USAGE, "There is no file %s.", file);
		return FALSE;
	}
	return TRUE;
}

static void published(void *user, const GError *error)
{
	struct call *call = user;

	/* The profile is made; what is missing is published when sotto next runs. */
	if (error)
		call->printer->complain(call->printer, error->message);
	init_report(call);
}

/* A certificate that no CA vouches for may be believed by name, once somebody has looked at it. */
static gboolean create(struct call *call, struct account *account, const struct secret *passphrase,
		       enum kdf_level level, GError **error)
{
	g_autoptr(GError) why = NULL;
	char *pin;

	if (engine_create(call->engine, account, passphrase, level, &why))
		return TRUE;
	pin = account->pin ? NULL : pin_ask(call, engine_refused(call->engine));
	if (!pin) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	account->pin = pin;
	return engine_create(call->engine, account, passphrase, level, error);
}

static gboolean make(struct call *call, struct account *account, GError **error)
{
	struct secrets *secrets = call->front->secrets;
	struct secret *passphrase;
	enum kdf_level level;
	gboolean ok;

	if (!init_kdf(call, &level, error) || !engine_may_create(call->engine, error))
		return FALSE;
	account->password = secrets_take(secrets, SECRETS_PASSWORD, false, error);
	if (!account->password)
		return FALSE;
	passphrase = secrets_take(secrets, SECRETS_PASSPHRASE, true, error);
	ok = passphrase && create(call, account, passphrase, level, error);
	secret_free(passphrase);
	return ok;
}

static struct account *place(const struct call *call)
{
	const char *file = call_option(call, "ca-file");
	struct account *account = g_new0(struct account, 1);

	account->carrier = g_strdup("xmpp");
	account->ca_file = file ? xdg_path(file, NULL) : g_strdup("");
	return account;
}

static void run(struct call *call)
{
	const char *file = call_option(call, "ca-file"), *pin = call_option(call, "pin");
	g_autoptr(GError) error = NULL;
	struct account account = {
		.carrier = g_strdup("xmpp"),
		.address = contact_address(call->args[0], NULL),
		.server = g_strdup(call_option(call, "server")),
		.ca_file = file ? xdg_path(file, NULL) : NULL,
		.pin = pin ? certificate_parse_pin(pin, NULL) : NULL,
	};
	gboolean ok;

	/* Whether others of the account are there already. */
	call_hear(call);
	ok = make(call, &account, &error);

	account_clear(&account);
	if (!ok)
		ask_drain();
	/* The keys are on their way to the server. */
	if (ok)
		engine_fetch(call->engine, call->wait_ms, published, call);
	else
		call_fail(call, error);
}

const struct verb verb_init_xmpp = {
	.name = "init xmpp",
	.arguments = "NAME@SERVER",
	.summary = "Make a new profile on an XMPP account, for people on many hosts.",
	.details = "The account must be there. Its password is asked for, or read from a "
		   "descriptor, and kept in the encrypted store; where --passphrase-fd is the "
		   "same descriptor its line comes first. The server's certificate must be "
		   "good, or pinned: with --pin, or by its fingerprint, which is shown and asked "
		   "for on a terminal. And the server must offer encryption and SCRAM; the "
		   "password is never handed over.",
	.args_min = 1,
	.args_max = 1,
	.options = {
		{ "password-fd", "N", "read the account's password as one line from descriptor N",
		  NULL },
		{ "server", "[tls:]HOST[:PORT]", "where the server is, if DNS doesn't say", NULL },
		{ "ca-file", "FILE", "believe the CAs in FILE too", "file" },
		{ "pin", "SHA256", "believe exactly the certificate with this fingerprint", NULL },
		{ "kdf", "LEVEL", "cost of a guess: interactive, moderate, sensitive",
		  "interactive moderate sensitive" },
	},
	.check = check,
	.place = place,
	.run = run,
};

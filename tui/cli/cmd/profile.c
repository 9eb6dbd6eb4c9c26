/* `sotto passphrase`, `sotto wipe`, `sotto demo`: the profile as a whole. */
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/front.h"
#include "tui/confine/secrets.h"

static void run_passphrase(struct call *call)
{
	struct secrets *secrets = call->front->secrets;
	struct secret *old = NULL, *fresh = NULL;
	g_autoptr(GError) error = NULL;
	gboolean ok = FALSE;

	/* What stands in the way is said before anything is asked. */
	if (engine_hold(call->engine, &error) &&
	    (old = secrets_take(secrets, SECRETS_PASSPHRASE, false, &error)) &&
	    engine_unlock(call->engine, old, &error) &&
	    (fresh = secrets_take(secrets, SECRETS_NEW_PASSPHRASE, true, &error)))
		ok = engine_change_passphrase(call->engine, old, fresh, &error);
	secret_free(old);
	secret_free(fresh);
	if (ok)
		call_end(call, 0);
	else
		call_fail(call, error);
}

/* What has other names elsewhere is no surprise to whoever finds it there. */
static void say_other_names(struct call *call, const char *secret, const char *other)
{
	g_autofree char *gone = NULL, *left = NULL;

	gone = g_strdup_printf("What had other names (hard links) elsewhere was overwritten there "
			       "too, because keys or messages are in it: %s.", secret);
	left = g_strdup_printf("What had other names (hard links) elsewhere was only removed here, "
			       "and is unchanged there: %s.", other);
	if (secret)
		call->printer->complain(call->printer, gone);
	if (other)
		call->printer->complain(call->printer, left);
}

static void wipe_now(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *secret = engine_other_names(call->engine, true);
	g_autofree char *other = engine_other_names(call->engine, false);
	gboolean ok = engine_wipe(call->engine, &error);

	say_other_names(call, secret, other);
	if (ok)
		call_end(call, 0);
	else
		call_fail(call, error);
}

static void run_wipe(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *question = NULL;

	if (!engine_hold_rest(call->engine, &error)) {
		call_fail(call, error);
		return;
	}
	question = g_strdup_printf("Destroy the profile in %s, for ever?", call->front->profile);
	if (!call_option(call, "yes") &&
	    !call->front->confirm(call->front->user, question, "yes")) {
		call->printer->complain(
			call->printer, "Nothing was wiped; answer yes, or say `sotto wipe --yes`.");
		call_end(call, 1);
		return;
	}
	wipe_now(call);
}

static void run_demo(struct call *call)
{
	call_end(call, call->front->demo(call->front->user));
}

const struct verb verb_passphrase = {
	.name = "passphrase",
	.arguments = "",
	.summary = "Change the passphrase.",
	.details =
		"The old one is read as the global option --passphrase-fd says, the new one from "
		"--new-passphrase-fd, which may be the same descriptor, a line further on; or "
		"both are asked for.",
	.need = NEED_NOTHING,
	.options = { { "new-passphrase-fd", "N", "read the new one as a line from descriptor N",
		       NULL } },
	.run = run_passphrase,
	.said = "The passphrase is changed.",
};

const struct verb verb_wipe = {
	.name = "wipe",
	.arguments = "",
	.summary = "Destroy the key file, then everything else in the profile.",
	.need = NEED_NOTHING,
	.takes_no_passphrase = true,
	.is_unconfined = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.run = run_wipe,
	.said = "The profile is destroyed.",
};

const struct verb verb_demo = {
	.name = "demo",
	.arguments = "",
	.summary = "Open a throw-away world: you, two scripted peers and the interface.",
	.need = NEED_NOTHING,
	.takes_no_passphrase = true,
	.is_unconfined = true,
	.is_interface = true,
	.run = run_demo,
};

/* `sotto pin`: which certificate of the account's server is believed. */
#include "tui/cli/cmd/pin.h"

#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_server.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/front.h"

static const char question[] =
	"Compare the fingerprint with what whoever runs the server tells you, by another way than "
	"this one. To believe exactly this certificate from now on, its first 8 digits.";

char *pin_ask(struct call *call, const struct certificate *certificate)
{
	g_autofree char *text = NULL, *word = NULL;
	g_auto(GStrv) lines = NULL;

	if (!certificate || !call->front || !call->front->confirm)
		return NULL;
	text = certificate_describe(certificate);
	lines = g_strsplit(g_strchomp(text), "\n", -1);
	call->printer->complain(call->printer, "The server shows a certificate that can't be "
					       "checked:");
	for (char **line = lines; *line; line++)
		call->printer->complain(call->printer, *line);
	word = g_strndup(certificate->fingerprint, CERTIFICATE_TYPED_CHARS);
	return call->front->confirm(call->front->user, question, word)
		       ? g_strdup(certificate->fingerprint)
		       : NULL;
}

static gboolean check(struct call *call, GError **error)
{
	g_autofree char *pin = NULL;

	if (call->arg_count == 0 || strcmp(call->args[0], "off") == 0)
		return TRUE;
	pin = certificate_parse_pin(call->args[0], error);
	return pin != NULL;
}

static void set(struct call *call, const char *pin)
{
	g_autoptr(GError) error = NULL;

	if (engine_pin(call->engine, pin, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
}

/* What the server shows now; a good one needs no pin. */
static void look(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *pin = NULL;

	if (engine_examine(call->engine, &error)) {
		print(call->printer, "The CAs vouch for the server's certificate: it needs no "
				     "pin (`sotto pin off` takes one away).");
		call_end(call, 0);
		return;
	}
	pin = pin_ask(call, engine_refused(call->engine));
	if (pin)
		set(call, pin);
	else
		call_fail(call, error);
}

static void run(struct call *call)
{
	g_autofree char *pin = NULL;

	if (call->arg_count == 0) {
		look(call);
		return;
	}
	if (strcmp(call->args[0], "off") != 0)
		pin = certificate_parse_pin(call->args[0], NULL);
	set(call, pin);
}

const struct verb verb_pin = {
	.name = "pin",
	.arguments = "[SHA256|off]",
	.summary = "See the certificate of the account's server, and believe exactly that one.",
	.details = "For a server that no CA vouches for. Without an argument it is fetched, shown, "
		   "and asked about; with a fingerprint that one is believed; with off the CAs are "
		   "again. A server that shows another one is told nothing.",
	.args_max = 1,
	.need = NEED_OPEN,
	.check = check,
	.run = run,
	.said = "The pin is {1} now.",
};

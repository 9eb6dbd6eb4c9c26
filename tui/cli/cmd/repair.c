/* `sotto repair`: new sessions with somebody. */
#include "core/base/error.h"
#include "core/engine/engine_trust.h"
#include "tui/cli/cmd/verbs.h"

static void repaired(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

static void run(struct call *call)
{
	struct contact *contact = call_person(call, call->args[0]);

	if (!contact)
		return;
	call_hear(call);
	engine_repair(call->engine, contact->address, call->wait_ms, repaired, call);
	contact_free(contact);
}

const struct verb verb_repair = {
	.name = "repair",
	.arguments = "ADDRESS",
	.summary = "Begin new sessions with somebody, when messages can't be read any more.",
	.details = "For each device of theirs that may be written to; no key changes. What could "
		   "not be read stays lost: ask for it again.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run,
	.said = "A new session with {1} is begun.",
};

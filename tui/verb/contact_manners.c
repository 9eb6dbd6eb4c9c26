/* `sotto contact set|block|unblock`: how we are towards somebody. */
#include "core/engine_people.h"
#include "core/engine_talk.h"
#include "core/error.h"
#include "tui/verb/verbs.h"

static gboolean parse(struct call *call, enum manner *manner, enum manner_choice *choice,
		      GError **error)
{
	if (!manner_parse(call->args[1], manner)) {
		error_set(error, ERROR_USAGE,
			  "It is one of receipts, markers, typing, presence; %s isn't.",
			  call->args[1]);
		return FALSE;
	}
	if (!choice_parse(call->args[2], choice)) {
		error_set(error, ERROR_USAGE, "It is on, off or default; %s isn't.", call->args[2]);
		return FALSE;
	}
	return TRUE;
}

static gboolean check_set(struct call *call, GError **error)
{
	enum manner manner;
	enum manner_choice choice;

	return parse(call, &manner, &choice, error);
}

static void run_set(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = call_person(call, call->args[0]);
	enum manner manner;
	enum manner_choice choice;

	if (!contact)
		return;
	if (parse(call, &manner, &choice, &error) &&
	    engine_manner(call->engine, contact->address, manner, choice, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
	contact_free(contact);
}

static void ended(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

/* Somebody who never wrote has no name here, but an address. */
static void block(struct call *call, bool is_blocked)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;

	if (!engine_find(call->engine, call->args[0], &contact, &error)) {
		call_fail(call, error);
		return;
	}
	engine_block(call->engine, contact ? contact->address : call->args[0], is_blocked,
		     VERB_WAIT_MS, ended, call);
	contact_free(contact);
}

static void run_block(struct call *call)
{
	block(call, true);
}

static void run_unblock(struct call *call)
{
	block(call, false);
}

const struct verb verb_contact_set = {
	.name = "contact set",
	.arguments = "ADDRESS receipts|markers|typing|presence on|off|default",
	.summary = "Set what a contact is told.",
	.details = "receipts: that a message arrived. markers: that it was read. typing: that you "
		   "are writing. presence: that you are there. default: as the settings say, "
		   "which over XMPP is off.",
	.args_min = 3,
	.args_max = 3,
	.need = NEED_OPEN,
	.is_shared = true,
	.check = check_set,
	.run = run_set,
};

const struct verb verb_contact_block = {
	.name = "contact block",
	.arguments = "ADDRESS",
	.summary = "Drop unread what somebody sends, and send them nothing.",
	.details = "It holds here at once and after restarts, and at the XMPP server where it "
		   "knows blocking.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_block,
};

const struct verb verb_contact_unblock = {
	.name = "contact unblock",
	.arguments = "ADDRESS",
	.summary = "Hear somebody again.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_unblock,
};

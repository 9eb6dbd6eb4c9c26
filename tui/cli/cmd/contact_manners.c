/* `sotto contact set|mute|unmute|block|unblock|blocked|requests|accept|decline`: manners. */
#include "core/base/clock.h"
#include <string.h>
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"
#include "core/engine/engine_talk.h"
#include "core/base/error.h"
#include "core/profile/naming.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/client/mute.h"
#include "tui/cli/json.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

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

static void block_at(struct call *call, const char *address, bool is_blocked)
{
	engine_block(call->engine, address, is_blocked, call->wait_ms, ended, call);
}

static gboolean is_somebody(const struct device *device, void *user)
{
	(void)device;
	*(bool *)user = true;
	return FALSE;
}

/* On the spool a name that isn't there is a slip; the block would hold for nobody. */
static void looked_for(void *user, const GError *failure)
{
	struct call *call = user;
	g_autoptr(GError) error = failure ? g_error_copy(failure) : NULL;
	g_autofree char *address = error ? NULL : naming_address(call->args[0], &error);
	bool is_there = false;

	if (!error && engine_devices(call->engine, address, is_somebody, &is_there, &error) &&
	    !is_there)
		error_set(&error, ERROR_NO_CONTACT,
			  "Nobody called %s is known, or on this spool; see `sotto contact list`. "
			  "`uid:NUMBER` is a user of the host.", call->args[0]);
	if (error)
		call_fail(call, error);
	else
		block_at(call, address, true);
}

/* Somebody who never wrote has no name here, but an address. */
static void block(struct call *call, bool is_blocked)
{
	bool is_user = strchr(call->args[0], ':') != NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *address = is_user ? g_strdup(call->args[0])
					   : call_address(call, call->args[0], &error);
	struct contact *contact = NULL;

	if (!address || (!is_user && !engine_known(call->engine, address, &contact, &error)))
		call_fail(call, error);
	else if (contact || is_user || !is_blocked || strchr(address, '@'))
		block_at(call, address, is_blocked);
	else
		engine_refresh(call->engine, address, call->wait_ms, looked_for, call);
	contact_free(contact);
}

static char *ask_block(struct call *call)
{
	return call_loss(call, LOSS_FUTURE, call->args[0]);
}

static void run_block(struct call *call)
{
	block(call, true);
}

static void run_unblock(struct call *call)
{
	block(call, false);
}

static gboolean show_blocked(const struct contact *contact, void *user)
{
	show_contact(user, contact, NULL);
	return TRUE;
}

static void show_sender(uint32_t uid, uint32_t dropped, void *user)
{
	struct call *call = user;
	struct json *json;
	char *line;

	if (!call->is_json) {
		print(call->printer, "uid:%u  %u file%s dropped", uid, dropped, text_s(dropped));
		return;
	}
	json = json_new();
	json_number(json, "uid", uid);
	json_number(json, "dropped", dropped);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static void run_blocked(struct call *call)
{
	g_autoptr(GError) error = NULL;

	if (engine_blocked(call->engine, show_blocked, show_sender, call, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
}

/* The address of whom the first argument means; a stranger's is one. */
static void act(struct call *call, enum talk_act what)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = call_address(call, call->args[0], &error);

	if (address)
		engine_act(call->engine, what, address, call->wait_ms, ended, call);
	else
		call_fail(call, error);
}

static void run_accept(struct call *call)
{
	act(call, TALK_ACCEPT);
}

static void run_decline(struct call *call)
{
	act(call, TALK_DECLINE);
}

static gboolean show_asking(const struct contact *contact, void *user)
{
	show_contact(user, contact, NULL);
	return TRUE;
}

/* What the server still has of them has come by then. */
static void fetched(void *user, const GError *error)
{
	struct call *call = user;
	g_autoptr(GError) local = NULL;

	if (error)
		call->printer->complain(call->printer, error->message);
	if (engine_requests(call->engine, show_asking, call, &local))
		call_end(call, 0);
	else
		call_fail(call, local);
}

static void run_requests(struct call *call)
{
	engine_fetch(call->engine, call->wait_ms, fetched, call);
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
	.said = "Set for {1}: {2} {3}.",
};

static gboolean check_mute(struct call *call, GError **error)
{
	int64_t to;

	return mute_parse(call->args[1], clock_wall(clock_system()), &to, error);
}

static void mute(struct call *call, int64_t to)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = call_contact(call, call->args[0]);

	if (!contact)
		return;
	if (engine_mute(call->engine, contact->address, to, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
	contact_free(contact);
}

static void run_mute(struct call *call)
{
	g_autoptr(GError) error = NULL;
	int64_t to;

	if (mute_parse(call->args[1], clock_wall(clock_system()), &to, &error))
		mute(call, to);
	else
		call_fail(call, error);
}

static void run_unmute(struct call *call)
{
	mute(call, 0);
}

const struct verb verb_contact_mute = {
	.name = "contact mute",
	.arguments = "ADDRESS [DURATION]",
	.summary = "Don't be told of new messages in a conversation.",
	.details = "For a time, as 30m, 8h or 7d, or for good. It holds on this machine alone, and "
		   "nobody learns of it. In a group or room a message that names you is told of "
		   "all the same while notify_mentions is on.",
	.args_min = 1,
	.args_max = 2,
	.need = NEED_OPEN,
	.is_shared = true,
	.check = check_mute,
	.run = run_mute,
	.said = "{1} is muted.",
};

const struct verb verb_contact_unmute = {
	.name = "contact unmute",
	.arguments = "ADDRESS",
	.summary = "Be told of new messages there again.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_unmute,
	.said = "{1} isn't muted any more.",
};

const struct verb verb_contact_block = {
	.name = "contact block",
	.arguments = "ADDRESS|uid:NUMBER",
	.summary = "Drop unread what somebody sends, and send them nothing.",
	.details = "It holds here at once and after restarts, and at the XMPP server where it "
		   "knows blocking. On the local spool uid:NUMBER drops what that user of the host "
		   "leaves, under whatever name.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_block,
	.run = run_block,
	.said = "{1} is blocked.",
};

const struct verb verb_contact_blocked = {
	.name = "contact blocked",
	.arguments = "",
	.summary = "List who is blocked: contacts, and users of the host.",
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_blocked,
};

const struct verb verb_contact_unblock = {
	.name = "contact unblock",
	.arguments = "ADDRESS|uid:NUMBER",
	.summary = "Hear somebody again.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_unblock,
	.said = "{1} isn't blocked any more.",
};

const struct verb verb_contact_requests = {
	.name = "contact requests",
	.arguments = "",
	.summary = "List who asks to see when you are there.",
	.details = "Nobody is let in, and nobody becomes a contact, by asking.",
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_requests,
};

const struct verb verb_contact_accept = {
	.name = "contact accept",
	.arguments = "ADDRESS",
	.summary = "Let somebody see when you are there.",
	.details =
		"They see it while the setting presence, or theirs, is on. The XMPP server notes "
		"it in the account's list, which isn't sealed.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_accept,
	.said = "{1} is accepted.",
};

const struct verb verb_contact_decline = {
	.name = "contact decline",
	.arguments = "ADDRESS",
	.summary = "Don't let somebody see when you are there, or no more.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_decline,
	.said = "{1} is declined.",
};

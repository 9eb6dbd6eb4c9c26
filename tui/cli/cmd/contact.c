/* `sotto contact add|list|remove`: the contact list. */
#include "core/engine/engine_change.h"
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_server.h"
#include "core/engine/engine_talk.h"
#include "core/model/lookalike.h"
#include "core/profile/naming.h"
#include "tui/client/nobody.h"
#include "tui/cli/show.h"
#include "tui/cli/cmd/verbs.h"

static gboolean check_address(struct call *call, GError **error)
{
	g_autofree char *address = naming_address(call->args[0], error);

	return address != NULL;
}

static void asked(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

/* What is about the server's list needs the server; all else here doesn't. */
static void ask_server(struct call *call, enum talk_act act, const char *address)
{
	g_autoptr(GError) error = NULL;

	if (engine_connect(call->engine, false, &error))
		engine_act(call->engine, act, address, call->wait_ms, asked, call);
	else
		call_fail(call, error);
}

static void run_add(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = naming_address(call->args[0], &error);
	struct contact *contact = NULL;

	call_hear(call);
	if (!address ||
	    !engine_contact_add(call->engine, address, call_option(call, "name"), &error) ||
	    !engine_known(call->engine, address, &contact, &error)) {
		call_fail(call, error);
		return;
	}
	if (contact && (call->is_json || contact->folder.is_known))
		show_contact(call, contact, NULL);
	if (contact && engine_is_nobody_there(call->engine, contact)) {
		g_auto(GStrv) people = engine_people_there(call->engine);
		g_autofree char *text = nobody_there(contact->address, people);

		call->printer->complain(call->printer, text);
	}
	if (contact && call_option(call, "subscribe"))
		ask_server(call, TALK_SUBSCRIBE, contact->address);
	else
		call_end(call, 0);
	contact_free(contact);
}

static gboolean collect(const struct contact *contact, void *user)
{
	g_ptr_array_add(user, contact_copy(contact));
	return TRUE;
}

static void run_list(struct call *call)
{
	g_autoptr(GPtrArray) contacts =
		g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	g_autoptr(GHashTable) alike = NULL;
	g_autoptr(GError) error = NULL;

	if (!engine_contacts(call->engine, collect, contacts, &error)) {
		call_fail(call, error);
		return;
	}
	alike = lookalike_find(contacts);
	for (guint i = 0; i < contacts->len; i++) {
		const struct contact *contact = contacts->pdata[i];

		if (contact_is_several(contact))
			continue;
		show_contact(call, contacts->pdata[i],
			     g_hash_table_lookup(alike, contacts->pdata[i]));
	}
	call_end(call, 0);
}

static char *ask_remove(struct call *call)
{
	return call_loss(call, LOSS_CONTACT, call->args[0]);
}

static void run_remove(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = call_contact(call, call->args[0]);

	if (!contact)
		return;
	call_hear(call);
	if (!engine_contact_remove(call->engine, contact->address, &error))
		call_fail(call, error);
	else if (contact->manners.sees_us || contact->manners.we_see || contact->manners.is_asked)
		ask_server(call, TALK_FORGET, contact->address);
	else
		call_end(call, 0);
	contact_free(contact);
}

/* The words of the verb; "default" is rule_name()'s too. */
static gboolean parse_rule(struct call *call, enum trust_rule *rule, GError **error)
{
	for (*rule = RULE_DEFAULT; *rule < RULE_COUNT; (*rule)++) {
		if (g_strcmp0(call->args[1], rule_name(*rule)) == 0)
			return TRUE;
	}
	error_set(error, ERROR_USAGE,
		  "A rule is one of first, manual, verified, default; %s isn't.", call->args[1]);
	return FALSE;
}

static gboolean check_rule(struct call *call, GError **error)
{
	enum trust_rule rule;

	return parse_rule(call, &rule, error);
}

static void run_rule(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = call_person(call, call->args[0]);
	enum trust_rule rule;

	if (!contact)
		return;
	if (parse_rule(call, &rule, &error) &&
	    engine_rule(call->engine, contact->address, rule, &error))
		call_end(call, 0);
	else
		call_fail(call, error);
	contact_free(contact);
}

const struct verb verb_contact_add = {
	.name = "contact add",
	.arguments = "ADDRESS",
	.summary = "Add a contact, or give one another name.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.details = "It stays on this machine: over XMPP neither the server nor the other side is "
		   "told. --subscribe asks them whether you may see when they are there; that puts "
		   "their address on the server's list, in the clear.",
	.options = {
		{ "name", "ALIAS", "what to call it here", NULL },
		{ "subscribe", NULL, "ask them whether you may see when they are there", NULL },
	},
	.check = check_address,
	.run = run_add,
};

const struct verb verb_contact_list = {
	.name = "contact list",
	.arguments = "",
	.summary = "List the contacts, the latest conversation first.",
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_list,
};

const struct verb verb_contact_remove = {
	.name = "contact remove",
	.arguments = "ADDRESS",
	.summary = "Remove a contact and its conversation.",
	.details = "What they write afterwards comes as a stranger's; `contact block` keeps it "
		   "away. Who is blocked stays so when removed.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_remove,
	.run = run_remove,
	.said = "{1} is no contact any more.",
};

const struct verb verb_contact_rule = {
	.name = "contact rule",
	.arguments = "ADDRESS first|manual|verified|default",
	.summary = "Set which devices of a contact may be written to unasked.",
	.details = "first: those seen at first contact. manual: none. verified: none, and trusted "
		   "ones don't do "
		   "either. default: as the setting trust_rule says.",
	.args_min = 2,
	.args_max = 2,
	.need = NEED_OPEN,
	.is_shared = true,
	.check = check_rule,
	.run = run_rule,
	.said = "The rule for new keys of {1} is {2} now.",
};

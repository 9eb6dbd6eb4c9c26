/* `sotto group create|add|remove|leave|list`: conversations of several people. */
#include <string.h>
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_rooms.h"
#include "core/port/store_expiry.h"
#include "tui/client/loss.h"
#include "tui/cli/cmd/group_show.h"
#include "tui/cli/cmd/verbs.h"

/* -- who is meant ------------------------------------------------------------------------------ */

/* The addresses that the arguments from FROM on mean, NULL-terminated; NULL with ERROR. */
static char **people_of(struct call *call, int from, GError **error)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);

	for (int i = from; i < call->arg_count; i++) {
		char *address = call_address(call, call->args[i], error);

		if (!address)
			return NULL;
		g_ptr_array_add(people, address);
	}
	g_ptr_array_add(people, NULL);
	return (char **)g_ptr_array_steal(people, NULL);
}

/* The group that the first argument means; ends the call and gives NULL when it means none. */
static char *group_of(struct call *call)
{
	struct contact *contact = call_contact(call, call->args[0]);
	g_autoptr(GError) error = NULL;
	char *address = NULL;

	if (!contact)
		return NULL;
	if (!contact_is_several(contact)) {
		error_set(&error, ERROR_USAGE, "%s isn't a group; see `sotto group list`.",
			  contact->address);
		call_fail(call, error);
	} else {
		address = g_strdup(contact->address);
	}
	contact_free(contact);
	return address;
}

/* -- showing ---------------------------------------------------------------------------------- */

static gboolean collect(const struct group *group, void *user)
{
	g_ptr_array_add(user, group_copy(group));
	return TRUE;
}

static void list(struct call *call)
{
	g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	g_autofree char *only = NULL;
	g_autoptr(GError) error = NULL;

	if (call->arg_count > 0 && !(only = group_of(call)))
		return;
	if (!engine_groups(call->engine, collect, groups, &error)) {
		call_fail(call, error);
		return;
	}
	for (guint i = 0; i < groups->len; i++) {
		const struct group *group = groups->pdata[i];

		if (!only || strcmp(only, group->address) == 0)
			group_show(call, group);
	}
	call_end(call, 0);
}

/* Without the server there is still what was known last. */
static void looked(void *user, const GError *error)
{
	struct call *call = user;

	if (error)
		call->printer->complain(call->printer, error->message);
	list(call);
}

static void run_list(struct call *call)
{
	g_autoptr(GError) error = NULL;

	/* Who is in a room, and who is there, its server knows. */
	if (strcmp(engine_account(call->engine)->carrier, "spool") == 0)
		list(call);
	else if (!engine_connect(call->engine, false, &error))
		looked(call, error);
	else
		engine_rooms_look(call->engine, call->wait_ms, looked, call);
}

/* -- changing --------------------------------------------------------------------------------- */

/* A room that was made is at an address that its server gave it. */
static bool find_made(struct call *call, const char *address, struct group **group)
{
	struct contact *contact = NULL;
	bool found = engine_group(call->engine, address, group, NULL) && *group;

	if (!found && engine_find(call->engine, call->args[0], &contact, NULL) && contact)
		found = engine_group(call->engine, contact->address, group, NULL) && *group;
	contact_free(contact);
	return found;
}

/* What was asked for is done, or, UNREACHABLE, done here and not yet heard of by all. */
static void changed(void *user, const GError *error)
{
	struct call *call = user;
	g_autofree char *address = call->state;
	struct group *group = NULL;

	call->state = NULL;
	if (call->is_json && address && (!error || error_is(error, ERROR_UNREACHABLE)) &&
	    find_made(call, address, &group))
		group_show(call, group);
	group_free(group);
	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

static gboolean check_create(struct call *call, GError **error)
{
	g_autofree char *address = group_address(call->args[0], error);

	return address != NULL;
}

static void run_create(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) people = people_of(call, 1, &error);

	if (!people) {
		call_fail(call, error);
		return;
	}
	call->state = group_address(call->args[0], NULL);
	engine_group_create(call->engine, call->args[0], (const char *const *)people, call->wait_ms,
			    changed, call);
}

static void change(struct call *call, bool is_adding)
{
	static const char *const nobody[] = { NULL };
	g_autoptr(GError) error = NULL;
	g_autofree char *address = group_of(call);
	g_auto(GStrv) people = NULL;

	if (!address)
		return;
	people = people_of(call, 1, &error);
	if (!people) {
		call_fail(call, error);
		return;
	}
	call->state = g_strdup(address);
	engine_group_change(call->engine, address,
			    is_adding ? (const char *const *)people : nobody,
			    is_adding ? nobody : (const char *const *)people, call->wait_ms,
			    changed, call);
}

static void run_add(struct call *call)
{
	change(call, true);
}

static char *ask_remove(struct call *call)
{
	const struct store_held nothing = { 0 };
	g_autofree char *names = g_strjoinv(", ", call->args + 1);

	return loss_question(LOSS_MEMBERS, names, call->args[0], &nothing);
}

static char *ask_leave(struct call *call)
{
	return call_loss(call, LOSS_GROUP, call->args[0]);
}

static void run_remove(struct call *call)
{
	change(call, false);
}

static void run_leave(struct call *call)
{
	g_autofree char *address = group_of(call);

	if (!address)
		return;
	call->state = g_strdup(address);
	engine_group_leave(call->engine, address, call->wait_ms, changed, call);
}

const struct verb verb_group_create = {
	.name = "group create",
	.arguments = "NAME [ADDRESS...]",
	.summary = "Make a group that you own, and put people into it.",
	.details = "Write to it with `send NAME` or `send '#NAME'`. Who is in it is said inside "
		   "the encryption, and every member sees each change. Exits with 6 when it is "
		   "made and somebody has not heard of it yet.",
	.args_min = 1,
	.args_max = -1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.check = check_create,
	.run = run_create,
	.said = "The group {1} is made.",
};

const struct verb verb_group_add = {
	.name = "group add",
	.arguments = "GROUP ADDRESS...",
	.summary = "Put people into a group that you own.",
	.details = "They read what is written from now on, nothing from before.",
	.args_min = 2,
	.args_max = -1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_add,
	.said = "They are in {1} now.",
};

const struct verb verb_group_remove = {
	.name = "group remove",
	.arguments = "GROUP ADDRESS...",
	.summary = "Take people out of a group that you own.",
	.details = "Nothing is sealed for them any more, and what they send there is refused. What "
		   "they have they keep.",
	.args_min = 2,
	.args_max = -1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_remove,
	.run = run_remove,
	.said = "They aren't in {1} any more.",
};

const struct verb verb_group_leave = {
	.name = "group leave",
	.arguments = "GROUP",
	.summary = "Leave a group; an owner hands it to the next member.",
	.details = "Its messages stay until they expire or are erased.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = { { "yes", NULL, "don't ask", NULL } },
	.question = ask_leave,
	.run = run_leave,
	.said = "You have left {1}.",
};

const struct verb verb_group_list = {
	.name = "group list",
	.arguments = "[GROUP]",
	.summary = "List the groups, who is in them, and who could not read what you send there.",
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_list,
};

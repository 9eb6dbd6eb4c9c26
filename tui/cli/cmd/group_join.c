/* `sotto group join`: entering a room. */
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_rooms.h"
#include "tui/cli/cmd/group_show.h"
#include "tui/cli/cmd/verbs.h"

static void joined(void *user, const GError *error)
{
	struct call *call = user;
	g_autofree char *address = call->state;

	call->state = NULL;
	if (error)
		call_fail(call, error);
	else
		call_group_shown(call, address);
}

/* One that we were invited to, or were in, goes by its short name too. */
static void run_join(struct call *call)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;

	if (!engine_find(call->engine, call->args[0], &contact, &error)) {
		call_fail(call, error);
		return;
	}
	call->state = g_strdup(contact && contact->kind == CONTACT_ROOM ? contact->address
								      : call->args[0]);
	contact_free(contact);
	engine_room_join(call->engine, call->state, call->wait_ms, joined, call);
}

const struct verb verb_group_join = {
	.name = "group join",
	.arguments = "ROOM@SERVICE|NAME",
	.summary = "Enter a room on a server, and bookmark it.",
	.details = "Only rooms that are members-only and non-anonymous are entered: elsewhere "
		   "nobody can know who reads. Exits with 4 when this one isn't, or when you may "
		   "not.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_CARRIER,
	.is_shared = true,
	.run = run_join,
	.said = "You are in {1}.",
};

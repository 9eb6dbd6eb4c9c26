#include "tui/client/link_inside.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_rooms.h"
#include "core/model/group.h"

enum { GROUP_WAIT_MS = 10000 };

static const char *const nobody[] = { NULL };

/* Who is in a room just now, as far as it has said. */
static char *people_here(struct engine *engine, const char *address)
{
	const struct room_view *view = engine_room(engine, address);
	const char *own = engine_account(engine)->address;
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; view && i < view->count; i++)
		if (view->people[i].nick)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "",
					       strcmp(view->people[i].address, own) == 0 ?
						       "you" :
						       view->people[i].address);
	return text->len ? plain_dup(text->str) : NULL;
}

gboolean link_group_run(struct engine *engine, struct job *job)
{
	if (!engine_group(engine, job->address, &job->group, &job->error))
		return FALSE;
	if (!job->group)
		return TRUE;
	engine_room_ask(engine, job->address);
	job->text = people_here(engine, job->address);
	/* What stands in the way of sending is an answer, not a failure. */
	job->rows = engine_unreached(engine, job->address, &job->warning);
	return TRUE;
}

/* An act on its way. */
struct act {
	struct engine *engine;
	struct job *job;
	engine_done done;
	void *user;
};

/* A person may be called like the group that was made. */
static bool find_made(struct engine *engine, const char *name, struct contact **contact)
{
	g_autofree char *address = group_is_address(name) ? NULL : group_address(name, NULL);

	if (address && engine_known(engine, address, contact, NULL) && *contact)
		return true;
	return engine_find(engine, name, contact, NULL) && *contact;
}

static void acted(void *user, const GError *error)
{
	struct act *act = user;
	struct job *job = act->job;
	struct contact *contact = NULL;
	bool is_made = job->act == JOB_GROUP_CREATE || job->act == JOB_GROUP_JOIN;

	/* What it was called, and where it is: a server has a say in that. */
	if (is_made && find_made(act->engine, job->address, &contact)) {
		g_free(job->address);
		job->address = g_strdup(contact->address);
	}
	contact_free(contact);
	act->done(act->user, error);
	g_free(act);
}

void link_group_act(struct engine *engine, struct job *job, engine_done done, void *user)
{
	const char *const *people = job->people ? (const char *const *)job->people : nobody;
	struct act *act = g_new0(struct act, 1);

	*act = (struct act){ .engine = engine, .job = job, .done = done, .user = user };
	switch ((enum job_group_act)job->act) {
	case JOB_GROUP_CREATE:
		engine_group_create(engine, job->address, people, GROUP_WAIT_MS, acted, act);
		break;
	case JOB_GROUP_ADD:
		engine_group_change(engine, job->address, people, nobody, GROUP_WAIT_MS, acted,
				    act);
		break;
	case JOB_GROUP_REMOVE:
		engine_group_change(engine, job->address, nobody, people, GROUP_WAIT_MS, acted,
				    act);
		break;
	case JOB_GROUP_LEAVE:
		engine_group_leave(engine, job->address, GROUP_WAIT_MS, acted, act);
		break;
	case JOB_GROUP_JOIN:
		engine_room_join(engine, job->address, GROUP_WAIT_MS, acted, act);
		break;
	}
}

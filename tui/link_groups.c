#include "tui/link_inside.h"

#include "core/engine_groups.h"

enum { GROUP_WAIT_MS = 10000 };

static const char *const nobody[] = { NULL };

gboolean link_group_run(struct engine *engine, struct job *job)
{
	if (!engine_group(engine, job->address, &job->group, &job->error))
		return FALSE;
	/* What stands in the way of sending is an answer, not a failure. */
	if (job->group)
		job->rows = engine_unreached(engine, job->address, &job->warning);
	return TRUE;
}

void link_group_act(struct engine *engine, struct job *job, engine_done done, void *user)
{
	const char *const *people = job->people ? (const char *const *)job->people : nobody;

	switch ((enum job_group_act)job->act) {
	case JOB_GROUP_CREATE:
		engine_group_create(engine, job->address, people, GROUP_WAIT_MS, done, user);
		break;
	case JOB_GROUP_ADD:
		engine_group_change(engine, job->address, people, nobody, GROUP_WAIT_MS, done,
				    user);
		break;
	case JOB_GROUP_REMOVE:
		engine_group_change(engine, job->address, nobody, people, GROUP_WAIT_MS, done,
				    user);
		break;
	case JOB_GROUP_LEAVE:
		engine_group_leave(engine, job->address, GROUP_WAIT_MS, done, user);
		break;
	}
}

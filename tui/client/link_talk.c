#include "tui/client/link_inside.h"

#include "core/engine/engine_talk.h"

enum { TALK_WAIT_MS = 10000 };

gboolean link_talk_run(struct engine *engine, struct job *job)
{
	if (job->type == JOB_REST) {
		engine_rest(engine, job->act);
		return TRUE;
	}
	if (job->type == JOB_TYPING)
		return engine_typing(engine, job->address, job->act, &job->error);
	return engine_manner(engine, job->address, (enum manner)job->act,
			     (enum manner_choice)job->seq, &job->error);
}

void link_talk_act(struct engine *engine, struct job *job, engine_done done, void *user)
{
	enum talk_act act = (enum talk_act)job->act;

	if (act == TALK_BLOCK || act == TALK_UNBLOCK)
		engine_block(engine, job->address, act == TALK_BLOCK, TALK_WAIT_MS, done, user);
	else
		engine_act(engine, act, job->address, TALK_WAIT_MS, done, user);
}
